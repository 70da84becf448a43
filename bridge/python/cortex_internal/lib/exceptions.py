"""The exceptions that the clients raise."""

from predictor_host.exceptions import CortexException as CortexException
from predictor_host.exceptions import UserException as UserException
from predictor_host.exceptions import UserRuntimeException as UserRuntimeException
