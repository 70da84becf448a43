"""Tells which output was written by which `predict`, by marks in the streams themselves.

Precondition: made before user code runs, while fds 1 and 2 are still the supervisor's.
"""

import os
import sys
from fcntl import ioctl

from predictor_host.channel import duplicate_high, run_in_forks
from predictor_host.methods import MARK_PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

try:
    import termios
except ImportError:
    termios = None

# What tells how much of a pipe is unread; None where the system has no such thing.
_FIONREAD: "Optional[int]" = None if termios is None else termios.FIONREAD
_WAIT_MS = 1000
_NOTHING = bytearray(4)


class Marks:
    """The supervisor's ends of stdout and stderr, whatever user code does to fds 1 and 2."""

    def __init__(self) -> None:
        self.token: "Optional[str]" = None
        # By what `write` returns for each.
        self._fds = [(fd, duplicate_high(fd)) for fd in (1, 2)]
        self._left = bytearray(4)
        run_in_forks(self._close)

    def write(self) -> int:
        """Flushes and marks the streams in which output is still on its way; returns 1 for stdout, 2 for stderr, 3 for both."""
        # User code may have put anything there, or closed it.
        try:
            sys.stdout.flush()
        except BaseException:
            pass
        try:
            sys.stderr.flush()
        except BaseException:
            pass
        if self.token is None or _FIONREAD is None:
            return 0
        marks, left = 0, self._left
        for bit, fd in self._fds:
            try:
                ioctl(fd, _FIONREAD, left)
                if left != _NOTHING and self._mark(fd):
                    marks |= bit
            except OSError:
                continue
        return marks

    def _mark(self, fd: int) -> bool:
        import select

        try:
            poll = select.poll()
            poll.register(fd, select.POLLOUT)
            if not poll.poll(_WAIT_MS):
                return False
            os.write(fd, ("%s%s\n" % (MARK_PREFIX, self.token)).encode("ascii"))
            return True
        except Exception:
            # The pipe; or user code that has replaced `select.poll`, as gevent does, or `os.write`.
            return False

    def _close(self) -> None:
        for _bit, fd in self._fds:
            try:
                os.close(fd)
            except OSError:
                pass
