import json
import os
import time
from urllib.request import Request, urlopen

from cortex_internal.lib.log import logger


class PythonPredictor:
    """Has every flower of a list classified by another API, and counts the species."""

    def __init__(self, config, metrics_client):
        self.classifier = config["classifier"]
        self.timeout = config["timeout"]
        self.metrics = metrics_client
        self.title = os.environ["REPORT_TITLE"]

    def predict(self, payload, request_id):
        ids = [self.submit(flower) for flower in payload["flowers"]]
        labels = [self.wait_for(id)["label"] for id in ids]
        counts = {label: labels.count(label) for label in sorted(set(labels))}
        for label, count in counts.items():
            self.metrics.increment("flowers", count, tags={"species": label})
        logger.info("the report is ready", extra={"flowers": len(labels)})
        return {"title": self.title, "request_id": request_id, "labels": labels, "counts": counts}

    def submit(self, flower):
        body = json.dumps(flower).encode()
        return self.ask(Request(self.classifier, body, {"Content-Type": "application/json"}))["id"]

    def wait_for(self, id):
        deadline = time.time() + self.timeout
        while time.time() < deadline:
            answer = self.ask(self.classifier + "/" + id)
            if answer["status"] == "completed":
                return answer["result"]
            if answer["status"] == "failed":
                raise RuntimeError("the classifier failed: %s" % answer["error"]["message"])
            time.sleep(0.01)
        raise RuntimeError("the classifier did not answer within %s seconds" % self.timeout)

    def ask(self, request):
        with urlopen(request, timeout=self.timeout) as response:
            return json.loads(response.read().decode())
