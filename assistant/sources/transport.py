"""The connection under the fetcher: it connects to the very address that was checked, and never outlives its time budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpcore
import httpx

from assistant.sources.addresses import Resolve, checked


class Budget(threading.local):
    """The moment by which this thread's request must be over (on the clock given); infinitely late until one starts."""

    ends: float = float("inf")


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address it leads to, and connects to one of these.

    A name that answers differently a moment later (rebinding) gains nothing: it is not asked again. TLS still verifies the
    name, since only the connection, not the request, uses the address.
    """

    def __init__(
        self, *, allow_private: bool, resolve: Resolve, budget: Budget, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = httpcore.SyncBackend()
        self._allow_private = allow_private
        self._resolve = resolve
        self._budget = budget
        self._clock = clock

    def remaining(self) -> float:
        """Seconds left to this thread's request. Raises `httpcore.ReadTimeout` where there are none."""
        left = self._budget.ends - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole request is over")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to a checked address of `host`. Raises `SourceError` where one may not be used."""
        addresses = checked(
            host, self._resolve(host, port, min(self.remaining(), 60)), allow_private=self._allow_private
        )
        failure: Exception | None = None
        for address in addresses[:4]:
            try:
                limit = min(timeout or 60, self.remaining())
                stream = self._inner.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return BoundedStream(stream, self.remaining)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def sleep(self, seconds: float) -> None:
        """Wait, as the pool asks between tries."""
        time.sleep(min(seconds, self.remaining()))


class BoundedStream(httpcore.NetworkStream):
    """A stream that gives up when the budget is spent, even where bytes keep dripping in."""

    def __init__(self, inner: httpcore.NetworkStream, remaining: Callable[[], float]) -> None:
        self._inner = inner
        self._remaining = remaining

    def _limit(self, timeout: float | None) -> float:
        return min(timeout or 60, self._remaining(), 60)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Up to `max_bytes` bytes."""
        return self._inner.read(max_bytes, self._limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the bytes."""
        self._inner.write(buffer, self._limit(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS, verified for `server_hostname`."""
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, self._limit(timeout)), self._remaining)

    def get_extra_info(self, info: str) -> Any:
        """What the underlying stream knows of itself."""
        return self._inner.get_extra_info(info)


class CheckedTransport(httpx.BaseTransport):
    """An httpx transport over a connection pool that connects through `CheckedBackend` only; proxies are not used."""

    def __init__(self, backend: CheckedBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=16,
            max_keepalive_connections=8,
            keepalive_expiry=5,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return the response, its body not yet read."""
        if not isinstance(request.stream, httpx.SyncByteStream):
            raise TypeError("only synchronous requests can be sent")
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
