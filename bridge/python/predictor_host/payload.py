"""From a request's body to the `payload` that a predictor sees."""

import json

from predictor_host import codes
from predictor_host.codes import BridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional, Tuple

_loads = json.loads
_decoder = json.JSONDecoder()
_decode = _decoder.decode
# What `decode` does but for the look for white space, which costs as much as a small payload.
_scan: "Callable[[str, int], Tuple[Any, int]]" = getattr(_decoder, "scan_once")


def decode_payload(content_type: "Optional[str]", body: bytes) -> "Any":
    """JSON for `application/json`, `str` for `text/plain`, else the bytes unchanged. Raises `BridgeError` with PAYLOAD_INVALID."""
    media, parameters = _split(content_type or "")
    if media == "application/json":
        return decode_json(body)
    if media == "text/plain":
        return _decode_text(body, _charset(parameters))
    return body


def decode_json(body: bytes) -> "Any":
    """The value of JSON text. Raises `BridgeError` with PAYLOAD_INVALID."""
    try:
        # What begins so can only be UTF-8: spares the look for UTF-16 and UTF-32, which costs as much as parsing a small payload.
        if len(body) > 1 and body[0] in b'{["' and body[1] != 0:
            text = body.decode("utf-8", "surrogatepass")
            try:
                value, end = _scan(text, 0)
                if end == len(text):
                    return value
            except StopIteration:
                pass
            # White space around it, or a fault, which this way names.
            return _decode(text)
        return _loads(body)
    except json.JSONDecodeError as error:
        position = "line %d column %d (char %d)" % (error.lineno, error.colno, error.pos)
        _refuse("json", "the body is not valid JSON: %s: %s" % (error.msg, position), position)
    except UnicodeDecodeError as error:
        _refuse("json", "the body is not valid JSON: %s" % error, "byte %d" % error.start)
    except RecursionError:
        _refuse("json", "the body is not valid JSON: it is nested too deeply", None)
    except ValueError as error:
        _refuse("json", "the body is not valid JSON: %s" % error, None)
    except MemoryError:
        raise BridgeError(codes.INTERNAL_ERROR, "the payload does not fit into memory") from None


def _decode_text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        name, bad = _shown(charset), body[error.start]
        _refuse("text", "the body is not valid %s: byte 0x%02x at position %d" % (name, bad, error.start), "byte %d" % error.start)
    except UnicodeError as error:
        _refuse("text", "the body is not valid %s: %s" % (_shown(charset), error), None)
    except (LookupError, ValueError):
        _refuse("charset", "the charset %s is unknown" % json.dumps(charset), None)


def _shown(charset: str) -> str:
    return charset.upper().replace("UTF8", "UTF-8")


def _refuse(what: str, message: str, position: "Optional[str]") -> "NoReturn":
    raise BridgeError(codes.PAYLOAD_INVALID, message, {"what": what, "position": position}) from None


def _split(content_type: str) -> "tuple[str, str]":
    media, _, parameters = content_type.partition(";")
    return media.strip().lower(), parameters


def _charset(parameters: str) -> str:
    rest = parameters
    while rest:
        name, _, rest = rest.partition("=")
        value, rest = _value(rest.lstrip())
        # One without a value may stand before it.
        if name.rpartition(";")[2].strip().lower() == "charset":
            return value or "utf-8"
    return "utf-8"


def _value(text: str) -> "tuple[str, str]":
    """The first parameter value of `text`, quoted or not, and what follows its semicolon."""
    if not text.startswith('"'):
        value, _, rest = text.partition(";")
        return value.strip(), rest
    value = ""
    index = 1
    while index < len(text) and text[index] != '"':
        if text[index] == "\\" and index + 1 < len(text):
            index += 1
        value += text[index]
        index += 1
    return value, text[index + 1 :].partition(";")[2]
