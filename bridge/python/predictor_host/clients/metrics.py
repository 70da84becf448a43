"""The metrics client: a predictor's own metrics, sent up the bridge."""

from predictor_host.exceptions import UserException
from predictor_host.framing import ConnectionLost, FramingError
from predictor_host.methods import METRIC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional
    from predictor_host.connection import Connection

_RESERVED_PREFIXES = ("cortex_", "istio_")


class MetricsClient:
    """Given to a constructor that declares `metrics_client`. A push that fails is logged and never raises."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def increment(self, metric: str, value: float = 1, tags: "Optional[Dict[str, str]]" = None) -> None:
        """Adds `value` to a counter. Raises `UserException` for a reserved or empty name."""
        self._push("increment", metric, value, tags)

    def gauge(self, metric: str, value: float, tags: "Optional[Dict[str, str]]" = None) -> None:
        """Sets a gauge to `value`. Raises `UserException` for a reserved or empty name."""
        self._push("gauge", metric, value, tags)

    def histogram(self, metric: str, value: float, tags: "Optional[Dict[str, str]]" = None) -> None:
        """Adds the observation `value` to a histogram. Raises `UserException` for a reserved or empty name."""
        self._push("histogram", metric, value, tags)

    def _push(self, kind: str, metric: "Any", value: "Any", tags: "Any") -> None:
        if not isinstance(metric, str) or not metric:
            raise UserException("a metric's name is a string that is not empty; got %r" % (metric,))
        if metric.startswith(_RESERVED_PREFIXES):
            prefixes = " and ".join(_RESERVED_PREFIXES)
            raise UserException("the metric name %s begins with a reserved prefix; %s are not for predictors" % (metric, prefixes))
        try:
            number = int(value) if isinstance(value, int) else float(value)
            texts = {str(key): str(item) for key, item in tags.items()} if tags else None
            params = {"kind": kind, "name": metric, "value": number, "tags": texts}
            self._connection.notify(METRIC, params)
        except (TypeError, ValueError, AttributeError, OverflowError, ConnectionLost, FramingError) as error:
            _say_dropped(kind, metric, error)


def _say_dropped(kind: str, metric: str, error: Exception) -> None:
    from predictor_host.logs import logger

    logger.warning("the metric %s was not sent (%s): %s", metric, kind, error)
