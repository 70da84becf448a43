"""Finds the secrets of a build in what it leaves behind."""

import filecmp
import os
import re
from urllib.parse import unquote

from encoded import base64_forms, in_one_line
from environment import GIVEN, PROJECT

SOUNDS_SECRET = re.compile(r"SECRET|TOKEN|PASS|PWD|KEY|CREDENTIAL|AUTH|DSN", re.IGNORECASE)
# Up to the last @: who writes a password by hand may not have escaped the others.
USER_IN_URL = re.compile(r"://([^/\s]+)@")
IN_NETRC = re.compile(r"\bpassword\s+(\S+)")
# A shorter one is found everywhere.
SHORTEST = 6
# What a user beside a password must look like to be one too: `reader` is a word that files are full of.
TOKEN = re.compile(r"(?=.*[0-9]).{18}")
# A file may be larger than memory; a piece that a cache of the processor holds is searched at its speed.
PIECE_BYTES = 1024 * 1024


def find_leaks(changed, environment, secrets):
    # type: (list, dict, str) -> list
    """Pairs of the path of a file and the name of the secret that it holds, without the secret itself."""
    values = _secret_values(environment, secrets)
    return [(path, name) for path in changed if _is_file(path) for name in _held(path, values)]


def _secret_values(environment, secrets):
    # type: (dict, str) -> dict
    """By value, the name of each secret: variables of `.env` that sound so, and passwords of pip's settings."""
    values = {}
    for name, text in sorted(_texts(secrets).items()):
        found = _in_urls(text) + (IN_NETRC.findall(text) if name == "netrc" else [])
        values.update({value: name for value in found})
        if name == "dotenv":
            variables = re.findall(r"^\s*(?:export\s+)?(\w+)=", text, re.MULTILINE)
            secret = [variable for variable in variables if SOUNDS_SECRET.search(variable)]
            values.update({environment.get(variable, ""): variable + " of .env" for variable in secret})
    return {value.encode("utf-8", "surrogateescape"): name for value, name in values.items() if len(value) >= SHORTEST}


def _in_urls(text):
    # type: (str) -> list
    """Passwords, and the tokens that stand in the place of a user; as they are written and as they are sent."""
    found = []
    for written in USER_IN_URL.findall(text):
        user, _, password = written.partition(":")
        found += [password] if password and not TOKEN.match(user) else [user, password]
    return found + [unquote(value) for value in found]


def _texts(secrets):
    # type: (str) -> dict
    texts = {}
    for name in os.listdir(secrets) if os.path.isdir(secrets) else []:
        with open(os.path.join(secrets, name), encoding="utf-8", errors="surrogateescape") as secret:
            texts[name] = secret.read()
    return texts


def _held(path, values):
    # type: (str, dict) -> list
    if not values:
        return []
    forms = {value: base64_forms(value) for value in values}
    # What is cut at the end of a piece is found in the next one; twice, for the breaks of lines.
    overlap = 2 * max(len(form) for value in values for form in [value] + forms[value])
    found = set()
    before = b""
    with open(path, "rb") as content:
        for piece in iter(lambda: content.read(PIECE_BYTES), b""):
            plain = before + piece
            encoded = in_one_line(plain)
            found |= {
                value
                for value in values
                if value not in found and (value in plain or any(form in encoded for form in forms[value]))
            }
            before = plain[-overlap:]
    return [name for value, name in values.items() if value in found]


def _is_file(path):
    # type: (str) -> bool
    # What the user wrote into the project by hand is not what the build left there.
    return os.path.isfile(path) and not os.path.islink(path) and not _is_as_given(path)


def _is_as_given(path):
    # type: (str) -> bool
    """Whether it is a file of the project that no step has changed."""
    given = os.path.join(GIVEN, os.path.relpath(path, PROJECT))
    return path.startswith(PROJECT + "/") and os.path.isfile(given) and filecmp.cmp(path, given, shallow=False)
