"""Makes one layer of an API's image: `python3 layer.py STEP [ARGUMENT...]`, run by a RUN line of the generated Dockerfile.

Hazard: what a step leaves behind is kept for ever, and by everybody who gets the image. Remedy: each step ends with a look at all that it
changed: no secret may be in it, and no time of its own, so that the same input gives the same layer. Precondition: nothing else runs.
"""

import json
import os
import shutil
import sys

from environment import GENERATED, GIVEN, PROJECT, SECRETS, step_environment
from leaks import find_leaks
from secret_values import secret_values
from steps import STEPS
from tidy import begin, caches, changed_since, tidy

OWNER = 10001
# Names of what is no secret, as whoever builds says.
NOT_SECRET = GENERATED + "/not-secret.json"


def main(step, arguments):
    # type: (str, list) -> int
    """Copies the files of the step, runs it, and cleans up behind it; gives its exit code."""
    before = caches()
    begun = begin()
    copy_files(GIVEN, PROJECT)
    environment, dotenv = step_environment()
    code = STEPS[step](arguments, environment)
    if code != 0:
        print("exit code %d" % code)
        return code
    changed = tidy(changed_since(begun), begun, before)
    with open(NOT_SECRET, encoding="utf-8") as excepted:
        secrets = secret_values(SECRETS, dotenv, json.load(excepted))
    leaks = find_leaks(changed, secrets)
    for path, name in leaks:
        print("pons: %s holds %s, which would stay in the image" % (path, name))
    return 1 if leaks else 0


def copy_files(source, target):
    # type: (str, str) -> None
    """Copies a folder into another one, for the user of the image and for any other user of group 0."""
    if not os.path.isdir(source):
        return
    for folder, folders, files in os.walk(source):
        into = os.path.normpath(os.path.join(target, os.path.relpath(folder, source)))
        folders.sort()
        os.makedirs(into, exist_ok=True)
        _give(into, 0o775)
        for name in sorted(files):
            path = os.path.join(into, name)
            shutil.copyfile(os.path.join(folder, name), path)
            _give(path, 0o775 if os.stat(os.path.join(folder, name)).st_mode & 0o100 else 0o664)


def _give(path, mode):
    # type: (str, int) -> None
    os.chown(path, OWNER, 0)
    os.chmod(path, mode)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True) if hasattr(sys.stdout, "reconfigure") else None
    sys.exit(main(sys.argv[1], sys.argv[2:]))
