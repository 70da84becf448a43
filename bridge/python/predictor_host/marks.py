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
    from typing import Any, Optional

try:
    import termios
except ImportError:
    termios = None

_WAIT_MS = 1000


class Marks:
    """The supervisor's ends of stdout and stderr, whatever user code does to fds 1 and 2."""

    def __init__(self) -> None:
        self.token: "Optional[str]" = None
        self._fds = [duplicate_high(fd) for fd in (1, 2)]
        self._left = bytearray(4)
        run_in_forks(self._close)

    def write(self) -> int:
        """Flushes and marks the streams in which output is still on its way; returns 1 for stdout, 2 for stderr, 3 for both."""
        _flush(sys.stdout)
        _flush(sys.stderr)
        marks = 0
        if self.token is not None:
            for bit, fd in ((1, self._fds[0]), (2, self._fds[1])):
                if self._unread(fd) and self._mark(fd):
                    marks |= bit
        return marks

    def _unread(self, fd: int) -> bool:
        if termios is None:
            return False
        left = self._left
        try:
            ioctl(fd, termios.FIONREAD, left)
        except OSError:
            return False
        return any(left)

    def _mark(self, fd: int) -> bool:
        import select

        try:
            poll = select.poll()
            poll.register(fd, select.POLLOUT)
            if not poll.poll(_WAIT_MS):
                return False
            os.write(fd, ("%s%s\n" % (MARK_PREFIX, self.token)).encode("ascii"))
            return True
        except OSError:
            return False

    def _close(self) -> None:
        for fd in self._fds:
            try:
                os.close(fd)
            except OSError:
                pass


def _flush(stream: "Any") -> None:
    # User code may have put anything there, or closed it.
    try:
        stream.flush()
    except BaseException:
        pass
