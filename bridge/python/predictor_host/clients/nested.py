"""Flattens what user code calls an array: nested lists and tuples, and whatever else holds numbers in order."""

from itertools import chain

from predictor_host.clients.fault import UNREADABLE, TensorFault, place, shown, shown_type, unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, NoReturn, Tuple

    # The shape, and the elements in row-major order: a list, or a tuple of the user's.
    Flat = Tuple[Tuple[int, ...], Any]

_LEAVES = frozenset((int, float, bool, str, bytes, complex, type(None)))
_LISTS = frozenset((list, tuple))
_PLAIN = _LEAVES | _LISTS
# With those that user code derives from them.
_SEQUENCES: "Any" = (list, tuple)
# What NumPy calls spans and points of time, and these with numbers.
_TIMES = frozenset("mM")
_TEXTUAL = frozenset("biufcmM")
# As NumPy had it for long.
_MAX_RANK = 32


def flatten(value: "Any", as_texts: bool = False) -> "Flat":
    """The shape and elements of `value`, which may be a scalar; `as_texts` keeps scalars of NumPy's, which have texts of their own. Raises `TensorFault` for ragged lists, saying where."""
    shape: "Tuple[int, ...]" = ()
    level: "Any" = (value,)
    while True:
        kinds = set(map(type, level))
        if kinds <= _LEAVES:
            return shape, level
        if not kinds <= _LISTS:
            level = [item if type(item) in _PLAIN else opened(item, as_texts) for item in level]
            if not any(type(item) in _LISTS for item in level):
                return shape, level
        if len(level) == 1:
            level = level[0]
            shape += (len(level),)
        else:
            shape += (_common_length(level, shape),)
            level = list(chain.from_iterable(level))
        if len(shape) > _MAX_RANK:
            raise TensorFault("lists nested more than %d deep" % _MAX_RANK)


def opened(item: "Any", as_texts: bool) -> "Any":
    """The items of a container as a list; anything else as it is."""
    if isinstance(item, (str, bytes)):
        return item
    try:
        if isinstance(item, _SEQUENCES):
            return list(item)
        if _has(item, "tolist"):
            return _listed(item, as_texts)
        if _has(item, "__array__"):
            return item.__array__().tolist()
        if _has(item, "__len__") and _has(item, "__getitem__") and not _has(item, "keys"):
            return list(item)
    except UNREADABLE as error:
        raise unreadable(item, error) from None
    return item


def _listed(item: "Any", as_texts: bool) -> "Any":
    kind = getattr(getattr(item, "dtype", None), "kind", None)
    if as_texts and kind in _TEXTUAL:
        return list(item) if item.shape else item
    if kind in _TIMES:
        # As numbers NumPy gives some of them, depending on their unit.
        raise TensorFault(shown_type(item))
    return complex(item) if kind == "c" and not item.shape else item.tolist()


def _has(item: object, name: str) -> bool:
    return hasattr(type(item), name)


def _common_length(level: "List[Any]", shape: "Tuple[int, ...]") -> int:
    """How many items each of `level` has."""
    lengths = [len(item) if type(item) in _LISTS else -1 for item in level]
    first = lengths[0]
    if first >= 0 and lengths.count(first) == len(lengths):
        return first
    _refuse_ragged(level, lengths, shape)


def _refuse_ragged(level: "List[Any]", lengths: "List[int]", shape: "Tuple[int, ...]") -> "NoReturn":
    index = next(index for index, length in enumerate(lengths) if length != lengths[0])
    if lengths[index] < 0 or lengths[0] < 0:
        one, other = (_item(level[0]), _item(level[index]))
    else:
        one, other = (_counted(lengths[0]), _counted(lengths[index]))
    where = "a ragged list: %s%s where%s is %s" % (other, place(index, shape), place(0, shape), one)
    raise TensorFault(where)


def _counted(length: int) -> str:
    return "a list of %d item%s" % (length, "" if length == 1 else "s")


def _item(item: "Any") -> str:
    return _counted(len(item)) if type(item) in _LISTS else shown(item) if type(item) in _LEAVES else shown_type(item)
