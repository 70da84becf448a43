"""The base64 of a secret that is encoded together with whatever stands around it."""

import base64

# The alphabet for URLs is the same but for these two; a long text is broken into lines, which YAML indents.
_STANDARD = bytes.maketrans(b"-_", b"+/")
_BREAKS = b"\r\n\t \\"
# As JSON has them; with more than one backslash where it is in JSON once more. What else has a backslash is itself (`\/`).
_ESCAPED_BREAKS = (b"\\n", b"\\r")


def base64_forms(value):
    # type: (bytes) -> list
    """What of it is the same whatever stands before and behind: one form for each place in a group of three bytes."""
    return [_fixed_part(value, before) for before in range(3)]


def in_one_line(text):
    # type: (bytes) -> bytes
    """The text with all that is base64 in it in the standard alphabet and unbroken."""
    for escaped in _ESCAPED_BREAKS:
        text = text.replace(escaped, b"")
    return text.translate(_STANDARD, _BREAKS)


def _fixed_part(value, before):
    # type: (bytes, int) -> bytes
    encoded = base64.b64encode(b"\0" * before + value)
    # A digit stands for six bits: those that it shares with a neighbour's byte are not the value's alone.
    return encoded[-(-8 * before // 6) : 8 * (before + len(value)) // 6]
