"""One article's page, fetched or saved: JSON-LD and OpenGraph first, then what trafilatura finds. Nothing on the page is run."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from assistant.article import MAX_NAMES, MAX_TITLE, canonical_url
from assistant.errors import SourceError
from assistant.limits import MAX_NAME
from assistant.sources import dates, naming, people, technologies
from assistant.sources.addresses import absolute
from assistant.sources.blocks import first, has_code, lines, metadata
from assistant.sources.parsed import Context, Draft, Material, Parsed, Problem

_ARTICLE_TYPES = frozenset(
    ("Article", "BlogPosting", "NewsArticle", "TechArticle", "ScholarlyArticle", "Report", "SocialMediaPosting")
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LOGIN = re.compile(
    r"(?i)\b(?:log|sign)[ -]?in\b|\bpassword\b|\bverify you are human\b|\benable javascript\b|\bchecking your browser\b"
)
_FEWEST_WORDS = 40
_MOST_TAGS = 40_000  # beyond any article, and beyond what the extractor can weigh in reasonable time


@dataclass(slots=True)
class _Head:
    """What a page says of itself before its text."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    article: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    canonical: str = ""
    feeds: list[str] = field(default_factory=list)
    password: bool = False

    def one(self, *names: str) -> str:
        return next((values[0].strip() for name in names if (values := self.meta.get(name)) and values[0].strip()), "")

    def every(self, *names: str) -> list[str]:
        return next(
            ([value for value in values if value.strip()] for name in names if (values := self.meta.get(name))), []
        )


def parse(material: Material, context: Context) -> Parsed:
    """The draft of the page's article. Raises `SourceError` where it shows none."""
    html, remark = material.text()
    head = _read_head(html)
    found = _extract(html, material.address)
    text = found.get("text") or ""
    stated = head.article or head.one("og:type").lower() == "article"
    if not stated and len(text.split()) < _FEWEST_WORDS and (head.password or _LOGIN.search(f"{head.title}\n{text}")):
        raise SourceError(
            f"{material.name} shows a log-in or a check, not an article", "Save the article's page and add the file."
        )
    problems = [remark] if remark else []
    record = _record(head, found, material, context, problems)
    if not record.get("title") and not record.get("summary") and not text:
        raise SourceError(
            f"{material.name} shows no article", "It may need JavaScript: save the page as shown and add the file."
        )
    if not record.get("summary") and len(text.split()) < _FEWEST_WORDS:
        problems.append(Problem(material.name, "has no text that could be read; it may need JavaScript"))
    draft = Draft(record, text=text, code=has_code(html), borrowed=_borrowed(record.get("url"), material.address))
    return Parsed("page", (draft,), tuple(problems))


def feed_links(html: str, base: str | None) -> list[str]:
    """The feeds that a page which is no article itself (a blog's front page) points to."""
    head = _read_head(html)
    if head.article or head.one("og:type").lower() == "article" or head.one("article:published_time"):
        return []
    links = [absolute(base, link) for link in head.feeds]
    return [link for link in links if link and not re.search(r"(?i)comments", link)]


def _record(
    head: _Head, found: Mapping[str, Any], material: Material, context: Context, problems: list[Problem]
) -> dict[str, Any]:
    article = head.article
    url = _url(head, article, material.address)
    record: dict[str, Any] = {
        "title": _short(
            _said(article.get("headline"))
            or _said(article.get("name"))
            or head.one("og:title", "twitter:title")
            or found.get("title")
            or head.title
        ),
        "url": url,
        "authors": _authors(head, article, found),
        "summary": _short(
            _said(article.get("description")) or head.one("og:description", "description", "twitter:description"), 2000
        ),
        "published": _date(head, article, found, problems, material.name),
    }
    stated = context.company or _publisher(article) or head.one("og:site_name", "application-name")
    company = context.company or (naming.from_title(stated, context.names) if stated else None)
    if company is None and url:
        company = naming.from_address(url, context.names) or naming.site(url)
    record["company"] = company
    if context.company is None and company:
        record["derived"] = ["company"]
    labels = [label for text in _labels(head, article) if (label := " ".join(text.split())) and len(label) <= 80][
        :MAX_NAMES
    ]
    known = [label for label in labels if context.names.technology(label)]
    record["technologies"] = technologies.tidy(known, context.names)
    record["topics"] = list(dict.fromkeys(label.lower() for label in labels if label not in known))
    if company and record["title"]:
        record["title"] = _without_site(str(record["title"]), company, stated)
    return {key: value for key, value in record.items() if value}


def _without_site(title: str, company: str, site: str | None) -> str:
    """A title without the site's name behind it ("Scaling Redis | Acme Engineering")."""
    found = re.match(r"(?P<title>.*\S)\s+[|–—·-]\s+(?P<site>.*)$", title)
    if not found:
        return title
    named, last = {name.lower() for name in (company, site) if name}, found["site"].lower()
    return found["title"] if last in named or any(last.startswith(f"{name} ") for name in named) else title


def _url(head: _Head, article: Mapping[str, Any], address: str | None) -> str | None:
    entity = article.get("mainEntityOfPage")
    stated = (
        head.canonical
        or _said(entity.get("@id") if isinstance(entity, Mapping) else entity)
        or head.one("og:url")
        or _said(article.get("url"))
    )
    for candidate in (absolute(address, stated) if stated else None, address):
        try:
            if candidate and canonical_url(candidate):
                return candidate
        except ValueError:
            continue
    return None


def _borrowed(url: Any, address: str | None) -> bool:
    """Whether the page was fetched from another site than the one it says it belongs to."""
    if not url or not address:
        return False
    return (urlsplit(str(url)).hostname or "").removeprefix("www.") != (urlsplit(address).hostname or "").removeprefix(
        "www."
    )


def _authors(head: _Head, article: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    values = [name for name in _people(article.get("author")) if name]
    values = values or [
        name
        for name in head.every("article:author", "author", "parsely-author", "twitter:data1")
        if "://" not in name and "min read" not in name
    ]
    values = values or [name for name in str(found.get("author") or "").split(";") if name]
    return [name[:MAX_NAME] for name in people.from_values(values)][:MAX_NAMES]


def _people(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:MAX_NAMES]:
            yield from _people(item)
    elif isinstance(value, Mapping):
        yield _said(value.get("name"))
    elif isinstance(value, str) and "://" not in value:
        yield value


def _publisher(article: Mapping[str, Any]) -> str:
    publisher = article.get("publisher")
    return _said(publisher.get("name")) if isinstance(publisher, Mapping) else ""


def _date(
    head: _Head, article: Mapping[str, Any], found: Mapping[str, Any], problems: list[Problem], name: str
) -> str | None:
    stated = _said(article.get("datePublished")) or head.one(
        "article:published_time", "og:article:published_time", "date", "dc.date", "parsely-pub-date"
    )
    for text in (stated, str(found.get("date") or "")):
        try:
            if text:
                return dates.published(text)
        except ValueError as error:
            problems.append(Problem(name, f"{error}; it was left out", field="published"))
    return None


def _labels(head: _Head, article: Mapping[str, Any]) -> list[str]:
    words = article.get("keywords")
    listed = words if isinstance(words, list) else str(words or "").split(",")
    return (
        [str(word) for word in listed if isinstance(word, str) and word.strip()]
        or head.every("article:tag")
        or head.one("keywords").split(",")
    )


def _said(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value).strip() if isinstance(value, str) else ""


def _short(value: Any, limit: int = MAX_TITLE) -> str:
    import html

    text = " ".join(html.unescape(str(value or "")).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _read_head(html: str) -> _Head:
    head = _Head()
    for tag, values in metadata(html):
        if tag == "meta" and (name := first(values, "property", "name", "itemprop")):
            head.meta.setdefault(name.lower(), []).append(values.get("content", ""))
        elif tag == "title":
            head.title = head.title or " ".join(values[""].split())
        elif tag == "link":
            _read_link(head, values)
        elif tag == "script":
            head.article = head.article or _json_ld(values[""])
        elif tag == "input" and values.get("type", "").lower() == "password":
            head.password = True
    return head


def _read_link(head: _Head, values: Mapping[str, str]) -> None:
    relations = values.get("rel", "").lower().split()
    if "canonical" in relations:
        head.canonical = head.canonical or values.get("href", "").strip()
    elif "alternate" in relations and values.get("type", "").lower() in _FEED_TYPES:
        head.feeds.append(values.get("href", "").strip())


def _json_ld(text: str) -> Mapping[str, Any]:
    """The first article that a JSON-LD block describes; empty where it describes none or is broken."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    queue = [value]
    for _ in range(1000):
        if not queue:
            break
        item = queue.pop(0)
        if isinstance(item, list):
            queue = item[:100] + queue
        elif isinstance(item, Mapping):
            types = item.get("@type")
            if _ARTICLE_TYPES & set(map(str, types if isinstance(types, list) else [types])):
                return item
            queue += [item[key] for key in ("@graph", "mainEntity", "itemListElement") if key in item]
    return {}


def _extract(html: str, address: str | None) -> dict[str, Any]:
    """What trafilatura finds: text, title, author, date; empty where it finds nothing. A page of too many tags gives its text."""
    if html.count("<") > _MOST_TAGS:
        return {
            "text": "\n".join(
                line.text for line in lines(html) if line.tag in ("p", "li") and len(line.text.split()) > 5
            )
        }
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = trafilatura.bare_extraction(
            html, url=address, with_metadata=True, include_comments=False, include_tables=False
        )
    except Exception:  # hostile HTML makes the extractor fail in ways it does not name; the head still counts
        return {}
    if document is None:
        return {}
    found = document if isinstance(document, dict) else document.as_dict()
    return {key: found.get(key) for key in ("text", "title", "author", "date")}
