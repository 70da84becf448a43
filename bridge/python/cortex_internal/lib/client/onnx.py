"""`ONNXClient`, for type annotations."""

from predictor_host.clients.onnx import OnnxClient as ONNXClient

__all__ = ["ONNXClient"]
