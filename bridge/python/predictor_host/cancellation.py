"""Cancelling requests, as the connection and the places where `predict` runs see it; done by `main_cancellation` or `slots`."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Protocol

    class Cancellation(Protocol):
        """Whom the connection tells about cancellations."""

        def cancel(self, request_id: int) -> bool:
            """Cancels a request that has begun, called by whichever thread reads; returns whether there is such a one."""
            ...

        def due(self) -> bool:
            """Whether the request that the main thread serves is cancelled and its user code has not been told."""
            ...

        def strike(self) -> "NoReturn":
            """Raises `Cancelled`."""
            ...


class Cancelled(BaseException):
    """Raised inside user code whose request was cancelled; no `except Exception` holds it up."""
