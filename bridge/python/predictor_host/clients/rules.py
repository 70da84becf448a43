"""In what onnxruntime and TensorFlow differ when they make tensors of a predictor's values."""


class Rules:
    """`casts_items`: in lists, fractions are cut off for integers, and numbers become bools and strings. `casts_arrays`: arrays go from bools
    to numbers and back. `bytes_are_text`: bytes among strings have to be UTF-8. `reshapes_all`: also an array of the declared rank is reshaped."""

    def __init__(self, casts_items: bool, casts_arrays: bool, bytes_are_text: bool, reshapes_all: bool) -> None:
        self.casts_items = casts_items
        self.casts_arrays = casts_arrays
        self.bytes_are_text = bytes_are_text
        self.reshapes_all = reshapes_all


# What `numpy.array(value, dtype)` and `reshape` do, and `astype` between numbers alone.
ONNX = Rules(casts_items=True, casts_arrays=False, bytes_are_text=True, reshapes_all=True)
# What `make_tensor_proto(value, dtype)` does; a scalar serves an input that is declared a vector.
TENSORFLOW = Rules(casts_items=False, casts_arrays=True, bytes_are_text=False, reshapes_all=False)
