"""
Calls a model through tensorflow-serving-api's own stubs, as the peer of the benchmark: `bench_client.py HOST:PORT`. Each line on stdin is JSON:
`model`, `input`, `dtype`, `shape`, `value`, `calls`. It is answered by a line with the milliseconds of each call, from an array to the dictionary that predictors
get, which is defined by what `MessageToDict` makes of the answer.
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import grpc
import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


def main(address):
    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(address, options=UNLIMITED))
    for line in sys.stdin:
        asked = json.loads(line)
        value = np.full(asked["shape"], asked["value"], asked["dtype"])
        times = []
        for _ in range(asked["calls"]):
            begin = time.perf_counter()
            request = predict_pb2.PredictRequest()
            request.model_spec.name = asked["model"]
            request.inputs[asked["input"]].CopyFrom(tf.make_tensor_proto(value))
            response = stub.Predict(request)
            json_format.MessageToDict(response)
            times.append(1000 * (time.perf_counter() - begin))
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
