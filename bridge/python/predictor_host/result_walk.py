"""Walks a result that could not be encoded, to name what is wrong and where."""

import json
import sys

from predictor_host.stack import exception_summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, NoReturn, Union

    Step = Union[int, str]

_SHOWN_CHARACTERS = 200

# NumPy's dates and times: by their unit they would become dates, durations, or numbers of which nobody knows the unit any more.
_TIMES = "mM"


class ResultFault(Exception):
    """`path` is where, as in `result.taken[3]`; `what` is the rest of the sentence."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path, what)
        self.path = path
        self.what = what


def to_plain(result: "Any") -> "Any":
    """A copy in JSON's own types. Raises `ResultFault` at the first value or key that has none, `RecursionError` where it is too deep."""
    path: "List[Step]" = []
    try:
        return _plain(result, path, {})
    except (ResultFault, RecursionError, MemoryError):
        raise
    except Exception as error:
        # Nothing is taken from the path when user code raises, so that it says where.
        raise ResultFault(_render(path), "it cannot be read: %s" % exception_summary(error)) from None


def type_name(value: object) -> str:
    """The name by which a person knows the type: with its module, unless that is a matter of course."""
    kind = type(value)
    module = str(kind.__module__)
    if module == "builtins" or module.startswith("cortex_"):
        return kind.__qualname__
    return "%s.%s" % (module, kind.__qualname__)


def _plain(value: "Any", path: "List[Step]", open_at: "Dict[int, str]") -> "Any":
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if not _is_writable(value):
            _fail(path, "it is an integer of more than %d digits, which Python refuses to write out" % _digits_limit())
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            _fail(path, "%s is not JSON" % _number_name(value))
        return value
    value = plain_value(value)
    identity = id(value)
    if isinstance(value, (dict, list, tuple)):
        if identity in open_at:
            _fail(path, "it refers back to %s, which JSON cannot" % open_at[identity])
        open_at[identity] = _render(path)
        plain = _plain_dict(value, path, open_at) if isinstance(value, dict) else _plain_list(value, path, open_at)
        del open_at[identity]
        return plain
    if value is None or isinstance(value, (str, bool, int, float)):
        return _plain(value, path, open_at)
    return _fail(path, "%s is not JSON-serializable" % type_name(value))


def _plain_list(values: "Any", path: "List[Step]", open_at: "Dict[int, str]") -> "List[Any]":
    plain: "List[Any]" = []
    for index, item in enumerate(values):
        path.append(index)
        plain.append(_plain(item, path, open_at))
        path.pop()
    return plain


def _plain_dict(values: "Any", path: "List[Step]", open_at: "Dict[int, str]") -> "Dict[Any, Any]":
    plain: "Dict[Any, Any]" = {}
    for key, item in values.items():
        plain_key = plain_value(key)
        if not (plain_key is None or isinstance(plain_key, (str, bool, int, float))):
            _fail(path, "%s is %s; JSON's keys are strings" % (_shown(key), type_name(key)))
        if isinstance(plain_key, float) and (plain_key != plain_key or plain_key in (float("inf"), float("-inf"))):
            _fail(path, "the key %s is not JSON" % _number_name(plain_key))
        if isinstance(plain_key, int) and not _is_writable(plain_key):
            _fail(path, "a key is an integer of more than %d digits, which Python refuses to write out" % _digits_limit())
        path.append(str(plain_key))
        plain[plain_key] = _plain(item, path, open_at)
        path.pop()
    return plain


def plain_value(value: "Any") -> "Any":
    """A NumPy scalar or array as Python's own numbers and lists; anything else as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if isinstance(value, numpy.ndarray):
            if value.dtype.kind in _TIMES:
                return list(value) if value.ndim else value[()]
            return value.tolist()
        if isinstance(value, numpy.generic):
            if value.dtype.kind in _TIMES:
                return value
            plain = value.item()
            return float(plain) if isinstance(plain, numpy.floating) else plain
    return value


def _is_writable(value: int) -> bool:
    try:
        int.__repr__(value)
        return True
    except ValueError:
        return False


def _digits_limit() -> int:
    # Only Pythons that have this limit write an integer out not at all.
    return sys.get_int_max_str_digits()


def _fail(path: "List[Step]", what: str) -> "NoReturn":
    raise ResultFault(_render(path), what)


def _render(path: "List[Step]") -> str:
    text = "result"
    for step in path:
        if isinstance(step, int):
            text += "[%d]" % step
        elif step.isidentifier():
            text += "." + step
        else:
            text += "[%s]" % json.dumps(step[:_SHOWN_CHARACTERS], ensure_ascii=False)
    return text if len(text) <= 1000 else text[:500] + "..." + text[-500:]


def _number_name(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def _shown(value: object) -> str:
    try:
        return "the key %s" % repr(value)[:_SHOWN_CHARACTERS]
    except Exception:
        return "a key"
