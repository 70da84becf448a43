"""The socket of a lane.

Hazard: a signal handler of the user's may raise between any two steps of connecting, and would leave an fd that is nobody's; and user code may close an fd that is
not its own and have another thing there. Remedy: what is open belongs to a socket object at any time, which closes it when it is let go, and the fd's identity is noted.
"""

import _socket
import fcntl
import os
import struct
from select import POLLIN, POLLOUT, poll

from predictor_host.channel import LOWEST_FDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

# As that of the way to the supervisor.
_SEND_BYTES = 1024 * 1024


class LaneUnreachable(Exception):
    """There is no connection to be had."""


class LaneSocket:
    """Connected to `path`. Reading from it takes `moment_ms` at most."""

    def __init__(self, path: str, moment_ms: int) -> None:
        """Raises `LaneUnreachable`."""
        try:
            low = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
            try:
                # User code may have set a time-out for all sockets.
                low.settimeout(None)
                low.connect(path)
                self.stream = _high_socket(low.fileno())
            finally:
                low.close()
        except OSError:
            raise LaneUnreachable() from None
        self.stream.settimeout(None)
        self.stream.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, _SEND_BYTES)
        self.stream.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVTIMEO, struct.pack("@ll", 0, moment_ms * 1000))
        self.fd = self.stream.fileno()
        stat = os.fstat(self.fd)
        self._identity = (stat.st_dev, stat.st_ino)

    def is_ours(self) -> bool:
        """Whether the fd is still that of this socket."""
        try:
            stat = os.fstat(self.fd)
        except OSError:
            return False
        return (stat.st_dev, stat.st_ino) == self._identity

    def has_ended(self) -> bool:
        """Whether the other end is gone, or the fd is not ours any more."""
        if not self.is_ours():
            return True
        ended = poll()
        ended.register(self.fd, 0)
        return bool(ended.poll(0))

    def arrival(self, *others: int) -> "Any":
        """A poll that tells when something has come here, or at one of the other fds."""
        # One of its own each time: it cannot be used twice at a time, as by a signal handler.
        arrives = poll()
        for fd in (self.fd,) + others:
            arrives.register(fd, POLLIN)
        return arrives

    def wait_for_room(self, moment_ms: int) -> None:
        room = poll()
        room.register(self.fd, POLLOUT)
        room.poll(moment_ms)

    def close(self) -> None:
        """Leaves alone what user code has put in its place."""
        if self.is_ours():
            self.stream.close()
        else:
            self.stream.detach()


def _high_socket(fd: int) -> "_socket.socket":
    """A socket on a close-on-exec duplicate of `fd`, as high as those of the way to the supervisor."""
    made: "List[_socket.socket]" = []
    for lowest in LOWEST_FDS:
        try:
            # One call into C makes both, in which no signal handler runs.
            duplicates = map(fcntl.fcntl, (fd,), (fcntl.F_DUPFD_CLOEXEC,), (lowest,))
            made.extend(map(_socket.socket, (_socket.AF_UNIX,), (_socket.SOCK_STREAM,), (0,), duplicates))
            return made[0]
        except OSError as error:
            if lowest == LOWEST_FDS[-1]:
                raise error
    raise AssertionError("unreachable")
