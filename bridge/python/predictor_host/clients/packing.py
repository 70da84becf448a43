"""Elements as the bytes of a tensor, by the standard library alone."""

from array import array
from struct import error as StructError
from struct import pack

from predictor_host.clients.element import BIG_ENDIAN
from predictor_host.clients.fitting import fitted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Sequence
    from predictor_host.clients.element import Element
    from predictor_host.clients.rules import Rules

_BOOLS = {bool}


def pack_elements(elements: "Any", shape: "Sequence[int]", element: "Element", rules: "Rules") -> bytes:
    """The bytes of `elements`, a list or tuple. Raises `TensorFault`, naming the first element that does not fit."""
    packer = _PACKERS[element.kind]
    try:
        return packer(elements, element)
    except (TypeError, ValueError, OverflowError, AttributeError, StructError):
        # Which one it is, or how it fits after all, is looked at one by one.
        return packer(fitted(elements, shape, element, rules), element)


def to_bytes(numbers: "array[Any]") -> bytes:
    """Little endian on every machine."""
    if BIG_ENDIAN:
        numbers.byteswap()
    return numbers.tobytes()


def _pack_reals(elements: "Any", element: "Element") -> bytes:
    if element.name == "float16":
        return pack("<%de" % len(elements), *elements)
    if element.name == "bfloat16":
        return to_bytes(array("H", map(_shorten, array("I", array("f", elements).tobytes()))))
    return to_bytes(array(element.code, elements))


def _pack_integers(elements: "Any", element: "Element") -> bytes:
    return to_bytes(array(element.code, elements))


def _pack_complex(elements: "Any", element: "Element") -> bytes:
    return to_bytes(array(element.code, [part for item in elements for part in (item.real, item.imag)]))


def _pack_bools(elements: "Any", element: "Element") -> bytes:
    if not set(map(type, elements)) <= _BOOLS:
        raise TypeError()
    return bytes(elements)


def _pack_strings(elements: "Any", element: "Element") -> bytes:
    # Bytes come as `bytearray`, out of `fitted`.
    texts: "List[Any]" = [item if type(item) is bytearray else item.encode("utf-8") for item in elements]
    return pack("<%dI" % len(texts), *map(len, texts)) + b"".join(texts)


def _shorten(bits: int) -> int:
    """The upper half of a float32, rounded to even; NaN stays NaN."""
    if bits & 0x7FFFFFFF > 0x7F800000:
        return (bits >> 16) | 0x40
    return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16


_PACKERS: "Dict[str, Callable[[Any, Element], bytes]]" = {
    "f": _pack_reals,
    "i": _pack_integers,
    "c": _pack_complex,
    "b": _pack_bools,
    "s": _pack_strings,
}
