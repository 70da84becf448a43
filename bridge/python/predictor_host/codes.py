"""The error codes of the bridge, and the exception that carries one."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
CANCELLED = -32800
USER_EXCEPTION = -32001
PAYLOAD_INVALID = -32002
RESULT_INVALID = -32003
CLASS_INVALID = -32004
VERSION_MISMATCH = -32005
RESULT_TOO_LARGE = -32006
MODEL_CHANGED = -32007
MODEL_UNUSABLE = -32008
TENSOR_INVALID = -32009
CONNECTION_CLOSED = -32099


class BridgeError(Exception):
    """An error answer: `code` of the protocol's table, one sentence for people, and data in the shape that belongs to the code."""

    def __init__(self, code: int, message: str, data: "Optional[Dict[str, Any]]" = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data
