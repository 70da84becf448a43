"""The exceptions that the clients raise to user code, by the names under which existing predictors catch them."""

_IMPORTED_FROM = "cortex_internal.lib.exceptions"


class CortexException(Exception):
    """The base of all of them."""

    # What logs and tracebacks name is what user code imports.
    __module__ = _IMPORTED_FROM


class UserException(CortexException):
    """The predictor asked for something that it may not have."""

    __module__ = _IMPORTED_FROM


class UserRuntimeException(UserException):
    """The predictor did something wrong while it served."""

    __module__ = _IMPORTED_FROM
