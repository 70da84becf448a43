"""The way to the supervisor: fds 3 and 4, taken before any user code runs.

Hazard: a grandchild or a fork that holds these fds could answer in the host's place or keep the stream open, and user code that uses,
closes or overwrites fds 3 and 4 would break the protocol. Remedy: both are moved to high close-on-exec fds, and closed in every fork.
Precondition: `take_channel` is called once, before the first line of user code.
"""

import _socket
import atexit
import fcntl
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

DOWN_FD = 3
UP_FD = 4

# A large body goes to the system in few pieces, up to what it allows (net.core.wmem_max on Linux).
_SEND_BYTES = 1024 * 1024

# User code that closes "everything" most often stops at 256; the usual limit of open files is 1024.
LOWEST_FDS = (512, 256, 64, 10)


class Channel:
    """Both streams. `pid` is the process that may use them."""

    def __init__(self, down: "_socket.socket", up: "_socket.socket") -> None:
        self.down = down
        self.up = up
        self.pid = os.getpid()


def take_channel() -> Channel:
    """Moves fds 3 and 4 away and sees to it that no fork keeps them. Raises `OSError` where they are not sockets."""
    channel = Channel(_take(DOWN_FD), _take(UP_FD))
    channel.up.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, _SEND_BYTES)

    def close() -> None:
        channel.down.close()
        channel.up.close()

    run_in_forks(close)
    # Registered first, so called last: user code may log at exit. Python 3.7 to 3.9 crash on a socket that a fork hook keeps to the end.
    atexit.register(close)
    return channel


def duplicate_high(fd: int) -> int:
    """A close-on-exec duplicate of `fd`, above the fds that user code is likely to close or name."""
    for lowest in LOWEST_FDS:
        try:
            return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, lowest)
        except OSError as error:
            if lowest == LOWEST_FDS[-1]:
                raise error
    raise AssertionError("unreachable")


def run_in_forks(action: "Callable[[], None]") -> None:
    """Calls `action` in every later fork of this process made by Python, before the fork's own code goes on."""
    register = getattr(os, "register_at_fork", None)
    if register is not None:
        register(after_in_child=action)
        return
    # Python 3.6 cannot be asked: wrap what forks.
    os.fork = _wrap(os.fork, action, lambda made: made)
    os.forkpty = _wrap(os.forkpty, action, lambda made: made[0])


def _wrap(fork: "Callable[[], Any]", action: "Callable[[], None]", pid_of: "Callable[[Any], int]") -> "Callable[[], Any]":
    def wrapped() -> "Any":
        made = fork()
        if pid_of(made) == 0:
            action()
        return made

    wrapped.__name__ = wrapped.__qualname__ = fork.__name__
    wrapped.__doc__ = fork.__doc__
    return wrapped


def _take(fd: int) -> "_socket.socket":
    high = duplicate_high(fd)
    stream = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fileno=high)
    stream.getsockname()
    stream.settimeout(None)
    os.close(fd)
    return stream
