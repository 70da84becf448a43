"""The environment that the steps of a build run in."""

import json
import os
import shutil
import subprocess

PROJECT = "/mnt/project"
VENV = "/opt/venv"
PYTHON = VENV + "/bin/python3"
# What the engine mounts for a step.
MOUNTS = "/dev/pons"
# The files of the project that it brings.
GIVEN = MOUNTS + "/files"
SECRETS = MOUNTS + "/secrets"
CACHE = MOUNTS + "/cache"
GENERATED = MOUNTS + "/environment"
# A file whose time is before 1980 cannot be put into a zip archive.
EPOCH = 946684800

# In the order in which each may refer to those before it: the machine's settings for pip and proxies, predictor.env, .env.
SOURCED = [SECRETS + "/machine", GENERATED + "/environment.sh"]
DOTENV = SECRETS + "/dotenv"
# Variables of predictor.env that a shell has no name for, such as `a-b`.
UNNAMED = GENERATED + "/unnamed.json"
# Prints the variables before `.env` and after it, with an empty one between. What a file may change is used before it, or is a path.
SCRIPT = """
set -a
for file in "${@:2}"; do if [ -f "$file" ]; then . "$file" >&2; fi; done
"$0" -0 && printf '\\0'
if [ -f "$1" ]; then . "$1" >&2; fi
exec "$0" -0
"""
# bash's own, which it exports.
OF_BASH = ["_", "SHLVL", "OLDPWD", "BASH_ENV"]


def step_environment():
    # type: () -> tuple
    """The image's own variables, then those that the steps are given, the later ones winning; and those among them that `.env` has set."""
    before, after = _sourced()
    dotenv = {name: value for name, value in after.items() if before.get(name) != value and name not in OF_BASH + ["PWD"]}
    environment = {name: value for name, value in after.items() if name not in OF_BASH}
    with open(UNNAMED, encoding="utf-8") as unnamed:
        environment.update(json.load(unnamed))
    environment.update(_settings())
    return environment, dotenv


def _sourced():
    # type: () -> list
    """The variables before and after `.env`; ends the step where that ends the shell."""
    inherited = dict(os.environ, CORTEX_PROJECT_DIR=PROJECT)
    program = shutil.which("env") or "env"
    command = ["bash", "--noprofile", "--norc", "-c", SCRIPT, program, DOTENV] + SOURCED
    child = subprocess.run(command, env=inherited, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    blocks = child.stdout.split(b"\0\0")
    if len(blocks) != 2 or blocks[1] == b"":
        raise SystemExit(".env ends the shell that reads it")
    return [_variables(block) for block in blocks]


def _variables(block):
    # type: (bytes) -> dict
    pairs = [entry.split(b"=", 1) for entry in block.split(b"\0") if b"=" in entry]
    return {os.fsdecode(name): os.fsdecode(value) for name, value in pairs}


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
