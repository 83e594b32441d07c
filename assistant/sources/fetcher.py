"""The one way to the network: polite, bounded, and unable to reach private addresses. What comes back is only bytes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpcore
import httpx

from assistant.errors import SourceError
from assistant.sources import addresses
from assistant.sources.addresses import absolute
from assistant.sources.compression import Inflater
from assistant.sources.robots import Robots, parse
from assistant.sources.transport import Budget, CheckedBackend, CheckedTransport
from assistant.version import __version__

AGENT = "byline"
USER_AGENT = f"{AGENT}/{__version__} (reads engineering blogs for offline question answering, on behalf of one user)"
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_STATUS = {
    401: ("asks for a log-in", "Only public pages are read."),
    403: ("refuses to show it", "It may ask for a log-in or refuse programs; save the page and add the file."),
    404: ("has nothing at that address", "Check the address."),
    410: ("says that it is gone for good", "Remove the source with: byline remove --keep-articles ADDRESS"),
    429: ("asks for fewer requests", "Try again later."),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take. `bytes` counts after decompression; `seconds` excludes pauses asked for by the server."""

    redirects: int = 5
    bytes: int = 10 * 1024 * 1024
    seconds: float = 20.0
    tries: int = 3
    longest_wait: float = 30.0
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `modified` is False where the server said that nothing is new; then there is no data."""

    url: str
    data: bytes
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    modified: bool = True


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    url: str
    headers: httpx.Headers
    data: bytes


class Fetcher:
    """Fetches public http(s) addresses; several threads may share one. Every failure is a `SourceError` in plain words."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        resolve: addresses.Resolve = addresses.resolve,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._sleep = sleep
        self._clock = clock
        self._budget = Budget()
        backend = CheckedBackend(allow_private=allow_private, resolve=resolve, budget=self._budget, clock=clock)
        # Proxies named by the environment would be connected to in place of the checked address: they are not used.
        self._client = httpx.Client(
            transport=CheckedTransport(backend),
            trust_env=False,
            timeout=self.limits.seconds,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
        )
        self._lock = threading.Lock()
        self._turns: dict[str, float] = {}
        self._robots: dict[str, Robots] = {}
        self._robots_locks: dict[str, threading.Lock] = {}

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What lies at the address; with `etag` or `last_modified`, only if it is new. Raises `SourceError`."""
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        reply = self._retrying(url, {name: value for name, value in asked.items() if value}, heed_robots=True)
        headers = reply.headers
        if reply.status == 304:
            return Fetched(reply.url, b"", "", etag, last_modified, modified=False)
        if reply.status != 200:
            raise _refused(url, reply.status)
        return Fetched(
            reply.url, reply.data, headers.get("Content-Type", ""), headers.get("ETag"), headers.get("Last-Modified")
        )

    def _retrying(self, url: str, headers: dict[str, str], *, heed_robots: bool) -> _Reply:
        for attempt in range(1, self.limits.tries + 1):
            reply = self._follow(url, headers, heed_robots=heed_robots)
            if reply.status not in _BUSY or attempt == self.limits.tries:
                break
            wait = _retry_after(reply.headers.get("Retry-After"), default=2.0 ** (attempt - 1))
            if wait > self.limits.longest_wait:
                raise SourceError(
                    f"{urlsplit(url).hostname} is busy and asks to come back in {wait:.0f} seconds", "Try again later."
                )
            self._sleep(wait)
        return reply

    def _follow(self, url: str, headers: dict[str, str], *, heed_robots: bool) -> _Reply:
        start, spent = url, 0.0
        for _ in range(self.limits.redirects + 1):
            addresses.check_url(url)
            pause = self.limits.pause
            if heed_robots:
                robots = self._rules(url)
                if not robots.allows(url):
                    raise SourceError(
                        f"{urlsplit(url).hostname} asks programs not to read {url} (robots.txt)",
                        "Save the page and add the file.",
                    )
                pause = max(pause, min(robots.delay, self.limits.longest_wait))
            self._take_turn(urlsplit(url).netloc, pause)
            began = self._clock()
            with self._within(url, self.limits.seconds - spent):
                reply = self._get(url, headers)
            spent += self._clock() - began
            if reply.status not in _REDIRECTS or "Location" not in reply.headers:
                return reply
            target = absolute(url, reply.headers["Location"])
            if target is None:
                raise SourceError(f"{url} redirects to what is no http or https address", "Check the address.")
            url = target
        raise SourceError(
            f"{start} redirects more than {self.limits.redirects} times", "Give the address where the page really is."
        )

    def _get(self, url: str, headers: dict[str, str]) -> _Reply:
        with self._client.stream("GET", url, headers=headers) as response:
            # The body of a redirect or an error is of no use, and reading it would only cost time.
            data = b"".join(self._body(url, response)) if response.status_code == 200 else b""
            return _Reply(response.status_code, url, response.headers, data)

    def _body(self, url: str, response: httpx.Response) -> Iterator[bytes]:
        inflater = Inflater(url, response.headers.get("Content-Encoding", ""), self.limits.bytes)
        for chunk in response.iter_raw():
            yield inflater.feed(chunk)
        yield inflater.finish()

    @contextmanager
    def _within(self, url: str, seconds: float) -> Iterator[None]:
        """Bound what is inside to `seconds`, and put every failure of the network in plain words."""
        self._budget.ends = self._clock() + seconds
        try:
            yield
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise SourceError(
                f"{url} did not answer within {self.limits.seconds:.0f} seconds", "Try again later."
            ) from None
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            OSError,
            UnicodeError,
        ) as error:
            raise SourceError(f"{url} cannot be read ({error})", "Check the address and the network.") from None
        finally:
            self._budget.ends = float("inf")

    def _take_turn(self, host: str, pause: float) -> None:
        """Wait until this host may be asked again; threads that want the same host queue up."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._turns.get(host, now))
            self._turns[host] = turn + pause
        if turn > now:
            self._sleep(turn - now)

    def _rules(self, url: str) -> Robots:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._robots:
                self._robots[origin] = self._read_robots(origin)
            return self._robots[origin]

    def _read_robots(self, origin: str) -> Robots:
        reply = self._retrying(f"{origin}/robots.txt", {}, heed_robots=False)
        if reply.status >= 500:
            raise SourceError(
                f"{origin} cannot say whether programs may read it (robots.txt: {reply.status})", "Try again later."
            )
        return parse(reply.data[:500_000].decode("utf-8-sig", "replace"), AGENT) if reply.status == 200 else Robots()


def _refused(url: str, status: int) -> SourceError:
    host = urlsplit(url).hostname
    if status >= 500:
        return SourceError(f"{url}: {host} has a fault of its own ({status})", "Try again later.")
    words, hint = _STATUS.get(status, ("gave an answer that is no page", "Check the address."))
    return SourceError(f"{url}: {host} {words} ({status})", hint)


def _retry_after(value: str | None, default: float) -> float:
    """Seconds to wait as the header states them, in seconds or as a date."""
    if value is None:
        return default
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return default
