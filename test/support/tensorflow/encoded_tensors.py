"""Prints TensorProtos as bytes, and the elements that TensorFlow reads from them, as JSON: base64, and the array's bytes or strings in base64."""

import base64
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf
from tensorflow.core.framework import tensor_pb2
from tensorflow.core.framework import types_pb2 as types

NUMBERS = {
    "float_val": [types.DT_FLOAT],
    "double_val": [types.DT_DOUBLE],
    "int_val": [types.DT_INT32, types.DT_INT16, types.DT_INT8, types.DT_UINT8, types.DT_UINT16],
    "int64_val": [types.DT_INT64],
    "uint32_val": [types.DT_UINT32],
    "uint64_val": [types.DT_UINT64],
    "bool_val": [types.DT_BOOL],
    "half_val": [types.DT_HALF, types.DT_BFLOAT16],
    "scomplex_val": [types.DT_COMPLEX64],
    "dcomplex_val": [types.DT_COMPLEX128],
    "string_val": [types.DT_STRING],
}
SIGNED = {types.DT_INT8: 8, types.DT_INT16: 16, types.DT_INT32: 32, types.DT_INT64: 64}
UNSIGNED = {types.DT_UINT8: 8, types.DT_UINT16: 16, types.DT_UINT32: 32, types.DT_UINT64: 64}


def main():
    cases = []
    for field, dtypes in NUMBERS.items():
        for dtype in dtypes:
            values = _values(dtype)
            per_element = 2 if field in ("scomplex_val", "dcomplex_val") else 1
            for shape in ([len(values) // per_element], [2, 3], [], [0], [2, 0]):
                for count in (len(values), 2 * per_element, per_element, 0):
                    size = 1
                    for one in shape:
                        size *= one
                    # More values than the shape has are no tensor.
                    if count <= size * per_element:
                        cases.append(_case(field, dtype, shape, values[:count]))
    print(json.dumps(cases))


def _values(dtype):
    if dtype in SIGNED:
        low = -(2 ** (SIGNED[dtype] - 1))
        return [low, -low - 1, -1, 0, 1, 100]
    if dtype in UNSIGNED:
        return [0, 1, 127, 128, 2 ** UNSIGNED[dtype] - 1, 200]
    if dtype == types.DT_STRING:
        return [b"", b"a", "\u00e9".encode(), bytes(range(256)), b"x" * 300, b"\0"]
    if dtype == types.DT_BOOL:
        return [True, False, False, True, True, False]
    if dtype in (types.DT_HALF, types.DT_BFLOAT16):
        return [0, 0x3C00, 0x8000, 0x7C01, 0xFFFF, 0x1234]
    return [1.5, -0.0, float("inf"), float("-inf"), 0.1, 3.0e-5]


def _case(field, dtype, shape, values):
    proto = tensor_pb2.TensorProto(dtype=dtype)
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    getattr(proto, field).extend(values)
    array = tf.make_ndarray(proto) if values or 0 in shape else None
    expected = None if array is None else _elements(array, dtype)
    return {
        "name": "%s %s with %d values" % (types.DataType.Name(dtype), shape, len(values)),
        "proto": base64.b64encode(proto.SerializeToString()).decode(),
        "shape": shape,
        "expected": expected,
    }


def _elements(array, dtype):
    if dtype == types.DT_STRING:
        return [base64.b64encode(one).decode() for one in array.ravel().tolist()]
    return base64.b64encode(array.tobytes()).decode()


if __name__ == "__main__":
    main()
