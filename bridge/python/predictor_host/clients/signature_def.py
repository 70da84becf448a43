"""TensorFlow's signatures as Cortex's metadata shows them: the JSON form of a `SignatureDef`, and shapes and types by input name."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

_DT_NAMES = {
    "float16": "DT_HALF",
    "float32": "DT_FLOAT",
    "float64": "DT_DOUBLE",
}


def signature_def(signature: "Dict[str, Any]") -> "Dict[str, Any]":
    """`inputs` and `outputs` by name, each with `name` (in the graph), `dtype` and `tensorShape`, and `methodName`."""
    return {
        "inputs": {spec["name"]: _tensor_info(spec) for spec in signature["inputs"]},
        "outputs": {spec["name"]: _tensor_info(spec) for spec in signature["outputs"]},
        "methodName": signature["methodName"],
    }


def input_signatures(signature: "Dict[str, Any]") -> "Dict[str, Any]":
    """By input name: `shape`, in which -1 is unknown (`["scalar"]` and `["unknown"]` for no dimensions and any), and `type`."""
    return {spec["name"]: {"shape": _shape(spec["shape"]), "type": spec["type"]} for spec in signature["inputs"]}


def _shape(shape: "Any") -> "List[Any]":
    if shape is None:
        return ["unknown"]
    return [size if isinstance(size, int) else -1 for size in shape] or ["scalar"]


def _tensor_info(spec: "Dict[str, Any]") -> "Dict[str, Any]":
    shape = spec["shape"]
    if shape is None:
        shown: "Dict[str, Any]" = {"unknownRank": True}
    else:
        sizes = [str(size) if isinstance(size, int) else "-1" for size in shape]
        shown = {"dim": [{"size": size} for size in sizes]} if sizes else {}
    info = {"dtype": _DT_NAMES.get(spec["type"], "DT_%s" % spec["type"].upper()), "tensorShape": shown}
    # protobuf's JSON form leaves out what is empty.
    return dict(info, name=spec["graphName"]) if spec["graphName"] else info
