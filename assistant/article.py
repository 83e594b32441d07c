"""The article: its fields, the rules they keep, its canonical address and its stable id. Storing it is `catalog`'s job."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from assistant.errors import ArticleInvalid
from assistant.filters import date_span
from assistant.limits import MAX_NAME

SummarySource = Literal["given", "extracted", "none"]

MAX_TITLE = 500
MAX_SUMMARY = 20_000
MAX_URL = 2_000
MAX_NAMES = 100
MAX_MINUTES = 10_000
DERIVABLE = ("company", "authors", "published", "reading_minutes", "technologies", "topics", "includes_code")

# Parameters that say how a reader arrived, not what is shown; removing them keeps one article at one address.
_TRACKING = re.compile(
    r"(?i)(utm_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|source|sk|gi|_hs(enc|mi)|s?cid|trk|trackingid)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def canonical_url(url: str) -> str:
    """The one spelling of an http(s) address: lower-case host, https, no fragment, tracking or trailing slash.

    >>> canonical_url("HTTP://Blog.Example.com:80/a/b/?utm_source=x#top")
    'https://blog.example.com/a/b'

    Raises `ValueError` for anything that is not an http(s) address with a host.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address with a host")
    host = parts.hostname.lower().rstrip(".")
    if not host or re.search(r"[\s<>\"'`\\{}|^]", host):
        raise ValueError("must have a host name without spaces or quotes")
    port = parts.port  # raises ValueError out of range
    netloc = f"[{host}]" if ":" in host else host
    if port and port not in (80, 443):
        netloc += f":{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    query = urlencode(
        [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
    )
    return urlunsplit(("https", netloc, path, query, ""))


def slug(text: str, limit: int = 80) -> str:
    """Lower-case ASCII words of `text` joined by hyphens, at most `limit` characters; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:limit].strip("-")


@dataclass(frozen=True, slots=True)
class Article:
    """One engineering article. `None` and empty mean unknown: never a guess, never "no".

    `published` is a day, a month or a year (`2024-02-29`, `2024-02`, `2024`). `summary_source` tells a summary that was given
    from one extracted out of the text, and `derived` names the other fields whose value was inferred, not given (of `DERIVABLE`).
    `source` names what it was read from, `read_at` when (ISO, UTC).
    """

    id: str
    company: str
    title: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    reading_minutes: int | None = None
    technologies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    includes_code: bool | None = None
    summary: str | None = None
    summary_source: SummarySource = "none"
    derived: tuple[str, ...] = ()
    source: str | None = None
    read_at: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Article:
        """A validated article from JSON-like data; unknown keys are refused, a missing id is derived.

        Raises `ArticleInvalid`, which names the field and the rule it broke.
        """
        unknown = sorted(set(record) - {field.name for field in fields(cls)})
        if unknown:
            raise ArticleInvalid(
                unknown[0], "is not a field of an article", f"Fields are: {', '.join(f.name for f in fields(cls))}."
            )
        company = _text(record, "company", MAX_NAME)
        if company is None:
            raise ArticleInvalid("company", "must be given", "Name the company whose blog it is.")
        title, summary, url = _text(record, "title", MAX_TITLE), _text(record, "summary", MAX_SUMMARY), _url(record)
        if title is None and summary is None:
            raise ArticleInvalid("summary", "must be given where there is no title", "Give a title, a summary or both.")
        authors = _names(record, "authors")
        given = record.get("summary_source")
        if given not in (None, "given", "extracted", "none"):
            raise ArticleInvalid("summary_source", "must be 'given', 'extracted' or 'none'")
        article = cls(
            id=_id(record) or derived_id(company, url, title, authors, summary),
            company=company,
            title=title,
            url=url,
            authors=authors,
            published=_published(record),
            reading_minutes=_minutes(record),
            technologies=_names(record, "technologies"),
            topics=_names(record, "topics"),
            includes_code=_flag(record),
            summary=summary,
            summary_source="none" if summary is None else "given" if given in (None, "none") else given,
            source=_text(record, "source", MAX_URL),
            read_at=_text(record, "read_at", 40),
        )
        return replace(article, derived=_derived(record, article))

    @classmethod
    def from_stored(cls, record: Mapping[str, Any]) -> Article:
        """An article from what `to_record` gave of a valid one; not checked again, because reading fifty must be quick."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
        }
        return cls(**values)

    def to_record(self) -> dict[str, Any]:
        """The article as JSON-ready data: `from_record` gives it back unchanged."""
        return {
            field.name: list(value) if isinstance(value := getattr(self, field.name), tuple) else value
            for field in fields(self)
        }

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over what the article says, without its id, source and time of reading."""
        record = self.to_record()
        said = {key: record[key] for key in record if key not in ("id", "source", "read_at")}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def name(self) -> str:
        """What to call the article where a title is needed: the title, else the summary's first words."""
        if self.title:
            return self.title
        words = (self.summary or "").split()
        return " ".join(words[:10]) + ("…" if len(words) > 10 else "")


def derived_id(company: str, url: str | None, title: str | None, authors: tuple[str, ...], summary: str | None) -> str:
    """A stable, readable id: company, words of the address or title, and a short hash of what identifies the article."""
    if url:
        identity = canonical_url(url)
        words = urlsplit(identity).path.rsplit("/", 1)[-1]
    else:
        identity, words = (
            "\n".join((company, *authors, title or "", summary or "")),
            title or " ".join((summary or "").split()[:6]),
        )
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return "-".join(part for part in (slug(company, 30), slug(words, 50), digest) if part)


def _text(record: Mapping[str, Any], field: str, limit: int) -> str | None:
    value = record.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ArticleInvalid(field, f"must be text, not {type(value).__name__}")
    if len(value) > limit:
        raise ArticleInvalid(field, f"must be at most {limit} characters, not {len(value)}")
    value = _CONTROL.sub("", value.encode("utf-8", "replace").decode())
    return " ".join(value.split()) or None


def _names(record: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = record.get(field)
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ArticleInvalid(field, "must be a list of names")
    if len(value) > MAX_NAMES:
        raise ArticleInvalid(field, f"must have at most {MAX_NAMES} names, not {len(value)}")
    names = (_text({field: item}, field, MAX_NAME) for item in value)
    return tuple(dict.fromkeys(name for name in names if name))


def _url(record: Mapping[str, Any]) -> str | None:
    url = _text(record, "url", MAX_URL)
    if url is None:
        return None
    try:
        canonical_url(url)
    except ValueError as error:
        raise ArticleInvalid("url", str(error)) from None
    return url


def _id(record: Mapping[str, Any]) -> str | None:
    value = _text(record, "id", MAX_NAME)
    if value is not None and not re.fullmatch(r"[.:_-]*[^\W_][\w.:-]*", value):
        raise ArticleInvalid("id", "must be letters, digits and . : _ - only", "Leave it out to have one derived.")
    if value is not None and value.lower() in ("null", "none", "unknown"):  # tables say so where they hold none
        raise ArticleInvalid("id", f"'{value}' names nothing", "Leave it out to have one derived.")
    return value


def _published(record: Mapping[str, Any]) -> str | None:
    value = _text(record, "published", 40)
    if value is None:
        return None
    try:
        date_span(value)
    except ValueError as error:
        raise ArticleInvalid("published", str(error)) from None
    return value


def _minutes(record: Mapping[str, Any]) -> int | None:
    value = record.get("reading_minutes")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_MINUTES:
        raise ArticleInvalid("reading_minutes", f"must be a whole number from 1 to {MAX_MINUTES}")
    return value


def _flag(record: Mapping[str, Any]) -> bool | None:
    value = record.get("includes_code")
    if value is not None and not isinstance(value, bool):
        raise ArticleInvalid("includes_code", "must be true, false or null")
    return value


def _derived(record: Mapping[str, Any], article: Article) -> tuple[str, ...]:
    names = _names(record, "derived")
    for name in names:
        if name not in DERIVABLE:
            raise ArticleInvalid(
                "derived", f"'{name}' is not a field that can be derived", f"These can: {', '.join(DERIVABLE)}."
            )
    return tuple(name for name in DERIVABLE if name in names and getattr(article, name) not in (None, ()))
