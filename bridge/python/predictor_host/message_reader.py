"""Messages out of the frames of one socket."""

from predictor_host.incoming import Incoming
from predictor_host.messages import decode_message
from predictor_host.methods import CANCEL_REQUEST
from predictor_host.turn import indivisible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional
    from predictor_host.frame_reader import FrameReader, Taken

_CANCELLATION = CANCEL_REQUEST.encode("ascii")


class MessageReader:
    """Hands each message to `dispatch`, one at a time; again when it was interrupted in that. To be used by one thread at a time."""

    def __init__(self, frames: "FrameReader", dispatch: "Callable[[Incoming], None]") -> None:
        self._frames = frames
        self._dispatch = dispatch
        # What was read and may not have been dispatched to its end.
        self.next: "Optional[Incoming]" = None
        # The receipt up to which no cancellation has come.
        self._searched = 0

    def is_about_to_come(self) -> bool:
        """Whether a message is there to be read, as far as `FrameReader.is_about_to_come` tells; raises what that does."""
        return self.next is not None or self._frames.is_about_to_come()

    @indivisible
    def read(self, peek: "Callable[[], Optional[Taken]]") -> bool:
        """Reads a message by one of the reader's ways to peek, and returns whether there was one. Raises what that does, and `BridgeError`."""
        incoming = self.next
        if incoming is None:
            frame = peek()
            if frame is None:
                return False
            incoming = self.next = Incoming(decode_message(frame[0]), frame[1], frame[2])
        self._dispatch(incoming)
        self._frames.arrived = incoming.rest
        self.next = None
        return True

    def holds_cancellation(self) -> bool:
        """Whether a cancellation, or what looks like one, has arrived behind the message that was read last; to read all to see would cost each message."""
        reader = self._frames
        if not reader.arrived:
            return False
        receipts = reader.receipts
        # Without a further receipt what is left is the end of what was searched before.
        if receipts == self._searched:
            return False
        for piece in reader.arrived:
            if _CANCELLATION in piece:
                return True
        self._searched = receipts
        return False
