"""Methods that other kinds of Cortex called around `predict`, and AsyncAPI does not."""

from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List

# What makes another method of a function.
_BOUND = (staticmethod, classmethod)
_HOOKS = ("pre_predict", "post_predict")


def warn_of_hooks(predictor: type) -> None:
    """Logs which of them the class has and nowhere names: their author waits for a call that never comes. Runs nothing of the user's."""
    if not _layers(_attribute(predictor, "predict")):
        # Some object in its place, in which nobody can look.
        return
    functions = [layer for base in predictor.__mro__ for attribute in list(vars(base).values()) for layer in _layers(attribute)]
    named = {name for function in functions for name in _names(function.__code__)}
    for name in _HOOKS:
        if name not in named and _layers(_attribute(predictor, name)):
            from predictor_host.logs import logger

            logger.warning("%s.%s is never called: AsyncAPI has no such hook; call it from predict", predictor.__name__, name)


def _attribute(predictor: type, name: str) -> "Any":
    for base in predictor.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def _layers(attribute: "Any") -> "List[FunctionType]":
    """The function of a method and those below it, where it is decorated; none for what is no method, whose own attributes may do anything."""
    if any(type(attribute) is kind for kind in _BOUND):
        attribute = attribute.__func__
    layers: "List[FunctionType]" = []
    while type(attribute) is FunctionType and not any(attribute is layer for layer in layers):
        layers.append(attribute)
        attribute = attribute.__dict__.get("__wrapped__")
    return layers


def _names(code: CodeType) -> "Iterator[str]":
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _names(constant)
