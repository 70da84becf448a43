"""Calls of a model in the middle of writing, by a signal handler or a finalizer.

Hazard: whoever waits for the answer to such a call, with a lock that its own thread holds further down its stack, keeps all others from writing; and for ever where it
is for one of them to read the answer, which logs or calls a model in the middle of that. Remedy: it lets go of these locks before, as `threading.Condition` does,
and takes them back at its end, whatever is raised meanwhile. To the call that was interrupted, what others write is what this one might have written itself.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional, Sequence, Tuple
    from predictor_host.lanes import Lanes
    from predictor_host.sender import Sender

    # Each with what it needs to take its lock back; nothing while it has it.
    Held = Sequence[Tuple[Sender, List[Any]]]


def held_senders(supervisor: "Sender", lanes: "Optional[Lanes]") -> "List[Sender]":
    """Those that the calling thread is in the middle of a call of, in the order in which everybody waits for their locks."""
    # Who writes to a lane may log in the middle of that; who calls a model in the middle of logging lets go first.
    held = [] if lanes is None else lanes.held()
    return held + [supervisor] if supervisor.is_held() else held


def letting_go(senders: "Sequence[Sender]", act: "Callable[..., None]", *arguments: "Any") -> None:
    """Calls `act` without the locks of `senders`, all of which the calling thread holds, and takes them back in this order."""
    if not senders:
        act(*arguments)
        return
    held: "Held" = [(sender, []) for sender in senders]
    try:
        try:
            _let_go(held)
            act(*arguments)
        finally:
            _take_back(held)
    finally:
        # Again: a signal handler may have raised in that.
        _take_back(held)


# Functions of their own, as the loops in `reading`.


def _let_go(held: "Held") -> None:
    for sender, state in held:
        sender.let_go(state)


def _take_back(held: "Held") -> None:
    for sender, state in held:
        sender.take_back(state)
