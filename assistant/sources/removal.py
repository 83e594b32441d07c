"""Taking articles and sources out of the catalog again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.catalog import Catalog
from assistant.errors import NotFound
from assistant.sources.reader import name_of


@dataclass(frozen=True, slots=True)
class Removed:
    """The ids of the articles and the addresses of the sources that were taken out."""

    articles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def remove(catalog: Catalog, targets: Sequence[str], *, keep_articles: bool = False) -> Removed:
    """Take out each target, all or none: an article by its id or address, or a source with the articles read from it.

    With `keep_articles` a source is only forgotten. Raises `NotFound` for a target that is none of these.
    """
    sources = {source.address for source in catalog.sources()}
    gone_sources = [name for target in targets if (name := _source(target, sources))]
    ids: dict[str, None] = {}
    if gone_sources and not keep_articles:
        ids = {article.id: None for article in catalog.list(order="id") if article.source in gone_sources}
    for target in targets:
        if _source(target, sources):
            continue
        article = next(iter(catalog.get_many([target])), None) or catalog.by_address(target)
        if article is None:
            raise NotFound(
                f"'{target}' is neither an article's id or address nor a source",
                "See the sources with: byline sources; the articles with: byline export",
            )
        ids[article.id] = None
    with catalog.transaction():
        removed = catalog.delete(ids)
        for address in gone_sources:
            catalog.remove_source(address)
        if removed:
            # Another source may hold these articles, too: it must be read in full once more to bring them back.
            for source in catalog.sources():
                catalog.add_source(replace(source, etag=None, last_modified=None))
    return Removed(removed, tuple(gone_sources))


def _source(target: str, sources: set[str]) -> str | None:
    return next((name for name in (target, name_of(target)) if name in sources), None)
