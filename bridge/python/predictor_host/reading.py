"""Who reads the connection: whoever waits, if nobody else does; the next one that waits takes over."""

from _thread import get_ident
from select import POLLIN, poll

from predictor_host.codes import BridgeError
from predictor_host.frame_reader import FrameReader
from predictor_host.framing import ConnectionLost, FramingError, StreamEnd
from predictor_host.incoming import Incoming
from predictor_host.message_reader import MessageReader
from predictor_host.waiter import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Dict, Optional
    from _socket import socket
    from predictor_host.frame_reader import Taken

# The supervisor signals right after writing: a frame that has begun to arrive is whole within moments.
_REST_OF_FRAME_MS = 200
# After this long whoever waits at a lane looks whether it was cancelled, and whether nobody reads the supervisor's socket.
MOMENT_MS = 20


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
        # The thread that reads, under the key 0. No lock: whether this thread has taken it must be known after an interruption.
        self._turn: "Dict[int, int]" = {}
        self._broken: "Optional[Exception]" = None

    def wait(self, waiter: Waiter) -> None:
        """Blocks until `waiter.done`. Raises `StreamEnd`, `FramingError`, `BridgeError`, `ConnectionLost`."""
        turn, thread = self._turn, waiter.thread
        try:
            self._read_until_done(waiter)
        finally:
            # Without a call, after which a signal handler could raise and leave the turn taken. It may be nobody's.
            try:
                if turn[0] == thread:
                    del turn[0]
            except KeyError:
                pass

    def wait_for_arrival(self, inbox: "Deque[Incoming]") -> None:
        """Blocks until `inbox` holds something; raises as `wait` does. For the main thread only."""
        turn, thread = self._turn, self._main
        try:
            self._read_until_arrival(inbox, thread)
        finally:
            self.arrival = None
            try:
                if turn[0] == thread:
                    del turn[0]
            except KeyError:
                pass

    def hand_over(self) -> None:
        """Wakes one that waits; it reads on unless somebody does. To be called by everyone that has ended its wait."""
        waiter = self.arrival
        if waiter is not None and not waiter.done:
            waiter.wake()
            return
        for waiter in list(self.waiting.values()):
            # Who waits at a lane looks here by itself.
            if not waiter.done and waiter.lane is None:
                waiter.wake()
                return

    def answered(self, incoming: Incoming) -> None:
        """Gives an answer to the one who waits for it, if anybody does."""
        waiter = self.waiting.get(incoming.message.get("id", 0))
        if waiter is not None:
            waiter.message = incoming.message
            waiter.body = incoming.body
            waiter.done = True
            waiter.wake()

    def wait_beside(self, both: "Any", waiter: Waiter) -> None:
        """Unless another thread reads: reads what arrives until `waiter.done` or another one of the fds that `both` polls is ready. Raises as `wait` does."""
        turn, thread = self._turn, waiter.thread
        mine = False
        try:
            self._read_beside(both, waiter)
        finally:
            try:
                mine = turn[0] == thread
                if mine:
                    del turn[0]
            except KeyError:
                pass
        if mine:
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
        if self._turn.get(0) == self._main:
            # An interruption has left it taken.
            self._turn.pop(0)
        self._read_arrived(False)

    def _read_arrived(self, whole: bool) -> None:
        turn, thread = self._turn, get_ident()
        if turn:
            return
        try:
            if turn.setdefault(0, thread) != thread:
                return
            self._read_all_available(whole)
        except (FramingError, BridgeError) as error:
            # Whoever reads next tells it.
            self._broken = error
        finally:
            mine = False
            try:
                mine = turn[0] == thread
                if mine:
                    del turn[0]
            except KeyError:
                pass
            if mine:
                self.hand_over()

    # These loops are functions of their own: in Python 3.13 no `finally` guards the jump back to a loop's beginning, where signal handlers run.

    def _read_until_done(self, waiter: Waiter) -> None:
        turn, thread = self._turn, waiter.thread
        while not waiter.done:
            if turn.setdefault(0, thread) == thread:
                self._read(self._reader.peek)
            else:
                waiter.sleep()

    def _read_until_arrival(self, inbox: "Deque[Incoming]", thread: int) -> None:
        turn = self._turn
        while not inbox:
            if turn.setdefault(0, thread) == thread:
                self._read(self._reader.peek)
                continue
            waiter = self.arrival = Waiter()
            if not inbox:
                self.wait(waiter)

    def _read_beside(self, both: "Any", waiter: Waiter) -> None:
        turn, thread = self._turn, waiter.thread
        while not waiter.done and turn.setdefault(0, thread) == thread:
            # What came together with what was read before has left the socket: no poll tells of it.
            if (self._reader.partial or self.messages.next is not None) and self._read(self._reader.peek_arrived):
                continue
            # With a limit: the call of a signal handler may read the answer of the one that it interrupts here.
            ready = [fd for fd, _ in both.poll(MOMENT_MS)]
            if self.fd in ready:
                self._read(self._reader.peek_arrived)
                ready.remove(self.fd)
            if ready:
                return

    def _read_all_available(self, whole: bool) -> None:
        while self._read_available() or (whole and self._reader.partial and self._more_comes()):
            pass

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
