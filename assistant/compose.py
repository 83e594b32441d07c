"""From findings to an `Answer`: the template of each intent, its citations by article id, and each card's evidence sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant import decline, suggest
from assistant.answer import Answer, Card
from assistant.catalog import Catalog
from assistant.document import sentences
from assistant.findings import Findings, Found
from assistant.retriever import evidence
from assistant.wording import about, day, listed, number, plural, quoted, restrictions, sentence
from embeddings.index import Index

RELATED = 3
"""Most cards that merely touch on the topic, behind those that answer."""
RELATED_LINE = 0.15
"""What is less probably relevant than this is not worth a reader's glance (the answer line lies at about 0.35)."""

CITED = 10
"""Most citations in a row; a longer row says nothing more."""

GREETING = "Hello! Ask me what companies wrote about building software, and I answer with the articles that say it."


class Composer:
    """Puts findings into words. `limit` is how many answer cards a question that is no list or count gets."""

    def __init__(self, catalog: Catalog, index: Index, limit: int) -> None:
        self._catalog = catalog
        self._index = index
        self._limit = limit

    def compose(self, findings: Findings, limit: int | None = None) -> Answer:
        """The answer, with cards numbered from 1 in the order shown."""
        question, judgement = findings.question, findings.judgement
        if question.intent in ("greeting", "help"):
            return self._small_talk(findings)
        if judgement.decline:
            return self._declined(findings)
        shown = self._shown(findings, limit)
        cards = self._cards(findings, shown)
        text = _TEMPLATES.get(question.intent, _topic)(findings, cards)
        if judgement.caveat:
            text += " I am not sure that this is what you mean."
        counted = question.intent in ("count", "list") or findings.ranking is None
        return Answer(
            question=question.text,
            answer=text,
            intent=question.intent,
            declined=False,
            decline_reason=None,
            confidence=judgement.confidence,
            filters=question.filters,
            topic=question.topic or question.search_text,
            count=findings.total if counted else None,
            cards=cards,
            suggestions=suggest.after_answer(findings),
            mentions=question.mentions,
            caveat=judgement.caveat,
        )

    def _shown(self, findings: Findings, limit: int | None) -> tuple[Found, ...]:
        answers = findings.answers
        if limit is None and findings.question.intent not in ("count", "list"):
            limit = self._limit
        answers = answers if limit is None else answers[:limit]
        room = RELATED if limit is None else min(RELATED, limit - len(answers))
        near = [item for item in findings.related if item.probability >= RELATED_LINE]
        return (*answers, *near[: max(room, 0)])

    def _declined(self, findings: Findings) -> Answer:
        question = findings.question
        reason = decline.reason(findings)
        near = findings.elsewhere[: self._limit]
        cards = self._cards(findings, near, related=True)
        return Answer(
            question=question.text,
            answer=decline.text(reason, findings, cards, self._catalog),
            intent=question.intent,
            declined=True,
            decline_reason=reason,
            confidence=findings.judgement.confidence,
            filters=question.filters,
            topic=question.topic or question.search_text,
            count=0 if question.intent == "count" else None,
            cards=cards,
            suggestions=suggest.after_decline(findings, self._catalog),
            mentions=question.mentions,
        )

    def _small_talk(self, findings: Findings) -> Answer:
        question = findings.question
        facets = self._catalog.facets()
        held = f"{facets.total} articles by {plural(len(facets.companies), 'company', 'companies')}"
        text = GREETING if question.intent == "greeting" else _HELP
        greeting = question.intent == "greeting"
        return Answer(
            question=question.text,
            answer=f"{text} I hold {held}.",
            intent=question.intent,
            declined=greeting,
            decline_reason="not_a_question" if greeting else None,
            confidence=0.0,
            filters=question.filters,
            topic="",
            count=None,
            cards=(),
            suggestions=suggest.examples(self._catalog),
            mentions=question.mentions,
        )

    def _cards(self, findings: Findings, shown: Sequence[Found], related: bool = False) -> tuple[Card, ...]:
        return tuple(
            Card(
                number=place,
                id=item.article.id,
                title=item.article.title,
                url=item.article.url,
                company=item.article.company,
                authors=item.article.authors,
                published=item.article.published,
                reading_minutes=item.article.reading_minutes,
                technologies=item.article.technologies,
                includes_code=item.article.includes_code,
                summary=item.article.summary,
                evidence=self._evidence(findings, item),
                score=item.score,
                probability=item.probability,
                group="related" if related else item.group,
                why=_why(findings, item),
            )
            for place, item in enumerate(shown, start=1)
        )

    def _evidence(self, findings: Findings, item: Found) -> str | None:
        parts = sentences(item.article.summary or "")
        if not parts:
            return item.article.title
        if findings.ranking is None:
            return parts[0]
        place = evidence(self._index, item.article.id, findings.ranking.vector)
        # An article that another process changed a moment ago may have fewer sentences than the index knows.
        return parts[place] if place is not None and place < len(parts) else parts[0]


_HELP = (
    "Ask in plain words, such as “what did Spotify write about autoscaling?” or “who moved off Cassandra?”. "
    "A company, a technology, an author, dates (“since 2021”), reading time (“under ten minutes”) and “with code” narrow the "
    "answer; “how many”, “which companies” and “Uber vs Lyft” work too, and so do follow-ups such as “and Netflix?”."
)


def _why(findings: Findings, item: Found) -> tuple[str, ...]:
    """What matched, in a few words each."""
    filters, article = findings.question.filters, item.article
    reasons = [article.company] if article.company in filters.companies else []
    reasons += [name for name in article.technologies if name in filters.technologies]
    reasons += [name for name in article.authors if name in filters.authors]
    if item.hit:
        reasons.append(f"similarity {item.hit.dense:.2f}")
        if item.hit.coverage > 0:
            reasons.append(f"{round(100 * item.hit.coverage)} % of the question's words, by weight")
    return tuple(reasons)


def cite(cards: Sequence[Card], most: int = CITED) -> str:
    """The cards' citations, such as `[1][2]`; those over `most` are left to the cards themselves."""
    rest = f" and {number(len(cards) - most)} more" if len(cards) > most else ""
    return "".join(f"[{card.number}]" for card in cards[:most]) + rest


def _split(cards: Sequence[Card]) -> tuple[list[Card], list[Card]]:
    return [card for card in cards if card.group == "answer"], [card for card in cards if card.group == "related"]


def _lead(card: Card) -> str:
    year = f" ({card.published[:4]})" if card.published else ""
    return f"{quoted(card.name)}{year} [{card.number}]"


def _about(findings: Findings) -> str:
    question = findings.question
    words = question.search_text or question.topic
    return f" {about(words, question.text)}" if words else ""


def _scope(findings: Findings) -> str:
    """The restrictions that no other part of the sentence says: all but company, and technologies that the topic names."""
    question = findings.question
    named = () if question.search_text else question.filters.technologies
    spoken = restrictions(
        replace(
            question.filters,
            companies=(),
            technologies=named,
            all_technologies=question.filters.all_technologies and bool(named),
        )
    )
    return f" {spoken}" if spoken else ""


def _touching(related: Sequence[Card], answered: int) -> str:
    if not related:
        return ""
    more = f"{number(len(related))} more" if answered else plural(len(related), "article")
    verb = "touches" if len(related) == 1 else "touch"
    return f"; {more} {verb} on it {cite(related)}"


def _topic(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    total, companies = findings.total, findings.question.filters.companies
    present = [name for name in companies if any(item.article.company == name for item in findings.answers)]
    if len(present) == 1 == len(companies):
        opening = f"{present[0]} wrote {plural(total, 'article')}{_about(findings)}{_scope(findings)}"
    else:
        writers = list(dict.fromkeys(item.article.company for item in findings.answers))
        opening = sentence(f"{plural(total, 'article')}{_about(findings)}{_scope(findings)}")
        opening += f" by {writers[0]}" if len(writers) == 1 else f" from {plural(len(writers), 'company', 'companies')}"
    if total == 1:
        return f"{opening}: {_lead(answers[0])}{_touching(related, 1)}."
    rest = f", then {cite(answers[1:])}" if len(answers) > 1 else ""
    return f"{opening}. The closest is {_lead(answers[0])}{rest}{_touching(related, len(answers))}."


def _company(findings: Findings, cards: Sequence[Card]) -> str:
    filters = findings.question.filters
    name = listed(filters.companies)
    topics = _most_common([topic for item in findings.found for topic in item.article.topics], 4)
    text = f"{name} has {plural(findings.total, 'article')} here{_scope(findings)}"
    if topics and findings.total > 2:
        text += f", most of them about {listed(topics)}"
    word = {"oldest": "oldest", "shortest": "shortest", "longest": "longest"}.get(findings.question.order, "newest")
    if len(cards) == 1:
        return f"{text}: {_lead(cards[0])}."
    return f"{text}. The {word} come first: {_lead(cards[0])}, then {cite(cards[1:])}."


def _author(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    names = findings.question.filters.authors
    if not names:  # "who wrote about DNS at Spotify?"
        people = list(dict.fromkeys(person for item in findings.answers for person in item.article.authors))
        credited = "; ".join(
            f"{listed(card.authors, most=4) or card.company} wrote {_lead(card)}" for card in answers[:4]
        )
        return (
            f"{sentence(plural(len(people), 'person', 'people'))} wrote{_about(findings)}: {credited}."
            if people
            else _topic(findings, cards)
        )
    companies = list(dict.fromkeys(item.article.company for item in findings.answers))
    opening = f"{listed(names)} wrote {plural(findings.total, 'article')}{_about(findings)} for {listed(companies)}"
    rest = f", {cite(answers[1:])}" if len(answers) > 1 else ""
    return f"{opening}: {_lead(answers[0])}{rest}{_touching(related, len(answers))}."


def _count(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    by = findings.question.filters.companies
    made = f" by {listed(by, 'or')}" if by else ""
    opening = f"{sentence(plural(findings.total, 'article'))}{_about(findings)}{made}{_scope(findings)}"
    shown = (
        f": {cite(answers)}"
        if findings.total == len(answers)
        else f", of which these are {number(len(answers))}: {cite(answers)}"
    )
    return f"{opening}{shown}{_touching(related, len(answers))}."


def _list(findings: Findings, cards: Sequence[Card]) -> str:
    if findings.question.group_by == "company":
        return _by_company(findings, cards)
    return _count(findings, cards)


def _by_company(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    groups: dict[str, list[Card]] = {}
    for card in answers:
        groups.setdefault(card.company, []).append(card)
    named = listed([f"{company} {cite(group)}" for company, group in groups.items()], most=40)
    opening = f"{sentence(plural(len(groups), 'company', 'companies'))} wrote{_about(findings)}{_scope(findings)}"
    return f"{opening}: {named}{_touching(related, len(answers))}."


def _comparison(findings: Findings, cards: Sequence[Card]) -> str:
    answers, _ = _split(cards)
    asked = findings.question.filters.companies
    companies = asked or tuple(dict.fromkeys(card.company for card in answers))
    lines = []
    for company in companies:
        mine = [card for card in cards if card.company == company and (card.group == "answer" or not asked)]
        close = [card for card in cards if card.company == company]
        if mine:
            more = f", and {cite(mine[1:])}" if len(mine) > 1 else ""
            said = f" “{quoted(mine[0].evidence)}”" if mine[0].evidence else ""
            lines.append(f"{company}: {_lead(mine[0])}{more}.{said}")
        elif close:
            lines.append(f"{company}: nothing that answers it; {_lead(close[0])} touches on it.")
        else:
            lines.append(f"{company}: nothing here.")
    written = f"{plural(len(answers), 'article')}{_about(findings)}{_scope(findings)}, side by side"
    return "\n".join([f"{sentence(written)}:", *(f"- {line}" for line in lines)])


def _dated(findings: Findings, cards: Sequence[Card]) -> str:
    answers, _ = _split(cards)
    order = findings.question.order
    when = f", {day(answers[0].published)}" if answers[0].published else ""
    by = findings.question.filters.companies
    what = f"article{f' by {listed(by)}' if by else ''}{_about(findings)}{_scope(findings)}"
    lead = f"{quoted(answers[0].name)} by {answers[0].company}{when} [{answers[0].number}]"
    rest = f" Next come {cite(answers[1:])}." if len(answers) > 1 else ""
    return f"The {order if order != 'relevance' else 'newest'} {what}: {lead}.{rest}"


def _most_common(names: Sequence[str], count: int) -> list[str]:
    from collections import Counter

    return [name for name, _ in sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))[:count]]


_TEMPLATES: dict[str, Callable[[Findings, Sequence[Card]], str]] = {
    "topic": _topic,
    "company": _company,
    "author": _author,
    "count": _count,
    "list": _list,
    "comparison": _comparison,
    "newest": _dated,
    "oldest": _dated,
}
