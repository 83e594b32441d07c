"""The server: page, HTTP API and MCP in one process, behind its guards. What each of them shows is decided elsewhere."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import NotFound, SettingInvalid
from assistant.settings import Settings
from assistant.version import __version__

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from assistant.assistant import Assistant
    from assistant.web.guards import Credentials

_log = logging.getLogger("byline.server")
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve. `rate` is requests a minute for each client that is not this machine; 0 sets no limit."""

    host: str = "127.0.0.1"
    port: int = 7860
    mcp: bool = False
    credentials: Credentials | None = None
    rate: int = 600

    @classmethod
    def given(cls, *, host: str, port: int, mcp: bool, auth: str | None, rate: int) -> Options:
        """Options from a command line, `auth` as `USER:PASSWORD-FILE`."""
        return cls(host, port, mcp, credentials(auth) if auth else None, rate)

    @property
    def exposed(self) -> bool:
        """Whether other machines can reach the server."""
        from assistant.web.guards import is_loopback

        return not is_loopback(self.host)


def credentials(auth: str) -> Credentials:
    """The user and the password that `USER:PASSWORD-FILE` names; the file's first line is the password."""
    from assistant.web.guards import Credentials

    user, _, file = auth.partition(":")
    if not user or not file:
        raise SettingInvalid(
            "--auth must be USER:PASSWORD-FILE", "Write the password into a file and name it, as in ada:password.txt."
        )
    path = Path(file).expanduser()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(
            f"the password file {path} cannot be read ({error})", "Write the password into it as one line of text."
        ) from error
    if not lines or not lines[0].strip():
        raise SettingInvalid(f"the password file {path} is empty", "Write the password into it as one line of text.")
    return Credentials(user, lines[0].strip())


def application(assistant: Assistant, page: gr.Blocks, options: Options = Options()) -> FastAPI:
    """The whole server as one ASGI application."""
    # Set before Gradio is asked for anything: it would report its use to its makers.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from fastapi import FastAPI

    from assistant.api import problems
    from assistant.api.routes import router
    from assistant.selection import Selector
    from assistant.web.theme import theme

    session = _mcp(assistant) if options.mcp else None

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if session:
                await stack.enter_async_context(session.run())
            yield

    app = FastAPI(
        title="Byline",
        version=__version__,
        description="Questions over engineering blogs, answered from the articles and cited.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        openapi_tags=[{"name": "questions"}, {"name": "articles"}, {"name": "health"}],
    )
    problems.install(app)
    app.include_router(router(assistant, Selector(assistant.catalog)))
    _own_files(app)
    if session:
        from starlette.routing import Route

        app.router.routes.append(Route("/mcp", endpoint=_McpEndpoint(session)))
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=0,
        server_name=options.host,
        server_port=options.port,
    )
    return app


def guarded(app: ASGIApp, options: Options) -> ASGIApp:
    """The application behind what checks every request and completes every response."""
    from starlette.middleware.gzip import GZipMiddleware

    from assistant.web import guards, shell

    inner: ASGIApp = GZipMiddleware(shell.Shell(guards.Paths(app, mcp=options.mcp)), minimum_size=2000, compresslevel=4)
    inner = guards.Sizes(inner)
    if options.credentials:
        inner = guards.SignIn(inner, options.credentials)
    if options.rate:
        inner = guards.Rate(inner, options.rate)
    if not options.exposed:
        inner = guards.Hosts(inner, [*_LOOPBACK_NAMES, options.host])
    return guards.Headers(inner, shell.HEADERS)


def run(
    options: Options,
    build: Callable[[Assistant], gr.Blocks],
    *,
    home: Path | None = None,
    settings: Settings | None = None,
) -> None:
    """Serve until interrupted."""
    from assistant.assistant import Assistant

    listener = listen(options)
    with Assistant.open(home, settings=settings, progress=True) as assistant:
        app = guarded(application(assistant, build(assistant), options), options)
        _serve(app, listener, options)


def listen(options: Options) -> socket.socket:
    """A socket bound before anything heavy is loaded, so that a port in use is told at once."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError as error:
        listener.close()
        raise SettingInvalid(
            f"cannot listen on {options.host} port {options.port} ({error.strerror or error})",
            "Stop what uses the port, or choose another with --port (0 takes a free one).",
        ) from error
    return listener


def _serve(app: ASGIApp, listener: socket.socket, options: Options) -> None:
    import uvicorn

    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            announce(address, options)

    with contextlib.suppress(KeyboardInterrupt):
        Server(configured(app)).run(sockets=[listener])


def configured(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn runs the guarded application."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
        # Longer than clients commonly keep a connection: the server must not be the one to close what they are about to use.
        timeout_keep_alive=75,
        limit_concurrency=1000,
    )


def announce(address: str, options: Options) -> None:
    """Say where the page is, and warn where anyone could reach it."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False)
    if options.exposed and not options.credentials:
        console.print(
            f"[yellow]Warning:[/yellow] {escape(options.host)} can be reached from other machines, "
            "and anyone who does can use this server. Add --auth USER:PASSWORD-FILE, or leave --host at 127.0.0.1.",
            soft_wrap=True,
        )
    mcp = f", MCP: {address}/mcp" if options.mcp else ""
    said = escape(f"(API: {address}/docs{mcp}). Ctrl+C stops it.")  # an IPv6 address has brackets
    console.print(f"Byline is at [bold]{escape(address)}[/bold] {said}", soft_wrap=True)


def _own_files(app: FastAPI) -> None:
    from fastapi import Response
    from fastapi.responses import HTMLResponse

    from assistant.web import docs_page, shell

    held = {name: shell.asset(name) for name in shell.ASSETS}

    @app.get("/byline/{name}", include_in_schema=False)
    def own_file(name: str) -> Response:
        if name not in held:
            raise NotFound(f"there is no file '{name}'", "")
        headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
        return Response(held[name], media_type=shell.ASSETS[name], headers=headers)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(held["icon.svg"], media_type=shell.ASSETS["icon.svg"])

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(docs_page.render(app.openapi()), headers={"Content-Security-Policy": shell.PLAIN_POLICY})


def _mcp(assistant: Assistant) -> Any:
    from assistant.mcp_server import session_manager

    return session_manager(assistant)


class _McpEndpoint:
    """The MCP session manager as an ASGI endpoint."""

    def __init__(self, session: Any) -> None:
        self.session = session

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.session.handle_request(scope, receive, send)
