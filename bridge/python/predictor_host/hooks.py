"""Methods that other kinds of Cortex called around `predict`, and AsyncAPI does not."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

_HOOKS = ("pre_predict", "post_predict")


def warn_of_hooks(predictor: type) -> None:
    """Logs which of them the class has and does not call itself: their author waits for a call that never comes."""
    for name in _HOOKS:
        if callable(getattr(predictor, name, None)) and name not in _named_in_methods(predictor):
            from predictor_host.logs import logger

            logger.warning("%s.%s is never called: AsyncAPI has no such hook; call it from predict", predictor.__name__, name)


def _named_in_methods(predictor: type) -> "Iterator[str]":
    for base in predictor.__mro__:
        for method in list(vars(base).values()):
            code = getattr(getattr(method, "__func__", method), "__code__", None)
            yield from getattr(code, "co_names", ())
