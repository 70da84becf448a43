"""A way of its own for calls of the models of one process: a socket on which that process itself answers.

Hazard: the process that runs models does nothing else meanwhile, neither read nor write, for as long as a model computes; and while a thread of this process
waits here, the supervisor may cancel its request. Remedy: nothing blocks on a lane for longer than a moment but with an eye on the supervisor's socket, which
`Reading` has a turn for; a request that the lane has no room for is left there half written, for the next call to go on with. Whoever has waited looks first whether
the fd is still that of the lane: user code may have put something else there, on which no answer comes, and which is not to be read or written.
"""

import _socket

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
from predictor_host.turn import Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional
    from predictor_host.reading import Reading
    from predictor_host.waiter import Waiter

# A process that has ended sends no SIGPIPE, which user code may have set to end this process; macOS has no such flag.
_FLAGS = getattr(_socket, "MSG_NOSIGNAL", 0)


class LaneLost(Exception):
    """The lane has ended. `was_sent`: some of the request was. `request_id`: that of the call, where it was raised by one."""

    def __init__(self, was_sent: bool) -> None:
        super().__init__("the lane has ended")
        self.was_sent = was_sent
        self.request_id: "Optional[int]" = None


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
        self.sender = Sender(FrameWriter(self._socket.stream, False, _FLAGS), main)
        self._reader = FrameReader(self._socket.stream, reading.waiting)
        self._messages = MessageReader(self._reader, reading.answered)
        self._turn = Turn()

    def ask(self, waiter: "Waiter", frame: "Frame", request_id: int) -> None:
        """Sends a request and blocks until `waiter.done`. Raises `LaneLost`, `RuntimeError` as `Turn.assert_divisible` does, and what `Reading.wait` does."""
        self._turn.assert_divisible(waiter.thread)
        try:
            # From here on `forget` is not called before the end of this call; it may have been.
            if self.is_lost or not self._socket.is_ours():
                raise LaneLost(False)
            self._send(waiter, frame)
            self._turn.during(waiter.thread, self._read_until_done, waiter)
        except LaneLost as lost:
            self.is_lost = True
            lost.request_id = request_id
            # Its answer may have been read by another call, right before the lane has ended.
            if waiter.message is None and not waiter.interrupted:
                raise
        finally:
            # As in `Sender.send_or_withdraw`.
            frame.withdrawn = True
        if waiter.interrupted and waiter.message is None and not self.is_lost:
            # Before anything is written: for that one may wait for a call that waits here itself.
            self.hand_over()
            if not self.sender.withdraw(frame) and self._socket.is_ours():
                self._send_if_room(Frame(encode_notification(CANCEL_REQUEST, {"id": request_id})))

    def hand_over(self) -> None:
        """Wakes those that wait for answers on this lane. To be called by everyone that has ended its wait."""
        is_left = True
        # All of them, as in `Reading.hand_over`.
        for waiter in list(self._reading.waiting.values()):
            if waiter.lane is self:
                if not waiter.done:
                    waiter.wake()
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
        self._turn.settle(self._main)
        try:
            self.sender.settle(self._socket.is_ours())
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
                self.sender.send(frame)
                return
            except Full:
                self._wait_for_room()
                if not self._socket.is_ours():
                    raise LaneLost(bool(frame.sent)) from None
            except ConnectionLost:
                raise LaneLost(bool(frame.sent)) from None

    def _send_if_room(self, frame: "Frame") -> None:
        try:
            self.sender.send(frame)
        except (Full, ConnectionLost):
            # It spares the other end some work, no more.
            pass

    def _read_until_done(self, waiter: "Waiter") -> None:
        taken, thread = self._turn.taken, waiter.thread
        while not waiter.done:
            if taken.setdefault(0, thread) != thread:
                waiter.sleep()
                self._look_round(waiter)
                continue
            if not self._is_about_to_come():
                self._wait_for_arrival(waiter)
            if not waiter.done:
                self._read_soon(waiter)

    def _wait_for_arrival(self, waiter: "Waiter") -> None:
        """Returns when something has arrived, and after a moment."""
        reading = self._reading
        if reading.is_read_elsewhere(waiter.thread):
            self._socket.arrival().poll(MOMENT_MS)
        else:
            reading.wait_beside(self._socket.arrival(reading.fd), waiter)
        self._look_round(waiter)

    def _look_round(self, waiter: "Waiter") -> None:
        """Raises `LaneLost` where what would be read is not the lane."""
        if not waiter.done and not self._socket.is_ours():
            raise LaneLost(True)

    def _is_about_to_come(self) -> bool:
        try:
            return self._messages.is_about_to_come()
        except (StreamEnd, FramingError, ConnectionLost):
            raise LaneLost(True) from None

    def _read_soon(self, waiter: "Waiter") -> None:
        """Reads the next message, or returns after a moment."""
        try:
            found = self._messages.read(self._reader.peek_soon)
        except (StreamEnd, FramingError, BridgeError, ConnectionLost):
            raise LaneLost(True) from None
        if not found:
            self._reading.read_beside()
            self._look_round(waiter)

    def _wait_for_room(self) -> None:
        self._socket.wait_for_room(MOMENT_MS)
        self._reading.read_beside()
