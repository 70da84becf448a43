"""Frames on a stream socket.

Hazard: a length that is believed before it is checked lets one broken frame allocate gigabytes, and a signal handler of the user's
may raise between any two steps of reading and writing. Remedy: lengths are checked first; what a call received or sent is noted by
one call into C (`list.extend` of a `map`), in which no signal handler runs, so that reading and writing go on where they stopped.
See `frame_reader` and `frame_writer`.
"""

import errno
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Sequence, Union

    # What holds a part of a body; a memoryview is one of single bytes.
    Buffer = Union[bytes, bytearray, memoryview]

MAX_HEADER_BYTES = 1024 * 1024
MAX_BODY_BYTES = 1024 * 1024 * 1024

MIN_HEADER_BYTES = 2
PREFIX = struct.Struct(">II")
PREFIX_BYTES = PREFIX.size
_pack = PREFIX.pack
CHUNK_BYTES = 64 * 1024

# The system takes at most 1024 (IOV_MAX) in one call.
_MAX_PARTS = 256


class FramingError(Exception):
    """The stream holds something that is no frame; nothing after it can be understood."""


class StreamEnd(Exception):
    """The stream ended between two frames."""


class ConnectionLost(Exception):
    """The socket itself failed. No `OSError`: user code may raise those anywhere, a `TimeoutError` from a signal handler above all."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        # User code closed the fd, or put something else in its place.
        self.fd_taken = error.errno in (errno.EBADF, errno.ENOTSOCK)


class Full(Exception):
    """The socket takes no more for now."""


class Frame:
    """A frame on its way out. `sent`: how many bytes each call has written of it. `withdrawn`: it is not to be begun."""

    __slots__ = ("parts", "size", "sent", "withdrawn")

    def __init__(self, header: bytes, body: bytes = b"") -> None:
        """Raises `FramingError` where a length is not allowed."""
        header_bytes, body_bytes = len(header), len(body)
        if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES or header_bytes < MIN_HEADER_BYTES:
            assert_lengths(header_bytes, body_bytes)
        head = _pack(header_bytes, body_bytes) + header
        self.parts: "List[Any]" = [head, body] if body_bytes > CHUNK_BYTES else [head + body]
        self.size = PREFIX_BYTES + header_bytes + body_bytes
        self.sent: "List[int]" = []
        self.withdrawn = False

    @classmethod
    def of_parts(cls, header: bytes, parts: "Sequence[Buffer]") -> "Frame":
        """A frame whose body is `parts` one behind the other: bytes, or memoryviews of bytes; large ones are not copied. Raises as the constructor does."""
        body_bytes = sum(map(len, parts))
        if body_bytes <= CHUNK_BYTES or len(parts) > _MAX_PARTS:
            return cls(header, b"".join(parts))
        header_bytes = len(header)
        assert_lengths(header_bytes, body_bytes)
        frame = cls(header)
        frame.parts = [PREFIX.pack(header_bytes, body_bytes) + header]
        frame.parts.extend(parts)
        frame.size = PREFIX_BYTES + header_bytes + body_bytes
        return frame


def assert_lengths(header_bytes: int, body_bytes: int) -> None:
    if not MIN_HEADER_BYTES <= header_bytes <= MAX_HEADER_BYTES:
        raise FramingError("a header of %d bytes; %d to %d are allowed" % (header_bytes, MIN_HEADER_BYTES, MAX_HEADER_BYTES))
    if body_bytes > MAX_BODY_BYTES:
        raise FramingError("a body of %d bytes; at most %d are allowed" % (body_bytes, MAX_BODY_BYTES))


def is_of_call(error: BaseException) -> bool:
    """Whether the call into C itself failed. To be asked where it was made: what a signal handler raised comes from deeper down."""
    trace = error.__traceback__
    return trace is None or trace.tb_next is None


def is_of_socket(error: OSError) -> bool:
    """As `is_of_call`; an `OSError` that user code set in this thread has no number."""
    return error.errno is not None and is_of_call(error)
