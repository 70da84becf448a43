"""Makes the SavedModel `model/1`: a linear classifier with the coefficients of ../iris_model.json.

    pip install tensorflow-cpu
    python make_model.py
"""

import json
from os.path import abspath, dirname, join

import tensorflow as tf

HERE = dirname(abspath(__file__))

with open(join(HERE, "..", "iris_model.json")) as file:
    iris = json.load(file)


class Classifier(tf.Module):
    """Each measure in a vector of its own; class ids and probabilities out."""

    def __init__(self):
        super().__init__()
        self.coefficients = tf.Variable([one["coefficients"] for one in iris["classes"]], dtype=tf.float32)
        self.intercepts = tf.Variable([one["intercept"] for one in iris["classes"]], dtype=tf.float32)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name=name) for name in iris["features"]])
    def __call__(self, *measures):
        scores = tf.stack(measures, axis=1) @ tf.transpose(self.coefficients) + self.intercepts
        return {"class_ids": tf.argmax(scores, axis=1), "probabilities": tf.nn.softmax(scores)}


classifier = Classifier()
tf.saved_model.save(classifier, join(HERE, "model", "1"), signatures=classifier.__call__)
