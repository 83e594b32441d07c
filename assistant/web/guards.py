"""What stands between the network and the server, as ASGI layers: host names, sign-in, rate, size, and which paths are open."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from assistant.api.problems import problem
from assistant.web.shell import PLAIN_POLICY, plain_page

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 256 * 1024
MAX_TARGET = 8 * 1024
"""Longest request body and longest path with query, in bytes. A full conversation of 30 questions fits the first."""

# Of Gradio's own endpoints only those that the page itself calls; files, uploads and proxying stay shut.
_OPEN = re.compile(
    r"/|/favicon\.ico|/robots\.txt|/theme\.css|/config|/(assets|static)/[\w./@-]+"
    r"|/gradio_api/(run/predict|heartbeat/\w{1,64}|startup-events|app_id)/?"
    r"|/api/(ask|articles(/[^/]+)?|facets|feedback)|/(healthz|readyz|docs|openapi\.json)"
    r"|/byline/[\w.-]+|/mcp/?"
)
_UNCOUNTED = re.compile(r"/(assets|static|byline)/|/gradio_api/heartbeat/|/healthz|/readyz")


@dataclass(frozen=True, slots=True)
class Credentials:
    """One user's name and password."""

    user: str
    password: str


class Paths:
    """Answers 404 for every path that neither the page nor the API needs, to browsers as a page; and for /mcp without `mcp`."""

    def __init__(self, app: ASGIApp, *, mcp: bool = True) -> None:
        self.app = app
        self.mcp = mcp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request for an open path."""
        if scope["type"] == "http" and (".." in scope["path"] or not _OPEN.fullmatch(scope["path"])):
            await _nothing(scope)(scope, receive, send)
        elif scope["type"] == "http" and not self.mcp and scope["path"].startswith("/mcp"):
            await problem(404, "MCP is not served here.", "Start the server with --mcp.")(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)


def _nothing(scope: Scope) -> Response:
    said = "There is nothing at this address."
    if "text/html" not in _header(scope, b"accept"):
        return problem(404, said)
    content = (
        f'<h1>{said}</h1><p><a href="/">Ask a question</a> or <a href="/?view=browse">browse the articles</a>.</p>'
    )
    headers = {"Content-Security-Policy": PLAIN_POLICY}
    return HTMLResponse(plain_page("Nothing here · Byline", content), 404, headers)


class Hosts:
    """Refuses requests whose `Host` is none of the names: another site's page must not reach a server on this machine."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request to one of the names."""
        if scope["type"] == "http":
            host = re.sub(r":\d+$", "", _header(scope, b"host")).strip("[]").lower()
            if host not in self.names:
                await problem(421, "This server does not go by that name.", "Use the address it printed at its start.")(
                    scope, receive, send
                )
                return
        await self.app(scope, receive, send)


class SignIn:
    """HTTP Basic sign-in for everything but the health checks."""

    def __init__(self, app: ASGIApp, credentials: Credentials) -> None:
        self.app = app
        self._expected = f"{credentials.user}:{credentials.password}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request that carries the right name and password."""
        if scope["type"] == "http" and scope["path"] not in ("/healthz", "/readyz") and not self._right(scope):
            headers = {"WWW-Authenticate": 'Basic realm="Byline", charset="UTF-8"'}
            await problem(401, "Sign in to use this server.", headers=headers)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _right(self, scope: Scope) -> bool:
        kind, _, value = _header(scope, b"authorization").partition(" ")
        try:
            given = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, self._expected)


class Rate:
    """A bucket of requests for each client address, refilled steadily; this machine's own requests are not counted."""

    def __init__(self, app: ASGIApp, per_minute: int, clients: int = 10_000) -> None:
        self.app = app
        self.per_minute = per_minute
        self.clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request within the rate; 429 with `Retry-After` beyond it."""
        if scope["type"] == "http" and not _UNCOUNTED.match(scope["path"]):
            wait = self._take((scope.get("client") or ("", 0))[0])
            if wait:
                await problem(
                    429,
                    f"More than {self.per_minute} requests in a minute.",
                    f"Try again in {wait} s.",
                    headers={"Retry-After": str(wait)},
                )(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _take(self, client: str) -> int:
        """Seconds to wait; 0 where the request may pass."""
        if is_loopback(client):
            return 0
        now = time.monotonic()
        left, since = self._buckets.pop(client, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - since) * self.per_minute / 60)
        passes = left >= 1
        self._buckets[client] = (left - passes, now)
        while len(self._buckets) > self.clients:
            self._buckets.popitem(last=False)
        return 0 if passes else max(1, round((1 - left) * 60 / self.per_minute))


class Sizes:
    """Refuses what is too long: the address with 414, the body with 413, counted as it arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose address and body keep the limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET:
            await problem(414, f"An address may have {MAX_TARGET} bytes.")(scope, receive, send)
            return
        length = _header(scope, b"content-length")
        if length and (not length.isdigit() or int(length) > MAX_BODY):
            await problem(413, f"A body may have {MAX_BODY} bytes.")(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            # A body without a stated length ends here; the app sees a client that left.
            return {"type": "http.disconnect"} if taken > MAX_BODY else message

        await self.app(scope, counted, send)


class Headers:
    """Adds the given headers to every response that lacks them, and takes off what says which software answers."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the response back."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = [pair for pair in message["headers"] if pair[0].lower() not in (b"server", b"x-powered-by")]
                names = {name.lower() for name, _ in held}
                message["headers"] = [*held, *(pair for pair in self.headers if pair[0] not in names)]
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
