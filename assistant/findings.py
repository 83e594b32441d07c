"""What was found for a question: ranked articles in two groups, with counts. Putting it into words is `compose`'s job."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from assistant.article import Article
from assistant.catalog import Catalog, CatalogOrder
from assistant.confidence import Confidence, Judgement
from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from assistant.question import Question
from assistant.retriever import Hit, Ranking, Retriever
from assistant.wording import plural

Group = Literal["answer", "related"]

DEPTH = 50
"""How many ranked articles are judged, and how many articles a page of a list or a count shows."""
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

    `shown` is the page asked for, before which `offset` articles come; `exhausted` where more than there is was asked for.
    `companies` are those of all that qualify.
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
    shown: tuple[Found, ...] = ()
    offset: int = 0
    companies: tuple[str, ...] = ()
    exhausted: bool = False

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

    def __init__(self, catalog: Catalog, retriever: Retriever, confidence: Confidence, limit: int = 5) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._confidence = confidence
        self._limit = limit

    def find(self, question: Question, *, limit: int | None = None, page: int | None = None) -> Findings:
        """What the catalog holds for the question; empty for greetings and for help.

        Page number `page` (from 1; the question's own where None) holds `limit` articles: where None, as many as the finder
        was made with, and DEPTH of a list or a count. Raises `QuestionInvalid` for a `page` behind the last; a question that
        asks for more than there is gets the last page.
        """
        if question.intent in ("greeting", "help") or _asks_nothing(question):
            return Findings(question, (), 0, 0, Judgement(confidence=0.0, decline=True, caveat=False, probabilities=()))
        size = limit or (DEPTH if question.intent in ("count", "list") else self._limit)
        return (self._listed if _is_listing(question) else self._searched)(question, size, page)

    def _listed(self, question: Question, size: int, page: int | None) -> Findings:
        order: CatalogOrder = "newest" if question.order == "relevance" else question.order
        total = self._catalog.count(question.filters)
        count = min(total, question.limit or total)
        in_turn = question.group_by == "company"

        def fetch(first: int, last: int) -> tuple[Found, ...]:
            articles = self._catalog.list(
                question.filters,
                order=order,
                limit=min(last, count) - first,
                offset=first,
                companies_in_turn=in_turn,
            )
            return tuple(Found(article, 0.0, 1.0, "answer") for article in articles)

        found = fetch(0, DEPTH)
        offset, exhausted = _offset(question, size, page, count)
        shown = found[offset : offset + size] if offset + size <= DEPTH else fetch(offset, offset + size)
        sure = Judgement(
            confidence=1.0 if total else 0.0, decline=not total, caveat=False, probabilities=(1.0,) * len(found)
        )
        companies = tuple(self._catalog.companies(question.filters)) if in_turn else ()
        elsewhere = self._elsewhere(question) if not total and question.search_text else ()
        return Findings(question, found, total, total, sure, None, elsewhere, shown, offset, companies, exhausted)

    def _searched(self, question: Question, size: int, page: int | None) -> Findings:
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
        offset, exhausted = _offset(question, size, page, len(found))
        shown = (_in_turn(found) if question.intent == "comparison" else found)[offset : offset + size]
        companies = tuple(dict.fromkeys(item.article.company for item in found[:total]))
        if not question.topic and preferred and not question.limit:  # whatever has the tag is on it, ranked or not
            total = max(total, self._catalog.count(question.filters))
            companies = tuple(dict.fromkeys([*companies, *self._catalog.companies(question.filters)]))
        return Findings(
            question, found, total, ranking.allowed, judgement, ranking, (), shown, offset, companies, exhausted
        )

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


def _in_turn(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """The first of every company before the second of any, so that each one compared is on the first page."""
    met: Counter[tuple[Group, str]] = Counter()
    turns = []
    for item in found:
        turns.append((item.group, met[item.group, item.article.company]))
        met[item.group, item.article.company] += 1
    return tuple(found[place] for place in sorted(range(len(found)), key=turns.__getitem__))


def _offset(question: Question, size: int, page: int | None, count: int) -> tuple[int, bool]:
    """Where the page begins that was asked for, by number or as "more" of the page before, and whether there is no more."""
    first = size * ((page or question.page) - 1)
    if first < max(count, 1):
        return first, False
    if page:
        articles = plural(count, "article")
        raise QuestionInvalid(f"page {page} is empty, for the answer has {articles}", "Ask for an earlier page.")
    return (count - 1) // size * size, True


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
