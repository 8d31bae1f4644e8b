"""A TCP proxy that cuts each connection after some bytes of the answer, as bad networks do."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CuttingProxy:
    """Forwards to a port of this machine. `cuts` counts the connections that it has cut."""

    def __init__(self, target: int, most_bytes: int) -> None:
        self._target = target
        self._most = most_bytes
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.cuts = 0

    def serve(self) -> None:
        """Take connections until the server is closed."""
        with suppress(OSError):
            while True:
                caller, _ = self._server.accept()
                threading.Thread(target=self._forward, args=(caller,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _forward(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self._target)) as service:
            threading.Thread(target=_copy, args=(caller, service), daemon=True).start()
            left = self._most
            with suppress(OSError):
                while data := service.recv(min(left, 4096)):
                    caller.sendall(data)
                    left -= len(data)
                    if left == 0:
                        self.cuts += 1
                        caller.shutdown(socket.SHUT_RDWR)
                        service.shutdown(socket.SHUT_RDWR)
                        return


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(4096):
            target.sendall(data)


@contextmanager
def cutting_proxy(target: int, most_bytes: int) -> Iterator[CuttingProxy]:
    """Run a proxy while inside."""
    proxy = CuttingProxy(target, most_bytes)
    threading.Thread(target=proxy.serve, daemon=True).start()
    yield proxy
    proxy.close()
