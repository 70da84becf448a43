"""Finds the secrets of a build in what it leaves behind."""

import filecmp
import os

from environment import GIVEN, PROJECT

# Read at once: a step may leave a model that is larger than what memory takes.
PIECE = 1 << 20


def find_leaks(changed, secrets):
    # type: (list, dict) -> list
    """Pairs of the path of a file and the name of the secret that it holds, without the secret itself; `secrets` are names by value, in bytes."""
    return [(path, name) for path in changed if _is_file(path) for name in _held(path, secrets)]


def _held(path, secrets):
    # type: (str, dict) -> list
    """The names of the secrets in a file, those too that lie across two pieces of it."""
    if not secrets:
        return []
    overlap = max(len(value) for value in secrets) - 1
    found = set()
    text = b""
    with open(path, "rb") as content:
        for piece in iter(lambda: content.read(PIECE), b""):
            text = text[max(0, len(text) - overlap) :] + piece
            found.update(value for value in secrets if value in text)
    return sorted({secrets[value] for value in found})


def _is_file(path):
    # type: (str) -> bool
    # What the user wrote into the project by hand is not what the build left there.
    return os.path.isfile(path) and not os.path.islink(path) and not _is_as_given(path)


def _is_as_given(path):
    # type: (str) -> bool
    """Whether it is a file of the project that no step has changed."""
    given = os.path.join(GIVEN, os.path.relpath(path, PROJECT))
    return path.startswith(PROJECT + "/") and os.path.isfile(given) and filecmp.cmp(path, given, shallow=False)
