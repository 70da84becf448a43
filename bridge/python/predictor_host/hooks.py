"""Methods that other kinds of Cortex called around `predict`, and AsyncAPI does not."""

from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

_HOOKS = ("pre_predict", "post_predict")


def warn_of_hooks(predictor: type) -> None:
    """Logs which of them the class has and nowhere names: their author waits for a call that never comes. Runs nothing of the user's."""
    functions = [function for base in predictor.__mro__ for function in map(_function, list(vars(base).values())) if function]
    named = {name for function in functions for name in _names(function.__code__)}
    for name in _HOOKS:
        if name not in named and any(_function(vars(base).get(name)) for base in predictor.__mro__):
            from predictor_host.logs import logger

            logger.warning("%s.%s is never called: AsyncAPI has no such hook; call it from predict", predictor.__name__, name)


def _function(attribute: "Any") -> "Optional[FunctionType]":
    """What a method is made of, below its decorators; None for what is no method, whose own attributes may do anything."""
    if type(attribute) in (staticmethod, classmethod):
        attribute = attribute.__func__
    while type(attribute) is FunctionType and type(attribute.__dict__.get("__wrapped__")) is FunctionType:
        attribute = attribute.__dict__["__wrapped__"]
    return attribute if type(attribute) is FunctionType else None


def _names(code: CodeType) -> "Iterator[str]":
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _names(constant)
