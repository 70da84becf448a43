"""Calls of models straight to the thread that runs them, and what it is to a call when that way is lost."""

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.lane import LaneLost, LaneUnreachable
from predictor_host.messages import decode_value, encode_call
from predictor_host.methods import ONNX_ENDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple
    from predictor_host.clients.model import Model
    from predictor_host.connection import Connection
    from predictor_host.framing import Buffer


def call_model(connection: "Connection", model: "Model", encoded: bytes, parts: "List[Buffer]") -> "Tuple[Any, Buffer]":
    """As `Connection.call`, on the model's lane where it has one. Raises `BridgeError`, that of `MODEL_CHANGED` where the thread has ended before the call."""
    path, lanes = model.lane, connection.lanes
    if path is None or lanes is None:
        return connection.call(encoded, parts)
    try:
        return connection.call(encoded, parts, lanes.of(path))
    except LaneLost as lost:
        was_sent = lost.was_sent
    except LaneUnreachable:
        if _why_ended(connection, model, path) is None:
            # It is there, for others: this process has no file descriptor left, or sees other folders by now.
            return connection.call(encoded, parts)
        was_sent = False
    # Asked in any case: when that is answered, the supervisor knows that the thread has ended, and loads the model on another one.
    reason = _why_ended(connection, model, path)
    if was_sent:
        raise BridgeError(codes.MODEL_UNUSABLE, reason or "the connection to the thread that runs %s was lost" % model.title)
    raise BridgeError(codes.MODEL_CHANGED, "the thread that ran %s has ended" % model.title)


def _why_ended(connection: "Connection", model: "Model", lane: str) -> "Optional[str]":
    return decode_value(connection.call(encode_call(ONNX_ENDED, {"model": model.number, "lane": lane}), ())[1])["reason"]
