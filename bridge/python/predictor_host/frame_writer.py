"""Writes frames to a stream socket; see `framing` for the hazard.

Hazard: a signal handler or a finalizer may call a model in the middle of writing, whose request has to be written on the same socket and the same thread, behind
what is half written. Remedy: nothing blocks in the call that writes, and nothing is made in it for which garbage would be collected, so that both run before or after
it; and one that writes meanwhile takes away the permit by which what was computed before would be written.

Hazard: what a signal handler raises may not end the writing, but at the limit of recursion, without memory, or beneath a profiler that raises, each step raises itself.
Remedy: it is given up where to try again is in vain, and what is left is gone on with by the next call.
"""

import _socket
from errno import EAGAIN
from itertools import starmap
from select import POLLOUT, poll

from predictor_host.framing import ConnectionLost, Full, is_of_socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, List, Optional
    from _socket import socket
    from predictor_host.framing import Frame

# After this long it is tried all the same: user code may have put something else in the place of the socket.
_LONGEST_WAIT_MS = 1000
# A timer of the user's stops some steps. What stops this many, one after the other, stops them all.
_MAX_STOPPED = 1000


class FrameWriter:
    """Writes frames to `sink`; to be used by one thread at a time, which may use it again in the middle of that."""

    def __init__(self, sink: "socket", waits: bool = True, flags: int = 0) -> None:
        """`waits`: for room. `flags`: further ones of the system's call."""
        self._sink = sink
        self._send = sink.send
        self._sendmsg = sink.sendmsg
        self._waits = waits
        self._flags = _socket.MSG_DONTWAIT | flags
        # Holds the flags until they are used, and nothing when another call has written meanwhile.
        self._permit: "List[int]" = []

    def write(self, frames: "Deque[Frame]") -> None:
        """Writes all of them; takes out each that is written. Raises `ConnectionLost`, and `Full` where it does not wait.

        What a signal handler raises meanwhile is raised when they are. Raises `RecursionError` and `MemoryError`, and what stops every step, before that: then the rest
        is left for the next call, as where it is full.
        """
        held: "Optional[BaseException]" = None
        is_full = False
        stopped = 0
        while frames:
            try:
                if is_full:
                    is_full = False
                    self._wait_for_room()
                is_full = not self._write_first(frames)
                stopped = 0
            except ConnectionLost:
                raise
            except (RecursionError, MemoryError) as error:
                # Nothing is called here: that would raise again.
                if held is None:
                    raise
                raise held from error
            except BaseException as error:
                held = error
                stopped += 1
                if stopped > _MAX_STOPPED:
                    raise
            if is_full and not self._waits:
                raise held or Full()
        if held is not None:
            raise held

    def withhold(self) -> None:
        """Takes away the permit of a call that was interrupted; it looks at everything anew."""
        self._permit.clear()

    def _write_first(self, frames: "Deque[Frame]") -> bool:
        """Writes of the first frame what there is room for, and takes it out when that is all; returns whether there was room."""
        self._permit.clear()
        # Here, before anything is looked at: what another call does from now on is seen, or takes the permit away.
        permit = self._permit = [self._flags]
        # The first; none where another call has written all of them.
        for frame in list(frames):
            sent = frame.sent
            if sent or not frame.withdrawn:
                parts = _without(frame.parts, sum(sent)) if sent else frame.parts
                try:
                    # The tuple of arguments is as old as the `zip`: up to Python 3.11 garbage is collected where one is made, which `map` does once it has the permit.
                    if len(parts) == 1:
                        sent.extend(starmap(self._send, zip(parts, permit)))
                    elif parts:
                        sent.extend(starmap(self._sendmsg, zip((parts,), ((),), permit)))
                except OSError as error:
                    if not is_of_socket(error):
                        raise
                    if error.errno == EAGAIN:
                        return False
                    raise ConnectionLost(error) from None
                if sum(sent) < frame.size:
                    return True
            try:
                frames.remove(frame)
            except ValueError:
                # The other call has taken it out.
                pass
            return True
        return True

    def _wait_for_room(self) -> None:
        room = poll()
        room.register(self._sink.fileno(), POLLOUT)
        room.poll(_LONGEST_WAIT_MS)


def _without(parts: "List[Any]", sent: int) -> "List[Any]":
    rest: "List[Any]" = []
    for part in parts:
        if sent < len(part):
            rest.append(memoryview(part)[sent:])
        sent = max(0, sent - len(part))
    return rest
