"""Whose turn it is to read a socket, among those who wait for what comes on it.

Hazard: a signal handler of the user's may raise between any two steps, and would leave the turn taken; and it may call a model itself, on the thread that it has
interrupted, as a finaliser may. Remedy: whose turn it is can be looked up; a call further up the stack of a thread that has the turn borrows it; and none begins
in the middle of a step of reading, which it would leave with what it has read itself.
"""

from sys import _getframe  # pyright: ignore[reportPrivateUsage]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Set, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

_REFUSAL = (
    "a model cannot be called here: a signal handler or a finalizer has interrupted its own thread in the middle of reading an answer or a request; "
    "call the model from another thread without waiting for it here, or note that there is something to do and call it from predict"
)

# By the numbers of their code.
_indivisible: "Set[int]" = set()


def indivisible(function: "Function") -> "Function":
    """Marks a function in the middle of which no other call of a model may begin on the same thread. To be called by who has the turn."""
    _indivisible.add(id(function.__code__))
    return function


class Turn:
    """One for each socket. `taken`: the thread whose turn it is, under the key 0; whoever waits takes it by `taken.setdefault(0, thread) == thread`."""

    def __init__(self) -> None:
        # No lock: whether this thread has taken it must be known after an interruption.
        self.taken: "Dict[int, int]" = {}

    def during(self, thread: int, wait: "Callable[..., None]", *arguments: "Any") -> bool:
        """Calls `wait`, which may take the turn for `thread`, and gives it back unless it was borrowed; returns whether it gave it back."""
        taken = self.taken
        is_borrowed = taken.get(0) == thread and self._is_held_below()
        mine = False
        try:
            wait(*arguments)
        finally:
            # Without a call, after which a signal handler could raise and leave the turn taken. It may be nobody's.
            try:
                mine = not is_borrowed and taken[0] == thread
                if mine:
                    del taken[0]
            except KeyError:
                pass
        return mine

    def assert_divisible(self, thread: int) -> None:
        """Raises `RuntimeError` where `thread`, which calls this, was interrupted in the middle of reading."""
        if self.taken.get(0) != thread:
            return
        frame = _getframe(1)
        while frame is not None:
            if id(frame.f_code) in _indivisible:
                raise RuntimeError(_REFUSAL)
            frame = frame.f_back

    def settle(self, thread: int) -> None:
        """Gives back what an interruption has left taken. For `thread`, where it is in the middle of nothing."""
        if self.taken.get(0) == thread:
            self.taken.pop(0)

    def _is_held_below(self) -> bool:
        """Whether a wait that the calling thread is still in has the turn; else an interruption has left it taken."""
        frame = _getframe(2)
        while frame is not None:
            if frame.f_code is _DURING and frame.f_locals.get("self") is self:
                return True
            frame = frame.f_back
        return False


_DURING = Turn.during.__code__
