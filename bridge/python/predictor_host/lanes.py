"""The lanes of this process: each is connected at its first call, and closed where it is lost, in every fork, and at exit."""

import atexit

from predictor_host.channel import run_in_forks
from predictor_host.lane import Lane

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List
    from predictor_host.reading import Reading
    from predictor_host.sender import Sender


class Lanes:
    """By their paths. To be made once, before user code runs; `main` is the main thread."""

    def __init__(self, reading: "Reading", main: int) -> None:
        self._reading = reading
        self._main = main
        self._lanes: "Dict[str, Lane]" = {}
        run_in_forks(self.close)
        atexit.register(self.close)

    def of(self, path: str) -> Lane:
        """The lane to the process that listens there. Raises `LaneUnreachable` where it cannot be connected."""
        lane = self._lanes.get(path)
        if lane is not None and lane.is_lost:
            # Others wait at it still, and the last of them closes it: user code has closed its fd, as a path whose process has ended leads nowhere.
            self._lanes.pop(path, None)
            lane = None
        return self._connect(path) if lane is None else lane

    def settle(self) -> None:
        """Takes back what an interruption has left. For the main thread, where it is in the middle of nothing."""
        for lane in list(self._lanes.values()):
            lane.settle()

    def held(self) -> "List[Sender]":
        """Those to whose lanes the calling thread is in the middle of writing."""
        return [lane.sender for lane in list(self._lanes.values()) if lane.sender.is_held()]

    def close(self) -> None:
        """Closes all of them."""
        for lane in list(self._lanes.values()):
            lane.close()
        self._lanes.clear()

    def _connect(self, path: str) -> Lane:
        # A path is never used again: nobody would ask for one that has ended while nobody called.
        for other in list(self._lanes.values()):
            other.look()
        new = Lane(path, self._reading, self._main, self._forget)
        lane = self._lanes.setdefault(path, new)
        if lane is not new:
            # Another thread was faster.
            new.close()
        return lane

    def _forget(self, lane: Lane) -> None:
        # In this order: what is interrupted in between is done again.
        lane.close()
        if self._lanes.get(lane.path) is lane:
            self._lanes.pop(lane.path, None)
