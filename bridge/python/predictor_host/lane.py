"""A way of its own for calls of the models of one thread: a socket on which that thread itself answers.

Hazard: the thread that runs models does nothing else meanwhile, neither read nor write, for as long as a model computes; and while a thread of this process
waits here, the supervisor may cancel its request. Remedy: nothing blocks on a lane for longer than a moment but with an eye on the supervisor's socket, which
`Reading` has a turn for; a request that the lane has no room for is left there half written, for the next call to go on with.
"""

import _socket
import os
import select
import struct

from predictor_host.channel import duplicate_high
from predictor_host.codes import BridgeError
from predictor_host.frame_reader import FrameReader
from predictor_host.frame_writer import FrameWriter
from predictor_host.framing import ConnectionLost, Frame, FramingError, Full, StreamEnd
from predictor_host.message_reader import MessageReader
from predictor_host.messages import encode_notification
from predictor_host.methods import CANCEL_REQUEST
from predictor_host.sender import Sender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict
    from predictor_host.reading import Reading
    from predictor_host.waiter import Waiter

# As that of the way to the supervisor.
_SEND_BYTES = 1024 * 1024
# After this long whoever waits looks whether it was cancelled, and whether nobody reads the supervisor's socket.
_MOMENT_MS = 20
_MOMENT = struct.pack("@ll", 0, _MOMENT_MS * 1000)


class LaneLost(Exception):
    """The lane has ended. `was_sent`: the request may have been begun."""

    def __init__(self, was_sent: bool) -> None:
        super().__init__("the lane has ended")
        self.was_sent = was_sent


class LaneUnreachable(Exception):
    """There is no connection to be had."""


class Lane:
    """`main` is the main thread of this process."""

    def __init__(self, path: str, reading: "Reading", main: int) -> None:
        """Connects. Raises `LaneUnreachable`."""
        self._socket = _connected(path)
        self._fd = self._socket.fileno()
        stat = os.fstat(self._fd)
        self._identity = (stat.st_dev, stat.st_ino)
        self.is_lost = False
        self._reading = reading
        self._main = main
        self._sender = Sender(FrameWriter(self._socket, _socket.MSG_DONTWAIT), main)
        self._reader = FrameReader(self._socket, reading.waiting)
        self._messages = MessageReader(self._reader, reading.answered)
        # As in `Reading`.
        self._turn: "Dict[int, int]" = {}
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)
        self._poll.register(reading.fd, select.POLLIN)

    def ask(self, waiter: "Waiter", frame: "Frame", request_id: int) -> None:
        """Sends a request and blocks until `waiter.done`. Raises `LaneLost`, and what `Reading.wait` does."""
        try:
            if not self._is_ours():
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
        for waiter in list(self._reading.waiting.values()):
            if waiter.lane is self and not waiter.done:
                waiter.wake()
                return

    def settle(self) -> None:
        """Takes back what an interruption has left. For the main thread, where it is in the middle of nothing."""
        if self._turn.get(0) == self._main:
            self._turn.pop(0)
        try:
            self._sender.settle()
        except (Full, ConnectionLost):
            # Whoever calls next goes on with it, or is told.
            pass

    def close(self) -> None:
        if self._is_ours():
            self._socket.close()
        else:
            self._socket.detach()

    def _is_ours(self) -> bool:
        """Whether the fd is still that of this lane: user code may have closed it and have another thing there."""
        try:
            stat = os.fstat(self._fd)
        except OSError:
            return False
        return (stat.st_dev, stat.st_ino) == self._identity

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
        while not waiter.done:
            if turn.setdefault(0, thread) != thread:
                waiter.sleep()
                continue
            if not self._is_about_to_come():
                self._reading.wait_beside(self._poll, waiter)
            if not waiter.done:
                self._read_soon()

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
        room = select.poll()
        room.register(self._fd, select.POLLOUT)
        room.poll(_MOMENT_MS)
        self._reading.read_beside()


def _connected(path: str) -> "_socket.socket":
    try:
        low = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            # User code may have set a time-out for all sockets.
            low.settimeout(None)
            low.connect(path)
            high = duplicate_high(low.fileno())
        finally:
            low.close()
    except OSError:
        raise LaneUnreachable() from None
    lane = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fileno=high)
    lane.settimeout(None)
    lane.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, _SEND_BYTES)
    lane.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVTIMEO, _MOMENT)
    return lane
