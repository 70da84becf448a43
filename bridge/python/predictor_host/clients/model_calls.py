"""Calls of models that the supervisor runs: which model a name and a version mean, and what a failed call is to user code."""

from os import getpid

from predictor_host import codes
from predictor_host.clients.model import Model
from predictor_host.clients.model_inputs import InputFault
from predictor_host.clients.model_outputs import OutputFault
from predictor_host.codes import BridgeError
from predictor_host.exceptions import UserException, UserRuntimeException
from predictor_host.framing import MAX_BODY_BYTES
from predictor_host.messages import decode_value, encode_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Tuple, Type
    from predictor_host.connection import Connection
    from predictor_host.framing import Buffer

# A model may be exchanged between its description and the call, and its process may end while the call waits for it.
_TRIES = 5
# Models that are kept, of which an API with more versions describes some anew.
_KEPT_MODELS = 1000
# Of a name, which may be a megabyte that a client has sent.
_SHOWN_CHARACTERS = 80
_DIGITS = frozenset("0123456789")


class ModelCalls:
    """`make` makes a model of a description. `invalid` is raised for inputs that do not fit."""

    def __init__(
        self,
        connection: "Connection",
        describe_method: str,
        make: "Callable[[Dict[str, Any]], Any]",
        invalid: "Type[UserException]",
    ) -> None:
        self._connection = connection
        self._describe_method = describe_method
        self._make = make
        self._invalid = invalid
        # By the name and version that user code has asked for; a single model, which heeds no name, by None.
        self._known: "Dict[Tuple[Any, Any], Any]" = {}
        self._is_single = False

    def call(self, name: "Any", version: "Any", act: "Callable[[Any], Any]") -> "Any":
        """What `act` makes of the model; it may be called again with another one. Raises `UserException`."""
        model = self.model(name, version)
        reason = ""
        for _ in range(_TRIES):
            try:
                return act(model)
            except InputFault as fault:
                # The inputs may be meant for a newer version than the one that is known here.
                reason, invalid = "", "%s: %s" % (model.title, fault)
            except OutputFault as fault:
                raise UserRuntimeException("%s: %s" % (model.title, fault)) from None
            except BridgeError as error:
                if error.code != codes.MODEL_CHANGED:
                    raise self._failure(error, model.title) from None
                reason, invalid = error.message, ""
            # Behind the handlers: what a signal handler of the user raises meanwhile would be shown as raised while ours was handled.
            newer = self.describe(name, version)
            if invalid and newer.number == model.number:
                raise self._invalid(invalid)
            model = newer
        raise UserRuntimeException("%s cannot be called, at each of %d tries: %s" % (model.title, _TRIES, reason or "its inputs are others now"))

    def model(self, name: "Any", version: "Any") -> "Any":
        """The model as it was last described. Raises `UserRuntimeException` for names and versions that are none."""
        if type(version) is not str or not (name is None or type(name) is str):
            _check(name, version)
        return self._known.get((name, version)) or (self._is_single and self._known.get((None, version))) or self.describe(name, version)

    def describe(self, name: "Any", version: "Any") -> "Any":
        """As `model`, asked anew."""
        _check(name, version)
        if self._is_single:
            name = None
        description = self.ask(self._describe_method, {"name": name, "version": version}, "the model" if name is None else "the model \"%s\"" % name[:_SHOWN_CHARACTERS])
        if name is not None and description["name"] != name:
            name, self._is_single = None, True
        model = self._make(description)
        if len(self._known) >= _KEPT_MODELS:
            self._known.clear()
        self._known[name, version] = model
        return model

    def ask(self, method: str, params: object, title: str = "a model") -> "Any":
        """What the body of the answer to a request without one says; `title` is what it is about. Raises `UserException`."""
        try:
            return decode_value(self._connection.call(encode_call(method, params), ())[1])
        except BridgeError as error:
            raise self._failure(error, title) from None

    def run(self, model: Model, encoded: bytes, parts: "List[Buffer]") -> "Tuple[List[Dict[str, Any]], Buffer]":
        """The outputs of a predict and the body that holds them. For `act`: raises `BridgeError` and `InputFault`."""
        size = sum(map(len, parts))
        if size > MAX_BODY_BYTES:
            raise InputFault("the inputs have %d bytes; at most %d can be sent" % (size, MAX_BODY_BYTES))
        result, body = model.call(self._connection, encoded, parts)
        return result["outputs"], body

    def _failure(self, error: BridgeError, title: str) -> UserException:
        if error.code == codes.TENSOR_INVALID:
            return self._invalid(error.message)
        if error.code == codes.CONNECTION_CLOSED:
            is_fork = getpid() != self._connection.pid
            remedy = "; call it before the fork, or from a thread of the process that Pons has started" if is_fork else ""
            return UserRuntimeException("%s cannot be called: %s%s" % (title, error.message, remedy))
        if error.code == codes.INVALID_PARAMS:
            return UserRuntimeException("%s cannot be called: %s" % (title, error.message))
        return UserRuntimeException(error.message)


def _check(name: "Any", version: "Any") -> None:
    if not isinstance(version, str) or (version != "latest" and not (version and _DIGITS.issuperset(version))):
        expected = "model_version is \"latest\" or digits in a string, such as \"3\""
        raise UserRuntimeException("%s; got %s, %s" % (expected, repr(version)[:_SHOWN_CHARACTERS], type(version).__name__))
    if name is not None and not isinstance(name, str):
        raise UserRuntimeException("model_name is a string or None; got %s, %s" % (repr(name)[:_SHOWN_CHARACTERS], type(name).__name__))
