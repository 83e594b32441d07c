"""Recognising an article that the catalog already has, whatever source it comes from this time.

In this order: its id, its canonical address, its content, a nearly equal title of the same company. A record without title
and address (a listing's card) is known by company, author, reading time and the meaning of its summary together.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from assistant.article import Article, canonical_url
from assistant.sources import titles
from assistant.sources.summary import Encode
from assistant.words import fold

# Cosine between a card's summary and an article's title and summary, by the shipped encoder. Of the seed listing's 27 cards the
# lowest to its own article is 0.44 (median 0.66); to other articles of the company the median is 0.21, and 6 in 100 reach 0.42.
# Company, author and minutes must agree besides, which leaves few of those; where several remain, each article is given to one
# card only.
SIMILARITY = 0.42


class Known:
    """The articles known so far; those found in a source join it as they come."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._articles: dict[str, Article] = {}
        self._addresses: dict[str, str] = {}
        self._contents: dict[str, str] = {}
        self._titles: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._bylines: defaultdict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        for article in articles:
            self.put(article)

    def __len__(self) -> int:
        return len(self._articles)

    def get(self, id: str) -> Article | None:
        """The article with that id."""
        return self._articles.get(id)

    def put(self, article: Article) -> None:
        """Know this article, or know it better."""
        self._articles[article.id] = article
        if article.url:
            self._addresses.setdefault(canonical_url(article.url), article.id)
        if key := _content(article):
            self._contents.setdefault(key, article.id)
        if article.title:
            for key in titles.keys(article.title, article.company):
                self._titles[key][article.id] = None
        if article.reading_minutes:
            self._bylines[fold(article.company), article.reading_minutes][article.id] = None

    def find(self, article: Article) -> Article | None:
        """The same article by id, address, content or title; None where it is new (or a bare card: see `pair`)."""
        id_ = article.id if article.id in self._articles else None
        if id_ is None and article.url:
            id_ = self._addresses.get(canonical_url(article.url))
        if id_ is None and (key := _content(article)):
            id_ = self._contents.get(key)
        if id_ is not None:
            return self._articles[id_]
        return self._by_title(article)

    def pair(self, articles: Sequence[Article], encode: Encode) -> dict[int, Article]:
        """For each of the articles that `find` does not know, by its place, the known one that means the same.

        One side of a pair is bare (no title, no address). The likeliest pairs are made first, and no article is in two.
        """
        rivals = {place: self._rivals(article) for place, article in enumerate(articles)}
        wanted = [place for place, found in rivals.items() if found]
        if not wanted:
            return {}
        known = list(dict.fromkeys(rival.id for place in wanted for rival in rivals[place]))
        left = encode([_meaning(articles[place]) for place in wanted])
        right = encode([_meaning(self._articles[id_]) for id_ in known])
        column = {id_: number for number, id_ in enumerate(known)}
        likely = sorted(
            (
                (-float(left[row] @ right[column[rival.id]]), place, rival.id)
                for row, place in enumerate(wanted)
                for rival in rivals[place]
            ),
        )
        pairs: dict[int, Article] = {}
        taken: set[str] = set()
        for score, place, id_ in likely:
            if -score >= SIMILARITY and place not in pairs and id_ not in taken:
                pairs[place] = self._articles[id_]
                taken.add(id_)
        return pairs

    def _by_title(self, article: Article) -> Article | None:
        if not article.title:
            return None
        keys = titles.keys(article.title, article.company)
        candidates = {id_: None for key in keys for id_ in self._titles.get(key, ())}
        return next((known for id_ in candidates if titles.same(known := self._articles[id_], article)), None)

    def _rivals(self, article: Article) -> list[Article]:
        if not article.reading_minutes or not article.summary:
            return []
        near = (self._articles[id_] for id_ in self._bylines.get((fold(article.company), article.reading_minutes), ()))
        return [
            known
            for known in near
            if (_bare(article) or _bare(known)) and (known.summary or known.title) and _authors_agree(article, known)
        ]


def _bare(article: Article) -> bool:
    return not article.title and not article.url


def _authors_agree(one: Article, two: Article) -> bool:
    first, second = ({fold(name) for name in article.authors} for article in (one, two))
    return bool(first & second) or first == second


def _meaning(article: Article) -> str:
    return ". ".join(text.rstrip(".") for text in (article.title, article.summary) if text)


def _content(article: Article) -> str | None:
    """A hash of what the article says in its own words; None for one that only has a title, which is not enough."""
    if not article.summary:
        return None
    said = "\n".join(" ".join(fold(text or "").split()) for text in (article.company, article.title, article.summary))
    # Two cards may say the same in their first sentence; then author and length tell them apart.
    if _bare(article):
        said += f"\n{sorted(map(fold, article.authors))}\n{article.reading_minutes}"
    return hashlib.sha256(said.encode()).hexdigest()
