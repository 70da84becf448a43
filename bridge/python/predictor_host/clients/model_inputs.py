"""What user code hands to a model, as the tensors of a message and the parts of its body."""

from predictor_host.clients.fault import UNREADABLE, TensorFault, shown_type, unreadable
from predictor_host.clients.tensor_body import gap_behind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple
    from predictor_host.clients.input_tensor import InputTensor
    from predictor_host.clients.numpy_arrays import NumpyArrays
    from predictor_host.framing import Buffer

    # JSON text of the list of tensors, and the body.
    Encoded = Tuple[bytes, List[Buffer]]


class InputFault(Exception):
    """One sentence, but for the model: `input "x": expected ..., got ...`."""

# Of a name, which may be a megabyte that a client has sent.
_SHOWN_CHARACTERS = 80


def encode_inputs(
    inputs: "Sequence[InputTensor]", model_input: "Any", arrays: "Optional[NumpyArrays]", defaults: "Sequence[str]" = ()
) -> "Encoded":
    """Makes the tensors of all inputs. A model of one input takes its value without its name, too. Raises `InputFault`."""
    if len(inputs) == 1 and not is_mapping(model_input):
        text, content = _tensor(inputs[0], model_input, arrays)
        return b"[%s]" % text, [content]
    return encode_named(inputs, values_by_name(inputs, model_input), arrays, defaults)


def encode_named(
    inputs: "Sequence[InputTensor]", values: "Dict[Any, Any]", arrays: "Optional[NumpyArrays]", defaults: "Sequence[str]" = ()
) -> "Encoded":
    """As `encode_inputs`, of values by name. Raises `InputFault` for those that are missing or unknown, and for `defaults`, which take no value."""
    names = [item.name for item in inputs]
    for item in inputs:
        if item.name not in values:
            raise InputFault("input %s is missing: %s" % (_quoted((item.name,)), _expected(names, values)))
        if values[item.name] is None:
            raise InputFault("input %s: expected %s, got None" % (_quoted((item.name,)), item.expected))
    for name in values:
        if name not in names:
            if name in defaults:
                raise InputFault("input %s has a default in the model, in whose place onnxruntime-node takes no other value" % _quoted((name,)))
            raise InputFault("unknown input %s: %s" % (_quoted((name,)), _expected(names, values)))
    texts: "List[bytes]" = []
    parts: "List[Buffer]" = []
    for item in inputs:
        text, content = _tensor(item, values[item.name], arrays)
        if parts:
            parts.append(gap_behind(len(parts[-1])))
        texts.append(text)
        parts.append(content)
    return b"[%s]" % b",".join(texts), parts


def is_mapping(value: "Any") -> bool:
    """Whether it holds values by name."""
    return isinstance(value, dict) or (hasattr(value, "keys") and hasattr(value, "items") and not hasattr(value, "__array__"))


def values_by_name(inputs: "Sequence[InputTensor]", model_input: "Any") -> "Dict[Any, Any]":
    """`model_input`, which has to be a dictionary, or what can be made one. Raises `InputFault`."""
    kind: "Any" = dict
    if isinstance(model_input, kind):
        return model_input
    got = shown_type(model_input)
    if is_mapping(model_input):
        try:
            return dict(model_input)
        except UNREADABLE as error:
            got = unreadable(model_input, error).got
    if not inputs:
        raise InputFault("expected an empty dictionary, since it has no inputs, got %s" % got)
    raise InputFault("expected a dictionary with the inputs %s, got %s" % (_quoted([item.name for item in inputs]), got))


def _tensor(item: "InputTensor", value: "Any", arrays: "Optional[NumpyArrays]") -> "Tuple[bytes, Buffer]":
    try:
        return item.tensor(value, arrays)
    except TensorFault as fault:
        raise InputFault("input %s: expected %s, got %s" % (_quoted((item.name,)), item.expected, fault.got)) from None
    except MemoryError:
        raise InputFault("input %s does not fit into memory" % _quoted((item.name,))) from None


def _expected(names: "Sequence[str]", values: "Any") -> str:
    return "expected %s, got %s" % (_quoted(names) or "none", _quoted(list(values)) or "none")


def _quoted(names: "Sequence[Any]") -> str:
    shown = ['"%s"' % name[:_SHOWN_CHARACTERS] if isinstance(name, str) else repr(name)[:_SHOWN_CHARACTERS] for name in names[:20]]
    return ", ".join(shown + ["..."] if len(names) > 20 else shown)
