"""A client that connects only to addresses that the guard answered: each connection anew, also after a redirect."""

from collections.abc import Iterable

import httpcore2
import httpx2

from wattwise_consumption.guard import Guard

TIMEOUT = httpx2.Timeout(connect=10, read=60, write=60, pool=60)
USER_AGENT = "Wattwise (self-hosted energy monitoring)"


def client(guard: Guard, timeout: httpx2.Timeout = TIMEOUT) -> httpx2.Client:
    """Follows no redirects by itself, and uses no proxy: behind one, nobody could tell where a name leads."""
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    return httpx2.Client(transport=_Guarded(guard), timeout=timeout, headers=headers, trust_env=False)


class _Guarded(httpx2.HTTPTransport):
    def __init__(self, guard: Guard) -> None:
        super().__init__(trust_env=False)
        # The certificate is still checked against the name: only where the connection goes to is decided here.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), max_connections=4, network_backend=_Backend(guard)
        )


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        *others, last = self._guard.addresses(host, port)
        for address in others:
            try:
                return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue  # the next may work: IPv6 is often announced where it leads nowhere
        return self._sockets.connect_tcp(last, port, timeout, local_address, socket_options)
