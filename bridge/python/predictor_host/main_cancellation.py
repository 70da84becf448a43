"""Cancelling a request whose user code runs on the main thread.

Hazard: an exception raised by a signal handler can hit anything, also the host's own code or the next request's. Remedy: the handler raises
only while `armed`, at most once a request, and never while the connection is in the middle of something.
"""

import signal
from _thread import get_ident
from os import getpid

from predictor_host.cancellation import Cancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn, Optional
    from predictor_host.connection import Connection


def _free_signal() -> "Optional[int]":
    """A signal that nobody else uses; None on systems without real-time signals."""
    first = getattr(signal, "SIGRTMIN", None)
    return None if first is None else int(first) + 7


class MainThreadCancellation:
    """To be made on the main thread."""

    def __init__(self, connection: "Connection") -> None:
        # The request that is being served, the one that was cancelled last, and whether a cancellation may raise now: while user code runs.
        self.current = 0
        self.asked: "Optional[int]" = None
        self.armed = False
        self._connection = connection
        self._main = get_ident()
        self._pid = getpid()
        # What makes the main thread look for a cancellation.
        self.signal = _free_signal()
        if self.signal is not None:
            signal.signal(self.signal, self._on_signal)

    def cancel(self, request_id: int) -> bool:
        if request_id != self.current:
            return False
        self.asked = request_id
        self._connection.interrupt(self._main)
        if get_ident() != self._main and self.signal is not None:
            signal.pthread_kill(self._main, self.signal)
        return True

    def due(self) -> bool:
        return self.armed and self.asked == self.current

    def strike(self) -> "NoReturn":
        self.armed = False
        raise Cancelled()

    def _on_signal(self, signum: int, frame: "Optional[FrameType]") -> None:
        if getpid() != self._pid:
            return
        self._connection.drain()
        if self.due() and not self._connection.shielded:
            self.strike()
