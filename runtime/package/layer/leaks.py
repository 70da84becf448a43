"""Finds the secrets of a build in what it leaves behind."""

import filecmp
import os

from encoded import base64_forms, in_one_line
from environment import GIVEN, PROJECT

# A file may be larger than memory; a piece that a cache of the processor holds is searched at its speed.
PIECE_BYTES = 1024 * 1024


def find_leaks(changed, secrets):
    # type: (list, dict) -> list
    """Pairs of the path of a file and the name of the secret that it holds, without the secret itself; `secrets` are names by value, in bytes."""
    forms = {value: base64_forms(value) for value in secrets}
    held = [(path, _held(path, forms)) for path in changed if _is_file(path)]
    return [(path, name) for path, values in held for name in sorted({secrets[value] for value in values})]


def _held(path, secrets):
    # type: (str, dict) -> set
    """Those secrets that are in a file; each comes with its forms in base64."""
    if not secrets:
        return set()
    # What is cut at the end of a piece is found in the next one; twice, for the breaks of lines.
    overlap = 2 * max(len(form) for value in secrets for form in [value] + secrets[value])
    found = set()
    before = b""
    with open(path, "rb") as content:
        for piece in iter(lambda: content.read(PIECE_BYTES), b""):
            plain = before + piece
            encoded = in_one_line(plain)
            found |= {
                value
                for value in secrets
                if value not in found and (value in plain or any(form in encoded for form in secrets[value]))
            }
            before = plain[-overlap:]
    return found


def _is_file(path):
    # type: (str) -> bool
    # What the user wrote into the project by hand is not what the build left there.
    return os.path.isfile(path) and not os.path.islink(path) and not _is_as_given(path)


def _is_as_given(path):
    # type: (str) -> bool
    """Whether it is a file of the project that no step has changed."""
    given = os.path.join(GIVEN, os.path.relpath(path, PROJECT))
    return path.startswith(PROJECT + "/") and os.path.isfile(given) and filecmp.cmp(path, given, shallow=False)
