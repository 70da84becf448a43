"""Writes frames from any thread, one after the other.

Hazard: a signal handler or a finaliser that logs or calls a model may run on a thread that is in the middle of writing, and would wait for itself.
Remedy: the lock is reentrant, and the inner call first writes what is left of the outer one's frame (see `frame_writer`); who waits for an answer lets go of it (see
`letting_go`).
"""

from _thread import RLock, get_ident
from collections import deque
from itertools import starmap

from predictor_host.frame_writer import FrameWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, List, Optional
    from predictor_host.framing import Frame


class Sender:
    """`main` is the main thread. `shielded` is above 0 while that one writes: nothing may raise into it then."""

    def __init__(self, writer: FrameWriter, main: int) -> None:
        self.shielded = 0
        self._main = main
        self._writer = writer
        self._lock = RLock()
        # Whether the calling thread is in the middle of a call.
        self.is_held: "Callable[[], bool]" = getattr(self._lock, "_is_owned")
        # As `threading.Condition` has them.
        self._release_save: "Callable[[], Any]" = getattr(self._lock, "_release_save")
        self._acquire_restore: "Callable[[Any], None]" = getattr(self._lock, "_acquire_restore")
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

    def send_or_withdraw(self, frame: "Frame") -> None:
        """As `send`; where it raises, a frame that was not begun is not sent later, for nobody."""
        try:
            self.send(frame)
        finally:
            # Without a call, for which there may be no room. Nothing to one that was begun.
            frame.withdrawn = True

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

    def let_go(self, state: "List[Any]") -> None:
        """Lets go of the lock, which the calling thread holds, and notes in `state` what `take_back` needs."""
        # What an interrupted call has computed is not to be written once others have written.
        self._writer.withhold()
        # One call into C, in which no signal handler runs, does both.
        state.extend(starmap(self._release_save, ((),)))

    def take_back(self, state: "List[Any]") -> None:
        """Takes the lock as it was held before `let_go`, where that is still to be done. May be repeated."""
        if state:
            self._release()
            # As there.
            any(map(self._acquire_restore, map(state.pop, (0,))))

    def settle(self, writes: bool = True) -> None:
        """Takes back what an interruption has left of a call; if it `writes`, also what was left unwritten. For the main thread, where it is in the middle of nothing.

        Raises as `send` does.
        """
        self.shielded = 0
        self._release()
        if writes and self._outgoing:
            # None by itself: one that is withdrawn meanwhile would be among them again.
            self.send()

    def _release(self) -> None:
        # Up to Python 3.9 an exception may come between the end of a `with` and the release of its lock.
        while self.is_held():
            self._lock.release()
