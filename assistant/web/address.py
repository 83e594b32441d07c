"""What an address of the page shows: `Place`, read from a query string and written back, so that every state can be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from assistant.article import slug
from assistant.filters import Filters
from assistant.limits import MAX_FILTER_NAMES, MAX_NAME
from assistant.selection import SORTS, Sort, default_sort

MAX_QUERY = 8000
"""The longest query string read or written, in characters: the server takes addresses of 8 KB (`guards.MAX_TARGET`)."""
_BROWSING = ("company", "technology", "author", "year", "code", "summary", "max_minutes", "words")
"""Parameters that make an address a page of the catalog, whatever they say; the page's script has them too."""


class NameBook:
    """The names a catalog holds, found by any spelling an address may give them: as written, lower case, as a slug, or an alias.

    `near` gives the names that one the catalog does not hold may stand for.
    """

    def __init__(
        self,
        names: Iterable[str],
        alias: Callable[[str], str | None] = lambda _: None,
        near: Callable[[str], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self._alias = alias
        self.near = near
        self._found: dict[str, str] = {}
        slugs: dict[str, list[str]] = {}
        for name in names:
            self._found.setdefault(name.casefold(), name)
            slugs.setdefault(slug(name), []).append(name)
        # "C" and "C++" share a slug; only names that have one to themselves are written as slugs.
        self._slugs = {short: same[0] for short, same in slugs.items() if short and len(same) == 1}
        self._short = {name: short for short, name in self._slugs.items() if self._found.get(short, name) == name}

    def find(self, given: str) -> str:
        """The catalog's own spelling; a name it does not hold comes back as given."""
        key = given.strip().casefold()
        return self._found.get(key) or self._slugs.get(key) or self._alias(given) or given.strip()

    def short(self, name: str) -> str:
        """How an address spells the name: its slug where no other name has the same."""
        return self._short.get(name, name)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._found


@dataclass(frozen=True, slots=True)
class Names:
    """The name books that addresses are read with."""

    companies: NameBook
    technologies: NameBook
    authors: NameBook


@dataclass(frozen=True, slots=True)
class Place:
    """One state of the page. With a `question` it is the chat; `browse` or any restriction makes it a page of the catalog.

    `history` are the earlier questions that the question goes on from, oldest first.
    """

    question: str = ""
    history: tuple[str, ...] = ()
    browse: bool = False
    companies: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    year: str | None = None
    with_code: bool = False
    with_summary: bool = False
    max_minutes: int | None = None
    words: str = ""
    sort: Sort = "newest"

    @classmethod
    def read(cls, query: str, names: Names) -> Place:
        """The place a query string names. What makes no sense in it is left out, as is one that is too long; nothing is refused."""
        if len(query) > MAX_QUERY:
            return cls()
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)[:100]
        last = dict(pairs)

        def several(key: str, book: NameBook) -> tuple[str, ...]:
            found = (book.find(value) for name, value in pairs if name == key and value.strip())
            return tuple(dict.fromkeys(found))[:MAX_FILTER_NAMES]

        place = cls(
            companies=several("company", names.companies),
            technologies=several("technology", names.technologies),
            authors=several("author", names.authors),
            year=_year(last.get("year")),
            with_code=last.get("code") == "1",
            with_summary=last.get("summary") == "1",
            max_minutes=_minutes(last.get("max_minutes")),
            words=" ".join(last.get("words", "").split())[:MAX_NAME],
            sort=_sort(last),
        )
        browse = last.get("view") == "browse" or any(key in last for key in _BROWSING)
        question = "" if browse else " ".join(last.get("q", "").split())
        earlier = (" ".join(value.split()) for name, value in pairs if name == "history" and question)
        return replace(place, browse=browse, question=question, history=tuple(filter(None, earlier)))

    @property
    def restricted(self) -> bool:
        """Whether anything narrows the catalog."""
        return bool(self.filters() or self.with_summary or self.words)

    def filters(self) -> Filters:
        """The restrictions that the catalog itself understands; several technologies must all be there."""
        return Filters(
            companies=self.companies,
            technologies=self.technologies,
            authors=self.authors,
            published_from=self.year,
            published_to=self.year,
            includes_code=True if self.with_code else None,
            max_minutes=self.max_minutes,
            all_technologies=len(self.technologies) > 1,
        )

    def address(self, names: Names) -> str:
        """The address that opens this place, from the root."""
        if self.question and not self.browse:
            return question_address(self.question, self.history)
        if not self.browse:
            return "/"
        pairs: list[tuple[str, Any]] = [("company", names.companies.short(name)) for name in self.companies]
        pairs += [("technology", names.technologies.short(name)) for name in self.technologies]
        pairs += [("author", names.authors.short(name)) for name in self.authors]
        pairs += [(key, value) for key, value in self._single() if value]
        return f"/?{urlencode(pairs or {'view': 'browse'})}"

    def _single(self) -> list[tuple[str, Any]]:
        return [
            ("year", self.year),
            ("code", int(self.with_code)),
            ("summary", int(self.with_summary)),
            ("max_minutes", self.max_minutes),
            ("words", self.words),
            ("sort", "" if self.sort == default_sort(self.words) else self.sort),
        ]

    def toggled(self, field: Literal["companies", "technologies", "authors"], name: str) -> Place:
        """The place with the name added, or taken away where it was there."""
        had: tuple[str, ...] = getattr(self, field)
        changed: dict[str, Any] = {field: tuple(item for item in had if item != name) if name in had else (*had, name)}
        return replace(self, browse=True, **changed)


def question_address(question: str, history: Sequence[str] = ()) -> str:
    """The address that opens a question again, after the earlier ones that it goes on from; the oldest make way for its length.

    A question that no address can hold has that of the start page.
    """
    for start in range(len(history) + 1):
        address = f"/?{urlencode([('q', question), *(('history', earlier) for earlier in history[start:])])}"
        if len(address) <= MAX_QUERY:
            return address
    return "/"


def _year(value: str | None) -> str | None:
    return value if value and value.isascii() and value.isdigit() and len(value) == 4 and value >= "1000" else None


def _minutes(value: str | None) -> int | None:
    digits = value if value and value.isascii() and value.isdigit() and len(value) <= 5 else None
    return int(digits) if digits and int(digits) > 0 else None


def _sort(last: Mapping[str, str]) -> Sort:
    return next((sort for sort in SORTS if sort == last.get("sort")), default_sort(last.get("words", "")))
