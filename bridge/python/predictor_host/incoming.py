"""A message that came down, with what the host knows about its answer.

Hazard: a signal handler of the user's may raise between any two steps of the host. Remedy: a request is kept until it is done, and
each of its steps is one assignment here, so that whoever is interrupted looks at the request and goes on.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional
    from predictor_host.framing import Frame


class Incoming:
    """`message` with its `body`. `begun`: its work has started. `answer`: what is sent for it. `done`: nothing is left to do."""

    __slots__ = ("message", "body", "rest", "begun", "answer", "done")

    def __init__(self, message: "Dict[str, Any]", body: "Any", rest: "List[bytes]") -> None:
        self.message = message
        # `bytes`; for a large answer a `bytearray`.
        self.body = body
        # What had arrived behind it when it was read.
        self.rest = rest
        self.begun = False
        self.answer: "Optional[Frame]" = None
        self.done = False
