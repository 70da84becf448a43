"""The TensorFlow client: models that TensorFlow Serving runs, called by way of the supervisor."""

from predictor_host.clients.input_tensor import InputTensor
from predictor_host.clients.model import Model
from predictor_host.clients.model_calls import ModelCalls
from predictor_host.clients.model_inputs import encode_named, values_by_name
from predictor_host.clients.numpy_import import Numpy
from predictor_host.clients.proto_json import flat_values
from predictor_host.clients.rules import TENSORFLOW
from predictor_host.clients.signature_def import input_signatures, signature_def
from predictor_host.clients.tensor_body import placed
from predictor_host.exceptions import UserException
from predictor_host.methods import TENSORFLOW_DESCRIBE, TENSORFLOW_LIST, TENSORFLOW_PREDICT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional
    from predictor_host.connection import Connection


class TensorflowModel(Model):
    """A model with what its inputs are made by."""

    def __init__(self, description: "Dict[str, Any]") -> None:
        super().__init__(description)
        self.inputs = [InputTensor(spec, TENSORFLOW) for spec in description["inputs"]]
        head = '"method":"%s","params":{"model":%d,"inputs":' % (TENSORFLOW_PREDICT, self.number)
        self.call_head = head.encode("ascii")


class TensorflowClient:
    """Given to the constructor of a TensorFlow predictor. A call may come from any thread, also from within the constructor."""

    def __init__(self, connection: "Connection") -> None:
        self._calls = ModelCalls(connection, TENSORFLOW_DESCRIBE, TensorflowModel, UserException)
        self._numpy = Numpy()

    def predict(self, model_input: "Any", model_name: "Optional[str]" = None, model_version: str = "latest") -> "Dict[str, List[Any]]":
        """Runs a model on a dictionary of input name to value.

        Returns a dictionary of output name to a flat list of values, as protobuf's JSON form has them (see `proto_json`). Raises `UserException` for
        inputs that do not fit, `UserRuntimeException`, which is one, for anything else.
        """
        # What user code passes can only be an array of NumPy's if it has imported that; what it gets is none.
        arrays = self._numpy.imported()

        def act(model: TensorflowModel) -> "Dict[str, List[Any]]":
            text, parts = encode_named(model.inputs, values_by_name(model.inputs, model_input), arrays)
            tensors, body = self._calls.run(model, b"%s%s}" % (model.call_head, text), parts)
            return {tensor["name"]: flat_values(tensor, body, offset) for tensor, offset in placed(tensors)}

        return self._calls.call(model_name, model_version, act)

    @property
    def metadata(self) -> "Dict[str, Any]":
        """The models by `<name>-<version>`: `disk_path`, `signature_def`, `signature_key`, `input_signatures`, `timestamp` (seconds since the epoch)."""
        return {key: _shown(model) for key, model in self._calls.ask(TENSORFLOW_LIST, None)["models"].items()}

    @property
    def caching(self) -> bool:
        """Whether only some of the models are in memory at a time (`models.cache_size`)."""
        return self._calls.ask(TENSORFLOW_LIST, None)["caching"]


def _shown(model: "Dict[str, Any]") -> "Dict[str, Any]":
    signatures, key = model["signatures"], model["signatureKey"]
    return {
        "disk_path": model["diskPath"],
        "signature_def": {name: signature_def(signature) for name, signature in signatures.items()},
        "signature_key": key,
        "input_signatures": input_signatures(signatures[key]) if key in signatures else {},
        "timestamp": model["timestamp"],
    }
