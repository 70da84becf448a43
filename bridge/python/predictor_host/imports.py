"""Tells which modules a project's own files import and which of those this interpreter lacks.

A program of its own: `python imports.py PROJECT_FOLDER NAME...` prints `{"imported": [...], "missing": {...}}`, the latter with a file that
imports it for each.
"""

import ast
import json
import os
import sys
from importlib.util import find_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Optional, Set


def main(project: str, names: "List[str]") -> None:
    """Prints, of `names`, those that the project imports and those of them that are not to be found."""
    own_folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [project] + [entry for entry in sys.path if entry != own_folder]
    used: "Dict[str, str]" = {}
    for path in _source_files(project):
        for item in _imports_of(path):
            used.setdefault(item, os.path.relpath(path, project))
    files = {name: _user_of(name, used) for name in names}
    imported = [name for name in names if files[name] is not None]
    print(json.dumps({"imported": imported, "missing": {name: files[name] for name in imported if not _is_found(name)}}))


def _user_of(name: str, used: "Dict[str, str]") -> "Optional[str]":
    """The first file that imports the module `name` or what is below it."""
    return next((path for item, path in used.items() if item == name or item.startswith(name + ".")), None)


def _source_files(project: str) -> "Iterator[str]":
    """Those of a folder before those below it, in the order of their names."""
    for folder, folders, files in os.walk(project):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("."):
                yield os.path.join(folder, name)


def _imports_of(path: str) -> "Set[str]":
    """The absolute imports of one file; none where it cannot be read or parsed."""
    try:
        with open(path, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: "Set[str]" = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            found.update("%s.%s" % (node.module, alias.name) for alias in node.names)
    return found


def _is_found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
