"""From an understood question to its findings: restrictions first, then search inside them, then judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import itemgetter

from assistant.answer import Group
from assistant.catalog import Catalog, CatalogOrder
from assistant.confidence import Confidence, Judgement
from assistant.departures import may_say_left, says_left
from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from assistant.findings import Findings, Found
from assistant.ordering import in_turn, ordered
from assistant.question import Question
from assistant.question.topics import short_name
from assistant.retriever import Hit, Ranking, Retriever

DEPTH = 50
"""How many ranked articles are judged."""
LIST_PAGE = 50
"""How many articles a page of a list or a count shows; no page shows more."""
RELATED = 3
"""Most articles that merely touch on the topic, behind those that answer."""
RELATED_LINE = 0.15
"""What is less probably relevant than this is not worth a reader's glance (the answer line lies at about 0.4)."""


class Finder:
    """Finds what a catalog holds for a question."""

    def __init__(
        self,
        catalog: Catalog,
        retriever: Retriever,
        confidence: Confidence,
        limit: int = 5,
        *,
        spellings: Callable[[str], Sequence[str]],
    ) -> None:
        """`spellings` gives every way to write a technology; `limit` is how many cards a page has by default."""
        self._catalog = catalog
        self._retriever = retriever
        self._confidence = confidence
        self._limit = limit
        self._spellings = spellings

    def find(self, question: Question, *, limit: int | None = None, page: int | None = None) -> Findings:
        """What the catalog holds for the question; empty for greetings and for help.

        Page number `page` (from 1; the question's own where None) holds `limit` articles: where None, as many as the question
        names, else as many as the finder was made with, and LIST_PAGE of a list or a count. Raises `QuestionInvalid` for a
        `page` behind the last, and for a `limit` outside 1 to LIST_PAGE; a question that asks for more than there is gets the last page.
        """
        if limit is not None and not 1 <= limit <= LIST_PAGE:
            raise QuestionInvalid(
                f"a page has from 1 to {LIST_PAGE} cards, not {limit}", "Ask for another page for more."
            )
        if question.intent in ("greeting", "help") or _asks_nothing(question):
            return Findings(question, (), 0, 0, Judgement(confidence=0.0, decline=True, caveat=False, probabilities=()))
        listed = question.intent in ("count", "list") and not question.facet
        default = LIST_PAGE if listed else self._limit
        size = limit or min(question.limit or default, LIST_PAGE)
        find = self._listed if _is_listing(question) else self._searched
        if question.never_about:
            return replace(find(self._without_users(question), size, page), question=question)
        return find(question, size, page)

    def _listed(self, question: Question, size: int, page: int | None) -> Findings:
        order: CatalogOrder = "newest" if question.order == "relevance" else question.order
        total = self._catalog.count(question.filters)
        count = min(total, question.limit or total)
        offset, exhausted = _offset(question, size, page, count)

        def fetch(first: int, last: int) -> tuple[Found, ...]:
            in_turn = question.by_company
            articles = self._catalog.list(
                question.filters, order=order, limit=min(last, count) - first, offset=first, companies_in_turn=in_turn
            )
            return tuple(Found(article, 0.0, 1.0, "answer") for article in articles)

        found = fetch(0, DEPTH)
        shown = found[offset : offset + size] if offset + size <= DEPTH else fetch(offset, offset + size)
        return Findings(
            question,
            found,
            total=total,
            allowed=total,
            judgement=Judgement(
                confidence=1.0 if total else 0.0, decline=not total, caveat=False, probabilities=(1.0,) * len(found)
            ),
            elsewhere=self._elsewhere(question)[:size] if not total else (),
            shown=shown,
            offset=offset,
            companies=tuple(self._catalog.companies(question.filters)),
            remaining=count - offset - len(shown),
            exhausted=exhausted,
            groups=self._groups(question),
        )

    def _without_users(self, question: Question) -> Question:
        """The question without the companies that have any article on what it excludes, under its other restrictions."""
        filters = question.filters
        used = replace(
            filters, technologies=filters.exclude_technologies, exclude_technologies=(), all_technologies=False
        )
        out = dict.fromkeys([*filters.exclude_companies, *self._catalog.companies(used)])
        return replace(question, filters=replace(filters, exclude_companies=tuple(out)))

    def _groups(self, question: Question) -> tuple[tuple[str, int], ...]:
        """The values of the facet that the question asks for, or by which it ranks; none where it asks for articles."""
        facet = question.facet or ("company" if question.by_company and question.ranked else None)
        if facet is None:
            return ()
        facets = self._catalog.facets(question.filters)
        counts = {
            "company": facets.companies,
            "technology": facets.technologies,
            "author": facets.authors,
            "topic": facets.topics,
            "year": facets.years if question.ranked else dict(sorted(facets.years.items(), reverse=True)),
        }
        found = counts[facet]
        if facet == "company" and question.intent == "list":
            # "Does Uber write more about Go than Lyft?": none is an answer too.
            found = found | dict.fromkeys(set(question.filters.companies).difference(found), 0)
        return tuple(sorted(found.items(), key=itemgetter(1)) if question.ranked == "least" else found.items())

    def _searched(self, question: Question, size: int, page: int | None) -> Findings:
        walls = question.walls
        ids = self._catalog.ids(walls) if walls else None
        liked = Filters(technologies=question.filters.technologies, all_technologies=question.filters.all_technologies)
        preferred = None if not liked.technologies or question.strict_technologies else self._catalog.ids(liked)
        ranking = self._retriever.search(question.search_text, DEPTH, allowed=ids, preferred=preferred)
        left, leaving = self._leaving(question, ranking)
        first = leaving.union([question.article] if question.article and not question.likened else ())
        ranking = ranking.preferring(first) if first else ranking
        judgement = self._confidence.judge(question, ranking)
        if question.likened:
            ranking, judgement = _without(question.article, ranking, judgement)
        # Where a technology is the whole subject, whatever has its tag is on it, ranked or not.
        tagged = self._catalog.ids(question.filters) if liked.technologies and not question.has_own_topic else ()
        answers, related = self._grouped(ranking, judgement, first.union(tagged))
        if not answers and not tagged:
            _offset(question, size, page, 0)
            elsewhere = self._elsewhere(question)[:size]
            declined = replace(judgement, decline=True, caveat=False)
            return Findings(question, (), 0, ranking.allowed, declined, ranking, elsewhere)
        answers = ordered(answers, question.order)
        ranked = {item.article.id for item in answers}
        rest = [id_ for id_ in tagged if id_ not in ranked]
        shown_first = in_turn(answers) if question.intent == "comparison" else answers
        entries: list[Found | str] = [*shown_first]
        entries += [*rest, *related]
        entries = entries[: question.limit]
        offset, exhausted = _offset(question, size, page, len(entries))
        shown = self._read(entries[offset : offset + size])
        total = min(len(answers) + len(rest), question.limit or len(entries))
        companies = [item.article.company for item in answers]
        if question.limit:  # "top 3 articles": the companies of those alone
            companies, rest = [item.article.company for item in self._read(entries) if item.group == "answer"], []
        return Findings(
            question,
            found=(*answers, *related)[: question.limit],
            total=total,
            allowed=ranking.allowed,
            judgement=replace(judgement, decline=False, caveat=judgement.caveat and not tagged),
            ranking=ranking,
            shown=shown,
            offset=offset,
            companies=tuple(dict.fromkeys([*companies, *(self._catalog.companies(question.filters) if rest else ())])),
            remaining=len(entries) - offset - len(shown),
            exhausted=exhausted,
            unsaid=() if leaving else left,
        )

    def _leaving(self, question: Question, ranking: Ranking) -> tuple[tuple[str, ...], frozenset[str]]:
        """The technologies that were left behind according to the question, and the articles ranked that say so."""
        if question.strict_technologies or not may_say_left(question.search_text):
            return (), frozenset()
        names = {name: self._spellings(name) for name in question.filters.technologies}
        left = {name: written for name, written in names.items() if says_left(question.search_text, written)}
        articles = self._catalog.get_many([hit.id for hit in ranking]) if left else []
        saying = (
            article.id
            for article in articles
            if any(says_left(f"{article.title or ''}. {article.summary or ''}", written) for written in left.values())
        )
        return tuple(map(short_name, left)), frozenset(saying)

    def _grouped(
        self, ranking: Ranking, judgement: Judgement, certain: frozenset[str] = frozenset()
    ) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
        """The answers and what only touches on the topic; the `certain` are answers, and the only ones where the judgement declines."""
        judged = list(zip(ranking, judgement.probabilities, strict=False))
        line = self._confidence.answer_line
        if judgement.decline:
            chosen = [(hit, chance) for hit, chance in judged if hit.id in certain]
            near = []
        else:
            chosen = [(hit, chance) for hit, chance in judged if chance >= line or hit.id in certain] or judged[:1]
            taken = {hit.id for hit, _ in chosen}
            near = [(hit, chance) for hit, chance in judged if chance >= RELATED_LINE and hit.id not in taken][:RELATED]
        articles = {article.id: article for article in self._catalog.get_many([hit.id for hit, _ in chosen + near])}

        def group(name: Group, members: list[tuple[Hit, float]]) -> tuple[Found, ...]:
            # An article that another process removed a moment ago is left out.
            known = [(hit, chance) for hit, chance in members if hit.id in articles]
            return tuple(Found(articles[hit.id], hit.score, chance, name, hit) for hit, chance in known)

        return group("answer", chosen), group("related", near)

    def _read(self, entries: Sequence[Found | str]) -> tuple[Found, ...]:
        """The entries with those that are only ids read from the catalog."""
        articles = {
            article.id: article for article in self._catalog.get_many([e for e in entries if isinstance(e, str)])
        }
        read = (
            entry if isinstance(entry, Found) else Found(articles[entry], 0.0, self._confidence.answer_line, "answer")
            for entry in entries
            if isinstance(entry, Found) or entry in articles
        )
        return tuple(read)

    def _elsewhere(self, question: Question) -> tuple[Found, ...]:
        """What others wrote on the topic, where the companies that were asked for have nothing."""
        if not question.filters.companies or not question.search_text:
            return ()
        wider = replace(question, filters=replace(question.filters, companies=()), absent_companies=())
        walls = wider.walls
        ids = self._catalog.ids(walls) if walls else None
        ranking = self._retriever.search(question.search_text, 10, allowed=ids)
        return self._grouped(ranking, self._confidence.judge(wider, ranking))[0]


def _without(id_: str | None, ranking: Ranking, judgement: Judgement) -> tuple[Ranking, Judgement]:
    """The ranking without one of its hits, and the judgement on the others."""
    pairs = zip(ranking, judgement.probabilities, strict=True)
    left = [(hit, chance) for hit, chance in pairs if hit.id != id_]
    chances = tuple(chance for _, chance in left)
    confidence = chances[0] if chances else 0.0
    decline = judgement.decline or not left
    return (
        replace(ranking, hits=tuple(hit for hit, _ in left)),
        replace(judgement, confidence=confidence, decline=decline, probabilities=chances),
    )


def _offset(question: Question, size: int, page: int | None, count: int) -> tuple[int, bool]:
    """Where the page begins that was asked for, by number or as "more" of the page before, and whether there is no more."""
    if page is not None and page < 1:
        raise QuestionInvalid(f"pages are counted from 1, so none is {page}", "Ask for page 1.")
    first = size * ((page or question.page) - 1)
    if first < max(count, 1):
        return first, False
    if page:
        last = max(count - 1, 0) // size + 1
        raise QuestionInvalid(f"page {page} is empty, for the last page is {last}", "Ask for an earlier page.")
    return max(count - 1, 0) // size * size, count > 0


def _asks_nothing(question: Question) -> bool:
    """Whether neither a topic, nor a restriction, nor an order was understood, as in "?????"."""
    asks = question.search_text or question.filters or question.order != "relevance"
    return not asks and question.intent not in ("count", "list")


def _is_listing(question: Question) -> bool:
    """Whether the restrictions say everything, so that every article inside them is an answer."""
    if not question.search_text or question.facet:
        return True
    if question.topic or question.absent_technologies:
        return False
    counted = question.strict_technologies and question.intent in ("count", "list")
    return counted or (bool(question.filters.technologies) and question.order != "relevance")
