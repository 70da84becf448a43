"""Reads frames from a stream socket; see `framing` for the hazard.

A large body arrives where it stays: that of an answer in a `bytearray`, which arrays made of it can write to, any other in `bytes`, as a payload has to be.
"""

from predictor_host.busy_wait import BusyWait
from predictor_host.framing import CHUNK_BYTES, MIN_HEADER_BYTES, PREFIX, PREFIX_BYTES
from predictor_host.framing import ConnectionLost, FramingError, StreamEnd, assert_lengths, is_of_call, is_of_socket
from predictor_host.landing import Landing, is_answer, too_large
from predictor_host.turn import indivisible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sized, Tuple
    from _socket import socket

    from predictor_host.framing import Buffer

    # Header, body, and what had arrived behind them.
    Taken = Tuple[bytes, Buffer, List[bytes]]

_unpack_from = PREFIX.unpack_from
_MSG_WAITALL = 0x100
_MSG_DONTWAIT = 0x40


class FrameReader:
    """Reads frames of `source`; to be used by one thread at a time. `asked` holds something while an answer can come."""

    def __init__(self, source: "socket", asked: "Sized") -> None:
        self._asked = asked
        self.fd = source.fileno()
        self._recv = source.recv
        self._recv_into = source.recv_into
        # What has arrived and belongs to no frame that was taken; a list of its own for each frame.
        # Whoever takes the frame that `peek` returned puts here what had arrived behind it; harmless when repeated before the next `peek`.
        self.arrived: "List[bytes]" = []
        # How often something was asked for, so that a change tells that more may have arrived.
        self.receipts = 0
        # After a large body: how long prefix and header before it were. Else 0.
        self._after_large = 0
        self._landing: "Optional[Landing]" = None
        self._about_to_come = BusyWait(self._receive_first, _MSG_DONTWAIT)

    def peek(self) -> "Optional[Taken]":
        """Header and body of the next frame, and what to set `arrived` to; None where nothing has arrived. Blocks for the rest of a frame.

        Raises `FramingError`, `StreamEnd`, `ConnectionLost`.
        """
        if self._landing is not None:
            self._forget_landing()
        if not self.arrived and not self._receive(self._first_bytes(), _MSG_DONTWAIT):
            return None
        while True:
            frame, wanted = self._parse()
            if frame is not None:
                return frame
            self._receive(wanted, _MSG_WAITALL if wanted > CHUNK_BYTES else 0)

    def peek_soon(self) -> "Optional[Taken]":
        """As `peek`, or None where the frame is not whole by then: it blocks no longer than the socket's own time (`SO_RCVTIMEO`)."""
        if self._landing is not None:
            self._forget_landing()
        frame, wanted = self._parse()
        if frame is None and not self.arrived and self._receive(self._first_bytes(), _MSG_DONTWAIT):
            frame, wanted = self._parse()
        if frame is None and self.arrived and self._receive(wanted, _MSG_WAITALL if wanted > CHUNK_BYTES else 0):
            frame, wanted = self._parse()
        return frame

    def is_about_to_come(self) -> bool:
        """Waits a moment for the next frame where that is likely to help; returns whether some of it is there. Raises `StreamEnd`, `ConnectionLost`."""
        if self._landing is not None:
            self._forget_landing()
        return bool(self.arrived) or self._about_to_come(self._first_bytes())

    def peek_available(self) -> "Optional[Taken]":
        """As `peek_arrived`; None also where the stream has ended: whoever reads next and may block is told."""
        try:
            return self.peek_arrived()
        except (StreamEnd, ConnectionLost):
            return None

    def peek_arrived(self) -> "Optional[Taken]":
        """As `peek` if all of the frame has arrived, else None; never blocks."""
        if self._landing is not None:
            self._forget_landing()
        while True:
            frame, wanted = self._parse()
            if frame is not None:
                return frame
            if not self._receive(wanted, _MSG_DONTWAIT):
                return None

    @property
    def partial(self) -> bool:
        """Whether a frame has begun to arrive and is not whole."""
        return bool(self.arrived)

    def _first_bytes(self) -> int:
        # After a large body expect another behind a header as long: read alone, so that the body arrives without a copy.
        return self._after_large or CHUNK_BYTES

    def _parse(self) -> "Tuple[Optional[Taken], int]":
        """The next frame, or how many bytes to ask for."""
        arrived = self.arrived
        if not arrived:
            return None, CHUNK_BYTES
        head = arrived[0]
        size = len(head)
        if size >= PREFIX_BYTES:
            header_bytes, body_bytes = _unpack_from(head)
            start = PREFIX_BYTES + header_bytes
            end = start + body_bytes
            if size >= end and header_bytes >= MIN_HEADER_BYTES:
                self._after_large = 0
                return (head[PREFIX_BYTES:start], head[start:end], [head[end:]] if size > end else []), 0
            # What is here as a whole is within the limits: they were looked at before it all came.
            assert_lengths(header_bytes, body_bytes)
            if body_bytes > CHUNK_BYTES:
                return self._parse_large(start, end)
        if len(arrived) > 1:
            arrived[:] = [b"".join(arrived)]
            return self._parse()
        return None, CHUNK_BYTES

    def _parse_large(self, start: int, end: int) -> "Tuple[Optional[Taken], int]":
        """As `_parse`, without a copy of a body that comes in one piece."""
        arrived = self.arrived
        head = arrived[0]
        if len(head) < start:
            if len(arrived) > 1:
                arrived[:] = [b"".join(arrived)]
            missing = start - len(arrived[0])
            return (None, missing) if missing > 0 else self._parse()
        landing = self._landing
        if landing is None:
            missing = end - sum(map(len, arrived))
            if missing <= 0:
                self._after_large = start
                body = arrived[1] if len(arrived) == 2 and len(head) == start else b"".join([head[start:]] + arrived[1:])
                return (head[PREFIX_BYTES:start], body, []), 0
            if not (self._asked and is_answer(head, PREFIX_BYTES, start)):
                return None, missing
            try:
                landing = self._landing = Landing(arrived, start, end - start)
            except MemoryError:
                raise too_large(end - start) from None
        missing = landing.missing
        if missing > 0:
            return None, missing
        self._after_large = start
        return (head[PREFIX_BYTES:start], landing.body, []), 0

    @indivisible
    def _forget_landing(self) -> None:
        """Lets go the body of a frame that was taken."""
        landing = self._landing
        if landing is not None and landing.arrived is not self.arrived:
            self._landing = None

    @indivisible
    def _receive_first(self, wanted: int, flags: int) -> bool:
        # The call of a signal handler may have left a part of a large frame, of which other bytes are wanted, or one that was taken.
        if self._landing is not None:
            self._forget_landing()
        return bool(self.arrived) or self._receive(wanted, flags)

    @indivisible
    def _receive(self, wanted: int, flags: int) -> bool:
        """Adds what one call brings to `arrived` or the landing; returns False where nothing is there and it may not block."""
        arrived, landing = self.arrived, self._landing
        self.receipts += 1
        try:
            if landing is None:
                arrived.extend(map(self._recv, (wanted,), (flags,)))
                if arrived[-1]:
                    return True
                arrived.pop()
            else:
                with memoryview(landing.body) as whole, whole[-wanted:] as rest:
                    landing.counts.extend(map(self._recv_into, (rest,), (wanted,), (flags,)))
                if landing.counts[-1]:
                    return True
                landing.counts.pop()
        except BlockingIOError:
            return False
        except OSError as error:
            if not is_of_socket(error):
                raise
            raise ConnectionLost(error) from None
        except MemoryError as error:
            if not is_of_call(error):
                raise
            raise too_large(wanted) from None
        if arrived:
            raise FramingError("the stream ended in the middle of a frame")
        raise StreamEnd()
