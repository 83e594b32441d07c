"""Byline for other assistants: four tools over MCP, by stdio or HTTP. They answer as the HTTP API does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import Field, ValidationError

from assistant.errors import BylineError, InputInvalid
from assistant.filters import Filters
from assistant.limits import (
    DATE_PATTERN,
    MAX_FILTER_NAMES,
    MAX_HISTORY,
    MAX_LIMIT,
    MAX_MINUTES,
    MAX_NAME,
    MAX_PAGE,
    MAX_QUESTION,
)
from assistant.names import checked
from assistant.selection import Selection, Selector, Sort, default_sort
from assistant.validation import explained, refuse_unknown
from assistant.version import __version__

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_INSTRUCTIONS = (
    "Byline holds engineering-blog articles of software companies and answers what they wrote, offline. "
    "Use `ask` for questions in plain words; when it declines, the catalog has no answer: say so rather than guess. "
    "Use `list_facets` to learn which companies and technologies there are, `search_articles` to page through articles, "
    "and `get_article` for one whole record. Cite articles by title and url."
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_Text = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
_Names = Annotated[list[Annotated[str, Field(max_length=MAX_NAME)]], Field(max_length=MAX_FILTER_NAMES)]
_Date = Annotated[str, Field(pattern=DATE_PATTERN)]
_Companies = Annotated[_Names, Field(description="Companies, any of them, e.g. ['Spotify', 'Netflix'].")]
_Technologies = Annotated[_Names, Field(description="Technologies, any of them, e.g. ['Kubernetes'] or ['k8s'].")]
_Authors = Annotated[_Names, Field(description="Authors by their full names, any of them.")]
_Since = Annotated[_Date | None, Field(description="First day, inclusive: YYYY, YYYY-MM or YYYY-MM-DD.")]
_Until = Annotated[_Date | None, Field(description="Last day, inclusive: YYYY, YYYY-MM or YYYY-MM-DD.")]
_WithCode = Annotated[bool | None, Field(description="true: only articles known to include code.")]
_Minutes = Annotated[int | None, Field(ge=0, le=MAX_MINUTES, description="Longest reading time in minutes.")]


class _Tools(MCPServer[Any]):
    """An MCP server that says in plain words which argument is wrong, and passes over none that it does not know."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        known = {tool.name: list(tool.input_schema["properties"]) for tool in await self.list_tools()}
        try:
            refuse_unknown(arguments, known.get(name, list(arguments)))
            return await super().call_tool(name, arguments, context)
        except InputInvalid as error:
            raise ToolError(str(error)) from error
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(f"{explained(error.__cause__.errors())}.") from None
            raise


def server(assistant: Assistant) -> MCPServer[Any]:
    """An MCP server with Byline's tools over one assistant."""
    tools = _Tools("byline", title="Byline", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING")
    selector = Selector(assistant.catalog)
    _add_ask(tools, assistant)
    _add_articles(tools, assistant, selector)
    return tools


def session_manager(assistant: Assistant) -> StreamableHTTPSessionManager:
    """The tools over streamable HTTP, without sessions: every request stands alone, so that restarts lose nothing."""
    tools = server(assistant)
    # Which host names are served is decided for the whole server, by `web.guards.Hosts`.
    anywhere = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    tools.streamable_http_app(stateless_http=True, json_response=True, transport_security=anywhere)
    return tools.session_manager


def run_stdio(assistant: Assistant) -> None:
    """Serve the tools over standard input and output until the client leaves."""
    server(assistant).run("stdio")


def _add_ask(tools: MCPServer[Any], assistant: Assistant) -> None:
    @tools.tool(title="Ask engineering blogs", annotations=_READ_ONLY, structured_output=True)
    def ask(
        question: Annotated[
            _Text,
            Field(description="The question in plain words; it may name companies, technologies, authors and dates."),
        ],
        history: Annotated[
            list[_Text],
            Field(
                max_length=MAX_HISTORY,
                description="Earlier questions of this conversation, oldest first, for follow-ups.",
            ),
        ] = [],  # noqa: B006 - never changed
        limit: Annotated[int | None, Field(ge=1, le=MAX_LIMIT, description="Most articles to cite.")] = None,
        page: Annotated[
            int | None, Field(ge=1, le=MAX_PAGE, description="Which of so many articles, from 1; see `remaining`.")
        ] = None,
    ) -> dict[str, Any]:
        """Answer a question about what companies' engineering blogs wrote, with the articles cited.

        `answer` cites `cards` by number, as in [1]; each card has title, url, company, summary and the `evidence`
        sentence that fits best. `declined: true` means that no article answers; the cards are then merely related.
        `filters` shows what was understood. Examples: "What did Spotify write about autoscaling?",
        "Which companies use Kafka?", "newest article by Uber".
        """
        return _told(lambda: assistant.ask(question, history, limit=limit, page=page).to_dict())


def _add_articles(tools: MCPServer[Any], assistant: Assistant, selector: Selector) -> None:
    @tools.tool(title="Search articles", annotations=_READ_ONLY, structured_output=True)
    def search_articles(  # noqa: PLR0913, PLR0917 - one for each filter; clients give them by name
        words: Annotated[
            str, Field(max_length=MAX_NAME, description="Words that each article must hold; empty for all.")
        ] = "",
        companies: _Companies = [],  # noqa: B006 - never changed
        technologies: _Technologies = [],  # noqa: B006
        authors: _Authors = [],  # noqa: B006
        since: _Since = None,
        until: _Until = None,
        with_code: _WithCode = None,
        max_minutes: _Minutes = None,
        sort: Annotated[
            Sort | None, Field(description="Order of the articles. Default: newest; relevance where words are given.")
        ] = None,
        limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Articles on this page.")] = 10,
        offset: Annotated[
            int, Field(ge=0, le=1_000_000, description="Articles to pass over; give `next_offset` of the page before.")
        ] = 0,
    ) -> dict[str, Any]:
        """List articles that match filters and words exactly, a page at a time, with their total number.

        For listings and counts by attribute. For questions about a subject use `ask`, which searches by meaning.
        `next_offset` is null on the last page.
        """

        def page() -> dict[str, Any]:
            filters = Filters(
                companies=tuple(companies),
                technologies=tuple(technologies),
                authors=tuple(authors),
                published_from=since,
                published_to=until,
                includes_code=with_code,
                max_minutes=max_minutes,
            )
            selection = Selection(checked(filters, assistant.vocabulary), words)
            total = selector.facets(selection).total
            found = selector.articles(selection, sort or default_sort(words), offset, limit)
            after = offset + len(found)
            return {
                "articles": [article.to_record() for article in found],
                "total": total,
                "next_offset": after if found and after < total else None,
            }

        return _told(page)

    @tools.tool(title="Get an article", annotations=_READ_ONLY, structured_output=True)
    def get_article(
        id: Annotated[str, Field(max_length=MAX_NAME, description="An article's id, as in cards and listings.")],
    ) -> dict[str, Any]:
        """The whole record of one article: title, url, company, authors, date, technologies, topics and summary."""
        return _told(lambda: selector.catalog.get(id).to_record())

    @tools.tool(title="List companies, technologies, authors and years", annotations=_READ_ONLY, structured_output=True)
    def list_facets(
        companies: _Companies = [],  # noqa: B006 - never changed
        technologies: _Technologies = [],  # noqa: B006
        most: Annotated[int, Field(ge=1, le=1000, description="Most names of each kind.")] = 50,
    ) -> dict[str, Any]:
        """How many articles each company, technology, author, topic and year has, most first.

        Without filters it describes the whole catalog; with a company or technology, what stands beside it
        (companies=['Spotify'] gives Spotify's technologies). Use it to learn which names there are.
        """

        def counts() -> dict[str, Any]:
            filters = Filters(companies=tuple(companies), technologies=tuple(technologies))
            facets = asdict(selector.facets(Selection(checked(filters, assistant.vocabulary))))
            return {
                name: dict(list(value.items())[:most]) if isinstance(value, dict) else value
                for name, value in facets.items()
            }

        return _told(counts)


def _told(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `act` gives; our own errors reach the caller in their own words."""
    try:
        return act()
    except BylineError as error:
        raise ToolError(str(error)) from error
