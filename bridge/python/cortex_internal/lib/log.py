"""`logger`: the logger of the API."""

from predictor_host.logs import logger as logger
