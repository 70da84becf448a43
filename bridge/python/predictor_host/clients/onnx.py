"""The ONNX client: models that the supervisor runs with onnxruntime, called as if they were in this process."""

from predictor_host.clients.fault import shown
from predictor_host.clients.input_tensor import InputTensor
from predictor_host.clients.lane_calls import LanedModel
from predictor_host.clients.model_calls import ModelCalls
from predictor_host.clients.model_inputs import InputFault, encode_inputs, encode_named, values_by_name
from predictor_host.clients.model_outputs import read_elements, read_tensor
from predictor_host.clients.numpy_import import Numpy
from predictor_host.clients.rules import ONNX
from predictor_host.clients.session_view import SessionView, input_signatures
from predictor_host.clients.tensor_body import placed
from predictor_host.clients.zip_map import ZipMap
from predictor_host.exceptions import UserRuntimeException
from predictor_host.messages import encode_value
from predictor_host.methods import ONNX_DESCRIBE, ONNX_LIST, ONNX_PREDICT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence
    from predictor_host.connection import Connection
    from predictor_host.framing import Buffer


class OnnxModel(LanedModel):
    """A model with what its inputs and outputs are made by."""

    def __init__(self, description: "Dict[str, Any]") -> None:
        super().__init__(description)
        self.description = description
        self.inputs = [InputTensor(spec, ONNX) for spec in description["inputs"]]
        self.defaults: "List[str]" = description["defaults"]
        self.maps = {spec["name"]: ZipMap(spec["map"], spec["type"]) for spec in description["outputs"] if spec["map"] is not None}
        head = '"method":"%s","params":{"model":%d,"caller":%d,"inputs":' % (ONNX_PREDICT, self.number, self.caller)
        self.call_head = head.encode("ascii")


class OnnxClient:
    """Given to the constructor of an ONNX predictor. A call may come from any thread, also from within the constructor.

    Every failed call raises `UserRuntimeException` with one sentence that names the model.
    """

    def __init__(self, connection: "Connection") -> None:
        self._calls = ModelCalls(connection, ONNX_DESCRIBE, OnnxModel, UserRuntimeException)
        self._numpy = Numpy()

    def predict(self, model_input: "Any", model_name: "Optional[str]" = None, model_version: str = "latest") -> "List[Any]":
        """Runs a model. `model_input` is an array-like, or a dictionary of input name to array-like.

        Returns one item for each output: a NumPy array (nested lists where there is no NumPy), or a list of dictionaries of label to probability.
        """
        arrays = self._numpy.arrays()

        def act(model: OnnxModel) -> "List[Any]":
            text, parts = encode_inputs(model.inputs, model_input, arrays, model.defaults)
            return self._run(model, text, b"null", parts)

        return self._calls.call(model_name, model_version, act)

    def get_model(self, model_name: "Optional[str]" = None, model_version: str = "latest") -> "Dict[str, Any]":
        """A model as a dictionary: `session` (see `SessionView`), `signatures` and `input_signatures`."""
        model: OnnxModel = self._calls.describe(model_name, model_version)

        def run(outputs: "Optional[Sequence[str]]", feed: "Any") -> "List[Any]":
            return self._run_named(model_name, model_version, outputs, feed)

        session = SessionView(model.description, {name: zip_map.type for name, zip_map in model.maps.items()}, run)
        return {"session": session, "signatures": session.get_inputs(), "input_signatures": input_signatures(model.description)}

    @property
    def metadata(self) -> "Dict[str, Any]":
        """The models that can be called: name to `versions` (strings) and `timestamps` (seconds since the epoch), in the same order."""
        return self._calls.ask(ONNX_LIST, None)["models"]

    @property
    def caching(self) -> bool:
        """Whether only some of the models are in memory at a time (`models.cache_size`)."""
        return self._calls.ask(ONNX_LIST, None)["caching"]

    def _run_named(self, name: "Any", version: "Any", outputs: "Any", feed: "Any") -> "List[Any]":
        arrays = self._numpy.arrays()
        if not isinstance(outputs, str) and hasattr(outputs, "__iter__"):
            # What can be gone through only once is asked for by each try.
            outputs = list(outputs)

        def act(model: OnnxModel) -> "List[Any]":
            text, parts = encode_named(model.inputs, values_by_name(model.inputs, feed), arrays, model.defaults)
            return self._run(model, text, _output_names(outputs), parts)

        return self._calls.call(name, version, act)

    def _run(self, model: OnnxModel, inputs: bytes, outputs: bytes, parts: "List[Buffer]") -> "List[Any]":
        tensors, body = self._calls.run(model, b'%s%s,"outputs":%s}' % (model.call_head, inputs, outputs), parts)
        arrays, maps = self._numpy.arrays(), model.maps
        answer: "List[Any]" = []
        for tensor, offset in placed(tensors):
            zip_map = maps.get(tensor["name"]) if maps else None
            if zip_map is None:
                answer.append(read_tensor(tensor, body, offset, arrays))
            else:
                answer.append(zip_map.dictionaries(read_elements(tensor, body, offset)))
        return answer


def _output_names(outputs: "Any") -> bytes:
    """As they stand in a message; none means all. Raises `InputFault` for what cannot be the names of outputs."""
    if outputs is None:
        return b"null"
    names: "List[Any]" = outputs
    if type(outputs) is not list:
        raise InputFault("expected a list of names of outputs, got %s" % shown(outputs))
    for name in names:
        if not isinstance(name, str):
            raise InputFault("expected a list of names of outputs, got one with %s" % shown(name))
    return encode_value(names or None)
