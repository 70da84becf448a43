"""A model as it was described by the supervisor."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple
    from predictor_host.connection import Connection
    from predictor_host.framing import Buffer


class Model:
    """One loaded version, as its description has it; `number` stands for it in calls."""

    def __init__(self, description: "Dict[str, Any]") -> None:
        self.number: int = description["model"]
        self.title: str = description["title"]

    def call(self, connection: "Connection", encoded: bytes, parts: "List[Buffer]") -> "Tuple[Any, Buffer]":
        """As `Connection.call`, for the request to run the model."""
        return connection.call(encoded, parts)
