"""Bills of materials of an image: CycloneDX 1.5, without the time and the number that would make each one another."""

import json
import os
import re
import subprocess
from urllib.parse import quote

from environment import PYTHON

FOLDER = "/opt/sbom"
OS_RELEASE = "/etc/os-release"
OF_PONS = "/opt/pons/sbom.cdx.json"
# The states of dpkg in which a package has no files: not installed, and its settings only.
NOT_THERE = ("n", "c")
# Of the environment that the predictor has, whatever the Python that this runs on.
PACKAGES = """
import json
try:
    from importlib.metadata import distributions
except ImportError:
    import pkg_resources
    found = [(one.project_name, one.version, None) for one in pkg_resources.working_set]
else:
    found = [(one.metadata["Name"], one.version, one.metadata["License"]) for one in distributions()]
print(json.dumps(found))
"""


def write_sbom(api, environment):
    # type: (str, dict) -> None
    """Writes what pip and dpkg list, and what npm has said of Pons itself when the base image was built."""
    os.makedirs(FOLDER, exist_ok=True)
    if os.path.exists(OF_PONS):
        with open(OF_PONS, encoding="utf-8") as written:
            _save("pons", _without_time(json.load(written)))
    listed = subprocess.check_output([PYTHON, "-c", PACKAGES], env=environment, cwd="/")
    packages = {(_normal(name), version): licence for name, version, licence in json.loads(listed.decode()) if name}
    _write("python", api, [_component("pypi", *one, licence=licence) for one, licence in packages.items()])
    _write("debian", api, debian_components())


def debian_components():
    # type: () -> list
    """What dpkg has installed, from the distribution that the image says it is."""
    try:
        output = subprocess.check_output(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\n"])
    except OSError:
        return []
    release = _os_release()
    system = release.get("ID", "debian")
    distro = system + "-" + release["VERSION_ID"] if release.get("VERSION_ID") else system
    rows = [line.split("\t") for line in output.decode().splitlines()]
    # The first letter is only what is wanted of a package: one on hold is `hi`. What was removed is listed for as long as its settings are there.
    installed = [row[1:] for row in rows if row[0][1:2] not in NOT_THERE]
    return [
        _component("deb/" + system, name, version, "?arch=%s&distro=%s" % (quote(architecture), quote(distro)))
        for name, version, architecture in installed
    ]


def _os_release():
    # type: () -> dict
    try:
        with open(OS_RELEASE, encoding="utf-8") as lines:
            pairs = [line.strip().split("=", 1) for line in lines if "=" in line]
    except OSError:
        return {}
    return {name: value.strip("\"'") for name, value in pairs}


def _component(kind, name, version, qualifiers="", licence=None):
    # type: (str, str, str, str, object) -> dict
    purl = "pkg:%s/%s@%s%s" % (kind, _encoded(name), _encoded(version), qualifiers)
    component = {"type": "library", "name": name, "version": version, "purl": purl}
    # Some packages put the whole text there.
    if isinstance(licence, str) and 0 < len(licence) <= 64 and "\n" not in licence:
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _encoded(text):
    # type: (str) -> str
    """As a part of a purl: of what it may hold as it is, colons are those of epochs (`1:2.3`), which scanners know encoded."""
    return quote(text, safe="")


def _write(kind, api, components):
    # type: (str, str, list) -> None
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": api}},
        "components": sorted(components, key=lambda one: (one["name"], one["version"])),
    }
    _save(kind, document)


def _without_time(document):
    # type: (dict) -> dict
    document.pop("serialNumber", None)
    document.get("metadata", {}).pop("timestamp", None)
    return document


def _save(kind, document):
    # type: (str, dict) -> None
    with open(os.path.join(FOLDER, kind + ".cdx.json"), "w", encoding="utf-8") as target:
        json.dump(document, target, indent=1, sort_keys=True)
        target.write("\n")


def _normal(name):
    # type: (str) -> str
    """The name as the index has it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
