"""The lanes of this process: each is connected at its first call, and closed in every fork and at exit."""

import atexit

from predictor_host.channel import run_in_forks
from predictor_host.lane import Lane

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict
    from predictor_host.reading import Reading


class Lanes:
    """By their paths. To be made once, before user code runs; `main` is the main thread."""

    def __init__(self, reading: "Reading", main: int) -> None:
        self._reading = reading
        self._main = main
        self._lanes: "Dict[str, Lane]" = {}
        run_in_forks(self.close)
        atexit.register(self.close)

    def of(self, path: str) -> Lane:
        """The lane to the thread that listens there. Raises `LaneUnreachable` where it cannot be connected."""
        lane = self._lanes.get(path)
        if lane is not None and lane.is_lost:
            self._lanes.pop(path, None)
            lane.close()
            lane = None
        if lane is None:
            new = Lane(path, self._reading, self._main)
            lane = self._lanes.setdefault(path, new)
            if lane is not new:
                # Another thread was faster.
                new.close()
        return lane

    def settle(self) -> None:
        """Takes back what an interruption has left. For the main thread, where it is in the middle of nothing."""
        for lane in list(self._lanes.values()):
            lane.settle()

    def close(self) -> None:
        for lane in list(self._lanes.values()):
            lane.close()
        self._lanes.clear()
