"""conda's packages in an image whose Python environment is a virtual one."""

import hashlib
import os
import platform
import re
import shutil
import ssl
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
    if tool is None:
        return 1
    with open(os.path.join(PROJECT, path), encoding="utf-8") as listed:
        names_python = NAMES_PYTHON.search(listed.read()) is not None
    python = [] if names_python else ["python=%d.%d" % sys.version_info[:2]]
    command = [tool, "create", "--yes", "--prefix", PREFIX, "--file", path] + python + ["pip"]
    settings = dict(environment, MAMBA_ROOT_PREFIX=ROOT)
    code = subprocess.call(command, env=settings, cwd=PROJECT, stdin=subprocess.DEVNULL)
    shutil.rmtree(ROOT, ignore_errors=True)
    return code if code != 0 else _build_on_it(environment)


def _download(environment):
    # type: (dict) -> object
    """The program that conda's packages can be installed with where the base image has none; None where it cannot be had as it is named."""
    url, digest = environment.get("MICROMAMBA_URL"), environment.get("MICROMAMBA_SHA256")
    if not url or not digest:
        print("The base image has no mamba, micromamba or conda: set MICROMAMBA_URL to a micromamba for %s" % platform.machine())
        print("and MICROMAMBA_SHA256 to the digest of that file, or build on an image that has one of them.")
        return None
    print("Downloading micromamba from %s" % url)
    os.makedirs(ROOT, exist_ok=True)
    program = os.path.join(ROOT, "micromamba")
    content = _fetched(url, environment)
    found = hashlib.sha256(content).hexdigest()
    if found != digest.lower():
        print("Its digest is %s, and not %s of MICROMAMBA_SHA256" % (found, digest))
        return None
    with open(program, "wb") as target:
        target.write(content)
    os.chmod(program, 0o755)
    return program


def _fetched(url, environment):
    # type: (str, dict) -> bytes
    # urllib looks for proxies, and for those who need none, in its own environment.
    os.environ.update({name: value for name, value in environment.items() if name.lower().endswith("_proxy")})
    trusted = ssl.create_default_context(cafile=environment.get("PIP_CERT"))
    with urllib.request.urlopen(url, context=trusted) as answer:
        return answer.read()


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
