"""The handshake: what the supervisor says at the start, and the predictor made from it."""

import json
import os
import sys

from predictor_host import codes
from predictor_host.abstract import check_concrete
from predictor_host.codes import BridgeError
from predictor_host.exit_fork import leave_if_fork
from predictor_host.hooks import warn_of_hooks
from predictor_host.import_path import open_import_path
from predictor_host.loader import load_class
from predictor_host.methods import MARK_PREFIX, MARK_TOKEN_LENGTH, PROTOCOL_VERSION
from predictor_host.predict import Predict
from predictor_host.serving import serving
from predictor_host.signature import CLASS_NAMES, check_constructor, check_predict
from predictor_host.stack import user_exception

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, FrozenSet, Optional
    from predictor_host.connection import Connection
    from predictor_host.begun import Begun
    from predictor_host.marks import Marks
    from predictor_host.slot import Slot

_LOG_LEVELS = ("debug", "info", "warning", "error")


class Setup:
    """What `initialize` asks for, checked."""

    def __init__(self, params: "Dict[str, Any]", config: "Any") -> None:
        self.serves = params["mode"] == "serve"
        self.project_dir = str(params["projectDir"])
        self.predictor_type = str(params["predictorType"])
        self.path = str(params["path"])
        self.python_path: "Optional[str]" = params["pythonPath"]
        self.threads = int(params["threads"])
        self.log_level = str(params["logLevel"])
        self.labels: "Dict[str, Any]" = dict(params["labels"])
        self.result_bytes = int(params["limits"]["resultBytes"])
        self.log_line_bytes = int(params["limits"]["logLineBytes"])
        self.chaining: "Optional[Dict[str, Any]]" = params["chaining"]
        self.config: "Any" = {} if config is None else config

    def open(self, connection: "Connection", marks: "Marks", begun: "Begun") -> "Optional[Slot]":
        """Loads and checks the class; with mode serve also constructs it and returns where it runs. Raises `BridgeError`."""
        serving.connection = connection
        serving.labels, serving.log_level, serving.log_line_bytes = self.labels, self.log_level, self.log_line_bytes
        token = self.labels.get("mark")
        if isinstance(token, str) and len(token) == MARK_TOKEN_LENGTH and token.isalnum():
            marks.token = token
            serving.fork_mark = (MARK_PREFIX + token).encode("ascii")
        if self.chaining is not None:
            from predictor_host.chaining import patch_sockets

            patch_sockets({host: (str(to[0]), int(to[1])) for host, to in self.chaining.items()})
        new_slot = _slots_for(self.threads)
        makers = _argument_makers(self, connection)
        if self.python_path is not None:
            open_import_path(self.python_path)
        predictor = load_class(self.project_dir, self.path, self.predictor_type)
        constructor = check_constructor(predictor, self.predictor_type, self.project_dir)
        arguments = check_predict(predictor, self.project_dir)
        check_concrete(predictor, self.project_dir)
        warn_of_hooks(predictor)
        if not self.serves:
            return None
        instance = self._construct(predictor, constructor, makers)
        predict = Predict(instance, arguments, self.result_bytes, self.project_dir)
        return new_slot(connection, predict, marks, begun)

    def _construct(self, predictor: "Callable[..., Any]", wanted: "FrozenSet[str]", makers: "Dict[str, Callable[[], Any]]") -> "Any":
        try:
            instance = predictor(**{name: makers[name]() for name in wanted})
        except BaseException as error:
            leave_if_fork(error)
            raise user_exception(error, "init", self.project_dir) from None
        leave_if_fork()
        return instance


def initialized(slot: "Optional[Slot]") -> "Dict[str, Any]":
    """The result of `initialize`."""
    return {
        "protocolVersion": PROTOCOL_VERSION,
        "pythonVersion": sys.version.split()[0],
        "pid": os.getpid(),
        "cancelSignal": None if slot is None else slot.cancel_signal,
    }


def _slots_for(threads: int) -> "Callable[[Connection, Predict, Marks, Begun], Slot]":
    """What makes the place where `predict` runs; its modules are imported before any of the user's can take their names."""
    if threads == 1:
        from predictor_host.main_slot import MainSlot

        return MainSlot
    from predictor_host.slots import Slots

    return lambda connection, predict, _marks, begun: Slots(connection, predict, begun, threads)


def read_setup(params: "Any", body: bytes) -> Setup:
    """Raises `BridgeError` with VERSION_MISMATCH or INVALID_PARAMS."""
    try:
        version = params["protocolVersion"]
    except (KeyError, TypeError):
        version = None
    if version != PROTOCOL_VERSION:
        message = "the supervisor speaks version %s of the bridge's protocol, this host version %d" % (version, PROTOCOL_VERSION)
        raise BridgeError(codes.VERSION_MISMATCH, message, {"supervisor": version, "host": PROTOCOL_VERSION})
    try:
        config = json.loads(body)
        setup = Setup(params, config)
    except (KeyError, TypeError, ValueError) as error:
        raise BridgeError(codes.INVALID_PARAMS, "initialize: %s: %s" % (type(error).__name__, error)) from None
    allowed = (
        ("mode", params["mode"] in ("serve", "check")),
        ("predictorType", setup.predictor_type in CLASS_NAMES),
        ("threads", setup.threads >= 1),
        ("logLevel", setup.log_level in _LOG_LEVELS),
        ("the body, predictor.config", isinstance(setup.config, dict)),
    )
    for name, fits in allowed:
        if not fits:
            raise BridgeError(codes.INVALID_PARAMS, "initialize: %s does not have one of its values" % name)
    return setup


def _argument_makers(setup: Setup, connection: "Connection") -> "Dict[str, Callable[[], Any]]":
    """How each argument that a constructor may ask for is made. What the clients of models import is imported before user code can take the names."""

    def metrics_client() -> "Any":
        from predictor_host.clients.metrics import MetricsClient

        return MetricsClient(connection)

    makers: "Dict[str, Callable[[], Any]]" = {"config": lambda: setup.config, "metrics_client": metrics_client}
    if setup.serves and setup.predictor_type == "onnx":
        from predictor_host.clients.onnx import OnnxClient

        connection.open_lanes()
        makers["onnx_client"] = lambda: OnnxClient(connection)
    if setup.serves and setup.predictor_type == "tensorflow":
        from predictor_host.clients.tensorflow import TensorflowClient

        makers["tensorflow_client"] = lambda: TensorflowClient(connection)
    return makers
