"""What a follow-up keeps of the conversation and what it replaces. Reading one question by itself is `question`'s job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from assistant.article import Article
from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from assistant.question.carrying import followed, led, swapped, things_in
from assistant.question.followup import Lean, lean_of
from assistant.question.intents import settled_intent
from assistant.question.parser import Understood, understand
from assistant.question.spelling import SpellingDictionary
from assistant.question.topics import short_name
from assistant.question.types import Mention, Question
from assistant.vocabulary import Vocabulary
from assistant.wording import plural

ShownOf = Callable[[Question, tuple[str, ...]], Sequence[Article]]

MAX_HISTORY = 50
"""Earlier questions that are read, the newest; the others no longer bear on what is asked."""
_DATES = ("published_from", "published_to")
_MINUTES = ("min_minutes", "max_minutes")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and, where known, the ids of the articles it was answered with."""

    question: str
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _State:
    """The conversation so far: the last question as it was understood, what it showed, and the topics and companies up to it."""

    question: Question
    article_ids: tuple[str, ...]
    topics: tuple[str, ...]
    companies: tuple[str, ...]


def resolve(
    text: str,
    history: Sequence[str | Turn],
    vocabulary: Vocabulary,
    *,
    today: date | None = None,
    spelling: SpellingDictionary | None = None,
    shown_of: ShownOf | None = None,
) -> Question:
    """What `text` asks after `history` (oldest first): a follow-up keeps what it does not replace, a new question starts afresh.

    Mentions carried over have `kept` set; a carried topic is a mention of kind "topic". `shown_of` gives the
    previous answer's articles, from the previous question and the ids it showed; it is asked only for "the same author" and
    "the second one". Raises `QuestionInvalid` for an empty or overlong `text`; such turns of `history` are passed over.
    """
    state: _State | None = None
    for earlier in history[-MAX_HISTORY:]:
        turn = Turn(earlier) if isinstance(earlier, str) else earlier
        try:
            understood = understand(turn.question, vocabulary, today=today, spelling=spelling)
            question = _continued(understood, state, vocabulary, shown_of)
        except QuestionInvalid:
            continue
        if question.intent in ("greeting", "help"):
            continue
        topics = (*(state.topics if state else ()), question.topic)
        companies = _union(state.companies if state else (), question.filters.companies)
        state = _State(question, turn.article_ids, topics, companies)
    return _continued(understand(text, vocabulary, today=today, spelling=spelling), state, vocabulary, shown_of)


def without(question: Question, mention: Mention) -> Question:
    """`question` as it would be had `mention` not been made; for taking back one thing that was understood."""
    mentions = tuple(other for other in question.mentions if (other.kind, other.value) != (mention.kind, mention.value))
    if mention.kind in ("order", "limit"):
        cleared: dict[str, Any] = {"order": "relevance"} if mention.kind == "order" else {"limit": None}
        question = replace(question, **cleared, mentions=mentions)
    elif mention.kind == "topic":
        names = " ".join(short_name(name) for name in question.filters.technologies)
        question = replace(question, topic="", search_text=names, mentions=mentions)
    else:
        value = getattr(question.filters, mention.kind, None)
        left: Any = tuple(name for name in value if name != mention.value) if isinstance(value, tuple) else None
        filters = replace(question.filters, **{mention.kind: left}) if value is not None else question.filters
        text = question.search_text
        if mention.kind == "technologies":
            text = swapped(text, (str(mention.value),), ())
        question = replace(question, filters=filters, search_text=text, mentions=mentions)
    return _settled(question)


def _continued(
    understood: Understood, state: _State | None, vocabulary: Vocabulary, shown_of: ShownOf | None
) -> Question:
    if state is None:
        return understood.question
    lean = lean_of(understood)
    old, new = state.question, understood.question
    if lean.within and old.intent == "company" and not new.filters.companies:
        lean = Lean("about")
    if lean.kind == "fresh":
        return new
    shown = shown_of(old, state.article_ids) if shown_of and (lean.nth or lean.person or lean.kind == "author") else ()
    if lean.kind in ("author", "article", "credit"):
        return _pointed(new, old, shown, lean)
    if lean.person and shown and old.group_by == "company" and not old.filters.companies:  # "they" are who was named
        companies = tuple(dict.fromkeys(article.company for article in shown))
        old, lean = (
            replace(old, filters=replace(old.filters, companies=companies), group_by=None),
            replace(lean, extends=True),
        )
    return _kept(old, new, lean, state, vocabulary)


def _kept(old: Question, new: Question, lean: Lean, state: _State, vocabulary: Vocabulary) -> Question:
    """The new question with what it keeps of the old."""
    if lean.kind == "company":
        kept = Filters(companies=old.filters.companies)
        return _finish(replace(new, filters=new.filters.merged(kept), topic="", search_text=""), new, old, vocabulary)
    if lean.kind == "again" and not lean.others:
        return _finish(replace(old, text=new.text, mentions=(), page=old.page + 1), new, old, vocabulary)
    if (lean.earlier and old.filters.published_from) or (lean.later and old.filters.published_to):
        return _narrowed(old, new, _moved(old.filters, earlier=lean.earlier), vocabulary)
    filters = _merged(old.filters, new.filters, lean)
    if lean.compares and len(state.companies) > 1 and len(old.filters.companies) < 2:
        filters = replace(filters, companies=state.companies[-2:])
    if lean.kind in ("narrow", "again"):
        return _narrowed(old, new, filters, vocabulary)
    return _about(old, new, filters, lean, state, vocabulary)


def _pointed(new: Question, old: Question, shown: Sequence[Article], lean: Lean) -> Question:
    """What is asked of an article shown, or of its author."""
    if lean.kind == "author":
        return _same_author(new, old, shown)
    question = _like_article(new, old, shown, lean.nth)
    return replace(question, intent="author", limit=1) if lean.kind == "credit" and shown else question


def _same_author(new: Question, old: Question, shown: Sequence[Article]) -> Question:
    authors = (shown[0].authors if shown else ()) or old.filters.authors
    if not authors:
        return replace(new, topic="", search_text="", filters=Filters(companies=old.filters.companies))
    filters = replace(new.filters, authors=authors)
    mentions = (*new.mentions, *(Mention("authors", author, old.text, kept=True) for author in authors))
    return replace(new, filters=filters, topic="", search_text="", intent="author", mentions=mentions)


def _like_article(new: Question, old: Question, shown: Sequence[Article], nth: int) -> Question:
    """The article shown in place `nth`, and what is like it; the question as it stands where none was shown."""
    if not shown:
        return new
    if nth > len(shown):
        raise QuestionInvalid(
            f"the last answer showed {plural(len(shown), 'article')}, so none is number {nth}",
            "Ask about one of those.",
        )
    place = nth - 1 if nth > 0 else -1
    article = shown[place]
    mention = Mention("topic", article.name, old.text, kept=True)
    return Question(
        text=new.text, topic=article.name, search_text=article.name, mentions=(mention,), article=article.id
    )


def _narrowed(old: Question, new: Question, filters: Filters, vocabulary: Vocabulary) -> Question:
    """The old subject under new restrictions."""
    gone = tuple(name for name in old.filters.technologies if name not in filters.technologies)
    came = tuple(name for name in filters.technologies if name not in old.filters.technologies)
    question = replace(
        new,
        filters=filters,
        topic=old.topic,
        search_text=swapped(old.search_text, gone, came),
        order=new.order if new.order != "relevance" else old.order,
        limit=new.limit if new.limit is not None else old.limit,
        strict_technologies=new.strict_technologies or (old.strict_technologies and not came),
        intent=new.intent if new.intent in ("count", "newest", "oldest") or new.group_by else old.intent,
        group_by=new.group_by or old.group_by,
        absent_technologies=old.absent_technologies,
    )
    return _finish(question, new, old, vocabulary)


def _about(
    old: Question, new: Question, filters: Filters, lean: Lean, state: _State, vocabulary: Vocabulary
) -> Question:
    """A new subject under the old restrictions; what "it" and "them" stand for is put into it."""
    technologies = new.filters.technologies
    topic, search_text = new.topic, new.search_text
    if lean.extends or lean.singular:
        technologies = technologies or old.filters.technologies
        topic, search_text = led(old.topic, topic), led(old.search_text, search_text)
    elif lean.plural:
        things = things_in(state.topics) or old.topic
        topic, search_text = followed(topic, things), followed(search_text, things)
    filters = replace(
        filters,
        technologies=technologies,
        exclude_technologies=tuple(name for name in filters.exclude_technologies if name not in technologies),
        all_technologies=new.filters.all_technologies
        or (old.filters.all_technologies and technologies == old.filters.technologies),
    )
    question = replace(new, filters=filters, topic=topic, search_text=search_text)
    return _finish(question, new, old, vocabulary)


def _moved(old: Filters, *, earlier: bool) -> Filters:
    """The old restrictions with the time before, or after, the old dates."""
    if earlier and old.published_from:
        last = date.fromisoformat(old.published_from) - timedelta(days=1)
        return replace(old, published_from=None, published_to=last.isoformat())
    first = date.fromisoformat(old.published_to or "") + timedelta(days=1)
    return replace(old, published_from=first.isoformat(), published_to=None)


def _merged(old: Filters, new: Filters, lean: Lean) -> Filters:
    values: dict[str, Any] = {name: getattr(old, name) for name in ("includes_code", *_DATES, *_MINUTES)}
    if new.includes_code is not None or lean.any_code:
        values["includes_code"] = None if lean.any_code else new.includes_code
    for names in (_DATES, _MINUTES):
        values |= _bounds(old, new, names)
    if lean.any_time:
        values |= dict.fromkeys(_DATES)
    elif lean.either:
        values |= _either(old, new)
    for kind in ("companies", "technologies"):
        wanted, excluded = _names(
            getattr(old, kind),
            getattr(new, kind),
            getattr(old, f"exclude_{kind}"),
            getattr(new, f"exclude_{kind}"),
            lean.adds,
        )
        values |= {kind: wanted, f"exclude_{kind}": excluded}
    values["authors"] = new.authors or (() if new.companies and not lean.adds else old.authors)
    if (lean.others or lean.anyone) and not new.companies:
        values["exclude_companies"] = _union(values["exclude_companies"], old.companies) if lean.others else ()
        values["companies"] = ()
        values["authors"] = new.authors
    values["all_technologies"] = new.all_technologies or (
        old.all_technologies and values["technologies"] == old.technologies
    )
    return Filters(**values)


def _either(old: Filters, new: Filters) -> dict[str, str]:
    """Both stretches of days as one, where one follows on the other ("in 2022", "or 2021")."""
    first, second = sorted((f.published_from or "", f.published_to or "") for f in (old, new))
    if not all((*first, *second)):
        return {}
    follows = date.fromisoformat(first[1]) + timedelta(days=1) >= date.fromisoformat(second[0])
    return dict(zip(_DATES, (first[0], max(first[1], second[1])), strict=True)) if follows else {}


def _bounds(old: Filters, new: Filters, names: tuple[str, str]) -> dict[str, Any]:
    """A new bound replaces the old ones, unless each has just the one the other lacks and they leave something between."""
    low, high = names
    was, is_now = (getattr(old, low), getattr(old, high)), (getattr(new, low), getattr(new, high))
    if is_now == (None, None):
        return {low: was[0], high: was[1]}
    joined = (is_now[0] if was[0] is None else was[0], is_now[1] if was[1] is None else was[1])
    opposite = (
        (was[0] is None) != (was[1] is None)
        and (is_now[0] is None) == (was[0] is not None)
        and (is_now[1] is None) == (was[1] is not None)
    )
    if opposite and joined[0] <= joined[1]:
        return {low: joined[0], high: joined[1]}
    return {low: is_now[0], high: is_now[1]}


def _names(
    old: tuple[str, ...], new: tuple[str, ...], old_out: tuple[str, ...], new_out: tuple[str, ...], adds: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names wanted and ruled out: new ones replace or join the old, and ruling a name out takes it from the wanted."""
    wanted = _union(old, new) if adds and new else new or old
    wanted = tuple(name for name in wanted if name not in new_out)
    excluded = tuple(name for name in _union(old_out, new_out) if name not in wanted)
    return wanted, () if new and not new_out and not adds else excluded


def _union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _finish(question: Question, new: Question, old: Question, vocabulary: Vocabulary) -> Question:
    """`question` with what follows from its filters and topic: who is absent, what was kept, how to answer."""
    held = set(vocabulary.companies)
    own = {(mention.kind, mention.value) for mention in new.mentions}
    kept = [
        replace(m, kept=True)
        for m in old.mentions
        if (m.kind, m.value) not in own and m.kind != "topic" and _holds(question, m)
    ]
    if question.topic and question.topic != new.topic:
        kept.append(
            Mention(
                "topic", question.topic, next((m.words for m in old.mentions if m.kind == "topic"), old.text), kept=True
            )
        )
    question = replace(
        question,
        absent_companies=tuple(name for name in question.filters.companies if name not in held),
        mentions=(*(m for m in new.mentions if _holds(question, m)), *kept),
    )
    return _settled(question)


def _holds(question: Question, mention: Mention) -> bool:
    """Whether what `mention` says is still part of `question`."""
    if mention.kind in ("order", "limit"):
        return bool(getattr(question, mention.kind) == mention.value)
    value = getattr(question.filters, mention.kind, None)
    return mention.value in value if isinstance(value, tuple) else value == mention.value


def _settled(question: Question) -> Question:
    if question.asks_facet:  # whatever the restrictions
        return question
    intent = settled_intent(question.intent, question.filters, question.order, question.search_text)
    grouped = (
        question.group_by
        if intent in ("list", "count")
        else "company"
        if intent == "comparison" and len(question.filters.companies) > 1
        else None
    )
    strict = question.strict_technologies and bool(question.filters.technologies)
    return replace(question, intent=intent, group_by=grouped, strict_technologies=strict)
