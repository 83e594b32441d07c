"""From findings to an `Answer`: its text, the cards that are shown, and each card's evidence sentence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant import decline, suggest, templates
from assistant.answer import Answer, Card
from assistant.catalog import Catalog
from assistant.document import sentences
from assistant.findings import Findings, Found
from assistant.retriever import evidence
from assistant.wording import listed, plural
from embeddings.index import Index

GREETING = "Hello! Ask me what companies wrote about building software, and I answer with the articles that say it."


class Composer:
    """Puts findings into words."""

    def __init__(self, catalog: Catalog, index: Index) -> None:
        self._catalog = catalog
        self._index = index

    def compose(self, findings: Findings) -> Answer:
        """The answer, with cards numbered in the order shown, from 1 on the first page."""
        question, judgement = findings.question, findings.judgement
        if question.intent in ("greeting", "help"):
            return self._small_talk(findings)
        if judgement.decline:
            return self._declined(findings)
        cards = self._cards(findings, findings.shown)
        text = templates.fill(findings, cards)
        if question.denied:
            text = f"I cannot tell who did not, only who did. {text}"
        if question.absent_technologies:
            text += f" Nothing here is tagged {listed(question.absent_technologies, 'or')}."
        if question.unheeded:
            text += f" I cannot leave out {listed(question.unheeded, 'or')}, so such articles may be among these."
        if findings.unsaid:
            text += f" None says that {listed(findings.unsaid, 'or')} was left for something else."
        elif judgement.caveat:
            text += " I am not sure that this is what you mean."
        counted = question.intent in ("count", "list") or findings.ranking is None
        told = findings.companies if question.by_company else findings.groups if question.facet else None
        values = findings.total if told is None else len(told)
        return Answer(
            question=question.text,
            answer=text,
            intent=question.intent,
            declined=False,
            decline_reason=None,
            confidence=judgement.confidence,
            filters=question.filters,
            topic=question.topic or question.search_text,
            count=(values if question.intent == "count" else findings.total) if counted else None,
            cards=cards,
            suggestions=suggest.after_answer(findings, self._catalog),
            mentions=question.mentions,
            caveat=judgement.caveat,
            remaining=findings.remaining,
        )

    def _declined(self, findings: Findings) -> Answer:
        question = findings.question
        reason = decline.reason(findings)
        cards = self._cards(findings, findings.elsewhere, related=True)
        return Answer(
            question=question.text,
            answer=decline.text(reason, findings, cards, self._catalog),
            intent=question.intent,
            declined=True,
            decline_reason=reason,
            confidence=findings.judgement.confidence,
            filters=question.filters,
            topic=question.topic or question.search_text,
            count=0 if question.intent in ("count", "list") else None,
            cards=cards,
            suggestions=suggest.after_decline(findings, self._catalog),
            mentions=question.mentions,
        )

    def _small_talk(self, findings: Findings) -> Answer:
        question = findings.question
        facets = self._catalog.facets()
        held = f"{facets.total} articles by {plural(len(facets.companies), 'company', 'companies')}"
        text = GREETING if question.intent == "greeting" else _HELP
        if "thank" in question.text.lower():
            text = text.replace("Hello!", "You are welcome.")
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
        nearest = self._nearest(findings, shown)
        return tuple(
            Card(
                number=number,
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
                evidence=_evidence(item, place),
                score=item.score,
                probability=item.probability,
                group="related" if related else item.group,
                why=_why(findings, item),
            )
            for number, (item, place) in enumerate(zip(shown, nearest, strict=True), start=1 + findings.offset)
        )

    def _nearest(self, findings: Findings, shown: Sequence[Found]) -> list[int | None]:
        """Which sentence of each article is nearest to the question, where one was searched for."""
        if findings.ranking is None:
            return [None] * len(shown)
        return evidence(self._index, [item.article.id for item in shown], findings.ranking.vector)


_HELP = (
    "Ask in plain words, such as “what did Spotify write about autoscaling?” or “who moved off Cassandra?”. "
    "A company, a technology, an author, dates (“since 2021”), reading time (“under ten minutes”) and “with code” narrow the "
    "answer; “how many”, “which companies” and “Uber vs Lyft” work too, and so do follow-ups such as “and Netflix?”."
)


def _evidence(item: Found, place: int | None) -> str | None:
    parts = sentences(item.article.summary or "")
    if not parts:
        return item.article.title
    # An article that another process changed a moment ago may have fewer sentences than the index knows.
    return parts[place] if place is not None and place < len(parts) else parts[0]


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
