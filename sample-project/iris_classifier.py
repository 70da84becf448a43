import json


class PythonPredictor:
    """Names the species of an iris from its four measures, in centimetres."""

    def __init__(self, config):
        with open(config["model"]) as file:
            model = json.load(file)
        self.features = model["features"]
        self.classes = model["classes"]

    def predict(self, payload):
        flower = [float(payload[name]) for name in self.features]

        def score(one):
            return one["intercept"] + sum(c * x for c, x in zip(one["coefficients"], flower))

        return {"label": max(self.classes, key=score)["label"]}
