"""What a process serves, as `initialize` set it up, and which request each thread is serving."""

# The class of `threading.local`, without the weight of that module.
from _thread import _local as local  # pyright: ignore[reportPrivateUsage]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional
    from predictor_host.connection import Connection


class Serving:
    """One a process: everything that logs and clients have to know."""

    def __init__(self) -> None:
        self.connection: "Optional[Connection]" = None
        self.labels: "Dict[str, Any]" = {}
        # The id of the workload that is served, for all threads, where one is served at a time.
        self.request_id: "Optional[str]" = None
        # What stands before a record that a fork writes to its stderr; None where there is no supervisor that reads it.
        self.fork_mark: "Optional[bytes]" = None
        self.log_level = "info"
        self.log_line_bytes = 5 * 1024 * 1024


class _OfThread(local):
    """What the current thread serves, where several serve at once."""

    request_id: "Optional[str]" = None


serving = Serving()
of_thread = _OfThread()
