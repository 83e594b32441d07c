"""What was found for a question: ranked articles in two groups, with counts. Putting it into words is `compose`'s job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from assistant.article import Article
from assistant.catalog import Catalog, CatalogOrder
from assistant.confidence import Confidence, Judgement
from assistant.filters import Filters
from assistant.question import Question
from assistant.retriever import Hit, Ranking, Retriever

Group = Literal["answer", "related"]

DEPTH = 50
"""How many ranked articles are judged; a list or a count never shows more."""
RELATED = 3
"""Most articles that merely touch on the topic, behind those that answer."""
RELATED_LINE = 0.15
"""What is less probably relevant than this is not worth a reader's glance (the answer line lies at about 0.35)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One article found, with its fused score and its calibrated probability of being relevant (0 to 1)."""

    article: Article
    score: float
    probability: float
    group: Group
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reader is shown, best first. `total` is how many articles qualify, though fewer may be held in `found`.

    `allowed` counts the articles inside the restrictions; `ranking` is None where nothing had to be searched for.
    `found` is empty where `judgement` declines; `elsewhere` then holds what other companies wrote, where those asked for
    have nothing.
    """

    question: Question
    found: tuple[Found, ...]
    total: int
    allowed: int
    judgement: Judgement
    ranking: Ranking | None = None
    elsewhere: tuple[Found, ...] = ()

    @property
    def answers(self) -> tuple[Found, ...]:
        """Those in the answer group, in order."""
        return tuple(item for item in self.found if item.group == "answer")

    @property
    def related(self) -> tuple[Found, ...]:
        """Those that only touch on it, in order."""
        return tuple(item for item in self.found if item.group == "related")

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids of all that was ranked, best first, as if nothing were declined or left out."""
        shown = [item.article.id for item in self.found]
        return tuple(dict.fromkeys([*shown, *(hit.id for hit in self.ranking or ())]))


class Finder:
    """From an understood question to findings: restrictions first, then search inside them, then judgement."""

    def __init__(self, catalog: Catalog, retriever: Retriever, confidence: Confidence) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._confidence = confidence

    def find(self, question: Question) -> Findings:
        """What the catalog holds for the question; empty for greetings and for help."""
        if question.intent in ("greeting", "help") or _asks_nothing(question):
            return Findings(question, (), 0, 0, Judgement(confidence=0.0, decline=True, caveat=False, probabilities=()))
        if _is_listing(question):
            return self._listed(question)
        return self._searched(question)

    def _listed(self, question: Question) -> Findings:
        order: CatalogOrder = "newest" if question.order == "relevance" else question.order
        total = self._catalog.count(question.filters)
        articles = self._catalog.list(question.filters, order=order, limit=min(question.limit or DEPTH, DEPTH))
        found = tuple(Found(article, 0.0, 1.0, "answer") for article in articles)
        sure = Judgement(
            confidence=1.0 if found else 0.0, decline=not found, caveat=False, probabilities=(1.0,) * len(found)
        )
        findings = Findings(question, found, total, total, sure)
        return findings if found or not question.search_text else replace(findings, elsewhere=self._elsewhere(question))

    def _searched(self, question: Question) -> Findings:
        walls = _walls(question)
        ids = self._catalog.ids(walls) if walls else None
        liked = Filters(technologies=question.filters.technologies, all_technologies=question.filters.all_technologies)
        preferred = None if not liked.technologies or question.strict_technologies else self._catalog.ids(liked)
        ranking = self._retriever.search(question.search_text, DEPTH, allowed=ids, preferred=preferred)
        judgement = self._confidence.judge(question, ranking)
        if judgement.decline:
            return Findings(question, (), 0, ranking.allowed, judgement, ranking, self._elsewhere(question))
        found = _ordered(question, self._grouped(ranking, judgement))[: question.limit]
        total = sum(item.group == "answer" for item in found)
        return Findings(question, found, total, ranking.allowed, judgement, ranking)

    def _grouped(self, ranking: Ranking, judgement: Judgement) -> tuple[Found, ...]:
        """The answer group before the related one, each in its order; at least one answer where anything was ranked."""
        judged = list(zip(ranking, judgement.probabilities, strict=False))
        line = self._confidence.answer_line
        answers = [(hit, chance) for hit, chance in judged if chance >= line] or judged[:1]
        chosen = {hit.id for hit, _ in answers}
        near = [(hit, chance) for hit, chance in judged if chance >= RELATED_LINE and hit.id not in chosen]
        related = near[:RELATED]
        articles = {article.id: article for article in self._catalog.get_many([hit.id for hit, _ in answers + related])}
        groups: tuple[tuple[Group, list[tuple[Hit, float]]], ...] = (("answer", answers), ("related", related))
        return tuple(
            Found(articles[hit.id], hit.score, chance, group, hit)
            for group, members in groups
            for hit, chance in members
            if hit.id in articles
        )

    def _elsewhere(self, question: Question) -> tuple[Found, ...]:
        """What others wrote on the topic, where the companies that were asked for have nothing."""
        if not question.filters.companies or not question.search_text:
            return ()
        wider = replace(question, filters=replace(question.filters, companies=()), absent_companies=())
        walls = _walls(wider)
        ids = self._catalog.ids(walls) if walls else None
        ranking = self._retriever.search(question.search_text, 10, allowed=ids)
        judgement = self._confidence.judge(wider, ranking)
        if judgement.decline:
            return ()
        return tuple(item for item in self._grouped(ranking, judgement) if item.group == "answer")


def _asks_nothing(question: Question) -> bool:
    """Whether neither a topic, nor a restriction, nor an order was understood, as in "?????"."""
    asks = question.search_text or question.filters or question.order != "relevance"
    return not asks and question.intent not in ("count", "list")


def _is_listing(question: Question) -> bool:
    """Whether the restrictions say everything, so that every article inside them is an answer."""
    if not question.search_text:
        return True
    return not question.topic and question.strict_technologies and not question.absent_technologies


def _walls(question: Question) -> Filters:
    """The restrictions that shut an article out; a technology that is only preferred is none."""
    if question.strict_technologies:
        return question.filters
    return replace(question.filters, technologies=(), all_technologies=False)


def _ordered(question: Question, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """The answers by date or length where the question asks for that; related ones stay behind."""
    if question.order == "relevance":
        return found
    answers = [item for item in found if item.group == "answer"]
    by_date = question.order in ("newest", "oldest")
    known = [
        item for item in answers if (item.article.published if by_date else item.article.reading_minutes) is not None
    ]
    reverse = question.order in ("newest", "longest")
    known.sort(key=lambda item: item.article.id)
    known.sort(
        key=lambda item: (item.article.published or "") if by_date else f"{item.article.reading_minutes or 0:06d}",
        reverse=reverse,
    )
    unknown = [item for item in answers if item not in known]
    return (*known, *unknown, *(item for item in found if item.group == "related"))
