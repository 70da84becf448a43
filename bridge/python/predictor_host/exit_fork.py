"""The end of a fork that comes back from user code: it must not go on as if it were the host."""

import sys
from os import _exit, getpid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Optional

_pid = getpid()


def leave_if_fork(error: "Optional[BaseException]" = None) -> None:
    """Ends this process, without an answer, when it is a fork of the host. `error` is what user code raised in it."""
    if getpid() != _pid:
        _leave(error)


def _leave(error: "Optional[BaseException]") -> "NoReturn":
    status = 0
    try:
        if isinstance(error, SystemExit):
            status = error.code if isinstance(error.code, int) else int(error.code is not None)
        elif error is not None:
            status = 1
            sys.excepthook(type(error), error, error.__traceback__)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        _exit(status & 0xFF)
