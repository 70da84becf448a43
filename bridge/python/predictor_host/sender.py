"""Writes frames from any thread, one after the other.

Hazard: a signal handler or a finaliser that logs or calls a model may run on a thread that is in the middle of writing, and would wait for itself.
Remedy: the lock is reentrant, and the inner call first writes what is left of the outer one's frame (see `frame_writer`).
"""

from _thread import RLock, get_ident
from collections import deque

from predictor_host.frame_writer import FrameWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Deque, Optional
    from predictor_host.framing import Frame


class Sender:
    """`main` is the main thread. `shielded` is above 0 while that one writes: nothing may raise into it then."""

    def __init__(self, writer: FrameWriter, main: int) -> None:
        self.shielded = 0
        self._main = main
        self._writer = writer
        self._lock = RLock()
        self._is_owned: "Callable[[], bool]" = getattr(self._lock, "_is_owned")
        # The first of these may be half written: who was interrupted has left it, and the next call goes on with it.
        self._outgoing: "Deque[Frame]" = deque()

    def send(self, frame: "Optional[Frame]" = None) -> None:
        """Returns when the frame is written; does nothing for a frame sent before. Without one: when what is left is.

        Raises `ConnectionLost`, and `Full` where the socket may not block: then the rest is left for the next call.
        """
        on_main = get_ident() == self._main
        # Only by the main thread: others would write back what they read before.
        if on_main:
            self.shielded += 1
        try:
            outgoing = self._outgoing
            with self._lock:
                # One that was begun is among them or sent.
                if frame is not None and not frame.sent and frame not in outgoing:
                    outgoing.append(frame)
                self._writer.write(outgoing)
        finally:
            if on_main:
                self.shielded -= 1

    def withdraw(self, frame: "Frame") -> bool:
        """Whether nothing of the frame was written; then it will not be."""
        with self._lock:
            # First: a call that comes in between does not begin it.
            frame.withdrawn = True
            if not frame.sent:
                try:
                    self._outgoing.remove(frame)
                except ValueError:
                    pass
            return not frame.sent

    def settle(self, writes: bool = True) -> None:
        """Takes back what an interruption has left of a call; if it `writes`, also what was left unwritten. For the main thread, where it is in the middle of nothing.

        Raises as `send` does.
        """
        self.shielded = 0
        # Up to Python 3.9 an exception may come between the end of a `with` and the release of its lock.
        while self._is_owned():
            self._lock.release()
        if writes and self._outgoing:
            # None by itself: one that is withdrawn meanwhile would be among them again.
            self.send()
