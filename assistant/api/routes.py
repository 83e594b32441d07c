"""The routes of the HTTP API. Each does what the page and the command line do, through the same `Assistant`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from assistant.api.models import (
    AnswerShown,
    ArticlePage,
    ArticleShown,
    AskGiven,
    Date,
    FacetsShown,
    FeedbackGiven,
    Health,
    Kept,
    Name,
    QuestionText,
)
from assistant.api.problems import RESPONSES, refuse_other_methods, refuse_unknown_parameters
from assistant.cards import bibtex, markdown
from assistant.catalog_sources import Feedback
from assistant.errors import FilterInvalid
from assistant.filters import Filters
from assistant.limits import MAX_FILTER_NAMES, MAX_HISTORY, MAX_LIMIT, MAX_MINUTES, MAX_PAGE
from assistant.names import checked
from assistant.selection import Selection, Selector, default_sort
from assistant.version import __version__

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.assistant import Assistant

Sort = Literal["newest", "oldest", "shortest", "longest", "relevance"]
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {**RESPONSES[400], "description": "There is no such article"}}
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The ETag sent still holds"}}


def filters_given(
    company: Annotated[
        list[Name], Query(max_length=MAX_FILTER_NAMES, description="Whose articles; given several times, any of them")
    ] = [],  # noqa: B006 - FastAPI copies defaults
    technology: Annotated[
        list[Name],
        Query(max_length=MAX_FILTER_NAMES, description="What they are tagged with; given several times, any of them"),
    ] = [],  # noqa: B006
    author: Annotated[
        list[Name],
        Query(
            max_length=MAX_FILTER_NAMES, description="Who wrote them, by full name; given several times, any of them"
        ),
    ] = [],  # noqa: B006
    since: Annotated[Date | None, Query(description="First day, inclusive")] = None,
    until: Annotated[Date | None, Query(description="Last day, inclusive")] = None,
    with_code: Annotated[
        bool | None, Query(description="true: only articles that include code; false: only those that do not")
    ] = None,
    min_minutes: Annotated[int | None, Query(ge=0, le=MAX_MINUTES, description="Shortest reading time")] = None,
    max_minutes: Annotated[int | None, Query(ge=0, le=MAX_MINUTES, description="Longest reading time")] = None,
) -> Filters:
    """The filters of a query string; a name given several times means any of them."""
    return Filters(
        companies=tuple(company),
        technologies=tuple(technology),
        authors=tuple(author),
        published_from=since,
        published_to=until,
        includes_code=with_code,
        min_minutes=min_minutes,
        max_minutes=max_minutes,
    )


_Filters = Annotated[Filters, Depends(filters_given)]


def router(assistant: Assistant, selector: Selector) -> APIRouter:
    """The API's routes over one assistant."""
    api = APIRouter(responses=RESPONSES, dependencies=[Depends(refuse_unknown_parameters)])
    _ask_routes(api, assistant)
    _article_routes(api, assistant, selector)
    _health_routes(api, assistant)
    refuse_other_methods(api)
    return api


_Form = Annotated[
    Literal["json", "markdown", "citations", "bibtex"],
    Query(
        alias="format",
        description="json, or text: the answer as Markdown, or its citations as a Markdown list or as BibTeX",
    ),
]
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/markdown": {"schema": {"type": "string"}}, "text/plain": {"schema": {"type": "string"}}}}
}


def _shown(answer: Answer, form: str) -> Response:
    """The answer in the form asked for."""
    if form == "markdown":
        return PlainTextResponse(markdown.render(answer), media_type="text/markdown")
    if form == "citations":
        return PlainTextResponse(markdown.citations(answer.cards), media_type="text/markdown")
    if form == "bibtex":
        return PlainTextResponse(bibtex.render(answer.cards))
    return JSONResponse(answer.to_dict())


def _ask_routes(api: APIRouter, assistant: Assistant) -> None:
    @api.get("/api/ask", response_model=AnswerShown, responses=_TEXT, tags=["questions"], summary="Ask a question")
    def ask(
        q: Annotated[QuestionText, Query(description="The question")],
        filters: _Filters,
        history: Annotated[
            list[QuestionText], Query(max_length=MAX_HISTORY, description="Earlier questions, oldest first")
        ] = [],  # noqa: B006
        limit: Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="Most cards in the answer")] = None,
        page: Annotated[int | None, Query(ge=1, le=MAX_PAGE, description="Which of so many cards, from 1")] = None,
        form: _Form = "json",
    ) -> Response:
        """The answer with its numbered cards; a question that no article answers is declined (`declined: true`)."""
        return _shown(assistant.ask(q, history, filters=filters or None, limit=limit, page=page), form)

    @api.post(
        "/api/ask",
        response_model=AnswerShown,
        responses=_TEXT,
        tags=["questions"],
        summary="Ask a question, with filters as JSON",
    )
    def ask_with(given: AskGiven, form: _Form = "json") -> Response:
        """As `GET /api/ask`; takes every filter there is."""
        filters = Filters.from_dict(given.filters.model_dump(exclude_none=True)) if given.filters else None
        answer = assistant.ask(
            given.question, given.history, filters=filters or None, limit=given.limit, page=given.page
        )
        return _shown(answer, form)

    @api.post(
        "/api/feedback",
        response_model=Kept,
        status_code=201,
        tags=["questions"],
        summary="Say whether an answer helped",
    )
    def feedback(given: FeedbackGiven) -> Kept:
        """Kept in the catalog, from where it can be exported as questions for evaluation."""
        assistant.catalog.add_feedback(
            Feedback(given.question, given.helpful, tuple(given.history), tuple(given.articles), given.comment)
        )
        return Kept()


def _article_routes(api: APIRouter, assistant: Assistant, selector: Selector) -> None:
    @api.get(
        "/api/articles", response_model=ArticlePage, responses=_NOT_MODIFIED, tags=["articles"], summary="List articles"
    )
    def articles(
        request: Request,
        filters: _Filters,
        q: Annotated[Name | None, Query(description="Words that each article must hold")] = None,
        sort: Annotated[Sort | None, Query(description="Default: newest; relevance where q is given")] = None,
        limit: Annotated[int, Query(ge=1, le=100, description="Articles on a page")] = 20,
        cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before")] = None,
    ) -> Response:
        """A page of the articles that match, with their number and the next page's cursor."""
        selection = Selection(checked(filters, assistant.vocabulary), q or "")
        offset = _offset(cursor)
        total = selector.facets(selection).total
        found = selector.articles(selection, sort or default_sort(q or ""), offset, limit)
        after = offset + len(found)
        page = {
            "articles": [article.to_record() for article in found],
            "total": total,
            "next": _cursor(after) if found and after < total else None,
        }
        return _tagged(request, page)

    @api.get(
        "/api/articles/{id}",
        response_model=ArticleShown,
        responses=_NOT_FOUND | _NOT_MODIFIED,
        tags=["articles"],
        summary="One article",
    )
    def article(request: Request, id: Annotated[str, Path(max_length=200)]) -> Response:
        """The article with that id."""
        return _tagged(request, selector.catalog.get(id).to_record())

    @api.get(
        "/api/facets",
        response_model=FacetsShown,
        responses=_NOT_MODIFIED,
        tags=["articles"],
        summary="Count articles by facet",
    )
    def facets(
        request: Request,
        filters: _Filters,
        q: Annotated[Name | None, Query(description="Words that each article must hold")] = None,
    ) -> Response:
        """How many of the matching articles each company, technology, author, topic and year has."""
        return _tagged(request, asdict(selector.facets(Selection(checked(filters, assistant.vocabulary), q or ""))))


def _health_routes(api: APIRouter, assistant: Assistant) -> None:
    @api.get("/healthz", response_model=Health, tags=["health"], summary="Is the server up?")
    def healthz() -> Health:
        """Answers as long as the server runs; asks nothing of catalog or index."""
        return Health(status="ok", version=__version__)

    @api.get("/readyz", response_model=Health, tags=["health"], summary="Can questions be answered?")
    def readyz() -> Health:
        """Answers 503 while the catalog cannot be read."""
        return Health(status="ready", articles=assistant.catalog.count(), version=__version__)


def _tagged(request: Request, content: dict[str, Any]) -> Response:
    """The content with its ETag, or 304 where the caller holds just this already."""
    response = JSONResponse(content)
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    held = re.findall(r'"[^"]*"|\*', request.headers.get("if-none-match", ""))
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not re.fullmatch(r"o[0-9]{1,9}", text):
        raise FilterInvalid("the cursor is none that this server gave", "Start without one and use `next`.")
    return int(text[1:])
