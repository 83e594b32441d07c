"""Follow-ups worth asking after an answer or a decline, and example questions: each leads to an answer of this very catalog."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from assistant.answer import Suggestion
from assistant.catalog import Catalog
from assistant.filters import Filters
from assistant.findings import Findings
from assistant.question import Question
from assistant.wording import is_noun, listed

MOST = 4


def after_answer(findings: Findings, catalog: Catalog) -> tuple[Suggestion, ...]:
    """Narrower and neighbouring questions: other companies on the topic, those with code, the company's other subjects."""
    question, answers = findings.question, findings.answers
    offers = [_same("show more")] if findings.remaining else []
    if len(answers) > 1 and question.filters.includes_code is None and any(i.article.includes_code for i in answers):
        offers.append(_same("only the ones with code"))
    if question.search_text and len(question.filters.companies) == 1:
        offers.append(_others("Who else wrote about this?", question))
    elif question.search_text and not question.filters.companies:
        companies = Counter(item.article.company for item in answers)
        if len(companies) > 1:
            name = max(companies, key=lambda company: (companies[company], company))
            offers.append(_same(f"only the {name} ones"))
    years = sorted(item.article.published[:4] for item in answers if item.article.published)
    if len(years) > 2 and years[-1] > years[0] and not question.filters.published_from:
        offers.append(_same(f"anything since {years[len(years) // 2]}?"))
    if answers:
        offers += _neighbours(findings, catalog)
    return tuple(offers[:MOST])


def _neighbours(findings: Findings, catalog: Catalog) -> list[Suggestion]:
    first, asked = findings.answers[0].article, findings.question.filters
    offers = [
        Suggestion(f"{name} at {first.company}", f"what does {first.company} use {name} for?")
        for name in first.technologies[:2]
        if name not in asked.technologies
    ]
    alone = len(findings.answers) == 1 and first.authors and not asked.authors
    if alone and catalog.count(Filters(authors=first.authors)) > 1:
        offers.append(_same("what else did the same author write?"))
    return offers


def after_decline(findings: Findings, catalog: Catalog) -> tuple[Suggestion, ...]:
    """The way onward: others on that topic, what the company does write about, or examples where nothing is near."""
    question, filters = findings.question, findings.question.filters
    offers: list[Suggestion] = []
    if findings.elsewhere:
        offers.append(_others("What did others write about it?", question))
    for company in filters.companies:
        if company not in question.absent_companies:
            offers.append(Suggestion(f"What does {company} write about?", f"what does {company} write about?"))
            used = list(catalog.technologies(Filters(companies=(company,))))
            offers += [Suggestion(f"{name} at {company}", f"{name} at {company}") for name in used[:2]]
    dated = filters.published_from or filters.published_to
    wider = replace(filters, published_from=None, published_to=None)
    if dated and not findings.allowed and question.search_text and catalog.count(wider):
        by = f" at {listed(filters.companies, 'or')}" if filters.companies else ""
        offers.insert(0, Suggestion("Of any date", f"{question.search_text}{by}"))
    if not filters.companies:
        offers += [Suggestion(f"Who wrote about {name}?", f"who wrote about {name}?") for name in filters.technologies]
    return tuple(offers[:MOST]) or examples(catalog)


def examples(catalog: Catalog) -> tuple[Suggestion, ...]:
    """Questions that this catalog answers, drawn from its companies, technologies and topics."""
    facets = catalog.facets()
    companies, technologies, topics = list(facets.companies), list(facets.technologies), list(facets.topics)
    questions: list[str] = []
    if companies and technologies:
        of_first = list(catalog.technologies(Filters(companies=(companies[0],)))) or technologies
        questions.append(f"How does {companies[0]} use {of_first[0]}?")
    if len(technologies) > 1:
        questions.append(f"Which companies wrote about {technologies[1]}?")
    if len(companies) > 1:
        questions.append(f"What does {companies[1]} write about?")
    if topics:
        questions.append(f"The newest articles about {topics[min(3, len(topics) - 1)]}")
    return tuple(Suggestion(question, question) for question in questions[:MOST])


def _others(label: str, question: Question) -> Suggestion:
    """Other companies on the topic, asked for in words of its own where the topic is surely a noun."""
    if is_noun(question.search_text, question.text):
        return Suggestion(label, f"which companies wrote about {question.search_text}?")
    return Suggestion(label, "who else wrote about this?", follows=True)


def _same(words: str) -> Suggestion:
    return Suggestion(words[:1].upper() + words[1:], words, follows=True)
