"""Take a port before anything is served, so that one in use is told at once, and listen there later."""

import socket


def take(host: str, port: int) -> socket.socket:
    """Take a port, 0 for a free one. Raises `OSError` in words where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)
    except OSError as unknown:
        raise OSError(f"{host} is no address of this machine: {unknown.strerror}.") from unknown
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
    except OSError as in_use:
        taken.close()
        raise _refused(host, port, in_use) from in_use
    return taken


def listen(taken: socket.socket) -> None:
    """Listen on a port that was taken: until then, others can take it too. Raises `OSError` in words."""
    try:
        taken.listen()
    except OSError as in_use:
        host, port, *_ = taken.getsockname()
        raise _refused(host, port, in_use) from in_use


def let_share(taken: socket.socket) -> None:
    """Let others of this user's processes have the port too: not sooner than they come, or it would be anybody's."""
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)


def beside(taken: socket.socket) -> socket.socket:
    """Return another socket on a port that is shared, for one process: where the system can, it spreads connections
    over all sockets that listen; of several processes on one socket, the first to wake takes nearly all.
    """
    own = socket.socket(taken.family, taken.type, taken.proto)
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        let_share(own)
        own.bind(taken.getsockname())
    except OSError:
        own.close()
        raise
    return own


def _refused(host: str, port: int, reason: OSError) -> OSError:
    return OSError(f"Port {port} of {host} cannot be listened on: {reason.strerror}.")
