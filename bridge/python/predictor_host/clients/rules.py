"""In what onnxruntime and TensorFlow differ when they make tensors of a predictor's values."""


class Rules:
    """What only arrays of NumPy's need not be told is that bools and numbers become each other. `casts_items`: so do the items of lists, whose
    fractions are cut off for integers, and all that has a text of its own becomes a string. `bytes_are_text`: bytes among strings have to be UTF-8.
    `reshapes_all`: also an array of the declared rank is reshaped."""

    def __init__(self, casts_items: bool, bytes_are_text: bool, reshapes_all: bool) -> None:
        self.casts_items = casts_items
        self.bytes_are_text = bytes_are_text
        self.reshapes_all = reshapes_all


# What `numpy.array(value, dtype)` and `reshape` do, of a list as of an array.
ONNX = Rules(casts_items=True, bytes_are_text=True, reshapes_all=True)
# What `make_tensor_proto(value, dtype)` does, which looks at the types in lists alone; a scalar serves an input that is declared a vector.
TENSORFLOW = Rules(casts_items=False, bytes_are_text=False, reshapes_all=False)
