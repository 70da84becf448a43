"""conda's packages in an image whose Python environment is a virtual one."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request

from environment import PROJECT, VENV

PREFIX = "/opt/conda"
ROOT = "/tmp/pons-conda"
TOOLS = ["mamba", "micromamba", "conda"]
NAMES_PYTHON = re.compile(r"^\s*(?:[\w./-]+::)?python(?![\w-])", re.MULTILINE)


def install_conda(path, environment):
    # type: (str, dict) -> int
    """Makes a conda environment of the packages that `path` lists, and the virtual environment one of its Python."""
    found = [shutil.which(tool, path=environment.get("PATH")) for tool in TOOLS]
    tool = next((tool for tool in found if tool is not None), None) or _download(environment)
    with open(os.path.join(PROJECT, path), encoding="utf-8") as listed:
        names_python = NAMES_PYTHON.search(listed.read()) is not None
    python = [] if names_python else ["python=%d.%d" % sys.version_info[:2]]
    command = [tool, "create", "--yes", "--prefix", PREFIX, "--file", path] + python + ["pip"]
    settings = dict(environment, MAMBA_ROOT_PREFIX=ROOT)
    code = subprocess.call(command, env=settings, cwd=PROJECT, stdin=subprocess.DEVNULL)
    shutil.rmtree(ROOT, ignore_errors=True)
    return code if code != 0 else _build_on_it(environment)


def _download(environment):
    # type: (dict) -> str
    """The program that conda's packages can be installed with where the base image has none."""
    url = environment["MICROMAMBA_URL"]
    print("Downloading micromamba from %s" % url)
    os.makedirs(ROOT, exist_ok=True)
    program = os.path.join(ROOT, "micromamba")
    with urllib.request.urlopen(url) as answer, open(program, "wb") as target:
        shutil.copyfileobj(answer, target)
    os.chmod(program, 0o755)
    return program


def _build_on_it(environment):
    # type: (dict) -> int
    """What was a virtual environment of the image's Python becomes one of conda's, which sees conda's packages."""
    python = os.path.join(PREFIX, "bin", "python")
    asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.check_output(asked, env=environment).decode().strip()
    for name in ("python", "python3", "python" + version):
        link = os.path.join(VENV, "bin", name)
        # Its links would be left as they are.
        if os.path.lexists(link):
            os.unlink(link)
    return subprocess.call([python, "-m", "venv", "--system-site-packages", VENV], env=environment, cwd="/")
