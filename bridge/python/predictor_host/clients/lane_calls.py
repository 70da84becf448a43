"""Calls of models straight to the process that runs them, and what it is to a call when that way is lost."""

from os import F_OK, access, getpid

from predictor_host import codes
from predictor_host.clients.model import Model
from predictor_host.codes import BridgeError
from predictor_host.lane import LaneLost
from predictor_host.lane_socket import LaneUnreachable
from predictor_host.messages import decode_value, encode_call
from predictor_host.methods import ONNX_ENDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple
    from predictor_host.connection import Connection
    from predictor_host.framing import Buffer


class LanedModel(Model):
    """A model whose process may answer calls itself."""

    def __init__(self, description: "Dict[str, Any]") -> None:
        super().__init__(description)
        # Where its process answers calls; None: the supervisor does.
        self._lane: "Optional[str]" = description["lane"]
        # A file that is there for as long as the number stands for the model; None where this process does not see it.
        mark = "%s.%d" % (self._lane, self.number)
        self._mark = mark if self._lane is not None and access(mark, F_OK) else None
        # By which that process tells the requests of this one from those of others.
        self.caller = getpid()

    def call(self, connection: "Connection", encoded: bytes, parts: "List[Buffer]") -> "Tuple[Any, Buffer]":
        """As `Connection.call`. Raises `BridgeError`, that of `MODEL_CHANGED` where the model was exchanged, or the process has ended before it began the call."""
        lane = self._lane
        if lane is None:
            return connection.call(encoded, parts)
        if self._mark is not None and not access(self._mark, F_OK):
            # The process itself would say so only after what it runs.
            raise BridgeError(codes.MODEL_CHANGED, "%s was exchanged, or its process has ended" % self.title)
        request_id: "Optional[int]" = None
        was_reached = True
        try:
            return connection.call(encoded, parts, lane)
        except LaneLost as lost:
            if lost.was_sent:
                request_id = lost.request_id
        except LaneUnreachable:
            was_reached = False
        # Asked in any case: when that is answered, the supervisor knows that the process has ended, and loads the model in another one.
        reason, begun = self._end(connection, lane, request_id)
        if reason is None and not was_reached:
            # It is there, for others: this process has no file descriptor left, or sees other folders by now. Until the next description it is not tried again:
            # to ask why is to wait for what the process runs.
            self._lane = None
            return connection.call(encoded, parts)
        code = codes.MODEL_UNUSABLE if request_id is not None and begun else codes.MODEL_CHANGED
        raise BridgeError(code, reason or "the connection to the process that runs %s was lost" % self.title)

    def _end(self, connection: "Connection", lane: str, request_id: "Optional[int]") -> "Tuple[Optional[str], bool]":
        """Why the process at `lane` has ended, None where it has not, and whether it may have begun the request."""
        request = encode_call(ONNX_ENDED, {"model": self.number, "lane": lane, "caller": self.caller, "id": request_id})
        end = decode_value(connection.call(request, ())[1])
        return end["reason"], end["begun"]
