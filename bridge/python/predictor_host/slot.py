"""The place where `predict` runs, as the session sees it: the main thread (`main_slot`), or several others (`slots`)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Protocol
    from predictor_host.incoming import Incoming

    class Slot(Protocol):
        """Where `predict` runs. `cancel_signal`: what the supervisor has to send behind a cancellation, if anything."""

        cancel_signal: "Optional[int]"

        def take(self, request: "Incoming") -> None:
            """Sees to it that the request is answered, and sets `done` when nothing is left to do for the caller; may block until then."""
            ...

        def close(self) -> None:
            """Blocks until every request taken is answered."""
            ...
