"""Runs `predict` on several threads, all on the one instance, while the main thread reads."""

import threading
from _thread import RLock, get_ident
from collections import deque
from time import perf_counter

from predictor_host.answers import answer, approval
from predictor_host.cancellation import Cancelled
from predictor_host.exit_fork import leave_if_fork
from predictor_host.framing import ConnectionLost
from predictor_host.predict import cancelled, with_marks
from predictor_host.serving import of_thread
from predictor_host.stack import print_unexpected
from predictor_host.waiter import FOR_EVER, Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, Dict, List, NoReturn, Optional
    from predictor_host.begun import Begun
    from predictor_host.codes import BridgeError
    from predictor_host.connection import Connection
    from predictor_host.framing import Frame
    from predictor_host.incoming import Incoming
    from predictor_host.predict import Predict


class _Job:
    """One request: cancelled before it begins, while its user code runs (`armed`), or too late."""

    def __init__(self, request: "Incoming") -> None:
        self.request = request
        self.number: int = request.message["id"]
        self.params: "Any" = request.message.get("params")
        self.thread = 0
        # Whoever takes this one out serves it: the main thread may have been interrupted and have offered the job twice.
        self.claims = [True]
        self._armed = False
        self.cancelled = False
        self._struck = False
        self._told = False
        self._lock = RLock()

    def arm(self) -> None:
        with self._lock:
            if self.cancelled:
                raise Cancelled()
            self._armed = True

    def disarm(self) -> None:
        """From here on nothing is raised into the thread any more, also what was under way."""
        with self._lock:
            self._armed = False
            if self._struck:
                self._struck = False
                _set_exception(self.thread, None)

    def cancel(self, connection: "Connection") -> None:
        with self._lock:
            if self._told:
                return
            self.cancelled = True
            is_struck = self._armed and not connection.interrupt(self.thread)
            if is_struck:
                self._struck = True
                _set_exception(self.thread, Cancelled)
            # Not before: whoever reads may be at the limit of recursion, and it is done again.
            self._told = True


class Slots:
    """`threads` requests at a time. `take` returns at once."""

    def __init__(self, connection: "Connection", predict: "Predict", begun: "Begun", threads: int) -> None:
        self._connection = connection
        self._predict = predict
        self._begun = begun
        self._jobs: "Dict[int, _Job]" = {}
        self._open: "Deque[_Job]" = deque()
        # The threads that have nothing to do, by their numbers.
        self._idle: "Dict[int, Waiter]" = {}
        self._closing = False
        connection.cancellation = self
        # The main thread reads all the time.
        self.cancel_signal: "Optional[int]" = None
        self._threads: "List[threading.Thread]" = []
        for number in range(threads):
            thread = threading.Thread(target=self._serve, args=(number,), name="predict-%d" % number, daemon=True)
            thread.start()
            self._threads.append(thread)

    def take(self, request: "Incoming") -> None:
        number = request.message["id"]
        job = self._jobs.get(number)
        if job is None:
            job = self._jobs[number] = _Job(request)
        if number in self._connection.revoked:
            job.cancel(self._connection)
            self._connection.revoked.discard(number)
        self._open.append(job)
        self._wake_one()
        request.done = True

    def close(self) -> None:
        self._closing = True
        for waiter in list(self._idle.values()):
            waiter.wake()
        for thread in self._threads:
            thread.join()

    def cancel(self, request_id: int) -> bool:
        job = self._jobs.get(request_id)
        if job is not None:
            job.cancel(self._connection)
        return job is not None

    def due(self) -> bool:
        return False

    def strike(self) -> "NoReturn":
        raise Cancelled()

    def _wake_one(self) -> None:
        for waiter in list(self._idle.values()):
            waiter.wake()
            return

    def _serve(self, number: int) -> None:
        waiter = Waiter()
        while not self._closing or self._open:
            try:
                if self._open:
                    self._answer_next(number)
                    continue
                self._idle[number] = waiter
                if not self._open and not self._closing:
                    waiter.sleep(FOR_EVER)
                self._idle.pop(number)
            except ConnectionLost:
                # The main thread, which reads, ends the process.
                return
            except BaseException as error:
                # User code set it in this thread, which has answered what it served.
                print_unexpected(error)

    def _answer_next(self, number: int) -> None:
        try:
            job = self._open.popleft()
            job.claims.pop()
        except IndexError:
            return
        if self._open:
            self._wake_one()
        self._begun.note(number, job.number)
        try:
            answer(self._connection, job.request, lambda request: self._work(job), self._failure)
        finally:
            self._jobs.pop(job.number, None)

    def _work(self, job: _Job) -> "Frame":
        job.thread = get_ident()
        begun = perf_counter()
        body = self._run(job)
        return approval(job.number, {"marks": 0, "runMs": (perf_counter() - begun) * 1000}, body)

    def _failure(self, error: BaseException) -> "BridgeError":
        return with_marks(self._predict.failure(error), 0)

    def _run(self, job: _Job) -> bytes:
        predict = self._predict
        arguments = predict.arguments(job.params, job.request.body)
        of_thread.request_id = job.params["id"]
        try:
            try:
                job.arm()
                value = predict.instance.predict(**arguments)
                job.disarm()
            except BaseException:
                # The exception set by `cancel` comes at most once, so one of these two calls is left alone by it.
                job.disarm()
                raise
        except BaseException as error:
            job.disarm()
            # One that user code has kept from an earlier request is an exception like any other.
            if isinstance(error, Cancelled) and job.cancelled:
                raise cancelled() from None
            leave_if_fork(error)
            raise predict.raised(error) from None
        finally:
            of_thread.request_id = None
        leave_if_fork()
        return predict.encode(value)


def _set_exception(thread: int, kind: "Optional[type]") -> None:
    try:
        import ctypes
    except ImportError:
        return
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind))
