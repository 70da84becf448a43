"""Where a large body arrives without a copy."""

import re

from predictor_host.framing import FramingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

# As both ends write it; an answer that is written in another way arrives in `bytes`.
is_answer = re.compile(rb'\{"jsonrpc":"2\.0","id":\d+,"result":').match


class Landing:
    """Where the body of a large answer arrives. `counts`: how many bytes each call has brought. It belongs to the frame that begins with `arrived`."""

    def __init__(self, arrived: "List[bytes]", start: int, size: int) -> None:
        self.arrived = arrived
        self.body = bytearray(size)
        here = b"".join([arrived[0][start:]] + arrived[1:])
        self.body[: len(here)] = here
        self.counts = [len(here)]

    @property
    def missing(self) -> int:
        return len(self.body) - sum(self.counts)


def too_large(wanted: int) -> FramingError:
    return FramingError("a frame of which %d bytes are to come does not fit into memory" % wanted)
