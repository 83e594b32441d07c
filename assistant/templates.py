"""The sentence above the cards: one template for each intent, from findings and the cards that show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import Card
from assistant.cards.words import heading
from assistant.findings import Findings
from assistant.question.topics import short_name
from assistant.wording import about, day, listed, number, plural, quoted, restrictions, sentence

CITED = 10
"""Most citations in a row; of a longer row the ends say as much."""
_LEADERS = 4
"""More names than these share no first place."""
NAMED = 12
"""Most values of a facet that are named; those behind are counted."""
COMPANIES_NAMED = 40
"""As NAMED, of companies and years: there are few, and a reader wants them all."""


def fill(findings: Findings, cards: Sequence[Card]) -> str:
    """The answer's text; every citation in it is the number of one of `cards`."""
    template = _TEMPLATES.get(findings.question.intent, _topic)
    if findings.offset:
        template = _further
    elif template is _topic and findings.question.order != "relevance":
        template = _extreme
    elif template is _topic and findings.question.article and findings.question.limit == 1:
        template = _facts
    return "That was all. " * findings.exhausted + template(findings, cards)


def _cite(cards: Sequence[Card], most: int = CITED) -> str:
    """The cards' citations, such as `[1][2]`; where there are more than `most`, the first and the last: `[1] to [50]`."""
    if len(cards) > most:
        return f"[{cards[0].number}] to [{cards[-1].number}]"
    return "".join(f"[{card.number}]" for card in cards)


def _split(cards: Sequence[Card]) -> tuple[list[Card], list[Card]]:
    return [card for card in cards if card.group == "answer"], [card for card in cards if card.group == "related"]


def _lead(card: Card) -> str:
    year = f" ({card.published[:4]})" if card.published else ""
    return f"{_name(card)}{year} [{card.number}]"


def _name(card: Card) -> str:
    """The title; an article without one is quoted by its first words."""
    return quoted(card.title) if card.title else f"“{quoted(heading(card))}”"


def _about(findings: Findings) -> str:
    question = findings.question
    if findings.unsaid:
        return f" about {listed(findings.unsaid)}"
    if question.absent_technologies and question.filters.technologies and not question.has_own_topic:
        return f" about {listed([short_name(name) for name in question.filters.technologies])}"
    words = question.search_text or question.topic
    if question.likened:
        return f" like “{quoted(words)}”"
    return f" {about(words, question.text)}" if words else ""


def _scope(findings: Findings) -> str:
    """The restrictions that no other part of the sentence says: all but company, and technologies that the topic names."""
    question = findings.question
    named = () if question.search_text and not question.facet else question.filters.technologies
    spoken = restrictions(
        replace(
            question.filters,
            companies=(),
            exclude_companies=() if question.by_company else question.filters.exclude_companies,
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
    return f"; {more} {verb} on it {_cite(related)}"


def _topic(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    total, companies = findings.total, findings.question.filters.companies
    cut = findings.question.limit == total > 1  # there may be more
    articles = f"the {number(total)} closest articles" if cut else plural(total, "article")
    present = [name for name in companies if any(item.article.company == name for item in findings.answers)]
    if len(present) == 1 == len(companies):
        opening = f"{present[0]} wrote {articles}{_about(findings)}{_scope(findings)}"
    else:
        writers = findings.companies
        opening = sentence(f"{articles}{_about(findings)}{_scope(findings)}")
        opening += " are" if cut else "," if findings.question.filters.exclude_companies else ""
        opening += f" by {writers[0]}" if len(writers) == 1 else f" from {plural(len(writers), 'company', 'companies')}"
    if total == 1:
        return f"{opening}: {_lead(answers[0])}{_touching(related, 1)}."
    rest = f", then {_cite(answers[1:])}" if len(answers) > 1 else ""
    return f"{opening}. The closest is {_lead(answers[0])}{rest}{_touching(related, len(answers))}."


def _first_word(findings: Findings) -> str:
    """What the first article of a listing is, by its order."""
    order = findings.question.order
    return "newest" if order == "relevance" else order


def _company(findings: Findings, cards: Sequence[Card]) -> str:
    filters = findings.question.filters
    name = listed(filters.companies)
    topics = _most_common([topic for item in findings.found for topic in item.article.topics], 4)
    text = f"{name} has {plural(findings.total, 'article')} here{_scope(findings)}"
    if topics and findings.total > 2 and not findings.question.limit:
        text += f", often about {listed(topics)}"
    word = _first_word(findings)
    if len(cards) == 1:
        return f"{text}{f'. The {word} is' if findings.total > 1 else ':'} {_lead(cards[0])}."
    return f"{text}. The {word} come first: {_lead(cards[0])}, then {_cite(cards[1:])}."


def _author(findings: Findings, cards: Sequence[Card]) -> str:
    answers, related = _split(cards)
    names = findings.question.filters.authors
    if not names:  # "who wrote about DNS at Spotify?"
        people = list(dict.fromkeys(person for item in findings.answers for person in item.article.authors))
        credited = "; ".join(
            f"{listed(card.authors, most=4) or card.company} wrote {_lead(card)}" for card in answers[:4]
        )
        if people:
            return f"{sentence(plural(len(people), 'person', 'people'))} wrote{_about(findings)}: {credited}."
        return f"The author of {_lead(answers[0])} is not named." if len(answers) == 1 else _topic(findings, cards)
    companies = list(dict.fromkeys(item.article.company for item in findings.answers))
    opening = f"{listed(names)} wrote {plural(findings.total, 'article')}{_about(findings)} for {listed(companies)}"
    rest = f", {_cite(answers[1:])}" if len(answers) > 1 else ""
    return f"{opening}: {_lead(answers[0])}{rest}{_touching(related, len(answers))}."


def _count(findings: Findings, cards: Sequence[Card]) -> str:
    if findings.question.by_company:
        return _by_company(findings, cards)
    if findings.question.facet:
        return _by_facet(findings, cards)
    answers, related = _split(cards)
    shown = (
        f": {_cite(answers)}"
        if findings.total == len(answers)
        else f"; the first {number(len(answers))}: {_cite(answers)}"
    )
    return f"{_counted(findings)}{shown}{_touching(related, len(answers))}."


def _counted(findings: Findings) -> str:
    by = findings.question.filters.companies
    made = f" by {listed(by, 'or')}" if by else ""
    return f"{sentence(plural(findings.total, 'article'))}{_about(findings)}{made}{_scope(findings)}"


def _further(findings: Findings, cards: Sequence[Card]) -> str:
    """Any page but the first."""
    answers, related = _split(cards)
    numbers = f"; numbers {answers[0].number} to {answers[-1].number}: {_cite(answers)}" if len(answers) > 1 else ""
    numbers = f"; number {_cite(answers)}" if len(answers) == 1 else numbers
    return f"{_counted(findings)}{numbers}{_touching(related, findings.total)}."


def _by_company(findings: Findings, cards: Sequence[Card]) -> str:
    question = findings.question
    answers, related = _split(cards)
    groups: dict[str, list[Card]] = {}
    for card in answers:
        groups.setdefault(card.company, []).append(card)
    named = [f"{company} {_cite(group[:3])}" for company, group in groups.items()]
    if question.ranked:
        # A listing knows how many there are of each; of a search, what was found is counted.
        counts = dict(findings.groups) or Counter(item.article.company for item in findings.answers)
        first = sorted(groups, key=counts.__getitem__, reverse=question.ranked == "most")
        named = [f"{company} ({counts[company]}) {_cite(groups[company][:3])}" for company in first]
    named = named[:COMPANIES_NAMED]
    unnamed = len(findings.companies) - len(named)  # most are on a later page
    out = () if question.never_about else question.filters.exclude_companies
    others = f" other than {listed(out, 'or')}" if out else ""
    made = f"{plural(len(findings.companies), 'company', 'companies')}{others} wrote{_said(findings) or ' articles'}"
    return f"{sentence(made)}: {_enumerated(named, unnamed)}{_touching(related, len(answers))}."


def _said(findings: Findings) -> str:
    """What companies wrote, or never did."""
    question, articles = findings.question, plural(findings.total, "article")
    if not question.never_about:
        return f"{_about(findings)}{_scope(findings)}" + (f", in {articles}" if question.intent == "count" else "")
    rest = restrictions(replace(question.filters, companies=(), technologies=(), exclude_technologies=()))
    lacking = f"nothing here that is tagged {listed(question.filters.exclude_technologies, 'or')}"
    lacking += f" {rest}" if rest else ""
    return (
        f"{_about(findings)}, and {lacking}" if question.search_text else f" {lacking}, but {articles} on other things"
    )


def _enumerated(named: Sequence[str], unnamed: int) -> str:
    """All of `named`, and how many more there are."""
    whole = [*named, f"{number(unnamed)} more"] if unnamed else named
    return listed(whole, most=len(whole))


def _by_facet(findings: Findings, cards: Sequence[Card]) -> str:
    """Which companies, technologies, authors, topics or years the articles have, most frequent first."""
    kind, groups, by = findings.question.facet, findings.groups, findings.question.filters.companies
    articles = f"{plural(findings.total, 'article')}{f' by {listed(by)}' if by else ''}{_scope(findings)}"
    one = findings.total == 1
    text = {
        "company": articles if by else f"{plural(len(groups), 'company', 'companies')} wrote {articles}",
        "author": f"{articles} {'names' if one else 'name'} {plural(len(groups), 'author')}",
        "topic": f"{articles} {'covers' if one else 'cover'} {plural(len(groups), 'topic')}",
        "year": f"{articles} {'is' if one else 'are'} from {plural(len(groups), 'year')}",
    }.get(kind or "", f"{articles} {'names' if one else 'name'} {plural(len(groups), 'technology', 'technologies')}")
    if groups:
        most = findings.question.limit or (COMPANIES_NAMED if kind in ("company", "year") else NAMED)
        named = [f"{name} ({count})" for name, count in groups[:most]]
        text += f": {_enumerated(named, len(groups) - len(named))}"
    undated = findings.total - sum(count for _, count in groups) if kind == "year" else 0
    text += f"; {number(undated)} {'does' if undated == 1 else 'do'} not say" if undated else ""
    return f"{_leaders(findings)}{sentence(text)}. The {_first_word(findings)} is {_lead(cards[0])}."


def _leaders(findings: Findings) -> str:
    """Who did most, or least, where that is asked; nothing where many share the place."""
    ranked, groups = findings.question.ranked, findings.groups
    first = [name for name, count in groups if count == groups[0][1]]
    if not ranked or not 0 < len(first) <= _LEADERS or len(first) == len(groups):
        return ""
    share = f"{number(groups[0][1])}{' each' if len(first) > 1 else ''}"
    by = {"year": "in", "technology": "about", "topic": "about"}.get(findings.question.facet or "", "by")
    return f"{'Most' if ranked == 'most' else 'Fewest'} {by} {listed(first)}, {share}. "


def _comparison(findings: Findings, cards: Sequence[Card]) -> str:
    asked = findings.question.filters.companies
    companies = asked or findings.companies
    lines: list[str] = []
    later: list[str] = []
    for company in companies:
        mine = [card for card in cards if card.company == company and (card.group == "answer" or not asked)]
        close = [card for card in cards if card.company == company]
        if mine:
            more = f", and {_cite(mine[1:])}" if len(mine) > 1 else ""
            said = f" {quoted(mine[0].evidence)}" if mine[0].evidence else ""
            lines.append(f"{company}: {_lead(mine[0])}{more}.{said}")
        elif close:
            lines.append(f"{company}: nothing that answers it; {_lead(close[0])} touches on it.")
        elif company in findings.companies:
            later.append(company)
        else:
            lines.append(f"{company}: nothing here.")
    lines += [f"on later pages: {listed(later)}."] if later else []
    written = f"{plural(findings.total, 'article')}{_about(findings)}{_scope(findings)}, side by side"
    return "\n".join([f"{sentence(written)}:", *(f"- {line}" for line in lines)])


def _facts(findings: Findings, cards: Sequence[Card]) -> str:
    """What is known of the one article that is asked about."""
    card = cards[0]
    told = [f"is by {listed(card.authors, most=4)} of {card.company}" if card.authors else f"is by {card.company}"]
    told += [f"is from {day(card.published)}"] if card.published else []
    told += [f"takes {plural(card.reading_minutes, 'minute')} to read"] if card.reading_minutes is not None else []
    told += ["includes code"] if card.includes_code else ["includes no code"] if card.includes_code is False else []
    unsaid = [] if card.published else ["when it was published"]
    unsaid += [] if card.reading_minutes is not None else ["how long it takes to read"]
    if card.includes_code is None and "code" in findings.question.text.lower():
        unsaid.append("whether it includes code")
    lacking = f" It does not say {listed(unsaid, 'or')}." if unsaid else ""
    return f"{_name(card)} [{card.number}] {listed(told)}.{lacking}"


def _extreme(findings: Findings, cards: Sequence[Card]) -> str:
    """The newest, oldest, shortest or longest."""
    answers, _ = _split(cards)
    first, order = answers[0], findings.question.order
    by_length = order in ("shortest", "longest")
    known = (first.reading_minutes if by_length else first.published) is not None
    if by_length:
        worth = f", {plural(first.reading_minutes, 'minute')}" if first.reading_minutes is not None else ""
    else:
        worth = f", {day(first.published)}" if first.published else ""
    by = findings.question.filters.companies
    what = f"article{f' by {listed(by)}' if by else ''}{_about(findings)}{_scope(findings)}"
    company = "" if len(by) == 1 else f" by {first.company}"
    rest = f" Next come {_cite(answers[1:])}." if len(answers) > 1 else ""
    lead = f"{_name(first)}{company}{worth} [{first.number}]"
    if not known:  # those that say it come first
        lacking = "how long it takes to read" if by_length else "when it was published"
        return f"No {what} says {lacking}. The closest is {lead}.{rest}"
    return f"The {order if order != 'relevance' else 'newest'} {what}: {lead}.{rest}"


def _most_common(names: Sequence[str], count: int) -> list[str]:
    return [name for name, _ in sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))[:count]]


_TEMPLATES: dict[str, Callable[[Findings, Sequence[Card]], str]] = {
    "topic": _topic,
    "company": _company,
    "author": _author,
    "count": _count,
    "list": _count,
    "comparison": _comparison,
    "newest": _extreme,
    "oldest": _extreme,
}
