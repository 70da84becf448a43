"""NumPy's arrays as the bytes of tensors and back, without a way through Python's lists. Imported only where there is NumPy."""

from predictor_host.clients.element import ELEMENTS
from predictor_host.clients.fault import TensorFault, place, shown
from predictor_host.clients.packing import pack_elements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Sequence
    from predictor_host.clients.element import Element
    from predictor_host.clients.rules import Rules
    from predictor_host.framing import Buffer

# Copying up to this many bytes costs less than sending them as a part of their own.
_COPIED_BYTES = 64 * 1024
_NUMBERS = "biufc"
_TIMES = "mM"
_OBJECTS = "OT"
_TEXTS = "OUST"


class NumpyArrays:
    """`numpy` is the module, as user code has it."""

    def __init__(self, numpy: "Any") -> None:
        self.numpy = numpy
        self.array: "Any" = numpy.ndarray
        self._dtypes: "Dict[str, Any]" = {e.name: numpy.dtype(e.dtype) for e in ELEMENTS.values() if e.dtype is not None}

    def pack(self, array: "Any", element: "Element", rules: "Rules") -> "Optional[Buffer]":
        """The bytes of an array in row-major order; None where its elements have to be looked at one by one. Raises `TensorFault`."""
        if element.dtype is None or array.dtype != self._dtypes[element.name]:
            if array.dtype.kind in (_TEXTS if element.kind == "s" else _OBJECTS):
                return None
            if element.kind == "s":
                return _pack_texts(array, element, rules)
            array = self._converted(array, element)
        if array.nbytes <= _COPIED_BYTES:
            return array.tobytes()
        return memoryview(self.numpy.ascontiguousarray(array).reshape(-1).view("u1"))

    def unpack(self, body: "Buffer", offset: int, element: "Element", shape: "Sequence[int]") -> "Any":
        """An array of its own, aligned and writable. In a body that is writable it stays where it is."""
        if 0 in shape:
            # Its place may be behind the end of the body.
            return self.numpy.empty(shape, self._dtypes[element.name if element.dtype else "float32"])
        if element.name == "bfloat16":
            bits = self.array(shape, "<u2", body, offset)
            return (bits.astype("u4") << self.numpy.uint32(16)).view("f4")
        array = self.array(shape, self._dtypes[element.name], body, offset)
        return array.copy() if isinstance(body, bytes) else array

    def of_texts(self, texts: "Sequence[str]", shape: "Sequence[int]") -> "Any":
        array = self.numpy.empty(len(texts), object)
        array[:] = texts
        return array.reshape(shape)

    def _converted(self, array: "Any", element: "Element") -> "Any":
        if array.dtype.kind == "V" and array.dtype.name == "bfloat16":
            array = array.astype("f4")
        if array.dtype.kind not in _NUMBERS:
            raise TensorFault("an array of %s" % array.dtype)
        if array.dtype.kind == "c" and element.kind in "fi":
            array = self._real(array)
        if element.name == "bfloat16":
            return self._shortened(self._cast(array, self._dtypes["float32"]))
        if element.kind == "i" and array.dtype.kind != "b":
            self._check_range(array, element)
        return self._cast(array, self._dtypes[element.name])

    def _real(self, array: "Any") -> "Any":
        """The real parts. Raises `TensorFault` for the first element that has more to it."""
        if not array.imag.any():
            return array.real
        index = int(self.numpy.flatnonzero(array.imag)[0])
        raise TensorFault("%s%s" % (shown(complex(array.flat[index])), place(index, array.shape)))

    def _cast(self, array: "Any", dtype: "Any") -> "Any":
        # What overflows is infinite, as where a list of floats is made a tensor; user code may have made that an error.
        with self.numpy.errstate(all="ignore"):
            return array.astype(dtype, order="C", copy=False)

    def _check_range(self, array: "Any", element: "Element") -> None:
        """Raises `TensorFault` for the first element that is NaN or out of the integer's range: a cast would make any number of it."""
        if array.size == 0 or self.numpy.can_cast(array.dtype, element.dtype, "safe"):
            return

        def fits(item: "Any") -> bool:
            # A float is cut off; and Python compares large numbers exactly, which NumPy does not.
            value = item.item()
            return value - value == 0 and element.lowest <= int(value) <= element.highest

        with self.numpy.errstate(all="ignore"):
            if fits(array.min()) and fits(array.max()):
                return
            index, item = next((index, item.item()) for index, item in enumerate(array.flat) if not fits(item))
        why = "" if item != item else ", which is not within %d to %d" % (element.lowest, element.highest)
        raise TensorFault("%s%s%s" % (shown(item), place(index, array.shape), why))

    def _shortened(self, array: "Any") -> "Any":
        """The upper halves of float32, rounded to even; NaN stays NaN."""
        numpy = self.numpy
        bits = numpy.ascontiguousarray(array).view("u4")
        one, half, shift = numpy.uint32(1), numpy.uint32(0x7FFF), numpy.uint32(16)
        rounded = (bits + half + ((bits >> shift) & one)) >> shift
        broken = (bits >> shift) | numpy.uint32(0x40)
        return numpy.where(numpy.isnan(array), broken, rounded).astype("<u2")


def _pack_texts(array: "Any", element: "Element", rules: "Rules") -> "Buffer":
    """The texts of numbers and times, as NumPy's scalars have them: shorter ones than Python's floats for float32."""
    if not rules.casts_items or array.dtype.kind not in _NUMBERS + _TIMES:
        raise TensorFault("an array of %s" % array.dtype)
    return pack_elements(list(array.flat), array.shape, element, rules)
