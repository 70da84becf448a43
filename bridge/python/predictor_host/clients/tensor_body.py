"""Where the tensors of a message lie in its body: each begins at the next multiple of 8 behind the one before it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Sequence, Tuple

_ALIGNMENT = 8
_GAPS = tuple(b"\0" * size for size in range(_ALIGNMENT))


def gap_behind(size: int) -> bytes:
    """What is between a tensor of this many bytes and the next one."""
    return _GAPS[-size % _ALIGNMENT]


def placed(tensors: "Sequence[Dict[str, Any]]") -> "Iterator[Tuple[Dict[str, Any], int]]":
    """Each tensor of a message with where it begins in the body."""
    offset = 0
    for tensor in tensors:
        yield tensor, offset
        offset += tensor["bytes"] + -tensor["bytes"] % _ALIGNMENT
