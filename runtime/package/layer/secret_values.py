"""The secrets of a build: what their values are, and what they are called."""

import os
import re
from urllib.parse import unquote

from ordinary import is_ordinary
from secret_names import sounds_secret

# Up to the last @: who writes a password by hand may not have escaped the others.
USER_IN_URL = re.compile(r"://([^/\s]+)@")
IN_NETRC = re.compile(r"\bpassword\s+(\S+)")
ASSIGNED = re.compile(r"(\w+)=")
# What a user beside a password must look like to be one too: `reader` is a word that files are full of.
TOKEN = re.compile(r"(?=.*[0-9]).{18}")
PASSWORD = "the password in"
VALUE = "the value of"
# What stands beside such a token because something has to.
PLACEHOLDERS = ["x-oauth-basic"]


def secret_values(folder, dotenv, excepted):
    # type: (str, dict, list) -> dict
    """By value, in bytes, what each is called: variables that `.env` has set, and what the files of `folder` have; without those whose names are `excepted`."""
    named = _of_dotenv(dotenv) + [one for name, text in sorted(_texts(folder).items()) for one in _of_file(name, text)]
    open_ones = [value for value, name, _, _ in named if name in excepted]
    return {
        value.encode("utf-8", "surrogateescape"): "%s %s%s" % (what, name, place)
        for value, name, place, what in named
        if value not in open_ones and not is_ordinary(value)
    }


def _of_dotenv(variables):
    # type: (dict) -> list
    """Of each: value, name, place, and what it is of what has that name."""
    found = []
    for name, text in sorted(variables.items()):
        # A file with Windows line ends gives each of its values one.
        values, what = (_in_urls(text) + [text.strip()], VALUE) if sounds_secret(name) else (_in_urls(text), PASSWORD)
        found += [(value, name, " of .env", what) for value in values]
    return found


def _of_file(name, text):
    # type: (str, str) -> list
    if name == "machine":
        # Lines of `NAME='value'`.
        lines = [(ASSIGNED.match(line), line) for line in text.splitlines()]
        return [
            (value, match.group(1) if match else name, "", PASSWORD) for match, line in lines for value in _in_urls(line)
        ]
    passwords = _in_urls(text) + (IN_NETRC.findall(text) if name == "netrc" else [])
    return [(value, name, "", PASSWORD) for value in passwords]


def _in_urls(text):
    # type: (str) -> list
    """Passwords, and the tokens that stand in the place of a user; as they are written and as they are sent."""
    found = []
    for written in USER_IN_URL.findall(text):
        user, _, password = written.partition(":")
        kept = [password] if password and password not in PLACEHOLDERS else []
        found += kept if kept and not TOKEN.match(user) else [user] + kept
    return found + [unquote(value) for value in found]


def _texts(folder):
    # type: (str) -> dict
    """What the files of secrets hold, by name; what `.env` is, only bash can tell."""
    texts = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if name != "dotenv":
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape") as secret:
                texts[name] = secret.read()
    return texts
