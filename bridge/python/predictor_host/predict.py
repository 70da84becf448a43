"""One call of `predict`: its arguments from a request, its answer from what it returned or raised."""

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.payload import decode_json, decode_payload
from predictor_host.result import encode_result_body
from predictor_host.stack import user_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, FrozenSet


class Predict:
    """The user's instance with what its `predict` takes."""

    def __init__(self, instance: "Any", arguments: "FrozenSet[str]", result_bytes: int, project_dir: str) -> None:
        self.instance = instance
        self._takes_payload = "payload" in arguments
        self._takes_request_id = "request_id" in arguments
        self._result_bytes = result_bytes
        self._project_dir = project_dir

    def arguments(self, params: "Any", body: bytes) -> "Dict[str, Any]":
        """What to call `predict` with. Raises `BridgeError` with INVALID_PARAMS or PAYLOAD_INVALID."""
        try:
            workload_id, content_type = params["id"], params["contentType"]
        except (KeyError, TypeError):
            raise BridgeError(codes.INVALID_PARAMS, "predict takes id and contentType") from None
        # Decoded also where it is not asked for: a body that does not fit its content type is an error all the same.
        payload = decode_json(body) if content_type == "application/json" else decode_payload(content_type, body)
        arguments: "Dict[str, Any]" = {}
        if self._takes_payload:
            arguments["payload"] = payload
        if self._takes_request_id:
            arguments["request_id"] = workload_id
        return arguments

    def encode(self, value: object) -> bytes:
        """The result as JSON text. Raises `BridgeError` with RESULT_INVALID or RESULT_TOO_LARGE."""
        return encode_result_body(value, self._result_bytes)

    def failure(self, error: BaseException) -> BridgeError:
        """What to answer for an exception that `predict` raised, or that came out of its user's code while the host worked for it."""
        return error if isinstance(error, BridgeError) else self.raised(error)

    def raised(self, error: BaseException) -> BridgeError:
        """What to answer for an exception that came out of `predict` itself."""
        return user_exception(error, "predict", self._project_dir)


def cancelled() -> BridgeError:
    return BridgeError(codes.CANCELLED, "the request was cancelled")


def with_marks(error: BridgeError, marks: int) -> BridgeError:
    """Adds to an error what a result would say about the marks in the output."""
    error.data = dict(error.data or {}, marks=marks)
    return error
