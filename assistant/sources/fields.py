"""A row's fields under the names and in the forms people write them, as an article's fields. Reading rows is `records`' job."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from assistant.article import Article
from assistant.errors import ArticleInvalid
from assistant.sources import dates, people, technologies
from assistant.sources.parsed import Names

TEXT = "text"  # the full text, where a row has it
TAGS = "tags"  # labels that may be technologies or topics

_ALIASES: Mapping[str, str] = {
    "id": "key|identifier|article id",
    "title": "headline|post title|article title|name|post|article",
    "url": "link|links|href|address|permalink|uri|web address|article url|post url|article link",
    "company": "organisation|organization|publisher|blog|company name|companies",
    "authors": "author|author s|author name|author names|by|byline|writer|writers|written by",
    "published": (
        "date|published at|published on|published date|publish date|publication date|date published|pub date|pubdate|posted|"
        "year|day"
    ),
    "reading_minutes": (
        "read time|reading time|minutes|min|min read|mins|read time min|read time minutes|reading time min|reading time minutes|"
        "time to read|read minutes|minutes to read|reading minutes|reading min|length min"
    ),
    "technologies": "technology|tech|techs|tech stack|technology stack|stack|tools",
    "topics": "topic|subjects|subject|themes",
    "includes_code": "code|has code|with code|include code|contains code|includes code samples|code samples",
    "summary": "description|abstract|excerpt|tldr|tl dr|teaser|synopsis|summary text|blurb",
    TEXT: "content|body|full text|content text|article text|fulltext",
    TAGS: "tag|keywords|keyword|labels|categories|category",
}
_YES = frozenset(["yes", "y", "true", "t", "1", "x", "✓", "✔", "code"])
_NO = frozenset(["no", "n", "false", "f", "0", "✗", "✘"])
_MINUTES = re.compile(r"(?i)(?:~|about|ca\.?)?\s*(<\s*1|\d{1,6})(?:\.0+)?\s*(?:-?\s*min(?:ute)?s?\.?)?\s*(?:read)?")
_KNOWN = {name: name for name in (*(field for field in Article.__dataclass_fields__), TEXT, TAGS)}


def _plain(name: str) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.strip())
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


_NAMES: Mapping[str, str] = {_plain(field): field for field in _KNOWN} | {
    alias: field for field, aliases in _ALIASES.items() for alias in aliases.split("|")
}


def field_named(name: str) -> str | None:
    """The article's field that a column or key of this name means; None where it means none.

    >>> field_named("Author(s)"), field_named("readTime"), field_named("views")
    ('authors', 'reading_minutes', None)
    """
    return _NAMES.get(_plain(name))


def record(row: Mapping[str, Any], names: Names) -> tuple[dict[str, Any], str]:
    """The article's fields in a row (its keys already the article's), and the full text where it has one.

    Raises `ArticleInvalid`, which names the field and the rule.
    """
    given = {field: value for field, value in row.items() if not _empty(field, value)}
    text = given.pop(TEXT, "")
    if not isinstance(text, str):
        raise ArticleInvalid(TEXT, f"must be text, not {type(text).__name__}")
    out = {
        field: _FORMS[field](field, value) if field in _FORMS else value
        for field, value in given.items()
        if field != TAGS
    }
    for field in ("technologies", TAGS):
        if field in given:
            _tag(out, field, given, names)
    if "reading_minutes" in out and out["reading_minutes"] is None:
        del out["reading_minutes"]
    return out, text


def _tag(out: dict[str, Any], field: str, given: Mapping[str, Any], names: Names) -> None:
    labels = _parts(field, given[field])
    if "summary_source" in given and field == "technologies":
        # A row of Byline's own: what it holds was put into one spelling before.
        out[field] = labels
        return
    if field == TAGS:
        known = [label for label in labels if names.technology(label)]
        topics = [label for label in labels if label not in known]
        if topics:
            out["topics"] = list(dict.fromkeys([*out.get("topics", []), *topics]))
        labels = [*out.get("technologies", []), *known]
    elif len(labels) == 1 and isinstance(given[field], str):
        labels = _apart(labels[0], names)
    if labels:
        out["technologies"] = technologies.tidy(labels, names)


def _apart(text: str, names: Names) -> list[str]:
    """The names in a cell that may hold several run together; the cell as it is where most of it is not known."""
    if names.technology(text):
        return [text]
    pieces = technologies.split(text, names.technology_names())
    known = [piece for piece in pieces if names.technology(piece)]
    return pieces if len(known) > 1 and 2 * sum(map(len, known)) > len(text) else [text]


UNKNOWN = ("null", "none", "n/a", "-", "–", "unknown")
_FREE_TEXT = ("title", "summary", "company", TEXT)


def _empty(field: str, value: Any) -> bool:
    if isinstance(value, str):
        text = value.strip()
        return not text or (text.lower() in UNKNOWN and field not in _FREE_TEXT)
    return value is None or value == []


def _authors(field: str, value: Any) -> list[str]:
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return people.authors(value)
    return _parts(field, value)


def _parts(field: str, value: Any) -> list[str]:
    """A list of names from a list, from a JSON list in a cell, or from text with separators (";", else "|", else ",")."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            raise ArticleInvalid(field, "starts like a JSON list and is none") from None
    if isinstance(value, str):
        separator = next((mark for mark in (";", "|", ",") if mark in value), ";")
        value = value.split(separator)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list | tuple):
        raise ArticleInvalid(field, f"must be a list of names, not {type(value).__name__}")
    named = [item.get("name") if isinstance(item, Mapping) else item for item in value]
    texts = [item for item in named if isinstance(item, str)]
    if len(texts) != len(named):
        raise ArticleInvalid(field, "must be a list of names")
    return [" ".join(item.split()) for item in texts if item.strip()]


def _date(field: str, value: Any) -> str:
    try:
        return dates.from_value(value)
    except ValueError as error:
        raise ArticleInvalid(field, str(error)) from None


def _minutes(field: str, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        found = _MINUTES.fullmatch(value.strip())
        if not found:
            raise ArticleInvalid(field, f"'{value.strip()[:40]}' is not a number of minutes such as 7 or '7 min read'")
        return 1 if found[1].startswith("<") else int(found[1])
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArticleInvalid(field, "must be a whole number of minutes")
    return value


def _flag(field: str, value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("unknown", "?"):
        return None
    if word not in _YES | _NO:
        raise ArticleInvalid(field, f"'{word[:40]}' is neither yes nor no")
    return word in _YES


def _number_as_text(_: str, value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_FORMS: Mapping[str, Callable[[str, Any], Any]] = {
    "title": _number_as_text,
    "authors": _authors,
    "published": _date,
    "reading_minutes": _minutes,
    "topics": _parts,
    "derived": _parts,
    "includes_code": _flag,
}
