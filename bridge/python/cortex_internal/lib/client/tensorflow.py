"""`TensorFlowClient`, for type annotations."""

from predictor_host.clients.tensorflow import TensorflowClient as TensorFlowClient

__all__ = ["TensorFlowClient"]
