from png import read_png

SIDE = 8  # the model reads pictures of 8 by 8 pixels, each from 0 to 16
INK = 16


class ONNXPredictor:
    """Reads a handwritten digit, light on dark, from a square PNG image."""

    def __init__(self, onnx_client, config):
        self.client = onnx_client

    def predict(self, payload):
        width, height, pixels = read_png(payload)
        if width != height or width % SIDE:
            raise ValueError("a square picture with a side of a multiple of %d is due, not %d by %d" % (SIDE, width, height))
        labels, probabilities = self.client.predict(shrink(pixels, width))
        digit = int(labels[0])
        return {"digit": digit, "probability": round(float(probabilities[0][digit]), 3)}


def shrink(pixels, width):
    """The mean ink of each of the 8 by 8 squares of the picture, row by row."""
    step = width // SIDE
    squares = []
    for top in range(0, width, step):
        for left in range(0, width, step):
            values = [pixels[y * width + x][0] for y in range(top, top + step) for x in range(left, left + step)]
            squares.append(sum(values) / len(values) * INK / 255)
    return squares
