"""A model as it was described by the supervisor."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional


class Model:
    """One loaded version, as its description has it; `number` stands for it in calls."""

    def __init__(self, description: "Dict[str, Any]") -> None:
        self.number: int = description["model"]
        self.title: str = description["title"]
        # Where its thread answers calls; None: the supervisor does.
        self.lane: "Optional[str]" = description["lane"] if "lane" in description else None
