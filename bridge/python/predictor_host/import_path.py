"""Lets user code be imported, only when the host itself is loaded.

Hazard: a project may hold a `json.py` or `queue.py`, and what PYTHONPATH names comes before the standard library. Remedy: the interpreter
starts without the project in PYTHONPATH, and gets it, with the variable, when the host's own modules are there.
"""

import os
import sys

_OWN_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def open_import_path(python_path: str) -> None:
    """Does what starting with this value of PYTHONPATH would have done, for this process and those that it starts.

    Those find `cortex_internal` too, behind everything of the user's; in this process its folder is on the path already.
    """
    os.environ["PYTHONPATH"] = python_path + os.pathsep + _OWN_ROOT
    sys.path[0:0] = [os.path.abspath(entry) for entry in python_path.split(os.pathsep)]
