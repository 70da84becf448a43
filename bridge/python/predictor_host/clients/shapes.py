"""Whether an array has the shape that a model declares, or can be given it."""

from predictor_host.clients.fault import TensorFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Sequence, Tuple

    Shape = Tuple[int, ...]
    # An integer, or a name or None: unknown.
    Declared = Optional[Sequence[Any]]


def fit_shape(shape: "Shape", declared: "Declared", reshapes_all: bool) -> "Shape":
    """The shape to send: the declared one where that has at most one unknown dimension. Raises `TensorFault`."""
    if declared is None or _has_form(shape, declared):
        return shape
    if reshapes_all or len(shape) < len(declared):
        filled = _filled(count_of(shape), list(declared))
        if filled is None and None in declared:
            # As Cortex did: a dimension that has not even a name is 1.
            filled = _filled(count_of(shape), [1 if size is None else size for size in declared])
        if filled is not None:
            return filled
    raise TensorFault("shape %s" % shown_shape(shape))


def shown_shape(shape: "Declared") -> str:
    """`[N, ?, 4]`."""
    if shape is None:
        return "any"
    return "[%s]" % ", ".join("?" if size is None else str(size) for size in shape)


def _has_form(shape: "Shape", declared: "Sequence[Any]") -> bool:
    if len(shape) != len(declared):
        return False
    return all(wanted == size or not isinstance(wanted, int) for size, wanted in zip(shape, declared))


def _filled(size: int, declared: "List[Any]") -> "Optional[Shape]":
    """`declared` with its one unknown dimension found, or None."""
    unknown = [index for index, wanted in enumerate(declared) if not isinstance(wanted, int)]
    known = count_of([wanted for wanted in declared if isinstance(wanted, int)])
    if not unknown:
        return tuple(declared) if known == size else None
    if len(unknown) > 1 or known == 0 or size % known:
        return None
    declared[unknown[0]] = size // known
    return tuple(declared)


def count_of(shape: "Sequence[int]") -> int:
    """How many elements there are."""
    count = 1
    for size in shape:
        count *= size
    return count
