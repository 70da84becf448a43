"""Whether a predictor class can be constructed at all, as far as that is known without constructing it."""

from predictor_host import codes
from predictor_host.codes import BridgeError
from predictor_host.signature import file_of
from predictor_host.stack import relative_to

# What `inspect.isabstract` looks at, without the weight of that module.
_IS_ABSTRACT = 1 << 20


def check_concrete(predictor: type, project_dir: str) -> None:
    """Raises `BridgeError` with CLASS_INVALID, naming the abstract methods."""
    # A `__new__` of its own may make something else.
    if not predictor.__flags__ & _IS_ABSTRACT or predictor.__new__ is not object.__new__:
        return
    names = sorted(str(name) for name in getattr(predictor, "__abstractmethods__", ()))
    source = file_of(predictor)
    file = None if source is None else relative_to(source, project_dir)
    place = "" if file is None else "%s: " % file
    message = "%s%s is abstract and cannot be constructed; expected is an implementation of %s"
    data = {
        "file": file,
        "line": None,
        "className": predictor.__name__,
        "method": names[0] if len(names) == 1 else None,
        "argument": None,
    }
    raise BridgeError(codes.CLASS_INVALID, message % (place, predictor.__name__, ", ".join(names)), data)
