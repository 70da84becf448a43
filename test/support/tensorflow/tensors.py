"""Between TensorProto and NumPy, as the real server writes its answers: in the typed fields, unless it is told to use `tensor_content`."""

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import types_pb2 as types

FIELDS = {
    types.DT_FLOAT: "float_val",
    types.DT_DOUBLE: "double_val",
    types.DT_STRING: "string_val",
    types.DT_COMPLEX64: "scomplex_val",
    types.DT_COMPLEX128: "dcomplex_val",
    types.DT_INT64: "int64_val",
    types.DT_BOOL: "bool_val",
    types.DT_HALF: "half_val",
    types.DT_BFLOAT16: "half_val",
    types.DT_UINT32: "uint32_val",
    types.DT_UINT64: "uint64_val",
}
PARTS = {types.DT_COMPLEX64: np.float32, types.DT_COMPLEX128: np.float64, types.DT_HALF: np.uint16, types.DT_BFLOAT16: np.uint16}


def read(tensor):
    """The array of a TensorProto; one that does not fit its shape raises ValueError."""
    return tf.make_ndarray(tensor)


def fill(proto, value, dtype, as_content):
    """Writes an array into a TensorProto of type `dtype`."""
    array = np.asarray(value)
    proto.dtype = dtype
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if as_content:
        proto.tensor_content = _string_list(array) if dtype == types.DT_STRING else array.tobytes()
        return
    flat = np.ascontiguousarray(array).ravel()
    if dtype in PARTS:
        flat = flat.view(PARTS[dtype])
    getattr(proto, FIELDS.get(dtype, "int_val")).extend(flat.tolist())


def _string_list(array):
    strings = array.ravel().tolist()
    return b"".join(_varint(len(one)) for one in strings) + b"".join(strings)


def _varint(number):
    low = b""
    while number > 127:
        low += bytes([number % 128 + 128])
        number //= 128
    return low + bytes([number])
