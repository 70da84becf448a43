"""Values that are no secret, whatever they are called: words that stand in files which have nothing to do with the build."""

import re

# A shorter one is found everywhere.
SHORTEST = 6
# Of letters and digits that are all much the same.
FEWEST_SIGNS = 4
# About what a word and four digits tell.
LEAST_BITS = 24
RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|.", re.DOTALL)
# A run of letters that nobody can speak is no word.
SPEAKABLE = re.compile(r"(?!.*[^aeiouy]{5})[a-z]", re.IGNORECASE)
BITS = {"letter": 4.7, "digit": 3.3, "joint": 1.0, "sign": 5.0}
BITS_OF_WORD = 13
LETTERS_OF_WORD = 8
# What each letter beyond these adds to a word.
BITS_OF_ENDING = 1.5


def is_ordinary(value):
    # type: (str) -> bool
    """Whether it tells so little that it is found by chance: it is short, one word, or a word and a few digits."""
    if len(value) < SHORTEST or len(set(value)) < FEWEST_SIGNS:
        return True
    return sum(_bits(run) for run in RUN.findall(value)) < LEAST_BITS


def _bits(run):
    # type: (str) -> float
    """How much a guess at a run of one kind of signs is worth."""
    if run[0].isdigit():
        return BITS["digit"] * len(run)
    if not re.match("[A-Za-z]", run):
        return BITS["joint" if run in "-_./: " else "sign"]
    by_letter = BITS["letter"] * len(run)
    if not SPEAKABLE.match(run):
        return by_letter
    return min(by_letter, BITS_OF_WORD + BITS_OF_ENDING * max(0, len(run) - LETTERS_OF_WORD))
