"""Compilers and git, which Cortex's images had: for the packages that need them, and only while these are installed."""

import os
import re
import shutil
import subprocess
import sysconfig

TOOLS = ["build-essential", "git", "pkg-config"]
# What pip, and what it runs, say where one of them is lacking.
LACKING = re.compile(
    r"Cannot find command 'git'|command '[^']*(?:gcc|cc|g\+\+|c\+\+|clang|make)[^']*' failed|unable to execute|compiler"
    r"|(?:No such file or directory|not found):? '?(?:[\w-]*gcc|cc|g\+\+|c\+\+|make|git)",
    re.IGNORECASE,
)
# What a compiled package needs when it runs.
RUNTIME = re.compile(r"^lib(?:gomp|quadmath|gfortran|atomic|stdc\+\+|gcc-s)[\d-]")


def with_tools_if_lacking(install, environment):
    # type: (object, dict) -> int
    """Runs `install`, which gives its exit code and output; once more with compilers and git where it seems to have failed for want of them."""
    code, output = install()
    if code == 0 or not LACKING.search(output) or shutil.which("gcc") and shutil.which("git"):
        return code
    # Debian's own Python comes without its headers, that of the official images with them.
    headers = [] if os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")) else ["python3-dev"]
    wanted = TOOLS + headers
    print("Trying again with %s, which do not stay in the image" % ", ".join(wanted))
    before = _installed()
    options = ["-qq", "-y", "--no-install-recommends"]
    if not _apt(["update", "-qq"], environment) or not _apt(["install"] + options + wanted, environment):
        return code
    code, _ = install()
    added = sorted(name for name in _installed() - before if not RUNTIME.search(name))
    if not _apt(["purge", "-qq", "-y"] + added, environment):
        return 1
    return code


def _apt(arguments, environment):
    # type: (list, dict) -> bool
    command = ["apt-get", "-o", "Dpkg::Use-Pty=0"] + arguments
    try:
        return subprocess.call(command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _installed():
    # type: () -> set
    output = subprocess.check_output(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\\t${Package}\\n"]).decode()
    return {line.split("\t")[1] for line in output.splitlines() if line.startswith("ii")}
