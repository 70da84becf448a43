"""Waits for a frame that is about to come without going to sleep: to be woken takes longer than much of what a small request costs.

Hazard: a wait that is in vain takes a processor from others. Remedy: it is short, offers the processor at each turn, and is left out for a while where it
was in vain: twice as long each time.
"""

import os
from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

# About what it costs to sleep and to be woken, on both sides together.
_LONGEST_S = 50e-6
_MOST_LEFT_OUT = 255


def _stay() -> None:
    """Where a processor cannot be offered."""


_offer_processor = getattr(os, "sched_yield", _stay)


class BusyWait:
    """`receive` is called until it returns True, if there is reason to hope that this will be soon."""

    def __init__(self, receive: "Callable[[int, int], bool]", flags: int) -> None:
        self._receive = receive
        self._flags = flags
        # How many waits are left out after one in vain, and how many of them are still to come.
        self._left_out = 0
        self._to_come = 0

    def __call__(self, wanted: int) -> bool:
        """Whether `receive(wanted, flags)` has brought something; it raises what that does."""
        if self._to_come:
            self._to_come -= 1
            return False
        receive, flags = self._receive, self._flags
        if receive(wanted, flags):
            self._left_out = 0
            return True
        end = perf_counter() + _LONGEST_S
        while perf_counter() < end:
            _offer_processor()
            if receive(wanted, flags):
                self._left_out = 0
                return True
        self._to_come = self._left_out = min(2 * self._left_out + 1, _MOST_LEFT_OUT)
        return False
