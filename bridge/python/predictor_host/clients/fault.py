"""What is wrong with a value that is to become a tensor."""

import sys

from predictor_host.stack import exception_summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

_SHOWN_CHARACTERS = 80

# What a type of somebody else's raises when it cannot be read. Not all that there is: what a signal handler of the user's raises meanwhile is his.
UNREADABLE = (TypeError, ValueError, RuntimeError, AttributeError, ArithmeticError, BufferError, LookupError)


class TensorFault(Exception):
    """`got` tells what there is instead of what is expected; whoever knows input and model makes a sentence of it."""

    def __init__(self, got: str) -> None:
        super().__init__(got)
        self.got = got


def unreadable(value: object, error: BaseException) -> TensorFault:
    """For a value of a type of somebody else's that cannot be read."""
    return TensorFault("%s, which cannot be read: %s" % (shown_type(value), exception_summary(error)))


def shown(value: "Any") -> str:
    """A value in the words of an error: `the string 'abc'`, `NaN`, `a dict`."""
    if value is None:
        return "None"
    if isinstance(value, (str, bytes)):
        text = value[:_SHOWN_CHARACTERS]
        return "%s %r%s" % ("the string" if isinstance(value, str) else "the bytes", text, "..." if len(value) > len(text) else "")
    if isinstance(value, float):
        return "NaN" if value != value else "Infinity" if value == float("inf") else "-Infinity" if value == float("-inf") else "the float %r" % value
    if isinstance(value, (bool, int, complex)):
        return _number(value)
    return shown_type(value)


def shown_type(value: object) -> str:
    """The type of a value with its article."""
    name = _type_name(value)
    return "%s %s" % ("an" if name[:1].lower() in "aeio" else "a", name)


def _type_name(value: object) -> str:
    kind = type(value)
    try:
        module, name = str(kind.__module__), str(kind.__qualname__)
    except BaseException:
        return "object"
    return (name if module == "builtins" else "%s.%s" % (module, name))[:_SHOWN_CHARACTERS]


def place(index: int, shape: "Sequence[int]") -> str:
    """The indices of the element at `index` in row-major order: ` at [0][2]`; nothing for a scalar."""
    steps: "list[str]" = []
    for size in reversed(shape):
        index, step = divmod(index, size)
        steps.append("[%d]" % step)
    return " at %s" % "".join(reversed(steps)) if steps else ""


def _number(value: "Any") -> str:
    try:
        return repr(value)[:_SHOWN_CHARACTERS]
    except ValueError:
        return "an integer of more than %d digits" % sys.get_int_max_str_digits()
