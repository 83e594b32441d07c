"""The MCP tools through the official client, over HTTP and over standard input and output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import httpx
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant.assistant import Assistant
from assistant.mcp_server import session_manager
from tests.web.conftest import Site, apart


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    content = result.structured_content
    assert isinstance(content, dict)
    return content


async def visit_every_tool(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search_articles", "get_article", "list_facets"}
    for tool in tools.values():
        assert len(tool.description or "") > 60
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    answer = await call(client, "ask", question="what did Spotify write about autoscaling?")
    assert answer["cards"][0]["title"] == "Autoscaling Pub/Sub Consumers"
    follow = await call(client, "ask", question="and Lyft?", history=["what did Spotify write about Kubernetes?"])
    assert follow["filters"]["companies"] == ["Lyft"]
    page = await call(client, "search_articles", companies=["Spotify"], technologies=["Kubernetes"], limit=20)
    assert (page["total"], len(page["articles"]), page["next_offset"]) == (27, 20, 20)
    rest = await call(
        client, "search_articles", companies=["Spotify"], technologies=["Kubernetes"], limit=20, offset=20
    )
    assert (len(rest["articles"]), rest["next_offset"]) == (7, None)
    article = await call(client, "get_article", id=answer["cards"][0]["id"])
    assert article["company"] == "Spotify"
    facets = await call(client, "list_facets", companies=["Spotify"], most=3)
    assert list(facets["technologies"]) == ["Kubernetes", "Backstage", "Google Cloud"]
    missing = await client.call_tool("get_article", {"id": "no-such-article"})
    assert missing.is_error
    assert "no-such-article" in str(missing.content)
    aliased = await call(client, "search_articles", technologies=["k8s"], companies=["spotify"])
    assert aliased["total"] == 27
    for name, arguments, said in (
        ("ask", {"question": ""}, "'question' must not be empty"),
        ("ask", {}, "'question' is missing"),
        ("search_articles", {"limit": 99}, "'limit' must be at most 50"),
        ("search_articles", {"words": "cache", "company": "Uber"}, "Did you mean 'companies'?"),
        ("search_articles", {"query": "cache"}, "There is no parameter 'query'"),
        ("list_facets", {"companies": ["Ubr"]}, "Did you mean Uber?"),
    ):
        refused = await client.call_tool(name, arguments)
        assert refused.is_error
        assert said in str(refused.content[0])
        assert "pydantic" not in str(refused.content)


def test_every_tool_works_over_http(site: Site) -> None:
    async def visit() -> None:
        async with Client(f"{site.url}/mcp") as client:
            await visit_every_tool(client)

    apart(visit)


def test_any_host_name_is_served(assistant: Assistant) -> None:
    """Which names a server answers to is decided by its guards, for everything it serves."""
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    call_ = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}

    async def visit() -> int:
        manager = session_manager(assistant)
        async with manager.run():
            transport = httpx.ASGITransport(manager.handle_request)
            async with httpx.AsyncClient(transport=transport, base_url="http://byline.example.com") as client:
                headers = {"Accept": "application/json, text/event-stream"}
                return (await client.post("/mcp", json=call_, headers=headers)).status_code

    assert apart(visit) == 200


def test_every_tool_works_over_stdio(assistant: Assistant) -> None:
    environment = {**os.environ, "BYLINE_HOME": str(assistant.settings.folder)}
    command = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from assistant.cli import main; main(['mcp'])"],
        env=environment,
        cwd=Path(__file__).parents[2],
    )

    async def visit() -> None:
        async with Client(stdio_client(command)) as client:
            await visit_every_tool(client)

    apart(visit)
