"""Methods that other kinds of Cortex called around `predict`, and AsyncAPI does not."""

from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List

# They hold the function of a method.
_BOUND = (staticmethod, classmethod)
_HOOKS = ("pre_predict", "post_predict")


def warn_of_hooks(predictor: type) -> None:
    """Logs which of them the class has, and neither it nor its module names: their author waits for a call that never comes. Calls none of its methods."""
    if not _layers(_attribute(predictor, "predict")):
        # Some object in its place, in which nobody can look.
        return
    hooks = [name for name in _HOOKS if _layers(_attribute(predictor, name))]
    if not hooks:
        return
    methods = [layer for base in predictor.__mro__ for attribute in list(vars(base).values()) for layer in _layers(attribute)]
    # One of them may be given the predictor.
    modules = {id(method.__globals__): method.__globals__ for method in methods}
    functions = methods + [layer for module in modules.values() for one in list(module.values()) for layer in _layers(one)]
    named = {name for function in functions for name in _names(function.__code__)}
    for name in hooks:
        if name not in named:
            from predictor_host.logs import logger

            logger.warning(
                "Pons does not call %s.%s: AsyncAPI has no such hook; where nothing else calls it, call it from predict", predictor.__name__, name
            )


def _attribute(predictor: type, name: str) -> "Any":
    for base in predictor.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def _layers(attribute: "Any") -> "List[FunctionType]":
    """The function of a method and those below it, where it is decorated; none for what is no method, whose own attributes may do anything."""
    # `in` would call the `__eq__` of a metaclass.
    if any(type(attribute) is kind for kind in _BOUND):
        attribute = attribute.__func__
    layers: "List[FunctionType]" = []
    below = [attribute]
    while below:
        one = below.pop()
        if type(one) is FunctionType and one not in layers:
            layers.append(one)
            below.append(one.__dict__.get("__wrapped__"))
            # A decorator need not tell what it wraps.
            below.extend(_closed_over(one))
    return layers


def _closed_over(function: FunctionType) -> "Iterator[Any]":
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            # Nothing is there yet.
            pass


def _names(code: CodeType) -> "Iterator[str]":
    """Also those for `getattr`."""
    yield from code.co_names
    yield from _names_in(code.co_consts)


def _names_in(constants: "Any") -> "Iterator[str]":
    for constant in constants:
        if type(constant) is CodeType:
            yield from _names(constant)
        elif type(constant) is str:
            yield constant
        elif type(constant) is tuple:
            yield from _names_in(constant)
