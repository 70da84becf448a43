"""
Stands in for tensorflow_model_server: the same services, flags, configuration file and states, on real TensorFlow and the stubs of tensorflow-serving-api.

What else a test may want is told by files in `assets.extra` of a SavedModel: `load_delay` (seconds it stays LOADING), `dies_on_load` and
`dies_on_predict` (the process kills itself), `hides_metadata` (it is UNAVAILABLE for who asks for signatures, as long as the file is there).
"""

import argparse
import logging
import os
import signal
import sys
import threading
from concurrent import futures

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


def main():
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s.%(msecs)03d: %(level_letter)s %(name)s:%(lineno)d] %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logging.setLogRecordFactory(_record)
    flags = _flags()

    # Behind the flags, since they take seconds.
    import grpc
    from google.protobuf import text_format
    from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc
    from tensorflow_serving.config import model_server_config_pb2

    from served_models import ServedModels
    from services import ModelService, PredictionService

    with open(flags.model_config_file) as file:
        config = text_format.Parse(file.read(), model_server_config_pb2.ModelServerConfig())
    models = ServedModels(flags.file_system_poll_wait_seconds)
    models.reload(config.model_config_list.config)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=UNLIMITED)
    as_content = flags.enable_serialization_as_tensor_content == "true"
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(PredictionService(models, as_content), server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(models), server)
    if flags.port != 0:
        server.add_insecure_port("0.0.0.0:%d" % flags.port)
    if flags.grpc_socket_path:
        server.add_insecure_port("unix:" + flags.grpc_socket_path)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server.start()
    logging.info("Running gRPC ModelServer at %s ...", flags.grpc_socket_path or "0.0.0.0:%d" % flags.port)
    ended.wait()
    os._exit(0)


def _flags():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--grpc_socket_path", default="")
    parser.add_argument("--rest_api_port", type=int, default=0)
    parser.add_argument("--model_config_file", required=True)
    parser.add_argument("--max_num_load_retries", type=int, default=5)
    parser.add_argument("--file_system_poll_wait_seconds", type=float, default=0.1)
    parser.add_argument("--enable_serialization_as_tensor_content", default="false")
    flags = parser.parse_args()
    if flags.port == 0 and not flags.grpc_socket_path:
        sys.exit("At least one of server_options.grpc_port or server_options.grpc_socket_path must be set.")
    if flags.port == 0 and os.environ.get("STAND_IN_NEEDS_PORT"):
        sys.exit("server_options.grpc_port is not set.")
    return flags


def _record(*args, **kwargs):
    record = logging.LogRecord(*args, **kwargs)
    record.level_letter = record.levelname[0]
    return record


if __name__ == "__main__":
    main()
