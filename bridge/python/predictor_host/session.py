"""From the first message to the last: `initialize`, then `predict` again and again, then `shutdown`."""

import sys
from os import _exit, write

from predictor_host import codes
from predictor_host.answers import answer, approval, refusal
from predictor_host.begun import Begun
from predictor_host.channel import take_channel
from predictor_host.codes import BridgeError
from predictor_host.connection import Connection
from predictor_host.framing import ConnectionLost, FramingError, StreamEnd
from predictor_host.initialize import initialized, read_setup
from predictor_host.marks import Marks
from predictor_host.methods import EXIT_FDS_CLOSED, INITIALIZE, PREDICT, SHUTDOWN
from predictor_host.stack import print_unexpected, user_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, NoReturn, Optional
    from predictor_host.framing import Frame
    from predictor_host.incoming import Incoming
    from predictor_host.slot import Slot

# What ends the process wherever it comes from.
_FINAL = (StreamEnd, FramingError, BridgeError, ConnectionLost, SystemExit, KeyboardInterrupt)

# A signal handler of the user's may run out of room some times. That the host itself does each time, as user code has lowered the limit of recursion or
# taken all memory, is told by that it comes to no request.
_NO_ROOM = (RecursionError, MemoryError)
_MAX_TRIES = 1000


def run() -> "NoReturn":
    """Serves the supervisor until it says `shutdown`, then exits; exits with 1 after a failed `initialize` or when the supervisor is gone,
    with EXIT_FDS_CLOSED when user code has closed the way to it."""
    marks = Marks()
    begun = Begun()
    try:
        connection = Connection(take_channel())
    except OSError as error:
        sys.exit("this program is started by a supervisor, with sockets as fds 3 and 4: %s" % error)
    try:
        status = Session(connection, marks, begun).run()
    except StreamEnd:
        _exit(1)
    except (FramingError, BridgeError, ConnectionLost) as error:
        if isinstance(error, BridgeError):
            _tell(connection, error)
        _leave(error)
    sys.exit(status)


class Session:
    """`_status` is what to exit with, once that is known."""

    def __init__(self, connection: Connection, marks: Marks, begun: Begun) -> None:
        self._connection = connection
        self._marks = marks
        self._begun = begun
        self._slot: "Optional[Slot]" = None
        self._initialized = False
        self._project_dir = ""
        self._status: "Optional[int]" = None
        # How often in a row there was no room to get a request.
        self._tries = 0

    def run(self) -> int:
        """Answers requests until the last one; returns the status to exit with. Raises what keeps it from getting any."""
        unexpected: "List[BaseException]" = []
        while self._status is None:
            try:
                # Two of them, as the inner one may be interrupted outside of its `try` too.
                self._serve_on(unexpected)
            except _FINAL:
                raise
            except _NO_ROOM:
                self._tries += 1
                if self._tries > _MAX_TRIES:
                    raise
            except BaseException as error:
                unexpected.append(error)
        return self._status

    def _serve_on(self, unexpected: "List[BaseException]") -> None:
        while self._status is None:
            try:
                while unexpected:
                    # A signal handler of the user's raised while there was no request to answer with that: it may not end the process.
                    print_unexpected(unexpected.pop())
                self._serve()
            except _FINAL:
                raise
            except _NO_ROOM as error:
                self._tries += 1
                if self._tries > _MAX_TRIES:
                    raise
                if self._tries == 1:
                    unexpected.append(error)
            except BaseException as error:
                unexpected.append(error)

    def _serve(self) -> None:
        connection = self._connection
        while self._status is None:
            request = connection.next_request()
            self._tries = 0
            if self._slot is not None and request.message["method"] == PREDICT:
                self._slot.take(request)
            else:
                self._answer(request)
            # While the next one is waited for, nothing of this one is kept.
            del request

    def _answer(self, request: "Incoming") -> None:
        """Answers anything but the usual."""
        method = request.message["method"]
        if method == INITIALIZE and (request.begun or not self._initialized):
            answer(self._connection, request, self._initialize, self._not_initialized)
        elif method == SHUTDOWN:
            # Before it is begun: it can be done again when it is interrupted.
            if self._slot is not None:
                self._slot.close()
            self._status = 0
            answer(self._connection, request, _shut_down, self._failure)
        else:
            answer(self._connection, request, self._refuse, self._failure)

    def _initialize(self, request: "Incoming") -> "Frame":
        self._initialized = True
        setup = read_setup(request.message.get("params"), request.body)
        self._project_dir = setup.project_dir
        self._slot = setup.open(self._connection, self._marks, self._begun)
        return approval(request.message["id"], initialized(self._slot))

    def _not_initialized(self, error: BaseException) -> BridgeError:
        self._status = 1
        return self._failure(error)

    def _refuse(self, request: "Incoming") -> "NoReturn":
        method = request.message["method"]
        if method not in (INITIALIZE, PREDICT):
            raise BridgeError(codes.METHOD_NOT_FOUND, "the host knows no method %s" % method[:100])
        why = "initialize comes once" if method == INITIALIZE else "predict comes after an initialize with mode serve"
        raise BridgeError(codes.INVALID_REQUEST, why)

    def _failure(self, error: BaseException) -> BridgeError:
        return error if isinstance(error, BridgeError) else user_exception(error, "init", self._project_dir)


def _shut_down(request: "Incoming") -> "Frame":
    return approval(request.message["id"], None)


def _leave(error: Exception) -> "NoReturn":
    fds_closed = isinstance(error, ConnectionLost) and error.fd_taken
    why = "user code closed the file descriptors of the bridge" if fds_closed else "the connection to the supervisor broke"
    try:
        write(2, ("%s: %s\n" % (why, error)).encode("utf-8", "replace"))
    except OSError:
        # Closed too: the exit code has to say it.
        pass
    _exit(EXIT_FDS_CLOSED if fds_closed else 1)


def _tell(connection: Connection, error: BridgeError) -> None:
    try:
        connection.send(refusal(None, error))
    except ConnectionLost:
        pass
