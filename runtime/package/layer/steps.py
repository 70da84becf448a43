"""What the steps of a build do, in the order in which Cortex did it."""

import os
import subprocess

from conda import install_conda
from environment import PROJECT, PYTHON, SECRETS, VENV
from sbom import write_sbom
from tools import with_tools_if_lacking


def dependencies(arguments, environment):
    # type: (list, dict) -> int
    """Runs a script that changes the image. It finds `.env` in the project, as a link to what is never in the image."""
    link = os.path.join(PROJECT, ".env")
    secret = os.path.join(SECRETS, "dotenv")
    if os.path.exists(secret):
        os.symlink(secret, link)
    try:
        return _run(["bash", "-e", arguments[0]], environment)
    finally:
        if os.path.islink(link):
            os.unlink(link)


def requirements(arguments, environment):
    # type: (list, dict) -> int
    """Installs a requirements file, if there is one: a script before may have written it."""
    if not os.path.exists(os.path.join(PROJECT, arguments[0])):
        return 0
    return _pip(["-r", arguments[0]], environment)


def preinstalled(arguments, environment):
    # type: (list, dict) -> int
    """Installs those of the modules (`yaml=pyyaml`) that are lacking, below what is installed already."""
    named = [argument.split("=", 1) for argument in arguments]
    program = "import sys; from importlib.util import find_spec; print(*[n for n in sys.argv[1:] if find_spec(n) is None])"
    command = [PYTHON, "-c", program] + [name for name, _ in named]
    lacking = subprocess.check_output(command, env=environment, cwd="/").decode().split()
    packages = [package for name, package in named if name in lacking]
    if not packages:
        return 0
    print("Installing %s, which the project imports and which Cortex's images carried" % ", ".join(packages))
    listed = subprocess.check_output([VENV + "/bin/pip", "list", "--format", "freeze"], env=environment, cwd="/")
    pins = [line for line in listed.decode().split() if "==" in line and not line.startswith(("pip==", "setuptools=="))]
    with open("/dev/shm/constraints.txt", "w") as constraints:
        constraints.write("\n".join(pins) + "\n")
    return _pip(["-c", "/dev/shm/constraints.txt"] + packages, environment)


def conda(arguments, environment):
    # type: (list, dict) -> int
    """Makes the Python environment one of conda's, if there is a list of its packages."""
    return install_conda(arguments[0], environment) if os.path.exists(os.path.join(PROJECT, arguments[0])) else 0


def sbom(arguments, environment):
    # type: (list, dict) -> int
    """Writes what is installed into the image."""
    write_sbom(arguments[0], environment)
    return 0


def files(arguments, environment):
    # type: (list, dict) -> int
    """Nothing beyond what every step does: its files are there."""
    return 0


def _pip(arguments, environment):
    # type: (list, dict) -> int
    # Not `python -m pip`: that would put the project's folder, and a `queue.py` in it, before the standard library.
    command = [VENV + "/bin/pip", "install", "--no-compile"] + arguments
    return with_tools_if_lacking(lambda: _run_read(command, environment), environment)


def _run_read(command, environment):
    # type: (list, dict) -> tuple
    """Runs a program whose output is printed and given back, with its exit code."""
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = []
    for line in child.stdout or []:
        lines.append(line.decode("utf-8", "replace"))
        print(lines[-1], end="")
    return child.wait(), "".join(lines)


def _run(command, environment):
    # type: (list, dict) -> int
    return subprocess.call(command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL)


STEPS = {
    "dependencies": dependencies,
    "conda": conda,
    "requirements": requirements,
    "preinstalled": preinstalled,
    "sbom": sbom,
    "models": files,
    "project": files,
}
