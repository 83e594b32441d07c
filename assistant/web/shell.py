"""The HTML page around the Gradio app: its head, its first paint, and the Content-Security-Policy that fits its scripts."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASSETS = {
    "byline.css": "text/css; charset=utf-8",
    "byline.js": "text/javascript; charset=utf-8",
    "docs.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
# Gradio's template: previews that name other hosts, and the resizer for pages in foreign frames, which the policy forbids.
_UNWANTED = (
    re.compile(rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*/>"),
    re.compile(rb"<script>\s*\(\(\) => \{\s*const root = .*?</script>", re.DOTALL),
    re.compile(rb"<link rel=\"manifest\"[^>]*/>"),
    re.compile(rb"<link rel=\"preconnect\"[^>]*/?>"),
)

POLICY = {
    "default-src": "'none'",
    # Gradio compiles the templates of gr.HTML and the js of events with `new Function`, hence 'unsafe-eval'.
    # No inline script runs but those of the page as served, each allowed by its hash.
    "script-src": "'self' 'unsafe-eval'",
    # Gradio and Svelte write style elements and attributes; the cards' colours are style attributes too.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


PLAIN_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
"""The Content-Security-Policy of `plain_page`."""


def asset(name: str) -> bytes:
    """The bytes of one of the page's own files."""
    return files("assistant.web").joinpath("assets", name).read_bytes()


def version(name: str) -> str:
    """A short digest of a file, put behind its address so that a browser may keep it for good."""
    return hashlib.sha256(asset(name)).hexdigest()[:12]


def policy(page: bytes = b"") -> str:
    """The Content-Security-Policy of a page, with a hash for each of its inline scripts."""
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in dict.fromkeys(_INLINE.findall(page))
    )
    return "; ".join(f"{name} {value}{hashes if name == 'script-src' else ''}" for name, value in POLICY.items())


def dress(page: bytes) -> bytes:
    """Gradio's page with our head and first paint, and without what names other hosts."""
    for unwanted in _UNWANTED:
        page = unwanted.sub(b"", page)
    head = (
        '<meta name="description" content="Ask what engineering blogs wrote; answers cite every article.">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="/byline/icon.svg?{version("icon.svg")}">'
        f'<link rel="stylesheet" href="/byline/byline.css?{version("byline.css")}">'
        f'<script src="/byline/byline.js?{version("byline.js")}"></script>'
    )
    splash = (
        '<div id="splash" role="status"><span class="wordmark">Byline</span><span class="sr-only">Loading</span></div>'
    )
    page = page.replace(b"</head>", f"{head}</head>".encode(), 1)
    return page.replace(b"<gradio-app", splash.encode() + b"<gradio-app", 1)


def plain_page(title: str, content: str) -> str:
    """A page of Byline's look without scripts, around finished HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{html.escape(title)}</title><link rel="icon" href="/byline/icon.svg">'
        f'<link rel="stylesheet" href="/byline/byline.css?{version("byline.css")}">'
        f'<link rel="stylesheet" href="/byline/docs.css?{version("docs.css")}"></head>'
        f'<body class="docs"><header><a class="wordmark" href="/">Byline</a></header><main>{content}</main></body></html>'
    )


class Shell:
    """Dresses the page at `/` and gives it its policy; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._last: tuple[bytes, bytes, bytes] = (b"", b"", b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the dressed page back."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page, rule = self._dressed(b"".join(parts))
            kept = [
                pair
                for pair in start["headers"]
                if pair[0].lower() not in (b"content-length", b"content-security-policy")
            ]
            start["headers"] = [*kept, (b"content-length", str(len(page)).encode()), (b"content-security-policy", rule)]
            await send(start)
            await send({"type": "http.response.body", "body": page})

        # A compressed page could not be read here.
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await self.app(scope, receive, held)

    def _dressed(self, page: bytes) -> tuple[bytes, bytes]:
        if page != self._last[0]:
            dressed = dress(page)
            self._last = (page, dressed, policy(dressed).encode())
        return self._last[1], self._last[2]
