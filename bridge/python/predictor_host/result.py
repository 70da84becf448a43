"""From what `predict` returned to JSON text."""

import json

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.framing import MAX_BODY_BYTES
from predictor_host.result_walk import ResultFault, plain_value, to_plain, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn


def encode_result_body(result: object, limit_bytes: int) -> bytes:
    """The JSON text of a result. Raises `BridgeError` with RESULT_INVALID, naming the offending path, or RESULT_TOO_LARGE."""
    if not isinstance(result, dict):
        _refuse("result", "predict returned %s; a dictionary is expected" % type_name(result))
    try:
        text = _encode(result)
    except MemoryError:
        _refuse("result", "the result does not fit into memory as JSON")
    except Exception:
        text = _encode_slowly(result)
    body = text.encode("ascii")
    limit_bytes = min(limit_bytes, MAX_BODY_BYTES)
    if len(body) > limit_bytes:
        message = "the result has %d bytes as JSON; at most %d are allowed" % (len(body), limit_bytes)
        raise BridgeError(codes.RESULT_TOO_LARGE, message, {"sizeBytes": len(body), "limitBytes": limit_bytes})
    return body


def _encode_slowly(result: "Any") -> str:
    """Names what is wrong; what only a key of NumPy's made fail is encoded after all."""
    try:
        return _encode(to_plain(result))
    except ResultFault as fault:
        _refuse(fault.path, "%s: %s" % (fault.path, fault.what))
    except RecursionError:
        _refuse("result", "result: it is nested too deeply for JSON")
    except MemoryError:
        _refuse("result", "the result does not fit into memory as JSON")
    except Exception as error:
        _refuse("result", "result: it cannot be read: %s" % type(error).__name__)


def _refuse(path: str, message: str) -> "NoReturn":
    raise BridgeError(codes.RESULT_INVALID, message, {"path": path}) from None


def _default(value: "Any") -> object:
    plain = plain_value(value)
    if plain is value:
        raise TypeError()
    return plain


def _make_encode() -> "Callable[[Any], str]":
    """What `json.JSONEncoder(...).encode` does, less its Python around the encoder in C, which costs more than a small result."""
    make: "Any" = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(allow_nan=False, default=_default, separators=(",", ":")).encode
    text = json.encoder.encode_basestring_ascii

    def encode(value: "Any") -> str:
        # With a memory of its own for each call, by which it finds circles.
        return "".join(make({}, _default, text, None, ":", ",", False, False, False)(value, 0))

    return encode


_encode = _make_encode()
