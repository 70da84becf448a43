"""Takes out of a layer what differs from one build of the same input to the next: times, logs, caches, compiled files."""

import os
import subprocess
import sys

from environment import EPOCH, PYTHON

EMPTIED = ["/var/log", "/var/cache/ldconfig"]
REMOVED = ["/var/lib/apt/lists", "/var/cache/apt", "/root/.cache"]
COMPILE = """
import py_compile, sys
for path in sys.stdin.read().split("\\0"):
    try:
        py_compile.compile(path, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except (py_compile.PyCompileError, SyntaxError, ValueError, RecursionError, OSError):
        pass
"""


def caches():
    # type: () -> set
    """The files that are in the folders of caches and logs."""
    return {os.path.join(folder, name) for root in EMPTIED + REMOVED for folder, _, files in os.walk(root) for name in files}


def begin():
    # type: () -> int
    """The time, in ns and as files get it, at which what is changed from now on was not changed yet."""
    marker = "/dev/shm/begin"
    _touch(marker)
    begun = os.stat(marker).st_ctime_ns
    # The clock of files stands still for some ms.
    while os.stat(marker).st_ctime_ns == begun:
        _touch(marker)
    return begun


def changed_since(begun):
    # type: (int) -> list
    """Every file, link and folder of the image that was changed after `begun`, sorted."""
    device = os.lstat("/").st_dev
    found = []
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if _is_on(device, os.path.join(folder, name))]
        for path in [folder] + [os.path.join(folder, name) for name in files + folders]:
            stats = os.lstat(path)
            if stats.st_dev == device and stats.st_ctime_ns > begun:
                found.append(path)
    return sorted(set(found))


def tidy(changed, begun, before):
    # type: (list, int, set) -> list
    """Cleans up; `before` is what `caches` gave then. Gives what is left of `changed`."""
    for path in changed:
        if os.path.isfile(path) and not os.path.islink(path):
            # What is in a layer below is not removed: the engine would note that, with the time.
            if path in before or _is_in(EMPTIED, path):
                open(path, "w").close()
            elif _is_in(REMOVED, path) or path.endswith((".pyc", ".pyo")) and _is_fresh(path, begun):
                os.unlink(path)
    _compile([path for path in changed if path.endswith(".py") and "-packages/" in path])
    left = changed_since(begun)
    for path in left:
        if _is_fresh(path, begun):
            os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)
    return left


def _compile(paths):
    # type: (list) -> None
    """Without the time of the source, which is in an ordinary compiled file; sorted, in one process, so that all of them are the same each time."""
    # The version that knows no other compiled files is left to compile when it runs.
    if paths and sys.version_info >= (3, 7):
        environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
        subprocess.run([PYTHON, "-c", COMPILE], input="\0".join(paths).encode(), env=environment, cwd="/")


def _is_fresh(path, begun):
    # type: (str, int) -> bool
    """Whether it got its time from the clock, and not from an archive that it comes from."""
    return os.lstat(path).st_mtime_ns >= begun


def _is_in(folders, path):
    # type: (list, str) -> bool
    return any(path.startswith(folder + "/") for folder in folders)


def _is_on(device, path):
    # type: (int, str) -> bool
    return os.lstat(path).st_dev == device


def _touch(path):
    # type: (str) -> None
    with open(path, "w"):
        os.utime(path)
