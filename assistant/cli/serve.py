"""`byline serve` and `byline mcp`: the web page with its HTTP API, and the tools for other assistants."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1; env: BYLINE_HOST]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [default: 7860; env: BYLINE_PORT]"
)
@click.option("--mcp", is_flag=True, help="Also serve the MCP tools, at /mcp.")
@click.option("--auth", metavar="USER:PASSWORD-FILE", help="Ask for this user name and the password in that file.")
@click.option(
    "--rate",
    type=click.IntRange(0),
    default=600,
    show_default=True,
    help="Requests a minute for each other machine; 0: any.",
)
def serve(host: str | None, port: int | None, mcp: bool, auth: str | None, rate: int) -> None:
    """Start the web page, the same as `python ui.py`."""
    from assistant.settings import Settings

    settings = Settings.load(host=host, port=port)
    import ui

    ui.serve(host=settings.host, port=settings.port, mcp=mcp, auth=auth, rate=rate, settings=settings)


@click.command()
def mcp() -> None:
    """Serve the MCP tools over standard input and output, for an assistant that starts this command itself."""
    from assistant.assistant import Assistant
    from assistant.mcp_server import run_stdio

    with Assistant.open() as assistant:
        run_stdio(assistant)
