"""Runs `predict` on the main thread: signal handlers, event loops and connections made in `__init__` work in it."""

from time import perf_counter

from predictor_host.answers import answer
from predictor_host.cancellation import Cancelled
from predictor_host.exit_fork import leave_if_fork
from predictor_host.framing import Frame
from predictor_host.main_cancellation import MainThreadCancellation
from predictor_host.predict import cancelled, with_marks
from predictor_host.serving import serving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from predictor_host.begun import Begun
    from predictor_host.codes import BridgeError
    from predictor_host.connection import Connection
    from predictor_host.incoming import Incoming
    from predictor_host.marks import Marks
    from predictor_host.predict import Predict


class MainSlot:
    """One request at a time; `take` returns when it is answered."""

    def __init__(self, connection: "Connection", predict: "Predict", marks: "Marks", begun: "Begun") -> None:
        self._connection = connection
        self._predict = predict
        self._marks = marks
        self._begun = begun
        self._cancellation = MainThreadCancellation(connection)
        connection.cancellation = self._cancellation
        self.cancel_signal = self._cancellation.signal

    def take(self, request: "Incoming") -> None:
        answer(self._connection, request, self._work, self._failure)

    def close(self) -> None:
        """Nothing is left running between two requests."""

    def _work(self, request: "Incoming") -> Frame:
        begun = perf_counter()
        message = request.message
        number = self._cancellation.current = message["id"]
        if self._connection.revoked and number in self._connection.revoked:
            self._connection.revoked.discard(number)
            raise cancelled()
        self._begun.note(0, number)
        result = self._run(message.get("params"), request.body)
        marks = self._marks.write()
        run_ms = (perf_counter() - begun) * 1000
        return Frame(b'{"jsonrpc":"2.0","id":%d,"result":{"marks":%d,"runMs":%.3f}}' % (number, marks, run_ms), result)

    def _failure(self, error: BaseException) -> "BridgeError":
        return with_marks(self._predict.failure(error), self._marks.write())

    def _run(self, params: "Any", body: bytes) -> bytes:
        predict, cancellation = self._predict, self._cancellation
        arguments = predict.arguments(params, body)
        # For all threads: what user code starts in predict logs about the same workload.
        serving.request_id = params["id"]
        try:
            try:
                # From here on a cancellation raises; one that came before has to be asked for.
                cancellation.armed = True
                if cancellation.asked == cancellation.current:
                    cancellation.strike()
                value = predict.instance.predict(**arguments)
                cancellation.armed = False
            except BaseException:
                # The signal may still come between these lines: the outer clause catches what it raises.
                cancellation.armed = False
                raise
        except BaseException as error:
            # One that user code has kept from an earlier request is an exception like any other.
            if isinstance(error, Cancelled) and cancellation.asked == cancellation.current:
                raise cancelled() from None
            leave_if_fork(error)
            raise predict.raised(error) from None
        finally:
            serving.request_id = None
        leave_if_fork()
        return predict.encode(value)
