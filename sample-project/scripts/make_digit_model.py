"""Makes models/digit-reader.onnx and samples/digit-reader.png: a small network, trained on the 1,797 handwritten digits of scikit-learn.

    pip install scikit-learn skl2onnx
    python scripts/make_digit_model.py
"""

import struct
import zlib
from os.path import dirname, join

from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

PROJECT = dirname(dirname(__file__))
SCALE = 12  # a picture of 8 by 8 pixels is too small to be looked at


def write_png(path, pixels, scale):
    """Writes rows of gray values from 0 to 255 as a PNG, each of them `scale` pixels high and wide."""
    size = len(pixels) * scale
    rows = [bytes(value for value in row for _ in range(scale)) for row in pixels for _ in range(scale)]

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


digits = load_digits()
train, test, train_labels, test_labels = train_test_split(digits.data, digits.target, test_size=0.25, random_state=7)
network = MLPClassifier(hidden_layer_sizes=(32,), max_iter=600, random_state=7)
network.fit(train, train_labels)
print("right on digits that it has not seen: %.1f %%" % (100 * network.score(test, test_labels)))

model = to_onnx(network, initial_types=[("pixels", FloatTensorType([None, 64]))], target_opset=15)
with open(join(PROJECT, "models", "digit-reader.onnx"), "wb") as file:
    file.write(model.SerializeToString())

seven = next(at for at, label in enumerate(test_labels) if label == 7)
write_png(join(PROJECT, "samples", "digit-reader.png"), (test[seven].reshape(8, 8) * 255 / 16).astype(int).tolist(), SCALE)
