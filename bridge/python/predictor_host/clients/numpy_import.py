"""NumPy, where the environment of the user has it."""

import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional
    from predictor_host.clients.numpy_arrays import NumpyArrays


class Numpy:
    """Imports the module when it is needed, and tries that once."""

    def __init__(self) -> None:
        self._arrays: "Optional[NumpyArrays]" = None
        self._was_sought = False

    def arrays(self) -> "Optional[NumpyArrays]":
        """What makes arrays; imports NumPy where user code has not. None where there is none."""
        if not self._was_sought:
            if self.imported() is None:
                self._take(_import_apart())
            self._was_sought = True
        # User code may have managed what failed here, as where there was no file descriptor left.
        return self._arrays or self.imported()

    def imported(self) -> "Optional[NumpyArrays]":
        """As `arrays`, where user code has imported NumPy: else no value can be an array of it."""
        if self._arrays is None:
            numpy: "Any" = sys.modules.get("numpy")
            # While it is being imported it is there already, in part.
            if numpy is not None and not getattr(getattr(numpy, "__spec__", None), "_initializing", False):
                self._take(numpy)
        return self._arrays

    def _take(self, numpy: "Any") -> None:
        if hasattr(numpy, "ndarray"):
            from predictor_host.clients.numpy_arrays import NumpyArrays

            self._arrays = NumpyArrays(numpy)


def _import_apart() -> "Any":
    """On a thread of its own: a cancellation that hits the caller leaves no half of a module behind, which cannot be imported again."""
    found: "List[Any]" = []

    def load() -> None:
        try:
            found.append(__import__("numpy"))
        except BaseException as error:
            # Else it is there, and broken.
            if not isinstance(error, ImportError) or error.name != "numpy":
                _say_broken(error)

    thread = threading.Thread(target=load, name="import-numpy", daemon=True)
    thread.start()
    thread.join()
    return found[0] if found else None


def _say_broken(error: BaseException) -> None:
    from predictor_host.logs import logger
    from predictor_host.stack import exception_summary

    logger.warning("NumPy cannot be imported, so models answer with lists: %s", exception_summary(error))
