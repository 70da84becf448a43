"""A tensor's values as protobuf's JSON form has them, which is what Cortex's client returned.

Source: `MessageToDict` of `google.protobuf.json_format` for the value fields of a TensorProto.
"""

from array import array
from binascii import b2a_base64

from predictor_host.clients.element import ELEMENTS
from predictor_host.clients.model_outputs import read_numbers, read_texts
from predictor_host.clients.shapes import count_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List
    from predictor_host.framing import Buffer

# protobuf begins with this many digits, so that what is too small for all of them has more than the shortest text.
_FEWEST_DIGITS = 6
_MOST_DIGITS = 9


def flat_values(tensor: "Dict[str, Any]", body: "Buffer", offset: int) -> "List[Any]":
    """The elements in row-major order: integers of 64 bits and what is no finite number as text, strings in base64, float16 as its bits."""
    element = ELEMENTS[tensor["type"]]
    content = memoryview(body)[offset : offset + tensor["bytes"]]
    if element.kind == "s":
        return [b2a_base64(text, newline=False).decode("ascii") for text in read_texts(content, count_of(tensor["shape"]))]
    if element.size == 2 and element.kind == "f":
        return read_numbers(content, ELEMENTS["uint16"])
    values = read_numbers(content, element)
    if element.kind == "b":
        return list(map(bool, values))
    if element.name in ("int64", "uint64"):
        return list(map(str, values))
    if element.name in ("float32", "complex64"):
        return shortest(values)
    return [value if value - value == 0 else _named(value) for value in values] if element.kind in "fc" else values


def shortest(values: "List[float]") -> "List[Any]":
    """Of each float32 the float64 with the fewest digits, from six on, that is rounded to it."""
    found: "List[Any]" = [_named(value) if value - value != 0 else value for value in values]
    left = [index for index, value in enumerate(values) if value - value == 0]
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS + 1):
        form = "%%.%dg" % digits
        texts = [float(form % values[index]) for index in left]
        longer: "List[int]" = []
        for index, text, rounded in zip(left, texts, array("f", texts)):
            if rounded == values[index]:
                found[index] = text
            else:
                longer.append(index)
        left = longer
    return found


def _named(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
