"""One thread that waits for something which another thread may read for it."""

from _thread import allocate_lock, get_ident

from predictor_host import codes
from predictor_host.codes import BridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple
    from predictor_host.framing import Buffer


# Whoever wakes others may be at the limit of recursion, or without memory, where it cannot: after this long they look by themselves.
_LONGEST_SLEEP_S = 1.0
# For who is woken by the main thread where it is in the middle of nothing.
FOR_EVER = -1.0


class Waiter:
    """`done` ends the wait; `interrupted` says that it ended without an answer because its thread's request was cancelled."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.done = False
        self.interrupted = False
        # The lane on which the answer comes; None: from the supervisor.
        self.lane: "Optional[object]" = None
        self.message: "Optional[Dict[str, Any]]" = None
        self.body: "Buffer" = b""
        self._asleep = allocate_lock()
        self._asleep.acquire()

    def sleep(self, longest_s: float = _LONGEST_SLEEP_S) -> None:
        """Blocks until the next `wake`, or for so long; returns at once when one came since the last sleep."""
        self._asleep.acquire(True, longest_s)

    def wake(self) -> None:
        try:
            self._asleep.release()
        except RuntimeError:
            # It was woken already and has not slept since.
            pass

    def answer(self) -> "Tuple[Any, Buffer]":
        """What has come: the result and its body. Raises `BridgeError` with the answer's code, or CANCELLED where none has come."""
        message = self.message
        if message is None:
            raise BridgeError(codes.CANCELLED, "the request was cancelled")
        error = message.get("error")
        if error is not None:
            raise BridgeError(error.get("code"), error.get("message"), error.get("data"))
        return message["result"], self.body
