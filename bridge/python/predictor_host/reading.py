"""Who reads the connection: whoever waits, if nobody else does; the next one that waits takes over."""

from _thread import get_ident
from select import POLLIN, poll

from predictor_host.codes import BridgeError
from predictor_host.frame_reader import FrameReader
from predictor_host.framing import ConnectionLost, FramingError, StreamEnd
from predictor_host.incoming import Incoming
from predictor_host.message_reader import MessageReader
from predictor_host.turn import Turn
from predictor_host.waiter import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Dict, Optional
    from _socket import socket
    from predictor_host.frame_reader import Taken

# The supervisor signals right after writing: a frame that has begun to arrive is whole within moments.
_REST_OF_FRAME_MS = 200
# After this long whoever waits for an answer looks whether the call of a signal handler, on the same thread, has read it; at a lane also whether it was
# cancelled, and whether nobody reads the supervisor's socket.
MOMENT_MS = 20
# As that, for who waits for a request: an idle process is to wake up hardly ever. A request that a signal handler's call has read meanwhile waits up to as long.
_LONG_MOMENT_MS = 1000


class Reading:
    """Reads messages of `source` and hands each to `dispatch`, one at a time; again when it was interrupted in that."""

    def __init__(self, source: "socket", dispatch: "Callable[[Incoming], None]") -> None:
        # Those who wait for answers, by the request's id, and the one who waits for requests.
        self.waiting: "Dict[int, Waiter]" = {}
        self.arrival: "Optional[Waiter]" = None
        self._main = get_ident()
        self._reader = FrameReader(source, self.waiting)
        self.messages = MessageReader(self._reader, dispatch)
        self.fd = self._reader.fd
        self.turn = Turn()
        self._broken: "Optional[Exception]" = None

    def wait(self, waiter: Waiter) -> None:
        """Blocks until `waiter.done`. Raises `StreamEnd`, `FramingError`, `BridgeError`, `ConnectionLost`."""
        self.turn.during(waiter.thread, self._read_until_done, waiter, MOMENT_MS)

    def wait_for_arrival(self, inbox: "Deque[Incoming]") -> None:
        """Blocks until `inbox` holds something; raises as `wait` does. For the main thread only."""
        try:
            self.turn.during(self._main, self._read_until_arrival, inbox, self._main)
        finally:
            self.arrival = None

    def hand_over(self) -> None:
        """Wakes those that wait; one reads on unless somebody does. To be called by everyone that has ended its wait."""
        if not self.waiting and self.arrival is None:
            return
        waiters = [waiter for waiter in list(self.waiting.values()) if not waiter.done]
        arrival = self.arrival
        if arrival is not None and not arrival.done and not any(waiter.thread == arrival.thread for waiter in waiters):
            arrival.wake()
            return
        for waiter in waiters:
            # Who waits at a lane looks here by itself. All others: one may be about to write, for which it waits for a call that waits here itself.
            if waiter.lane is None:
                waiter.wake()

    def answered(self, incoming: Incoming) -> None:
        """Gives an answer to the one who waits for it, if anybody does."""
        waiter = self.waiting.get(incoming.message.get("id", 0))
        if waiter is not None:
            waiter.message = incoming.message
            waiter.body = incoming.body
            waiter.done = True
            waiter.wake()

    def interrupt(self, thread: int) -> bool:
        """Ends the waits of `thread` for answers; returns whether there was one."""
        found = False
        for waiter in list(self.waiting.values()):
            if waiter.thread == thread:
                found = waiter.interrupted = waiter.done = True
                waiter.wake()
        return found

    def is_read_elsewhere(self, thread: int) -> bool:
        """Whether another thread reads."""
        return self.turn.taken.get(0, thread) != thread

    def wait_beside(self, both: "Any", waiter: Waiter) -> None:
        """Reads what arrives until `waiter.done`, another fd that `both` polls is ready, or nothing has come for a moment.

        Does nothing where another thread reads. Raises as `wait` does.
        """
        if self.turn.during(waiter.thread, self._read_beside, both, waiter):
            # What comes on the lane may take long.
            self.hand_over()

    def read_beside(self) -> None:
        """Reads what has arrived, unless another thread reads."""
        self._read_arrived(False)

    def drain(self) -> None:
        """As `read_arrived`, and to the end of a frame that has begun to arrive. For signal handlers on the main thread."""
        self._read_arrived(True)

    def read_arrived(self) -> None:
        """Reads what has arrived, unless another thread reads: then that one will see it. For the main thread, where it is in the middle of nothing."""
        self.turn.settle(self._main)
        self._read_arrived(False)

    def _read_arrived(self, whole: bool) -> None:
        # Also where it is this thread's: a signal handler has interrupted it in the middle of reading.
        if self.turn.taken:
            return
        try:
            self.turn.during(get_ident(), self._read_all_available, whole)
        except (FramingError, BridgeError) as error:
            # Whoever reads next tells it.
            self._broken = error
        finally:
            # Whatever was raised: others may have gone to sleep meanwhile. To wake one for nothing does no harm.
            self.hand_over()

    # These loops are functions of their own: in Python 3.13 no `finally` guards the jump back to a loop's beginning, where signal handlers run.

    def _read_until_done(self, waiter: Waiter, moment_ms: int) -> None:
        taken, thread = self.turn.taken, waiter.thread
        while not waiter.done:
            if taken.setdefault(0, thread) == thread:
                self._read_next(moment_ms)
            else:
                waiter.sleep()

    def _read_until_arrival(self, inbox: "Deque[Incoming]", thread: int) -> None:
        taken = self.turn.taken
        while not inbox:
            if taken.setdefault(0, thread) == thread:
                self._read_next(_LONG_MOMENT_MS)
                continue
            waiter = self.arrival = Waiter()
            if not inbox:
                self.turn.during(thread, self._read_until_done, waiter, _LONG_MOMENT_MS)

    def _read_beside(self, both: "Any", waiter: Waiter) -> None:
        taken, thread = self.turn.taken, waiter.thread
        while not waiter.done and taken.setdefault(0, thread) == thread:
            # What came together with what was read before has left the socket: no poll tells of it.
            if (self._reader.partial or self.messages.next is not None) and self._read(self._reader.peek_arrived):
                continue
            ready = [fd for fd, _ in both.poll(MOMENT_MS)]
            if self.fd in ready:
                self._read(self._reader.peek_arrived)
            if ready != [self.fd]:
                return

    def _read_all_available(self, whole: bool) -> None:
        taken, thread = self.turn.taken, get_ident()
        while taken.setdefault(0, thread) == thread:
            if not (self._read_available() or (whole and self._reader.partial and self._more_comes())):
                return

    def _read_next(self, moment_ms: int) -> None:
        """Reads the next message, or returns where nothing has come for so long."""
        if self._broken is not None:
            raise self._broken
        try:
            if not self.messages.is_about_to_come():
                # Here a signal handler may call a model, and what comes of that: so nothing is received without another look. One of its own, as a poll
                # cannot be used twice at a time.
                arrives = poll()
                arrives.register(self.fd, POLLIN)
                arrives.poll(moment_ms)
            self.messages.read(self._reader.peek)
        except (StreamEnd, FramingError, BridgeError, ConnectionLost) as error:
            self._broken = error
            raise

    def _read(self, peek: "Callable[[], Optional[Taken]]") -> bool:
        if self._broken is not None:
            raise self._broken
        try:
            return self.messages.read(peek)
        except (StreamEnd, FramingError, BridgeError, ConnectionLost) as error:
            self._broken = error
            raise

    def _read_available(self) -> bool:
        return self.messages.read(self._reader.peek_available)

    def _more_comes(self) -> bool:
        rest = poll()
        rest.register(self._reader.fd, POLLIN)
        return bool(rest.poll(_REST_OF_FRAME_MS))
