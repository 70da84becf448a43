"""What a predictor sees of a model's session, which itself lives in the supervisor."""

from predictor_host.exceptions import UserRuntimeException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence

_WORKING = ("run", "get_inputs", "get_outputs", "get_providers")
_ONNX_NAMES = {"float32": "float", "float64": "double"}


class NodeArg:
    """An input or output: `name`, `type` as onnxruntime writes it (`tensor(float)`), and `shape`, in which what is unknown is a name or None."""

    def __init__(self, spec: "Dict[str, Any]", map_type: "Optional[str]" = None) -> None:
        self.name: str = spec["name"]
        self.type = map_type or "tensor(%s)" % _ONNX_NAMES.get(spec["type"], spec["type"])
        # onnxruntime, too, gives none for a rank that is unknown, and for a sequence.
        self._shape: "List[Any]" = [] if map_type else list(spec["shape"] or ())

    @property
    def shape(self) -> "List[Any]":
        # A copy, as onnxruntime's is: predictors replace what is unknown in it.
        return list(self._shape)

    def __repr__(self) -> str:
        return "NodeArg(name=%r, type=%r, shape=%r)" % (self.name, self.type, self.shape)


class SessionView:
    """Stands for onnxruntime's `InferenceSession`; `run`, `get_inputs`, `get_outputs` and `get_providers` work."""

    def __init__(
        self,
        description: "Dict[str, Any]",
        map_types: "Dict[str, str]",
        run: "Callable[[Optional[Sequence[str]], Any], List[Any]]",
    ) -> None:
        self._inputs = [NodeArg(spec) for spec in description["inputs"]]
        self._outputs = [NodeArg(spec, map_types.get(spec["name"])) for spec in description["outputs"]]
        self._description = description
        self._run = run

    def run(self, output_names: "Optional[Sequence[str]]", input_feed: "Any", run_options: "Any" = None) -> "List[Any]":
        """Runs the model on arrays by input name; returns the outputs named, or all for None or an empty list. Raises `UserRuntimeException`."""
        if run_options is not None:
            raise UserRuntimeException("session.run takes no run_options: the session lives in the supervisor")
        # What it has is not looked up here: the model may have been exchanged since.
        return self._run(output_names, input_feed)

    def get_inputs(self) -> "List[NodeArg]":
        return list(self._inputs)

    def get_outputs(self) -> "List[NodeArg]":
        return list(self._outputs)

    def get_providers(self) -> "List[str]":
        return list(self._description["providers"])

    def __getattr__(self, name: str) -> "NoReturn":
        message = "session.%s: the session lives in the supervisor, which runs the model for all processes; what works here is %s"
        raise AttributeError(message % (name, ", ".join(_WORKING)))


def input_signatures(description: "Dict[str, Any]") -> "Dict[str, Dict[str, Any]]":
    """By input name: `shape`, and `type` by the name that NumPy has for it."""
    return {
        spec["name"]: {"shape": list(spec["shape"] or ()), "type": "object" if spec["type"] == "string" else spec["type"]}
        for spec in description["inputs"]
    }
