"""Notes which request is begun, where the supervisor still finds it when this process is dead.

Precondition: made before user code runs, while fd 5 is still the supervisor's. The file is mapped: a note is a store into memory, which outlives this
process as a written file does, and costs a tenth of a call of the system.
"""

import os
from mmap import mmap
from struct import Struct

from predictor_host.channel import duplicate_high

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

BEGUN_FD = 5
_OFFERED = b"begun?\0\0"
_TAKEN = b"begun!\0\0"
_pack_into = Struct(">Q").pack_into


class Begun:
    """One entry for each thread, behind the eight bytes by which the file is known."""

    def __init__(self) -> None:
        self._entries: "Optional[mmap]" = None
        try:
            if os.pread(BEGUN_FD, len(_OFFERED), 0) != _OFFERED:
                return
            entries = _map_high(BEGUN_FD)
            os.close(BEGUN_FD)
        except (OSError, ValueError):
            # There is no such file, or it cannot be mapped: the supervisor takes whatever was first in line for begun.
            return
        entries[: len(_TAKEN)] = _TAKEN
        self._entries = entries

    def note(self, thread: int, request_id: int) -> None:
        """Said before anything is done for the request, decoding its payload included."""
        if self._entries is not None:
            _pack_into(self._entries, 8 + 8 * thread, request_id)


def _map_high(fd: int) -> mmap:
    """The file as memory. Raises `OSError`, `ValueError`.

    Hazard: the map keeps a duplicate of the fd, at the lowest number that is free, and closes that number at the end of the process, when user code may
    have closed it long ago and opened a file there. Remedy: what is low is taken while the map is made.
    """
    taken = [duplicate_high(fd)]
    try:
        while taken[-1] <= taken[0]:
            taken.append(os.dup(fd))
        return mmap(fd, os.fstat(fd).st_size)
    finally:
        for one in taken:
            os.close(one)
