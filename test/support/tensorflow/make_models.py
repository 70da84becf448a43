"""Writes the SavedModels of the tests into a folder: `make_models.py FOLDER`."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import tensorflow as tf

ECHOED = """float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string complex64 complex128
qint8 quint8 qint16 quint16 qint32""".split()


def main(folder):
    for version, bias in (("1", 0.0), ("2", 1.0)):
        _save(folder, "iris/" + version, {"serving_default": iris(bias)})
    _save(folder, "echo", {"serving_default": echo()})
    _save(folder, "several", {"classify": scale(2.0), "explain": scale(3.0)})
    _save(folder, "several-with-predict", {"predict": scale(2.0), "explain": scale(3.0)})
    _save(folder, "several-with-ragged", {"predict": scale(2.0), "variants": variants()})
    _save(folder, "scale", {"serving_default": scale(2.0)})
    _save(folder, "heavy", {"serving_default": heavy()})
    _save(folder, "texts", {"serving_default": texts()})
    _save(folder, "no-signatures", None)


def _save(folder, name, signatures):
    module = tf.Module()
    if signatures is not None:
        module.functions = list(signatures.values())
        signatures = {key: function.get_concrete_function() for key, function in signatures.items()}
    tf.saved_model.save(module, os.path.join(folder, name), signatures=signatures)


def iris(bias):
    """A classifier of four measures whose answer one can work out: the largest of the first three, plus the bias on the first."""
    weights = tf.constant([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [0, 0, 0]])

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, "features")])
    def classify(features):
        logits = tf.matmul(features, weights) + tf.constant([bias, 0, 0])
        return {"class_ids": tf.argmax(logits, 1), "probabilities": tf.nn.softmax(logits)}

    return classify


def echo():
    """Each input of any shape comes back as the output of the same name."""

    @tf.function(input_signature=[tf.TensorSpec(None, getattr(tf, name), name) for name in ECHOED])
    def repeat(*tensors):
        return {name: tf.identity(tensor) for name, tensor in zip(ECHOED, tensors)}

    return repeat


def scale(factor):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def multiply(x):
        return {"y": x * factor}

    return multiply


def heavy():
    """Takes time in proportion to `rounds`: a millisecond each, roughly."""

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32, "rounds")])
    def multiply(rounds):
        matrix = tf.fill([128, 128], 1.0 / 128)
        _, product = tf.while_loop(lambda i, _: i < rounds, lambda i, m: (i + 1, tf.matmul(m, matrix)), [0, matrix])
        return {"mean": tf.reduce_mean(product), "rounds": rounds}

    return multiply


def texts():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "text"), tf.TensorSpec([], tf.int64, "times")])
    def repeat(text, times):
        return {"joined": tf.strings.reduce_join(text), "repeated": tf.repeat(text, times), "length": tf.strings.length(text)}

    return repeat


def variants():
    @tf.function(input_signature=[tf.TensorSpec([], tf.variant, "x")])
    def through(x):
        return {"y": x}

    return through


if __name__ == "__main__":
    main(sys.argv[1])
