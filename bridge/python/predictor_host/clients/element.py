"""The types that the elements of a tensor may have, and how each lies in a frame's body: little endian, without gaps."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional


BIG_ENDIAN = sys.byteorder == "big"


class Element:
    """One of them. `kind` is `f` (real), `c` (complex), `i` (integer), `b` (bool) or `s` (string); `size` is in bytes, 0 for strings."""

    def __init__(self, name: str, kind: str, code: str, size: int, dtype: "Optional[str]") -> None:
        self.name = name
        self.kind = kind
        # What `array.array` calls it, or the type that it is made of.
        self.code = code
        self.size = size
        # What NumPy calls it; None where NumPy has no such type.
        self.dtype = dtype
        self.lowest, self.highest = _range(code, size) if kind == "i" else (0, 0)


def _range(code: str, size: int) -> "tuple[int, int]":
    if code.isupper():
        return 0, 2 ** (8 * size) - 1
    return -(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1


_ALL = (
    Element("float16", "f", "e", 2, "<f2"),
    Element("bfloat16", "f", "H", 2, None),
    Element("float32", "f", "f", 4, "<f4"),
    Element("float64", "f", "d", 8, "<f8"),
    Element("complex64", "c", "f", 8, "<c8"),
    Element("complex128", "c", "d", 16, "<c16"),
    Element("int8", "i", "b", 1, "|i1"),
    Element("int16", "i", "h", 2, "<i2"),
    Element("int32", "i", "i", 4, "<i4"),
    Element("int64", "i", "q", 8, "<i8"),
    Element("uint8", "i", "B", 1, "|u1"),
    Element("uint16", "i", "H", 2, "<u2"),
    Element("uint32", "i", "I", 4, "<u4"),
    Element("uint64", "i", "Q", 8, "<u8"),
    Element("bool", "b", "B", 1, "|b1"),
    Element("string", "s", "", 0, None),
)

ELEMENTS: "Dict[str, Element]" = {element.name: element for element in _ALL}
