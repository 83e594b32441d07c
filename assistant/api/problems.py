"""Errors of the HTTP API as problem documents (RFC 9457): `application/problem+json` with a title, a status and a way out."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.errors import BylineError, InputInvalid, NotFound
from assistant.validation import explained, refuse_unknown, rule

MEDIA_TYPE = "application/problem+json"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_log = logging.getLogger("byline.api")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field("about:blank", description="A URI that names the kind of problem.")
    title: str = Field(description="The kind of problem in a few words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field("", description="What is wrong this time.")
    hint: str = Field("", description="What to do next.")
    errors: list[dict[str, str]] = Field([], description="For invalid input: where and what, one by one.")


def problem(status: int, detail: str = "", hint: str = "", **more: Any) -> JSONResponse:
    """A problem document as a response; `headers` and further members may be given by name."""
    headers = more.pop("headers", None)
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "hint": hint,
        **more,
    }
    return _Problem({key: value for key, value in body.items() if value}, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document, and describe it."""
    described = app.openapi

    def with_problem() -> dict[str, Any]:
        schema = described()
        shapes = schema["components"]["schemas"]
        if "Problem" not in shapes:  # asked for at every request, by `refuse_unknown_parameters`
            shapes["Problem"] = Problem.model_json_schema()
        return schema

    app.openapi = with_problem  # type: ignore[method-assign]  # the way that FastAPI's documentation names

    @app.exception_handler(BylineError)
    async def _ours(_: Request, error: BylineError) -> JSONResponse:
        status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, InputInvalid) else 503
        if status == 503:
            _log.error("%s", error)
        return problem(status, error.message, error.hint)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # The input itself is not repeated: it may be long, and it is the caller's.
        found = error.errors()[:20]
        errors = [{"where": ".".join(map(str, item["loc"])), "what": rule(item)} for item in found]
        return problem(422, explained(found), "See /docs for what is taken.", errors=errors)

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        _log.exception("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Something went wrong here.", "Try again; the server's log has the details.")


def refuse_unknown_parameters(request: Request) -> None:
    """A dependency of routes; raises `InputInvalid` for a parameter of the query string that is not described."""
    route = request.scope.get("route")
    path = request.app.openapi()["paths"].get(route.path, {}) if isinstance(route, APIRoute) else {}
    described = path.get(request.method.lower())
    if described is None:  # a method that is refused anyway
        return
    known = [entry["name"] for entry in described.get("parameters", []) if entry["in"] == "query"]
    refuse_unknown(request.query_params.keys(), known)


def refuse_other_methods(api: APIRouter) -> None:
    """Answer 405 for every other method on the API's paths; the page mounted at the root would answer 404 for them."""
    taken: dict[str, set[str]] = {}
    for route in api.routes:
        if isinstance(route, APIRoute):
            taken.setdefault(route.path, set()).update(route.methods or ())
    for path, methods in taken.items():
        api.add_api_route(path, _refusal(methods), methods=sorted(_METHODS - methods), include_in_schema=False)


def _refusal(methods: set[str]) -> Callable[[], None]:
    def refuse() -> None:
        raise HTTPException(405, "This address does not take that method.", {"Allow": ", ".join(sorted(methods))})

    return refuse


class _Problem(JSONResponse):
    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        # Half a surrogate pair from a caller has no UTF-8 form, and an error must not raise another.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in {
        400: "The input cannot be meant",
        422: "The input breaks a rule",
        429: "Too many requests",
        503: "The catalog or the index cannot be used just now",
    }.items()
}
