"""Names of variables that sound as if their values were secret."""

import re

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# At the end of a word: `APIKEY` and `PGPASSWORD` are names too; `AUTHOR` and `KEYWORDS` are none.
SECRET = re.compile(
    r"(?:SECRET|TOKEN|PASS(?:WORD|WD|PHRASE)?|PWD|KEY|CRED(?:ENTIAL)?|AUTH(?:ORIZATION)?|DSN|JWT|BEARER)S?$|^PAT$", re.IGNORECASE
)
# What ends so tells where something is, or how much of it there is.
ABOUT = ["DIR", "ENDPOINT", "FILE", "FOLDER", "HOST", "PATH", "PORT", "URI", "URL"]


def sounds_secret(name):
    # type: (str) -> bool
    """Whether one of its words does, such as `API_TOKEN`, `authToken` or `DBPASSWORD2`."""
    words = WORD.findall(name)
    return bool(words) and words[-1].upper() not in ABOUT and any(SECRET.search(word) for word in words)
