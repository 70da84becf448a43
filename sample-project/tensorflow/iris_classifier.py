class TensorFlowPredictor:
    """Names the species of an iris from its four measures, in centimetres."""

    def __init__(self, tensorflow_client, config):
        self.client = tensorflow_client
        self.labels = config["labels"]

    def predict(self, payload):
        prediction = self.client.predict({name: [float(value)] for name, value in payload.items()})
        return {"label": self.labels[int(prediction["class_ids"][0])]}
