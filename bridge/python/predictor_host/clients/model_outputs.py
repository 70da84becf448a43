"""What a model has answered, as user code sees it: NumPy's arrays, or lists where there is no NumPy."""

from array import array
from itertools import accumulate
from struct import unpack, unpack_from

from predictor_host.clients.element import BIG_ENDIAN, ELEMENTS
from predictor_host.clients.shapes import count_of
from predictor_host.stack import exception_summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence
    from predictor_host.clients.element import Element
    from predictor_host.clients.numpy_arrays import NumpyArrays
    from predictor_host.framing import Buffer


# What every version of NumPy takes.
_ANY_NUMPY_DIMENSIONS = 32


class OutputFault(Exception):
    """One sentence on what cannot be handed to user code, but for the model."""


def read_tensor(tensor: "Dict[str, Any]", body: "Buffer", offset: int, arrays: "Optional[NumpyArrays]") -> "Any":
    """An array of its own, or with `arrays` None a number or nested lists; strings are `str`. Raises `OutputFault`."""
    element = ELEMENTS[tensor["type"]]
    shape = tensor["shape"]
    if arrays is None:
        return _nested(read_elements(tensor, body, offset), shape)
    try:
        if element.kind == "s":
            return arrays.of_texts(read_elements(tensor, body, offset), shape)
        return arrays.unpack(body, offset, element, shape)
    except ValueError as error:
        # By the version of NumPy the limit is another one.
        if len(shape) <= _ANY_NUMPY_DIMENSIONS:
            raise
        what = "output \"%s\" has %d dimensions, which NumPy does not take" % (tensor["name"], len(shape))
        raise OutputFault("%s: %s" % (what, exception_summary(error))) from None


def read_elements(tensor: "Dict[str, Any]", body: "Buffer", offset: int) -> "List[Any]":
    """The elements in row-major order; strings as `str`."""
    element = ELEMENTS[tensor["type"]]
    content = memoryview(body)[offset : offset + tensor["bytes"]]
    if element.kind == "s":
        return [text.decode("utf-8", "replace") for text in read_texts(content, count_of(tensor["shape"]))]
    values = read_numbers(content, element)
    if element.kind == "b":
        return list(map(bool, values))
    if element.kind == "c":
        return list(map(complex, values[::2], values[1::2]))
    return values


def read_numbers(content: memoryview, element: "Element") -> "List[Any]":
    """As they lie there: complex ones as real and imaginary parts, bools as 0 and 1."""
    if element.name == "float16":
        return list(unpack("<%de" % (len(content) // 2), content))
    numbers: "array[Any]" = array(element.code)
    numbers.frombytes(content)
    if BIG_ENDIAN:
        numbers.byteswap()
    if element.name == "bfloat16":
        return array("f", array("I", [bits << 16 for bits in numbers]).tobytes()).tolist()
    return numbers.tolist()


def read_texts(content: memoryview, count: int) -> "List[bytes]":
    ends = list(accumulate(unpack_from("<%dI" % count, content)))
    texts = bytes(content[4 * count :])
    return [texts[begin:end] for begin, end in zip([0] + ends, ends)]


def _nested(elements: "List[Any]", shape: "Sequence[int]") -> "Any":
    if not shape:
        return elements[0]
    if 0 in shape:
        return _empty(shape)
    for size in reversed(shape[1:]):
        elements = [elements[begin : begin + size] for begin in range(0, len(elements), size)]
    return elements


def _empty(shape: "Sequence[int]") -> "List[Any]":
    return [_empty(shape[1:]) for _ in range(shape[0])] if len(shape) > 1 else []
