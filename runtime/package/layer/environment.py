"""The environment that the steps of a build run in."""

import json
import os
import subprocess

PROJECT = "/mnt/project"
# The files of the project that a step brings.
GIVEN = "/dev/pons/files"
SECRETS = "/dev/pons/secrets"
CACHE = "/dev/pons/cache"
VENV = "/opt/venv"
# A file whose time is before 1980 cannot be put into a zip archive.
EPOCH = 946684800

# In the order in which each may refer to those before it: the machine's settings for pip and proxies, predictor.env, .env.
SOURCED = [SECRETS + "/machine", "/dev/pons/environment/environment.sh", SECRETS + "/dotenv"]
# Variables of predictor.env that a shell has no name for, such as `a-b`.
UNNAMED = "/dev/pons/environment/unnamed.json"
SCRIPT = 'set -a; for file; do if [ -f "$file" ]; then . "$file" >&2; fi; done; set +a; exec env -0'


def step_environment():
    # type: () -> dict
    """The image's own variables, then those that the steps are given, the later ones winning."""
    inherited = dict(os.environ, CORTEX_PROJECT_DIR=PROJECT)
    # bash's own, which it exports.
    command = ["bash", "--noprofile", "--norc", "-c", SCRIPT, "bash"] + SOURCED
    output = subprocess.check_output(command, env=inherited, cwd=PROJECT)
    pairs = [entry.split(b"=", 1) for entry in output.split(b"\0") if b"=" in entry]
    environment = {os.fsdecode(name): os.fsdecode(value) for name, value in pairs}
    with open(UNNAMED, encoding="utf-8") as unnamed:
        environment.update(json.load(unnamed))
    for name in ("_", "SHLVL", "OLDPWD", "BASH_ENV"):
        environment.pop(name, None)
    environment.update(_settings())
    return environment


def _settings():
    # type: () -> dict
    """What makes installers silent, and what they leave behind the same each time."""
    settings = {
        # That of the predictor's user is none that root's programs should write to.
        "HOME": "/root",
        "PIP_CACHE_DIR": CACHE + "/pip",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_PROGRESS_BAR": "off",
        "CONDA_PKGS_DIRS": CACHE + "/conda",
        "DEBIAN_FRONTEND": "noninteractive",
        "GIT_TERMINAL_PROMPT": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(EPOCH),
    }
    for variable, name in (("PIP_CONFIG_FILE", "pip.conf"), ("NETRC", "netrc"), ("PIP_CERT", "ca")):
        path = os.path.join(SECRETS, name)
        if os.path.exists(path):
            settings[variable] = path
    return settings
