"""Notes which request is begun, where the supervisor still finds it when this process is dead.

Precondition: made before user code runs, while fd 5 is still the supervisor's.
"""

import os
from os import pwrite
from struct import Struct

from predictor_host.channel import duplicate_high, run_in_forks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

BEGUN_FD = 5
_OFFERED = b"begun?\0\0"
_TAKEN = b"begun!\0\0"
_pack = Struct(">Q").pack


class Begun:
    """One entry for each thread, behind the eight bytes by which the file is known."""

    def __init__(self) -> None:
        self._fd: "Optional[int]" = None
        try:
            if os.pread(BEGUN_FD, len(_OFFERED), 0) != _OFFERED:
                return
            self._fd = duplicate_high(BEGUN_FD)
            os.close(BEGUN_FD)
            pwrite(self._fd, _TAKEN, 0)
        except OSError:
            # There is no such file, or no room on its disk: the supervisor takes whatever was first in line for begun.
            return
        run_in_forks(self._close)

    def note(self, thread: int, request_id: int) -> None:
        """Said before anything is done for the request, decoding its payload included."""
        if self._fd is None:
            return
        try:
            pwrite(self._fd, _pack(request_id), 8 + 8 * thread)
        except OSError:
            self._fd = None

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)
