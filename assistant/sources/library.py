"""From drafts to the catalog: complete, recognise, merge, and put in as one transaction. Reading sources is `ingest`'s job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from assistant.article import Article
from assistant.catalog import Catalog, Changes
from assistant.catalog_sources import Source, now
from assistant.errors import ArticleInvalid
from assistant.sources import enrich
from assistant.sources.identity import Known
from assistant.sources.merge import merge, prefers_new
from assistant.sources.parsed import Draft, Format, Names, Parsed, Problem
from assistant.sources.summary import Encode

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a source's records did to the catalog, and what was wrong with some."""

    changes: Changes
    problems: tuple[Problem, ...]


class Library:
    """A catalog that recognises what it is given. It reads the catalog once and keeps up with its own changes."""

    def __init__(self, catalog: Catalog, names: Names, encode: Encode) -> None:
        self.catalog = catalog
        self._names = names
        self._encode = encode
        self._known: Known | None = None
        self._revision = -1
        self._formats: dict[str, Format] = {}

    def known(self) -> Known:
        """The catalog's articles, read again only where something else changed them."""
        if self._known is None or self._revision != self.catalog.revision:
            self._known = Known(self.catalog.list(order="id"))
            self._revision = self.catalog.revision
            self._formats = {source.address: cast(Format, source.format) for source in self.catalog.sources()}
        return self._known

    def has_summary(self, url: str) -> bool:
        """Whether the article at that address is known with a summary, so that its page need not be read."""
        article = self.catalog.by_address(url)
        return article is not None and article.summary is not None

    def put(
        self, parsed: Parsed, name: str, source: Source | None, *, strict: bool = False, step: Step | None = None
    ) -> Outcome:
        """Put a source's articles in, all of them or (on an error, or with `strict` and a bad record) none.

        `name` is what the articles give as their source; `source` is remembered, for refreshing, in the same transaction,
        unless all that it held was lost.
        """
        problems: list[Problem] = []
        made = list(self._articles(parsed, name, self.known(), problems, step))
        if strict and any(problem.lost for problem in (*parsed.problems, *problems)):
            return Outcome(Changes(), tuple(problems))
        with self.catalog.transaction():
            known = self.known()  # as it is now: others may have written while these articles were completed
            settled = self._settled(made, parsed.format, known, problems, name)
            if not settled and not parsed.links and any(problem.lost for problem in (*parsed.problems, *problems)):
                source = None  # nothing of it could be read, so there is nothing to refresh
            changes = self.catalog.add(settled.values())
            if source is not None:
                self.catalog.add_source(source)
            revision = self.catalog.revision
        for article in settled.values():
            known.put(article)
        if source is not None:
            self._formats[source.address] = parsed.format
        self._revision = revision
        return Outcome(changes, tuple(problems))

    def _articles(
        self, parsed: Parsed, name: str, known: Known, problems: list[Problem], step: Step | None
    ) -> Iterator[tuple[Draft, Article]]:
        moment = now()
        for number, draft in enumerate(parsed.drafts, 1):
            if step:
                step(number)
            try:
                # Checked before it is completed: a bad row must not cost an embedding.
                given = _stamped(draft.record, name, moment)
                before = known.find(Article.from_record(_nameable(given, draft.text)))
                stamped = replace(draft, record=given)
                article = Article.from_record(enrich.complete(stamped, self._names, self._encode, before))
            except ArticleInvalid as error:
                problems.append(Problem(name, error.rule, draft.line, draft.entry, error.field, lost=True))
                continue
            yield draft, article

    def _settled(
        self,
        made: Sequence[tuple[Draft, Article]],
        source_format: Format,
        known: Known,
        problems: list[Problem],
        name: str,
    ) -> dict[str, Article]:
        """The articles to put in, by id: each merged with what is known of it, here or in the catalog."""
        met: dict[str, Article] = {}
        here = Known()
        found = [known.find(article) for _, article in made]
        unknown = [place for place, article in enumerate(found) if article is None]
        for number, article in known.pair([made[place][1] for place in unknown], self._encode).items():
            found[unknown[number]] = article
        for (draft, article), match in zip(made, found, strict=True):
            twin = here.find(article) or (met.get(match.id) if match else None)
            if twin is not None:
                remark = f"is the same article as another in this source ({twin.id})"
                problems.append(Problem(name, remark, draft.line, draft.entry))
                result = merge(twin, article, prefer_new=False)
            elif match is not None:
                named = draft.record.get("id") == match.id
                prefer = prefers_new(match, article, self._formats, source_format, named=named, borrowed=draft.borrowed)
                result = merge(match, article, prefer_new=prefer)
            else:
                result = article
            met[result.id] = result
            here.put(result)
        return met


def _nameable(record: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """The record, with its text's first words as a summary where nothing else would name it."""
    if record.get("title") or record.get("summary") or not text:
        return record
    return {**record, "summary": text[:200]}


def _stamped(record: Mapping[str, Any], name: str, moment: str) -> dict[str, Any]:
    """The record with where and when it was read, unless it says so itself (an export does)."""
    return {"source": name[:2000], "read_at": moment, **record}
