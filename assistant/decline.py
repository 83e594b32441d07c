"""Why a question is declined, and what is said then: what was looked for, and the nearest useful thing, without pretending."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Card, DeclineReason
from assistant.catalog import Catalog
from assistant.filters import Filters
from assistant.findings import Findings
from assistant.question import Question
from assistant.wording import about, listed, number, plural, quoted, restrictions, sentence

FAR = 0.25
"""A best cosine below this is another world altogether: of the shipped far questions nearly all lie below, of the
answerable ones nearly none do."""

_WORD = re.compile(r"[^\W\d_]{2,}")


def reason(findings: Findings) -> DeclineReason:
    """Which of the five reasons it is, the most exact first."""
    question, ranking = findings.question, findings.ranking
    if question.absent_companies:
        return "company_not_here"
    if not question.search_text and not question.filters:
        return "not_a_question"
    if question.search_text and ranking and ranking.signals.terms == ranking.signals.unknown_terms:
        if not question.filters:
            return (
                "not_a_question" if question.unknown_words or not _WORD.search(question.search_text) else "out_of_scope"
            )
        return "nothing_matches"
    if question.filters.companies and question.search_text and findings.allowed:
        return "company_without_topic"
    if ranking and not question.filters and ranking.signals.dense_top < FAR:
        return "out_of_scope"
    return "nothing_matches"


def text(why: DeclineReason, findings: Findings, cards: Sequence[Card], catalog: Catalog) -> str:
    """The sentences of a declined answer; `cards` are what others wrote, where there is anything."""
    question = findings.question
    if not catalog.count():
        return "There is no article here at all yet. Add some with: byline add ADDRESS-OR-FILE."
    topic = f" {about(question.search_text, question.text)}" if question.search_text else ""
    others = _others(cards)
    if why == "company_not_here":
        present = [name for name in question.filters.companies if name not in question.absent_companies]
        names = listed(list(question.absent_companies), "or")
        also = f" {listed(present)} is here; ask about it alone." if present else ""
        return f"There is no article by {names} here{', so nothing' + topic if topic else ''}.{also}{others}"
    if why == "company_without_topic":
        names = listed(question.filters.companies)
        total = catalog.count(Filters(companies=question.filters.companies))
        has = "has" if len(question.filters.companies) == 1 else "have"
        return f"{names} {has} {plural(total, 'article')} here, but none{topic}{_beyond(question.filters)}.{others}"
    if why == "not_a_question":
        unheeded = listed(question.unheeded, "or")
        said = f"I cannot leave out {unheeded}" if unheeded else "I could not read a question in that"
        return f"{said}. Ask what companies wrote about a topic, in plain words."
    if why == "out_of_scope":
        companies = plural(len(catalog.facets().companies), "company", "companies")
        held = f"I hold what engineers at {companies} wrote about their work, and only that"
        return f"Nothing here is{topic or ' about it'}, nor anywhere near. {held}."
    if question.filters and not findings.allowed:
        left = _left_nothing(question, catalog)
        return f"Nothing here is{topic}: {left}.{others}" if question.topic else f"{sentence(left)}.{others}"
    if question.absent_technologies:
        return f"Nothing here is tagged {listed(question.absent_technologies, 'or')}, and nothing is{topic}.{others}"
    within = f" among the articles {restrictions(question.walls)}" if question.walls else ""
    return f"Nothing here is{topic or ' like that'}{within}.{others}"


def _others(cards: Sequence[Card]) -> str:
    if not cards:
        return ""
    companies = list(dict.fromkeys(card.company for card in cards))
    cited = listed(
        [f"{name} {''.join(f'[{card.number}]' for card in cards if card.company == name)}" for name in companies]
    )
    return f" Others wrote about it: {cited}."


def _beyond(filters: Filters) -> str:
    rest = restrictions(replace(filters, companies=(), technologies=(), all_technologies=False))
    return f" {rest}" if rest else ""


def _left_nothing(question: Question, catalog: Catalog) -> str:
    """The restrictions that left nothing over, and one whose removal would leave something."""
    filters = question.filters
    if question.never_about:
        names = listed(filters.companies, most=99) or "every company"
        have = "have" if len(filters.companies) > 1 else "has"
        return f"{names} {have} an article here that is tagged {listed(filters.exclude_technologies, 'or')}"
    unheld = [name for name in filters.authors if name not in catalog.facets().authors]
    if unheld:
        return f"no article here names {quoted(listed(unheld, 'or'))} as its author"
    said = f"there is no article here {restrictions(filters)}"
    for wider, name in (
        (replace(filters, published_from=None, published_to=None), "the dates"),
        (replace(filters, min_minutes=None, max_minutes=None), "the reading time, which most articles do not state,"),
        (replace(filters, includes_code=None), "the word on code, which most articles do not state,"),
    ):
        count = catalog.count(wider) if wider != filters else 0
        if count:
            return f"{said}; without {name} there would be {number(count)}"
    return said
