"""A way of its own for calls of the models of one thread: a socket on which that thread itself answers.

Hazard: the thread that runs models does nothing else meanwhile, neither read nor write, for as long as a model computes; and while a thread of this process
waits here, the supervisor may cancel its request. Remedy: nothing blocks on a lane for longer than a moment but with an eye on the supervisor's socket, which
`Reading` has a turn for; a request that the lane has no room for is left there half written, for the next call to go on with.
"""

import _socket
from select import POLLIN, POLLOUT, poll

from predictor_host.codes import BridgeError
from predictor_host.frame_reader import FrameReader
from predictor_host.frame_writer import FrameWriter
from predictor_host.framing import ConnectionLost, Frame, FramingError, Full, StreamEnd
from predictor_host.lane_socket import LaneSocket
from predictor_host.message_reader import MessageReader
from predictor_host.messages import encode_notification
from predictor_host.methods import CANCEL_REQUEST
from predictor_host.reading import MOMENT_MS
from predictor_host.sender import Sender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict
    from predictor_host.reading import Reading
    from predictor_host.waiter import Waiter

# Nothing blocks, and a thread that has ended sends no SIGPIPE, which user code may have set to end this process; macOS has no such flag.
_FLAGS = _socket.MSG_DONTWAIT | getattr(_socket, "MSG_NOSIGNAL", 0)


class LaneLost(Exception):
    """The lane has ended. `was_sent`: the request may have been begun."""

    def __init__(self, was_sent: bool) -> None:
        super().__init__("the lane has ended")
        self.was_sent = was_sent


class Lane:
    """`main` is the main thread of this process. `forget` is called when the lane is lost and nobody waits at it any more."""

    def __init__(self, path: str, reading: "Reading", main: int, forget: "Callable[[Lane], None]") -> None:
        """Connects. Raises `LaneUnreachable`."""
        self.path = path
        self._socket = LaneSocket(path, MOMENT_MS)
        self.is_lost = False
        self._forget = forget
        self._reading = reading
        self._main = main
        self._sender = Sender(FrameWriter(self._socket.stream, _FLAGS), main)
        self._reader = FrameReader(self._socket.stream, reading.waiting)
        self._messages = MessageReader(self._reader, reading.answered)
        # As in `Reading`.
        self._turn: "Dict[int, int]" = {}

    def ask(self, waiter: "Waiter", frame: "Frame", request_id: int) -> None:
        """Sends a request and blocks until `waiter.done`. Raises `LaneLost`, and what `Reading.wait` does."""
        try:
            # From here on `forget` is not called before the end of this call; it may have been.
            if self.is_lost or not self._socket.is_ours():
                raise LaneLost(False)
            self._send(waiter, frame)
            self._wait(waiter)
        except LaneLost:
            self.is_lost = True
            if not waiter.interrupted:
                raise
        if waiter.interrupted and waiter.message is None and not self.is_lost and not self._sender.withdraw(frame):
            self._send_if_room(Frame(encode_notification(CANCEL_REQUEST, {"id": request_id})))

    def hand_over(self) -> None:
        """Wakes one that waits for an answer on this lane. To be called by everyone that has ended its wait."""
        is_left = True
        for waiter in list(self._reading.waiting.values()):
            if waiter.lane is self:
                if not waiter.done:
                    waiter.wake()
                    return
                is_left = False
        if is_left and self.is_lost:
            self._forget(self)

    def look(self) -> None:
        """Takes the lane for lost where its other end is gone."""
        if self._socket.has_ended():
            self.is_lost = True
            self.hand_over()

    def settle(self) -> None:
        """Takes back what an interruption has left. For the main thread, where it is in the middle of nothing."""
        if self._turn.get(0) == self._main:
            self._turn.pop(0)
        try:
            self._sender.settle()
        except (Full, ConnectionLost):
            # Whoever calls next goes on with it, or is told.
            pass
        # Others may sleep for as long as nobody does.
        self.hand_over()

    def close(self) -> None:
        """To be called when nobody waits at it. May be repeated."""
        self._socket.close()

    def _send(self, waiter: "Waiter", frame: "Frame") -> None:
        while not waiter.done:
            try:
                self._sender.send(frame)
                return
            except Full:
                self._wait_for_room()
            except ConnectionLost:
                raise LaneLost(bool(frame.sent)) from None

    def _send_if_room(self, frame: "Frame") -> None:
        try:
            self._sender.send(frame)
        except (Full, ConnectionLost):
            # It spares the other end some work, no more.
            pass

    def _wait(self, waiter: "Waiter") -> None:
        turn, thread = self._turn, waiter.thread
        try:
            self._read_until_done(waiter)
        finally:
            # As in `Reading.wait`.
            try:
                if turn[0] == thread:
                    del turn[0]
            except KeyError:
                pass

    def _read_until_done(self, waiter: "Waiter") -> None:
        turn, thread = self._turn, waiter.thread
        both = None
        while not waiter.done:
            if turn.setdefault(0, thread) != thread:
                waiter.sleep()
                continue
            if not self._is_about_to_come():
                if both is None:
                    # For this wait alone: a signal handler's own one may interrupt it, and a poll cannot be used twice at a time.
                    both = self._poll_both()
                self._reading.wait_beside(both, waiter)
            # Such a one also ends with the turn let go.
            if not waiter.done and turn.setdefault(0, thread) == thread:
                self._read_soon()

    def _poll_both(self) -> "Any":
        both = poll()
        both.register(self._socket.fd, POLLIN)
        both.register(self._reading.fd, POLLIN)
        return both

    def _is_about_to_come(self) -> bool:
        try:
            return self._messages.next is not None or self._reader.is_about_to_come()
        except (StreamEnd, FramingError, ConnectionLost):
            raise LaneLost(True) from None

    def _read_soon(self) -> None:
        """Reads the next message, or returns after a moment."""
        try:
            found = self._messages.read(self._reader.peek_soon)
        except (StreamEnd, FramingError, BridgeError, ConnectionLost):
            raise LaneLost(True) from None
        if not found:
            self._reading.read_beside()

    def _wait_for_room(self) -> None:
        room = poll()
        room.register(self._socket.fd, POLLOUT)
        room.poll(MOMENT_MS)
        self._reading.read_beside()
