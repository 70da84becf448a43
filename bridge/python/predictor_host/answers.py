"""Answers a request exactly once, whatever is raised meanwhile.

Hazard: a signal handler that user code left behind, or an exception that it sets in our thread, may come while the host decodes, encodes
or answers: a request whose answer is lost holds its place for ever. Remedy: what was raised becomes the answer, where there is none
yet; an answer that there is already is sent to its end first.
"""

from os import _exit, write

from predictor_host.codes import BridgeError
from predictor_host.framing import MAX_HEADER_BYTES, ConnectionLost, Frame
from predictor_host.messages import encode_error, encode_result
from predictor_host.stack import exception_summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, NoReturn, Optional
    from predictor_host.connection import Connection
    from predictor_host.incoming import Incoming


# A timer of the user's stops some rounds. What stops this many, such as a replaced function of the standard library, stops them all.
_MAX_ROUNDS = 1000


class Interrupted(Exception):
    """Stands for an exception that was lost on its way here."""


def answer(
    connection: "Connection",
    request: "Incoming",
    work: "Callable[[Incoming], Frame]",
    failure: "Callable[[BaseException], BridgeError]",
) -> None:
    """Sends what `work` makes of the request, or the `failure` that tells what was raised. `work` is begun at most once.

    Raises `ConnectionLost`, and, when the answer is sent, what was raised while it was. Ends the process where no answer is possible.
    """
    error: "Optional[BaseException]" = None
    rounds = 0
    while True:
        try:
            if request.answer is None:
                if request.begun:
                    request.answer = refusal(request.message["id"], failure(error or Interrupted()))
                else:
                    request.begun = True
                    request.answer = work(request)
                error = None
            connection.send(request.answer)
            request.done = True
            break
        except ConnectionLost:
            raise
        except BaseException as raised:
            error = raised
            rounds += 1
            if rounds > _MAX_ROUNDS:
                _give_up(raised)
    if error is not None:
        raise error


def _give_up(error: BaseException) -> "NoReturn":
    try:
        text = "user code makes an answer impossible: %s\n" % exception_summary(error)
        write(2, text.encode("utf-8", "backslashreplace"))
    finally:
        _exit(1)


def approval(request_id: int, result: object, body: bytes = b"") -> Frame:
    """The frame of an answer without error."""
    return Frame(encode_result(request_id, result), body)


def refusal(request_id: "Optional[int]", error: BridgeError) -> Frame:
    """The frame of an error answer; without its data where that makes it too long."""
    header = encode_error(request_id, error)
    if len(header) > MAX_HEADER_BYTES:
        marks = {"marks": error.data["marks"]} if error.data and "marks" in error.data else None
        header = encode_error(request_id, BridgeError(error.code, error.message[:10000], marks))
    return Frame(header)
