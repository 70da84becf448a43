"""`MetricsClient`, for type annotations."""

from predictor_host.clients.metrics import MetricsClient as MetricsClient
