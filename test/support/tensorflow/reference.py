"""
A client on tensorflow-serving-api's stubs: `reference.py HOST:PORT`, one request as JSON on stdin, its answer on stdout.

The answer is what json_format.MessageToDict makes of each output, flattened as Cortex did: the list of its one field of values.
"""

import base64
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import grpc
from google.protobuf import json_format
from tensorflow.core.framework import types_pb2
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


def main(address):
    asked = json.load(sys.stdin)
    request = predict_pb2.PredictRequest()
    request.model_spec.name = asked["model"]
    for name, given in asked["inputs"].items():
        tensor = request.inputs[name]
        tensor.dtype = types_pb2.DataType.Value(given["dtype"])
        for size in given["shape"]:
            tensor.tensor_shape.dim.add(size=size)
        if "strings" in given:
            tensor.string_val.extend(base64.b64decode(one) for one in given["strings"])
        else:
            tensor.tensor_content = base64.b64decode(given["content"])
    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(address, options=UNLIMITED))
    outputs = json_format.MessageToDict(stub.Predict(request, timeout=60))["outputs"]
    json.dump({name: _flat(output) for name, output in outputs.items()}, sys.stdout)


def _flat(output):
    fields = [value for key, value in output.items() if key.endswith("Val")]
    return {"dtype": output["dtype"], "values": fields[0] if fields else []}


if __name__ == "__main__":
    main(sys.argv[1])
