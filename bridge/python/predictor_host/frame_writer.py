"""Writes frames to a stream socket; see `framing` for the hazard."""

from errno import EAGAIN

from predictor_host.framing import ConnectionLost, Full, is_of_socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, List, Optional
    from _socket import socket
    from predictor_host.framing import Frame


class FrameWriter:
    """Writes frames to `sink`; to be used by one thread at a time."""

    def __init__(self, sink: "socket", flags: int = 0) -> None:
        """`flags`: those of the system's call, such as one by which it does not block."""
        self._send = sink.send
        self._sendmsg = sink.sendmsg
        self._flags = (flags,)

    def write(self, frames: "Deque[Frame]") -> None:
        """Blocks until all of them are written; takes out each that is. Raises `ConnectionLost`, and `Full` where it may not block.

        What a signal handler raises meanwhile is raised when they are.
        """
        held: "Optional[BaseException]" = None
        while frames:
            try:
                frame = frames[0]
                sent = frame.sent
                parts = _without(frame.parts, sum(sent)) if sent else frame.parts
                if len(parts) == 1:
                    sent.extend(map(self._send, parts, self._flags))
                elif parts:
                    sent.extend(map(self._sendmsg, (parts,), ((),), self._flags))
                if sum(sent) == frame.size:
                    frames.popleft()
            except OSError as error:
                if is_of_socket(error):
                    if error.errno == EAGAIN and self._flags[0]:
                        raise held or Full() from None
                    raise ConnectionLost(error) from None
                held = error
            except BaseException as error:
                held = error
        if held is not None:
            raise held


def _without(parts: "List[Any]", sent: int) -> "List[Any]":
    rest: "List[Any]" = []
    for part in parts:
        if sent < len(part):
            rest.append(memoryview(part)[sent:])
        sent = max(0, sent - len(part))
    return rest
