"""Lets a predictor reach other APIs by name where the process cannot be given a hosts file of its own.

What this cannot reach: sub-processes, and clients that resolve or connect in C.
"""

import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    Target = Tuple[str, int]

PUBLIC_PORT = 8888

# 127.0.0.1:8888 is somebody else's: an address is only taken for an API's where it cannot be.
_SHARED_ADDRESS = "127.0.0.1"


def patch_sockets(targets: "Dict[str, Target]") -> None:
    """Makes each host name of `targets` resolve and connect to its address; port 8888 becomes the target's. To be called once."""
    names = {name.lower(): target for name, target in targets.items()}
    addresses = {target[0]: target for target in targets.values() if target[0] != _SHARED_ADDRESS}

    def find(host: "Any") -> "Optional[Target]":
        if isinstance(host, (bytes, bytearray)):
            host = bytes(host).decode("ascii", "replace")
        return names.get(host.lower().rstrip(".")) if isinstance(host, str) else None

    _patch_resolving(find)
    _patch_connecting(find, addresses)


def _patch_resolving(find: "Any") -> None:
    getaddrinfo, gethostbyname, gethostbyname_ex = socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex

    def patched_getaddrinfo(host: "Any", port: "Any", *args: "Any", **kwargs: "Any") -> "List[Any]":
        target = find(host)
        if target is None:
            return getaddrinfo(host, port, *args, **kwargs)
        is_public = str(port) == str(PUBLIC_PORT) or port == b"%d" % PUBLIC_PORT
        return getaddrinfo(target[0], target[1] if is_public else port, *args, **kwargs)

    def patched_gethostbyname(hostname: "Any") -> str:
        target = find(hostname)
        return gethostbyname(hostname) if target is None else target[0]

    def patched_gethostbyname_ex(hostname: "Any") -> "Any":
        target = find(hostname)
        return gethostbyname_ex(hostname) if target is None else (hostname, [], [target[0]])

    socket.getaddrinfo = patched_getaddrinfo
    socket.gethostbyname = patched_gethostbyname
    socket.gethostbyname_ex = patched_gethostbyname_ex


def _patch_connecting(find: "Any", addresses: "Dict[str, Target]") -> None:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def translate(address: "Any") -> "Any":
        if not issubclass(type(address), tuple) or len(address) < 2:
            return address
        host, port = address[0], address[1]
        target = find(host) or (addresses.get(host) if isinstance(host, str) else None)
        if target is None:
            return address
        return (target[0], target[1] if port == PUBLIC_PORT else port) + address[2:]

    def patched_connect(self: socket.socket, address: "Any") -> None:
        connect(self, translate(address))

    def patched_connect_ex(self: socket.socket, address: "Any") -> int:
        return connect_ex(self, translate(address))

    setattr(socket.socket, "connect", patched_connect)
    setattr(socket.socket, "connect_ex", patched_connect_ex)
