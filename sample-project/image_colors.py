from collections import Counter

from png import read_png


def hex_color(rgb):
    return "#%02x%02x%02x" % tuple(rgb)


class PythonPredictor:
    """Tells the size and the colors of a PNG image, which arrives as bytes."""

    def __init__(self, config):
        pass

    def predict(self, payload):
        width, height, pixels = read_png(payload)
        mean = [round(sum(channel) / len(pixels)) for channel in zip(*pixels)]
        dominant, count = Counter(pixels).most_common(1)[0]
        return {
            "width": width,
            "height": height,
            "mean_color": hex_color(mean),
            "dominant_color": hex_color(dominant),
            "dominant_share": round(count / len(pixels), 3),
        }
