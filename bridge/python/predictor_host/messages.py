"""JSON-RPC 2.0 messages, as they stand in the header of a frame."""

import json
import re

from predictor_host import codes
from predictor_host.codes import BridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple
    from predictor_host.framing import Buffer

_scan: "Callable[[str, int], Tuple[Any, int]]" = getattr(json.JSONDecoder(), "scan_once")
# Strings, so that what is in them does not count, and what begins and ends a list or a dictionary.
_NESTING = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]')
_MAX_DEPTH = 50
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def decode_message(header: bytes) -> "Dict[str, Any]":
    """Reads a header: a dictionary with `method`, `id` or both. Raises `BridgeError` with PARSE_ERROR or INVALID_REQUEST."""
    try:
        text = header.decode("utf-8")
        decoded, end = _scan(text, 0)
    except StopIteration:
        raise BridgeError(codes.PARSE_ERROR, "the header is not JSON") from None
    except ValueError as error:
        raise BridgeError(codes.PARSE_ERROR, "the header is not JSON: %s" % error) from None
    except RecursionError as error:
        # Else it is of the user's, who has called at the limit: the message is read again by who calls next.
        if _is_deep(header):
            raise BridgeError(codes.PARSE_ERROR, "the header is not JSON: %s" % error) from None
        raise
    if end != len(text):
        raise BridgeError(codes.PARSE_ERROR, "the header is not JSON: something follows the message")
    message: "Dict[str, Any]" = decoded
    if type(decoded) is not dict or message.get("jsonrpc") != "2.0":
        raise BridgeError(codes.INVALID_REQUEST, "the header is no JSON-RPC 2.0 message")
    if type(message.get("method")) is str:
        if type(message.get("id", 0)) is int:
            return message
    elif type(message.get("id")) is int and ("result" in message or type(message.get("error")) is dict):
        return message
    raise BridgeError(codes.INVALID_REQUEST, "the header is neither request, notification, result nor error")


def _is_deep(header: bytes) -> bool:
    """Whether something in a header is nested more deeply than in any message."""
    depth = 0
    for piece in _NESTING.findall(header):
        depth += piece in b"[{" or -(piece in b"]}")
        if depth > _MAX_DEPTH:
            return True
    return False


def encode_call(method: str, params: object) -> bytes:
    """What `encode_request` makes a request of."""
    return b'"method":%s,"params":%s' % (encode_value(method), encode_value(params))


def encode_request(request_id: int, call: bytes) -> bytes:
    """`call`: the members `method` and `params` as JSON text."""
    return b'{"jsonrpc":"2.0","id":%d,%s}' % (request_id, call)


def decode_value(text: "Buffer") -> "Any":
    """The value of a JSON text that the supervisor has written."""
    return _scan(str(text, "utf-8"), 0)[0]


def encode_value(value: object) -> bytes:
    """The JSON text of a value, as it stands in a message."""
    return _encode(value).encode("ascii")


def encode_notification(method: str, params: object) -> bytes:
    return _encode({"jsonrpc": "2.0", "method": method, "params": params}).encode("ascii")


def encode_result(request_id: int, result: object) -> bytes:
    return _encode({"jsonrpc": "2.0", "id": request_id, "result": result}).encode("ascii")


def encode_error(request_id: "int | None", error: BridgeError) -> bytes:
    shown = {"code": error.code, "message": error.message, "data": error.data}
    return _encode({"jsonrpc": "2.0", "id": request_id, "error": shown}).encode("ascii")
