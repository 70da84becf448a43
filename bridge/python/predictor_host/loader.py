"""Loads the user's module and finds the predictor class in it."""

import os
import sys

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.exit_fork import leave_if_fork
from predictor_host.signature import CLASS_NAMES
from predictor_host.stack import user_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, List, NoReturn, Optional

_ONLY_AST = 0x400


def load_class(project_dir: str, path: str, predictor_type: str) -> type:
    """Runs the module at `path` (relative to the project) and returns its predictor class.

    Raises `BridgeError`: USER_EXCEPTION for what the module raises, CLASS_INVALID for no class or two of them.
    """
    class_name = CLASS_NAMES[predictor_type]
    file = os.path.join(project_dir, path)
    try:
        lines = _lines_that_bind(file, class_name)
    except OSError as error:
        _refuse("%s cannot be read: %s" % (path, error.strerror), path, None, class_name)
    except (Exception, RecursionError) as error:
        raise user_exception(error, "import", project_dir) from None
    if len(lines) > 1:
        message = "%s defines %s twice, on lines %s; exactly one definition or import is expected"
        listed = " and ".join(str(line) for line in lines)
        _refuse(message % (path, class_name, listed), path, lines[1], class_name)
    try:
        module = _run_module("cortex_%s_predictor" % predictor_type, file)
    except BaseException as error:
        leave_if_fork(error)
        raise user_exception(error, "import", project_dir) from None
    leave_if_fork()
    return _class_of(module, class_name, path)


def _run_module(name: str, file: str) -> "ModuleType":
    import importlib.util

    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError("%s is not a Python source file" % file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _class_of(module: "ModuleType", class_name: str, path: str) -> type:
    found = vars(module).get(class_name)
    if isinstance(found, type):
        return found
    if found is not None:
        _refuse("%s in %s is %s, not a class" % (class_name, path, type(found).__name__), path, None, class_name)
    others = [name for name, value in vars(module).items() if isinstance(value, type) and value.__module__ == module.__name__]
    shown = "; its classes are: %s" % ", ".join(others[:10]) if others else "; it defines no class"
    return _refuse("%s defines no class %s%s" % (path, class_name, shown), path, None, class_name)


def _lines_that_bind(file: str, class_name: str) -> "List[int]":
    """The lines of the module's top level that define the class or import it by that name."""
    with open(file, "rb") as source:
        tree: "Any" = compile(source.read(), file, "exec", _ONLY_AST, True)
    lines: "List[int]" = []
    for node in tree.body:
        kind = type(node).__name__
        if kind == "ClassDef" and node.name == class_name:
            lines.append(node.lineno)
        elif kind in ("Import", "ImportFrom"):
            lines.extend(node.lineno for alias in node.names if (alias.asname or alias.name) == class_name)
    return lines


def _refuse(message: str, path: str, line: "Optional[int]", class_name: str) -> "NoReturn":
    data = {"file": path, "line": line, "className": class_name, "method": None, "argument": None}
    raise BridgeError(codes.CLASS_INVALID, message, data)
