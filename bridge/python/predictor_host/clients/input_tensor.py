"""One input of a model: what user code gives for it as a tensor of the declared type and shape."""

from array import array

from predictor_host.clients.element import BIG_ENDIAN, ELEMENTS
from predictor_host.clients.fault import UNREADABLE, TensorFault, shown_type, unreadable
from predictor_host.clients.nested import flatten
from predictor_host.clients.packing import pack_elements
from predictor_host.clients.shapes import fit_shape, shown_shape
from predictor_host.messages import encode_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Tuple
    from predictor_host.clients.numpy_arrays import NumpyArrays
    from predictor_host.clients.rules import Rules
    from predictor_host.framing import Buffer

    Shape = Tuple[int, ...]

# Shapes whose text is kept for each input; a model that gets more of them has it made anew.
_KEPT_SHAPES = 64

_type_of: "Callable[[object], Any]" = type
_BUFFERS = (array, memoryview, bytearray, bytes)
_SCALARS = (int, float, bool, str, type(None))


class InputTensor:
    """Made of one entry of a description's `inputs`; to be used by any number of threads."""

    def __init__(self, spec: "Dict[str, Any]", rules: "Rules") -> None:
        self.name: str = spec["name"]
        self.element = ELEMENTS[spec["type"]]
        self.shape = spec["shape"]
        self._rules = rules
        self._texts = self.element.kind == "s" and rules.casts_items
        self._name = encode_value(self.name)
        self._fitting: "Dict[Shape, Tuple[Shape, bytes]]" = {}

    @property
    def expected(self) -> str:
        return "%s of shape %s" % (self.element.name, shown_shape(self.shape))

    def tensor(self, value: "Any", arrays: "Optional[NumpyArrays]") -> "Tuple[bytes, Buffer]":
        """The tensor as it stands in a message, and its bytes. Raises `TensorFault`."""
        shape, content = self._packed(value, arrays)
        known = self._fitting.get(shape)
        if known is None:
            known = self._fit(shape)
        return b"%s%d}" % (known[1], len(content)), content

    def _fit(self, shape: "Shape") -> "Tuple[Shape, bytes]":
        fit = fit_shape(shape, self.shape, self._rules.reshapes_all)
        listed = encode_value(list(fit))
        known = fit, b'{"name":%s,"type":"%s","shape":%s,"bytes":' % (self._name, self.element.name.encode("ascii"), listed)
        if len(self._fitting) >= _KEPT_SHAPES:
            self._fitting.clear()
        self._fitting[shape] = known
        return known

    def _packed(self, value: "Any", arrays: "Optional[NumpyArrays]") -> "Tuple[Shape, Buffer]":
        kind = _type_of(value)
        if kind in _BUFFERS:
            if self.element.kind == "s" or (kind is bytes and self.element.name != "uint8"):
                if kind is array:
                    value = value.tolist()
                    return (len(value),), pack_elements(value, (len(value),), self.element, self._rules)
                # Bytes are raw numbers only where these are due.
                value = value if kind is memoryview else bytes(value)
                return (), pack_elements((value,), (), self.element, self._rules)
            value = memoryview(value)
        if arrays is not None:
            own = value if kind is arrays.array else _array_of(value, kind, arrays)
            if own is not None:
                content = arrays.pack(own, self.element, self._rules)
                if content is not None:
                    return own.shape, content
                value = own
        elif kind in _BUFFERS and self._is_as_sent(value):
            return value.shape, value.cast("B") if value.ndim and value.nbytes else value.tobytes()
        shape, elements = flatten(value, self._texts)
        return shape, pack_elements(elements, shape, self.element, self._rules)

    def _is_as_sent(self, view: memoryview) -> bool:
        return view.format == self.element.code and self.element.kind in "fi" and view.c_contiguous and not BIG_ENDIAN


def _array_of(value: "Any", kind: "Any", arrays: "NumpyArrays") -> "Any":
    """An array of what knows itself how to become one, and of lists of arrays; None for all else."""
    if kind is list or kind is tuple:
        first: "Any" = value[0] if value else None
        if type(first) is not arrays.array:
            return None
        shape, dtype = first.shape, first.dtype
        # Of several types NumPy makes one that may hold less than each of them.
        if all(type(item) is arrays.array and item.shape == shape and item.dtype == dtype for item in value):
            return arrays.numpy.stack(value)
        return None
    if kind not in _BUFFERS and (kind in _SCALARS or not hasattr(kind, "__array__")):
        return None
    try:
        made = arrays.numpy.asarray(value)
    except UNREADABLE as error:
        raise unreadable(value, error) from None
    if type(made) is not arrays.array:
        raise TensorFault(shown_type(value))
    return made
