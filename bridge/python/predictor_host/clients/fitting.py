"""Elements one by one as values that a tensor can hold, or the error that says which of them is none."""

from operator import index as as_integer
from struct import pack

from predictor_host.clients.fault import UNREADABLE, TensorFault, place, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NoReturn, Sequence
    from predictor_host.clients.element import Element
    from predictor_host.clients.rules import Rules

_INFINITY = float("inf")


class _Unfit(Exception):
    """Its text goes behind what the value is."""


def fitted(elements: "Any", shape: "Sequence[int]", element: "Element", rules: "Rules") -> "List[Any]":
    """Raises `TensorFault`."""
    fit = _FITS[element.kind]
    values: "List[Any]" = []
    for index, item in enumerate(elements):
        try:
            values.append(fit(item, element, rules))
        except _Unfit as unfit:
            raise TensorFault("%s%s%s" % (shown(item), place(index, shape), unfit)) from None
        except UNREADABLE:
            raise TensorFault("%s%s" % (shown(item), place(index, shape))) from None
    return values


def _refuse(why: str = "") -> "NoReturn":
    raise _Unfit(why)


def _fit_real(item: "Any", element: "Element", rules: "Rules") -> float:
    if isinstance(item, (str, bytes)):
        _refuse()
    value = float(_real(item, rules))
    if element.name == "float16":
        try:
            pack("<e", value)
        except OverflowError:
            return _INFINITY if value > 0 else -_INFINITY
    return value


def _fit_integer(item: "Any", element: "Element", rules: "Rules") -> int:
    if isinstance(item, (str, bytes)):
        _refuse()
    try:
        value = as_integer(item)
    except TypeError:
        if not rules.casts_items:
            raise
        value = int(_real(item, rules))
    if not element.lowest <= value <= element.highest:
        _refuse(", which is not within %d to %d" % (element.lowest, element.highest))
    return value


def _fit_complex(item: "Any", element: "Element", rules: "Rules") -> complex:
    if isinstance(item, (str, bytes)):
        _refuse()
    return complex(item)


def _fit_bool(item: "Any", element: "Element", rules: "Rules") -> bool:
    if isinstance(item, (str, bytes)) or not (rules.casts_items or isinstance(item, bool)):
        _refuse()
    if not isinstance(item, (bool, int, float)):
        # Raises for what is no number.
        complex(item)
    return bool(item)


def _fit_string(item: "Any", element: "Element", rules: "Rules") -> "bytearray | str":
    if isinstance(item, bytes):
        if rules.bytes_are_text:
            try:
                item.decode("utf-8")
            except UnicodeDecodeError:
                _refuse(", which are not UTF-8")
        return bytearray(item)
    if not isinstance(item, str):
        if not rules.casts_items or not _has_text(item):
            _refuse()
        item = str(item)
    try:
        item.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(", which holds half of a surrogate pair")
    return item


def _real(item: "Any", rules: "Rules") -> "Any":
    """Of a complex number the real part, where there is nothing else to it."""
    return item.real if rules.casts_items and isinstance(item, complex) and item.imag == 0 else item


def _has_text(item: "Any") -> bool:
    """Whether `str` gives more of it than where it lies in memory, or what Python calls it."""
    return isinstance(item, (int, float, complex)) or type(item).__str__ is not object.__str__


_FITS: "Dict[str, Callable[[Any, Element, Rules], Any]]" = {
    "f": _fit_real,
    "i": _fit_integer,
    "c": _fit_complex,
    "b": _fit_bool,
    "s": _fit_string,
}
