"""Waits for a frame that is about to come without going to sleep: to be woken takes longer than much of what a small request costs.

Hazard: it takes a processor from others. Remedy: it is short, offers the processor at each turn, and is left out where it saves little, as what came last
took long itself, and for a while where it was in vain: twice as long each time.
"""

import os
from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

# About what it costs to sleep and to be woken, on both sides together.
_LONGEST_S = 50e-6
# Beside a request that took longer than this, being woken is little.
_SMALL_S = 500e-6
_MOST_LEFT_OUT = 255


def _stay() -> None:
    """Where a processor cannot be offered."""


_offer_processor = getattr(os, "sched_yield", _stay)


class BusyWait:
    """`receive` is called until it returns True, if there is reason to hope that this will be soon."""

    def __init__(
        self, receive: "Callable[[int, int], bool]", flags: int, clock: "Callable[[], float]" = perf_counter
    ) -> None:
        self._receive = receive
        self._flags = flags
        self._clock = clock
        # How many waits are left out after one in vain, and how many of them are still to come.
        self._left_out = 0
        self._to_come = 0
        # When there was nothing the last time, in s.
        self._begun = float("-inf")

    def __call__(self, wanted: int) -> bool:
        """Whether `receive(wanted, flags)` has brought something; it raises what that does."""
        if self._to_come:
            self._to_come -= 1
            return False
        receive, flags = self._receive, self._flags
        if receive(wanted, flags):
            return True
        clock = self._clock
        last, begun = self._begun, clock()
        self._begun = begun
        if begun - last > _SMALL_S:
            return False
        end = begun + _LONGEST_S
        while clock() < end:
            _offer_processor()
            if receive(wanted, flags):
                self._left_out = 0
                return True
        self._to_come = self._left_out = min(2 * self._left_out + 1, _MOST_LEFT_OUT)
        return False
