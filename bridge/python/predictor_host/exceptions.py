"""The exceptions that the clients raise to user code, by the names under which existing predictors catch them."""


class CortexException(Exception):
    """The base of all of them."""


class UserException(CortexException):
    """The predictor asked for something that it may not have."""


class UserRuntimeException(UserException):
    """The predictor did something wrong while it served."""
