"""An exception of user code as the error that the supervisor is told: type, text, and the user's own stack frames."""

import os
import sys

from predictor_host import codes
from predictor_host.codes import BridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Callable, Dict, List, Optional, Sequence

    Frame = Dict[str, Any]

_HOST_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_TEXT_CHARACTERS = 10000
_FIRST_FRAMES = 10
_LAST_FRAMES = 40
_SOURCE_CHARACTERS = 300
_CAUSES = 3
_GROUP_MEMBERS = 5
_FILE_CHARACTERS = 300

_DOING = {"import": "importing the predictor", "init": "__init__", "predict": "predict"}
_SUBJECT = {"import": "the module", "init": "__init__", "predict": "predict"}


def user_exception(error: BaseException, stage: str, project_dir: str) -> BridgeError:
    """What to answer when user code raised `error`. `stage` is `import`, `init` or `predict`. Never raises."""
    kind = exception_name(error)
    text = _text(error) + _explanation(error, stage) + _guarded(_members, error) + _guarded(_causes, error)
    text = text[:_TEXT_CHARACTERS]
    data = {"type": kind, "text": text, "frames": _frames(error, project_dir), "stage": stage}
    message = "%s raised %s" % (_DOING[stage], "%s: %s" % (kind, text) if text else kind)
    return BridgeError(codes.USER_EXCEPTION, message, data)


def exception_name(error: BaseException) -> str:
    """The name of an exception's type as a traceback shows it."""
    kind = type(error)
    try:
        module, name = str(kind.__module__), str(kind.__qualname__)
    except BaseException:
        return "<an exception whose class cannot be named>"
    if module in ("builtins", "__main__") or module.startswith("cortex_"):
        return name[:200]
    return ("%s.%s" % (module, name))[:200]


def exception_summary(error: BaseException) -> str:
    """An exception on one short line."""
    return _named(error).split("\n")[0][:_SOURCE_CHARACTERS]


def relative_to(file: str, project_dir: str) -> str:
    """`file` relative to the project where it lies in it, else as it is."""
    for folder in (project_dir, os.path.realpath(project_dir)):
        prefix = folder.rstrip(os.sep) + os.sep
        if file.startswith(prefix):
            return file[len(prefix) :]
    return file


def _text(error: BaseException) -> str:
    try:
        # A class of the user's own may come out of `__str__`; what is cut from it is plain text.
        return str.__getitem__(str(error), slice(_TEXT_CHARACTERS))
    except BaseException:
        return "<its text cannot be shown: __str__ raised>"


def _explanation(error: BaseException, stage: str) -> str:
    if isinstance(error, SystemExit):
        return " (%s called sys.exit)" % _SUBJECT[stage]
    return ""


def _guarded(tell: "Callable[[BaseException], str]", error: BaseException) -> str:
    """What an exception of the user's tells about itself beyond its text, as far as it can be asked without raising another one."""
    try:
        return tell(error)
    except BaseException:
        return ""


def _named(error: BaseException) -> str:
    text = _text(error)
    return "%s: %s" % (exception_name(error), text) if text else exception_name(error)


def _members(error: BaseException) -> str:
    members = _members_of(error)
    if not members:
        return ""
    shown = [_named(member) + _members(member) for member in members[:_GROUP_MEMBERS]]
    return " [%s%s]" % ("; ".join(shown), "; ..." if len(members) > len(shown) else "")


def _members_of(error: "Any") -> "Sequence[BaseException]":
    # By name: Pythons before 3.11 have no such class, and its stand-in from PyPI is to be told, too.
    return error.exceptions if exception_name(error).endswith("ExceptionGroup") else ()


def _causes(error: BaseException) -> str:
    text = ""
    told = {id(error)}
    for _ in range(_CAUSES):
        how, cause = "caused by", error.__cause__
        if cause is None and not error.__suppress_context__:
            how, cause = "while handling", error.__context__
        if cause is None or id(cause) in told:
            break
        told.add(id(cause))
        text += " (%s %s)" % (how, _named(cause))
        error = cause
    return text


def _frames(error: BaseException, project_dir: str) -> "List[Frame]":
    frames: "List[Frame]" = []
    try:
        frames.extend([_frame(trace, project_dir) for trace in _user_traces(error.__traceback__)])
        if isinstance(error, SyntaxError) and error.filename:
            frames.append(_place_of(error, project_dir))
    except BaseException:
        # The frames so far are better than none, and than another exception in the place of this one.
        pass
    return frames


def _place_of(error: SyntaxError, project_dir: str) -> "Frame":
    text = error.text
    source = text.strip()[:_SOURCE_CHARACTERS] if isinstance(text, str) else None
    line = error.lineno if isinstance(error.lineno, int) else 1
    file = relative_to(str(error.filename), project_dir)[:_FILE_CHARACTERS]
    return {"file": file, "line": line, "function": "<module>", "source": source}


def _user_traces(trace: "Optional[TracebackType]") -> "List[TracebackType]":
    traces: "List[TracebackType]" = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_HOST_FOLDER) and not file.startswith("<frozen importlib"):
            traces.append(trace)
        trace = trace.tb_next
    if len(traces) > _FIRST_FRAMES + _LAST_FRAMES:
        return traces[:_FIRST_FRAMES] + traces[-_LAST_FRAMES:]
    return traces


def _frame(trace: "TracebackType", project_dir: str) -> "Frame":
    code = trace.tb_frame.f_code
    file = relative_to(code.co_filename, project_dir)[:_FILE_CHARACTERS]
    source = _source(code.co_filename, trace.tb_lineno, trace.tb_frame.f_globals)
    return {"file": file, "line": trace.tb_lineno or code.co_firstlineno, "function": code.co_name[:_FILE_CHARACTERS], "source": source}


def _source(file: str, line: "Optional[int]", module: "Dict[str, Any]") -> "Optional[str]":
    import linecache

    try:
        return linecache.getline(file, line or 0, module).strip()[:_SOURCE_CHARACTERS] or None
    except BaseException:
        return None


def print_unexpected(error: BaseException) -> None:
    """Shows on stderr what user code raised where nobody waits for it, as Python does for threads."""
    sys.excepthook(type(error), error, error.__traceback__)
