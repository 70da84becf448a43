"""The host's end of the bridge: pairs answers with requests in both directions. No thread is kept for reading."""

from _thread import get_ident
from collections import deque
from itertools import count
from os import getpid

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.frame_writer import FrameWriter
from predictor_host.framing import ConnectionLost, Frame, FramingError, StreamEnd
from predictor_host.letting_go import held_senders, letting_go
from predictor_host.messages import encode_call, encode_notification, encode_request
from predictor_host.methods import CANCEL_REQUEST
from predictor_host.reading import Reading
from predictor_host.sender import Sender
from predictor_host.waiter import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, Optional, Sequence, Set, Tuple
    from predictor_host.cancellation import Cancellation
    from predictor_host.channel import Channel
    from predictor_host.framing import Buffer
    from predictor_host.incoming import Incoming
    from predictor_host.lane import Lane
    from predictor_host.lanes import Lanes


class Connection:
    """To be made once, on the main thread. `pid` is the process that may use it."""

    def __init__(self, channel: "Channel") -> None:
        self.pid = channel.pid
        self.cancellation: "Optional[Cancellation]" = None
        # Requests that were cancelled while they waited in the inbox; whoever takes one out answers it so.
        self.revoked: "Set[int]" = set()
        self._main = get_ident()
        self._inbox: "Deque[Incoming]" = deque()
        self._reading = Reading(channel.down, self._dispatch)
        # Ends the waits of a thread for answers; returns whether there was one.
        self.interrupt = self._reading.interrupt
        self._sender = Sender(FrameWriter(channel.up), self._main)
        # Sends an answer unless it is sent already; raises `ConnectionLost`. A fork has left before it comes here (`exit_fork`), and has no channel.
        self.send = self._sender.send
        self._ids = count(1)
        self._asking = 0
        # The ways to processes that run models; None while nobody has models.
        self.lanes: "Optional[Lanes]" = None

    @property
    def shielded(self) -> bool:
        """Whether the main thread is in the middle of something that a raising signal handler would break."""
        return bool(self._asking or self._sender.shielded)

    def next_request(self) -> "Incoming":
        """Blocks the main thread until there is a request that is not `done`; returns the same one until it is.

        Raises `StreamEnd`, `FramingError`, `BridgeError`, `ConnectionLost`.
        """
        # Here this thread is in the middle of nothing, also where an interruption has left it otherwise.
        self._asking = 0
        self._sender.settle()
        if self.lanes is not None:
            self.lanes.settle()
        inbox, reading = self._inbox, self._reading
        while inbox and inbox[0].done:
            # Nothing else keeps it: while the next one is waited for, its payload is gone.
            inbox.popleft()
        if inbox:
            # It has waited: what came behind it may be its cancellation.
            reading.read_arrived()
        else:
            reading.wait_for_arrival(inbox)
            if reading.messages.holds_cancellation():
                # It has waited in the socket.
                reading.read_arrived()
        if reading.waiting:
            reading.hand_over()
        return inbox[0]

    def request(self, method: str, params: object, body: bytes = b"") -> "Tuple[Any, Buffer]":
        """Asks the supervisor and blocks; returns the result and its body, as `call` does."""
        return self.call(encode_call(method, params), (body,))

    def call(self, encoded: bytes, parts: "Sequence[Buffer]", lane: "Optional[str]" = None) -> "Tuple[Any, Buffer]":
        """As `request`, with what `encode_call` gives and the parts of the body, which are not copied where they are large.

        The answer's body is a buffer of its own, `bytes` unless it is large, then writable. Raises `BridgeError` with the answer's code,
        INVALID_PARAMS for what is too large to be sent, or CONNECTION_CLOSED; `RuntimeError` where a signal handler calls in the middle of what cannot be left
        there (see `Turn`). With `lane`, a path, the process that listens there is asked in the supervisor's place; then raises `LaneLost` and `LaneUnreachable` too.
        """
        if getpid() != self.pid:
            raise BridgeError(codes.CONNECTION_CLOSED, "a forked process has no connection of its own")
        waiter = Waiter()
        self._reading.turn.assert_divisible(waiter.thread)
        on_main = waiter.thread == self._main
        # Only by the main thread: others would write back what they read before.
        if on_main:
            self._asking += 1
        try:
            way = None if lane is None or self.lanes is None else self.lanes.of(lane)
            # Who is in the middle of writing to a lane waits already.
            if self._sender.is_held() or self._reading.waiting:
                letting_go(held_senders(self._sender, self.lanes), self._ask, waiter, next(self._ids), encoded, parts, way)
            else:
                self._ask(waiter, next(self._ids), encoded, parts, way)
        except (StreamEnd, FramingError, ConnectionLost) as error:
            raise BridgeError(codes.CONNECTION_CLOSED, "the connection is closed: %s" % error) from None
        finally:
            if on_main:
                self._asking -= 1
        if self.cancellation is not None and (waiter.interrupted or (on_main and self.cancellation.due())):
            self.cancellation.strike()
        return waiter.answer()

    def notify(self, method: str, params: object, body: bytes = b"") -> None:
        """Tells the supervisor something. Raises `ConnectionLost` where it is gone, `FramingError` where it is too large."""
        if getpid() != self.pid:
            return
        self._sender.send_or_withdraw(Frame(encode_notification(method, params), body))
        # A cancellation that came while the frame was written could not raise then.
        if self.cancellation is not None and get_ident() == self._main and self.cancellation.due() and not self.shielded:
            self.cancellation.strike()

    def open_lanes(self) -> None:
        """Lets calls go to the processes that run models. To be called before user code runs, where there are models."""
        from predictor_host.lanes import Lanes

        self.lanes = Lanes(self._reading, self._main)

    def drain(self) -> None:
        """Reads what has arrived without blocking. For signal handlers on the main thread."""
        self._asking += 1
        try:
            self._reading.drain()
        finally:
            self._asking -= 1

    def revoke(self, request_id: int) -> None:
        """Marks a request that waits in the inbox as cancelled; does nothing for any other."""
        for request in list(self._inbox):
            if request.message["id"] == request_id and not request.done:
                self.revoked.add(request_id)

    def _ask(self, waiter: Waiter, request_id: int, encoded: bytes, parts: "Sequence[Buffer]", lane: "Optional[Lane]") -> None:
        waiter.lane = lane
        waiting = self._reading.waiting
        waiting[request_id] = waiter
        try:
            if waiter.thread == self._main and self.cancellation is not None and self.cancellation.due():
                waiter.interrupted = True
                return
            try:
                frame = Frame.of_parts(encode_request(request_id, encoded), parts)
            except FramingError as error:
                # Nothing of it is written: the connection goes on.
                raise BridgeError(codes.INVALID_PARAMS, "the request cannot be sent: %s" % error) from None
            if lane is not None:
                lane.ask(waiter, frame, request_id)
                return
            self._sender.send_or_withdraw(frame)
            self._reading.wait(waiter)
            if waiter.interrupted and waiter.message is None:
                # Before anything is written: for that one may wait for a call that waits here itself.
                self._reading.hand_over()
                self._sender.send(Frame(encode_notification(CANCEL_REQUEST, {"id": request_id})))
        finally:
            try:
                del waiting[request_id]
                self._reading.hand_over()
            finally:
                if lane is not None:
                    lane.hand_over()

    def _dispatch(self, incoming: "Incoming") -> None:
        message = incoming.message
        method = message.get("method")
        if method is None:
            self._reading.answered(incoming)
        elif "id" in message:
            if not incoming.done and incoming not in self._inbox:
                self._inbox.append(incoming)
            waiter = self._reading.arrival
            if waiter is not None:
                waiter.done = True
                waiter.wake()
        elif method == CANCEL_REQUEST:
            self._cancel(message.get("params"))

    def _cancel(self, params: "Any") -> None:
        try:
            request_id = int(params["id"])
        except (KeyError, TypeError, ValueError):
            return
        if self.cancellation is None or not self.cancellation.cancel(request_id):
            self.revoke(request_id)
