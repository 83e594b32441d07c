"""RSS, Atom and JSON Feed: an entry is an article. Fetching feeds, and the pages behind bare entries, is done elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.article import MAX_NAMES, MAX_TITLE
from assistant.errors import SourceError
from assistant.limits import MAX_NAME
from assistant.sources import dates, naming, people, technologies
from assistant.sources.addresses import absolute
from assistant.sources.blocks import has_code, plain
from assistant.sources.parsed import Context, Draft, Material, Parsed, Problem
from assistant.sources.xml_safety import check_xml

SUMMARY_WORDS = 120  # a longer description is the text itself, not a summary of it
_CLOSED = re.compile(rb"(?i)</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>|<(?:rss|feed)[^<>]*/>")
_TEASER_END = re.compile(
    r"(?i)\s*(?:continue reading|read more|read the (?:full|rest)[^.]{0,40}|keep reading|"
    r"the post .{0,200} appeared first on .{0,80})"
    r"[\s.»→…\]]*$"
)


def parse(material: Material, context: Context) -> Parsed:
    """The drafts of the feed's entries. Raises `SourceError` where it is no feed."""
    if material.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        title, entries = _json_feed(material)
        problems: list[Problem] = []
    else:
        title, entries, problems = _xml_feed(material)
    company = context.company or (naming.from_title(title, context.names) if title else None)
    drafts: list[Draft] = []
    for number, entry in enumerate(entries, 1):
        try:
            record = _record(entry, company, context, material, number, problems)
        except ValueError as error:
            problems.append(Problem(material.name, str(error), entry=number, lost=True))
            continue
        html = entry.get("content") or ""
        drafts.append(Draft(record, entry=number, text=entry.get("text") or "", code=has_code(html)))
    return Parsed("feed", tuple(drafts), tuple(problems))


def _record(
    entry: Mapping[str, Any],
    company: str | None,
    context: Context,
    material: Material,
    number: int,
    problems: list[Problem],
) -> dict[str, Any]:
    """One entry's fields. Raises `ValueError` where it has neither a title nor a text."""
    url = _address(entry.get("link"), material.address)
    title = " ".join(plain(entry.get("title") or "").split())[:MAX_TITLE]
    summary = entry.get("summary") or ""
    if not title and not summary and not entry.get("text"):
        raise ValueError("has neither a title nor a text")
    if company is None:
        company = (naming.from_address(url, context.names) or naming.site(url)) if url else None
    record: dict[str, Any] = {"title": title, "url": url, "company": company, "summary": summary}
    if context.company is None:
        record["derived"] = ["company"]
    names = [name[:MAX_NAME] for name in people.from_values([text for text in entry.get("authors", ()) if text])]
    record["authors"] = names[:MAX_NAMES]
    if stated := entry.get("date"):
        try:
            record["published"] = dates.from_value(stated)
        except ValueError as error:
            problems.append(Problem(material.name, f"{error}; it was left out", entry=number, field="published"))
    labels = [label for text in entry.get("tags", ()) if (label := " ".join(plain(text).split())) and len(label) <= 80][
        :MAX_NAMES
    ]
    known = [label for label in labels if context.names.technology(label)]
    record["technologies"] = technologies.tidy(known, context.names)
    record["topics"] = list(dict.fromkeys(label.lower() for label in labels if label not in known))
    return {key: value for key, value in record.items() if value}


def _address(link: Any, base: str | None) -> str | None:
    return absolute(base, link) if isinstance(link, str) and link.strip() else None


def _xml_feed(material: Material) -> tuple[str, list[dict[str, Any]], list[Problem]]:
    import feedparser

    check_xml(material.name, material.data)
    headers = {"content-type": material.content_type} if material.content_type else {}
    if material.address:
        headers["content-location"] = material.address
    try:
        feed = feedparser.parse(material.data, response_headers=headers)
    except Exception as error:  # hostile input makes the parser fail in ways it does not name
        raise SourceError(
            f"{material.name} cannot be read as a feed ({type(error).__name__})", "Check that it is a feed."
        ) from error
    if not feed.version and not feed.entries:
        raise SourceError(
            f"{material.name} is not a feed",
            "Give the address of its RSS, Atom or JSON feed, or of a single article with --format page.",
        )
    return feed.feed.get("title") or "", [_xml_entry(entry) for entry in feed.entries], _faults(material, feed)


def _faults(material: Material, feed: Any) -> list[Problem]:
    """What is wrong with the feed as XML; one that breaks off lost its last entries."""
    fault = feed.get("bozo_exception") if feed.bozo else None
    if fault is None or "CharacterEncodingOverride" in type(fault).__name__ or "NonXML" in type(fault).__name__:
        return []
    line = fault.getLineNumber() if hasattr(fault, "getLineNumber") else None
    if not _CLOSED.search(material.data[-2000:].replace(b"\0", b"")):
        return [Problem(material.name, "is cut off; what stands before the cut was read", line=line, lost=True)]
    return [
        Problem(material.name, f"is not well-formed XML ({_first_line(fault)}); what can be read was read", line=line)
    ]


def _first_line(fault: BaseException) -> str:
    message = getattr(fault, "getMessage", lambda: str(fault))()
    return " ".join(str(message).split())[:200]


def _xml_entry(entry: Any) -> dict[str, Any]:
    content = max((str(item.get("value") or "") for item in entry.get("content") or ()), key=len, default="")
    summary, text = _summary_and_text(str(entry.get("summary") or ""), content)
    authors = [author.get("name") or "" for author in entry.get("authors") or () if isinstance(author, Mapping)]
    return {
        "title": str(entry.get("title") or ""),
        "link": entry.get("feedburner_origlink") or entry.get("link"),
        "authors": authors or [str(entry.get("author") or "")],
        "date": _xml_date(entry),
        "tags": [str(tag.get("term") or "") for tag in entry.get("tags") or () if tag.get("term")],
        "summary": summary,
        "text": text,
        "content": content or (entry.get("summary") or "" if text else ""),
    }


def _xml_date(entry: Any) -> str | None:
    """The day as it is written, else as the parser understood it."""
    for name in ("published", "created", "updated"):
        # feedparser answers for "updated" with "published" where it is missing; asking by key keeps to what is there.
        text = dict.get(entry, name)
        if not text:
            continue
        try:
            return dates.published(str(text))
        except ValueError:
            moment = dict.get(entry, f"{name}_parsed")
            return f"{moment[0]:04d}-{moment[1]:02d}-{moment[2]:02d}" if moment else str(text)
    return None


def _summary_and_text(summary: str, content: str) -> tuple[str, str]:
    """A description's words as the summary where they are few, and as the text where they are many."""
    short, long = plain(summary), plain(content)
    if not long and len(short.split()) > SUMMARY_WORDS:
        return "", short
    if not short and 0 < len(long.split()) <= SUMMARY_WORDS:
        short, long = long, ""
    if len(short.split()) > SUMMARY_WORDS:
        short = ""
    short = " ".join(short.split())
    return short[:-400] + _TEASER_END.sub("", short[-400:]), long


def _json_feed(material: Material) -> tuple[str, list[dict[str, Any]]]:
    text, _ = material.text()
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"{material.name} is not JSON, or is cut off ({error})", "Check that the whole file was saved."
        ) from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{material.name} is not a JSON Feed", "A JSON Feed has a list of items.")
    return str(feed.get("title") or ""), [_json_entry(item, feed) for item in items if isinstance(item, dict)]


def _json_entry(item: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    content = str(item.get("content_html") or "") or str(item.get("content_text") or "")
    summary, text = _summary_and_text(str(item.get("summary") or ""), content)
    return {
        "title": str(item.get("title") or ""),
        "link": item.get("url") or item.get("external_url") or item.get("id"),
        "authors": _json_names(item) or _json_names(feed),
        "date": item.get("date_published") or item.get("date_modified"),
        "tags": [tag for tag in item.get("tags") or () if isinstance(tag, str)],
        "summary": summary,
        "text": text,
        "content": content,
    }


def _json_names(holder: Mapping[str, Any]) -> Sequence[str]:
    listed = holder.get("authors") or holder.get("author") or ()
    found = [listed] if isinstance(listed, Mapping) else listed if isinstance(listed, list) else []
    return [str(author["name"]) for author in found if isinstance(author, Mapping) and author.get("name")]


def is_json_feed(text: str) -> bool:
    """Whether text begins as a JSON Feed does."""
    return bool(re.search(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', text[:20_000]))
