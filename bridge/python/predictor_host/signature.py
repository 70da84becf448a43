"""Which arguments the methods of a predictor class take, and whether they are arguments that it may take."""

import sys

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.stack import relative_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, FrozenSet, List, NoReturn, Optional, Set, Tuple

CLASS_NAMES = {"python": "PythonPredictor", "tensorflow": "TensorFlowPredictor", "onnx": "ONNXPredictor"}

_CLIENTS = {"python": (), "tensorflow": ("tensorflow_client",), "onnx": ("onnx_client",)}

_HAS_VARARGS = 0x04
_HAS_KWARGS = 0x08


class Method:
    """One method as declared: names that a caller may pass, whether `self` is first, those without a default beyond the table's."""

    def __init__(self) -> None:
        self.first: "Optional[str]" = None
        self.named: "List[str]" = []
        self.positional_only: "List[str]" = []
        self.optional_keywords: "Set[str]" = set()
        self.collects = False
        self.file: "Optional[str]" = None
        self.line: "Optional[int]" = None


def check_constructor(predictor: type, predictor_type: str, project_dir: str) -> "FrozenSet[str]":
    """The arguments to construct the class with. Raises `BridgeError` with CLASS_INVALID."""
    required = _CLIENTS[predictor_type] + ("config",)
    return _check(predictor, "__init__", required, ("metrics_client",), project_dir)


def check_predict(predictor: type, project_dir: str) -> "FrozenSet[str]":
    """The arguments to call `predict` with. Raises `BridgeError` with CLASS_INVALID."""
    return _check(predictor, "predict", (), ("payload", "request_id"), project_dir)


def _check(
    predictor: type, name: str, required: "Tuple[str, ...]", optional: "Tuple[str, ...]", project_dir: str
) -> "FrozenSet[str]":
    expected = "%s(%s)" % (name, ", ".join(("self",) + required + tuple("%s=..." % item for item in optional)))

    def refuse(what: str, method: "Optional[Method]", argument: "Optional[str]" = None) -> "NoReturn":
        source = file_of(predictor) if method is None or method.file is None else method.file
        file = None if source is None else relative_to(source, project_dir)
        line = None if method is None else method.line
        place = "" if file is None else "%s: " % file if line is None else "%s:%d: " % (file, line)
        message = "%s%s.%s %s; expected is %s" % (place, predictor.__name__, name, what, expected)
        data = {"file": file, "line": line, "className": predictor.__name__, "method": name, "argument": argument}
        raise BridgeError(codes.CLASS_INVALID, message, data)

    function = getattr(predictor, name, None)
    if function is None or function is getattr(object, name, None):
        refuse("is missing", None)
    if not callable(function):
        refuse("is not a method", None)
    method = _describe(function)
    if method.first != "self":
        refuse("has %s as its first argument instead of self" % (method.first or "nothing"), method, "self")
    for argument in method.positional_only:
        refuse("takes %s by position only; arguments are passed by name" % argument, method, argument)
    for argument in required:
        if argument not in method.named:
            refuse("does not take the required argument %s" % argument, method, argument)
    for argument in method.named:
        if argument not in required + optional and argument not in method.optional_keywords:
            refuse("takes %s, which is not passed to it" % argument, method, argument)
    return frozenset(method.named).intersection(required + optional)


def file_of(predictor: type) -> "Optional[str]":
    """The file of the module that defines the class."""
    return getattr(sys.modules.get(predictor.__module__), "__file__", None)


def _describe(function: "Any") -> Method:
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return _describe_slowly(function)
    method = Method()
    method.file, method.line = code.co_filename, code.co_firstlineno
    names = list(code.co_varnames[: code.co_argcount])
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    method.first = names[0] if names else None
    method.named = names[1:] + list(keywords)
    method.positional_only = names[1 : getattr(code, "co_posonlyargcount", 0)]
    method.optional_keywords = set(function.__kwdefaults__ or ())
    method.collects = bool(code.co_flags & _HAS_KWARGS)
    wrapped = getattr(function, "__wrapped__", None)
    if wrapped is not None and method.collects:
        _add_wrapped(method, _describe(wrapped), bool(code.co_flags & _HAS_VARARGS))
    return method


def _add_wrapped(method: Method, inner: Method, takes_self: bool) -> None:
    """A decorator's wrapper that passes everything on takes what it wraps takes."""
    if method.first is None and takes_self:
        method.first = inner.first
    method.named += [name for name in inner.named if name not in method.named]
    method.optional_keywords |= inner.optional_keywords
    method.positional_only += inner.positional_only
    method.file, method.line = inner.file, inner.line


def _describe_slowly(function: "Any") -> Method:
    import inspect

    method = Method()
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return method
    method.first = parameters[0].name if parameters else None
    for parameter in parameters[1:]:
        if parameter.kind is parameter.POSITIONAL_ONLY:
            method.positional_only.append(parameter.name)
        elif parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            method.named.append(parameter.name)
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is not parameter.empty:
                method.optional_keywords.add(parameter.name)
    return method
