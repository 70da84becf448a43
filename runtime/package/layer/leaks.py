"""Finds the secrets of a build in what it leaves behind."""

import filecmp
import os
import re
from urllib.parse import unquote

from environment import GIVEN, PROJECT

SOUNDS_SECRET = re.compile(r"SECRET|TOKEN|PASS|PWD|KEY|CREDENTIAL|AUTH|DSN", re.IGNORECASE)
# Up to the last @: who writes a password by hand may not have escaped the others.
USER_IN_URL = re.compile(r"://([^/\s]+)@")
IN_NETRC = re.compile(r"\bpassword\s+(\S+)")
# A shorter one is found everywhere.
SHORTEST = 6
# What a user beside a password must look like to be one too: `reader` is a word that files are full of.
TOKEN = re.compile(r"(?=.*[0-9]).{18}")


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
    with open(path, "rb") as content:
        held = content.read()
    return [name for value, name in values.items() if value in held]


def _is_file(path):
    # type: (str) -> bool
    # What the user wrote into the project by hand is not what the build left there.
    return os.path.isfile(path) and not os.path.islink(path) and not _is_as_given(path)


def _is_as_given(path):
    # type: (str) -> bool
    """Whether it is a file of the project that no step has changed."""
    given = os.path.join(GIVEN, os.path.relpath(path, PROJECT))
    return path.startswith(PROJECT + "/") and os.path.isfile(given) and filecmp.cmp(path, given, shallow=False)
