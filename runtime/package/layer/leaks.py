"""Finds the secrets of a build in what it leaves behind."""

import filecmp
import os

from encoded import base64_forms, in_one_line
from environment import GIVEN, PROJECT

# A file may be larger than memory; a piece that a cache of the processor holds is searched at its speed.
PIECE_BYTES = 1024 * 1024
# For indentation within a secret that is cut at the end of a piece.
INDENTED_BYTES = 4096


def find_leaks(changed, secrets):
    # type: (list, dict) -> list
    """
    Pairs of a path and what the file there holds, or its name, or that of a folder, or what a link leads to; without the secret itself. `secrets` are
    what the secrets are called by their values, in bytes.
    """
    forms = {value: base64_forms(value) for value in secrets}
    held = [(path, _held(path, forms) if _is_file(path) else set()) for path in changed]
    found = [(path, values | _named(path, forms)) for path, values in held]
    return [
        (_without(path, forms), name) for path, values in found for name in sorted({secrets[value] for value in values})
    ]


def _named(path, secrets):
    # type: (str, dict) -> set
    """Those secrets that are in the name of a path, or in what it leads to; not those in the name of a folder above, which is a path of its own."""
    if os.path.lexists(_given(path)):
        return set()
    above = os.fsencode(os.path.dirname(path))
    target = os.fsencode(os.readlink(path)) if os.path.islink(path) else b""
    name = os.fsencode(path)
    return {
        value
        for value in secrets
        for form in [value] + secrets[value]
        if form in target or form in name and form not in above
    }


def _without(path, secrets):
    # type: (str, dict) -> str
    """A path that can be printed."""
    shown = os.fsencode(path)
    for value in secrets:
        for form in [value] + secrets[value]:
            shown = shown.replace(form, b"***")
    return os.fsdecode(shown)


def _held(path, secrets):
    # type: (str, dict) -> set
    """Those secrets that are in a file; each comes with its forms in base64."""
    if not secrets:
        return set()
    # What is cut at the end of a piece is found in the next one; twice, for the breaks of lines.
    overlap = INDENTED_BYTES + 2 * max(len(form) for value in secrets for form in [value] + secrets[value])
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
    given = _given(path)
    return os.path.isfile(given) and filecmp.cmp(path, given, shallow=False)


def _given(path):
    # type: (str) -> str
    """Where a path of the project comes from, if the user has given it; else one where nothing is."""
    return GIVEN + path[len(PROJECT) :] if path.startswith(PROJECT + "/") else ""
