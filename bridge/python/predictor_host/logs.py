"""The logger that predictors import: each record is one JSON line, sent up the bridge."""

import json
import logging
import time
from os import getpid, write

from predictor_host.framing import ConnectionLost
from predictor_host.methods import LOG
from predictor_host.serving import of_thread, serving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

_LABELS = ("apiName", "apiKind", "apiID", "replica")
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode

# What every record of the logging module has; the rest of a record came from `extra`.
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class _HostLogger(logging.Logger):
    """Stays enabled when user code calls `logging.config.dictConfig`, which disables every logger that it does not name."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, False if name == "disabled" else value)


class BridgeHandler(logging.Handler):
    """Sends records up the bridge; any process but the host itself writes them to its stderr."""

    def handle(self, record: logging.LogRecord) -> "Any":
        """As that of all handlers, without the lock, which a signal handler that calls a model would hold meanwhile: a connection has an order of its own."""
        passed: "Any" = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return passed

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = _encode_record(_describe(record)).encode("ascii")
            if len(line) > serving.log_line_bytes:
                line = _encode_record(_describe(_dropped(record, len(line)))).encode("ascii")
            _send(line)
        except RecursionError:
            # As the handlers of the standard library, which end a recursion without end so.
            raise
        except Exception:
            self.handleError(record)


def _send(line: bytes) -> None:
    connection = serving.connection
    if connection is None or connection.pid != getpid():
        _write((serving.fork_mark or b"") + line + b"\n")
        return
    try:
        connection.notify(LOG, None, line)
    except ConnectionLost:
        # The supervisor is gone: nobody is left to read the record.
        pass


def _write(line: bytes) -> None:
    # In one call, so that a line which fits into the pipe's atomic writes is not mixed with those of other processes.
    while line:
        line = line[write(2, line) :]


def _describe(record: logging.LogRecord) -> "Dict[str, Any]":
    line: "Dict[str, Any]" = {
        "asctime": "%s,%03d" % (time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created)), record.msecs),
        "levelname": record.levelname,
        "message": None,
        "process": record.process,
        "labels": _labels(),
    }
    fixed = tuple(line)
    message: "Any" = vars(record)["msg"]
    if issubclass(type(message), dict):
        _merge(line, message)
    else:
        line["message"] = record.getMessage()
    for key, value in vars(record).items():
        if key not in _STANDARD and key not in fixed:
            line[key] = value
    if record.exc_info:
        line["exc_info"] = record.exc_text or logging.Formatter().formatException(record.exc_info)
    elif record.exc_text:
        line["exc_info"] = record.exc_text
    if record.stack_info:
        line["stack_info"] = record.stack_info
    return line


def _merge(line: "Dict[str, Any]", fields: "Any") -> None:
    """A dictionary as message: its keys become the record's, but for those that the host sets."""
    fixed = set(line) - {"message"}
    line.update((_text(key), value) for key, value in fields.items() if key not in fixed)


def _labels() -> "Dict[str, Any]":
    labels = {name: serving.labels[name] for name in _LABELS if name in serving.labels}
    request_id = of_thread.request_id or serving.request_id
    if request_id is not None:
        labels["requestID"] = request_id
    return labels


def _encode_record(line: "Dict[str, Any]") -> str:
    try:
        return _encode(line)
    except (TypeError, ValueError, RecursionError, RuntimeError):
        return _encode({_text(key): _encodable(value) for key, value in line.items()})


def _encodable(value: "Any") -> "Any":
    """The value itself where JSON can hold it, one level of a collection where it can hold most of it, else its text."""
    try:
        _encode(value)
        return value
    except (TypeError, ValueError, RecursionError, RuntimeError):
        pass
    named = issubclass(type(value), dict)
    return _leaves(value, named) if named or issubclass(type(value), (list, tuple)) else _text(value)


def _leaves(values: "Any", named: bool) -> "Any":
    if named:
        return {_text(key): _leaf(item) for key, item in list(values.items())}
    return [_leaf(item) for item in values]


def _leaf(value: "Any") -> "Any":
    try:
        _encode(value)
        return value
    except (TypeError, ValueError, RecursionError, RuntimeError):
        return _text(value)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return "<%s whose __str__ raises>" % type(value).__name__


def _dropped(record: logging.LogRecord, size: int) -> logging.LogRecord:
    message = "a log record of %d bytes was dropped; at most %d are allowed"
    return logging.LogRecord(record.name, logging.WARNING, record.pathname, record.lineno, message, (size, serving.log_line_bytes), None)


def _make_logger() -> logging.Logger:
    usual = logging.getLoggerClass()
    logging.setLoggerClass(_HostLogger)
    try:
        made = logging.getLogger("cortex")
    finally:
        logging.setLoggerClass(usual)
    made.setLevel(serving.log_level.upper())
    made.propagate = False
    made.addHandler(BridgeHandler())
    return made


logger = _make_logger()
