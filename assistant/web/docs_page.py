"""The page at /docs: the API's OpenAPI description as one plain HTML page without scripts or outside assets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.cards.html import escape
from assistant.web.shell import plain_page

_CODE = re.compile(r"`([^`]+)`")
_METHODS = ("get", "post", "put", "patch", "delete")


def render(schema: Mapping[str, Any]) -> str:
    """The description as a page: every route with what it takes and gives, then every shape."""
    info = schema["info"]
    routes = "".join(
        _route(path, method, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    )
    shapes = "".join(
        _shape(name, shape) for name, shape in sorted(schema.get("components", {}).get("schemas", {}).items())
    )
    return plain_page(
        f"{info['title']} HTTP API",
        f"<h1>HTTP API <small>{escape(info['version'])}</small></h1>"
        f'<p class="lead">{_prose(info.get("description", ""))}</p>'
        '<p>The same as a machine reads it: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>'
        f"<h2>Routes</h2>{routes}<h2>Shapes</h2>{shapes}",
    )


def _route(path: str, method: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(_parameter(item) for item in operation.get("parameters", []))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        rows += f"<tr><td><code>body</code></td><td>{_type(body)}</td><td>JSON</td></tr>"
    table = ""
    if rows:
        table = _table("Takes", rows)
    gives = "".join(_response(status, answer) for status, answer in sorted(operation.get("responses", {}).items()))
    return (
        f'<section class="route"><h3><span class="method {method}">{method.upper()}</span> <code>{escape(path)}</code></h3>'
        f"<p><strong>{escape(operation.get('summary', ''))}</strong> {_prose(operation.get('description', ''))}</p>"
        f'{table}<ul class="gives">{gives}</ul></section>'
    )


def _parameter(item: Mapping[str, Any]) -> str:
    name = f"<code>{escape(item['name'])}</code>" + (" <em>required</em>" if item.get("required") else "")
    said = item.get("description") or item.get("schema", {}).get("description", "")
    return f"<tr><td>{name}</td><td>{_type(item.get('schema', {}))}</td><td>{_prose(said)}</td></tr>"


def _response(status: str, answer: Mapping[str, Any]) -> str:
    content = answer.get("content", {})
    shape = next((_type(kind.get("schema", {})) for kind in content.values()), "")
    return f"<li><code>{escape(status)}</code> {_prose(answer.get('description', ''))} {shape}</li>"


def _shape(name: str, shape: Mapping[str, Any]) -> str:
    required = shape.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' <em>required</em>' if field in required else ''}</td><td>{_type(kind)}</td>"
        f"<td>{_prose(kind.get('description', ''))}</td></tr>"
        for field, kind in shape.get("properties", {}).items()
    )
    return (
        f'<section class="route" id="{escape(name)}"><h3>{escape(name)}</h3><p>{_prose(shape.get("description", ""))}</p>'
        f"{_table('Field', rows)}</section>"
    )


def _table(first: str, rows: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in (first, "Type", "Meaning"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _prose(text: str) -> str:
    """A description, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f'<a href="#{escape(name)}">{escape(name)}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    limits = [said.format(f"{schema[key]:,}") for key, said in _LIMITS.items() if key in schema]
    return escape(str(schema.get("type", "any"))) + (f" <small>({escape(', '.join(limits))})</small>" if limits else "")


_LIMITS = {"minimum": "from {}", "maximum": "up to {}", "maxLength": "up to {} characters"}
