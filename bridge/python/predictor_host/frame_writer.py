"""Writes frames to a stream socket; see `framing` for the hazard."""

from predictor_host.framing import ConnectionLost, is_of_socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional
    from _socket import socket
    from predictor_host.framing import Frame


class FrameWriter:
    """Writes frames to `sink`; to be used by one thread at a time."""

    def __init__(self, sink: "socket") -> None:
        self._send = sink.send
        self._sendmsg = sink.sendmsg

    def write(self, frame: "Frame") -> None:
        """Blocks until the whole frame is written; does nothing when it is already. Raises `ConnectionLost`.

        What a signal handler raises in between is raised when the frame is whole.
        """
        held: "Optional[BaseException]" = None
        sent = frame.sent
        while True:
            try:
                written = sum(sent)
                while written != frame.size:
                    parts = _without(frame.parts, written) if written else frame.parts
                    if len(parts) == 1:
                        sent.extend(map(self._send, parts))
                    else:
                        sent.extend(map(self._sendmsg, (parts,)))
                    written += sent[-1]
                break
            except OSError as error:
                if is_of_socket(error):
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
