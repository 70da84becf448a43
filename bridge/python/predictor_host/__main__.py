"""Starts the host. Run by the supervisor as `python -u .../predictor_host/__main__.py`, with the project as working directory."""

import os
import sys


def main() -> None:
    own_folder = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(own_folder)
    # Our module names must not shadow the user's: first in line while the host loads, last of all afterwards.
    sys.path[:] = [entry for entry in sys.path if entry != own_folder]
    sys.path.insert(0, root)
    from predictor_host import session

    # From here on this package is the one that `import cortex_internal` finds, also where a project holds a stand-in of that name.
    __import__("cortex_internal")

    sys.path.remove(root)
    sys.path.append(root)
    session.run()


if __name__ == "__main__":
    main()
