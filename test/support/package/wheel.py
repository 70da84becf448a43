"""Writes a wheel of one module: python3 wheel.py FOLDER NAME VERSION; prints the name of its file."""

import os
import sys
import zipfile

folder, name, version = sys.argv[1:]
info = "%s-%s.dist-info" % (name, version)
files = {
    name + ".py": "VERSION = %r\n" % version,
    info + "/METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\nLicense: MIT\n" % (name, version),
    info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[info + "/RECORD"] = "".join("%s,,\n" % path for path in [*files, info + "/RECORD"])
wheel = "%s-%s-py3-none-any.whl" % (name, version)
with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
    for path, text in files.items():
        archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
print(wheel)
