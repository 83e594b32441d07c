"""What a follow-up keeps of the conversation and what it replaces. Reading one question by itself is `question`'s job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistant.article import Article
from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from assistant.limits import MAX_HISTORY
from assistant.question.carrying import followed, led, swapped, things_in
from assistant.question.followup import lean_of
from assistant.question.intents import settled_intent
from assistant.question.merging import merged, moved, union
from assistant.question.parser import Understood, understand
from assistant.question.set_phrases import Lean, asks_of_it
from assistant.question.spelling import SpellingDictionary
from assistant.question.topics import short_name
from assistant.question.types import Intent, Mention, Order, Question
from assistant.vocabulary import Vocabulary
from assistant.wording import plural

ShownOf = Callable[[Question, tuple[str, ...]], tuple[Sequence[Article], int]]
"""The articles of an answer in their order, and the number that the first of them had."""


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
    one: str = ""
    """The id of the one article that was told of since: "it" is that, while "the second" and "and Netflix?" go back to the list."""


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
    previous answer's articles and the number of the first, from the previous question and the ids it showed; it is asked only
    for "the same author" and "the second one".

    Raises `QuestionInvalid` for an empty or overlong `text`; such turns of `history` are passed over.
    """
    state: _State | None = None
    history = (history,) if isinstance(history, str) else history  # text is a sequence of texts too: its letters
    for earlier in history[-MAX_HISTORY:]:
        turn = Turn(earlier) if isinstance(earlier, str) else earlier
        try:
            understood = understand(turn.question, vocabulary, today=today, spelling=spelling)
            question = _continued(understood, state, vocabulary, shown_of)
        except QuestionInvalid:
            continue
        if question.intent in ("greeting", "help"):
            continue
        if state and question.article and question.limit == 1:
            state = replace(state, one=question.article)
            continue
        topics = (*(state.topics if state else ()), question.topic)
        companies = union(state.companies if state else (), question.filters.companies)
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
    if state.one and asks_of_it(understood.sentence.plain):
        lean = Lean("fact")
    elif state.one and lean.kind == "again" and "like" in new.text.lower():
        lean = Lean("article")
    if lean.within and old.intent == "company" and not new.filters.companies:
        lean = Lean("about")
    if lean.kind == "fresh":
        return new
    pointed = lean.kind in ("author", "article", "credit", "fact")
    ids = (state.one,) if pointed and state.one and not lean.nth else state.article_ids
    shown, first = shown_of(old, ids) if shown_of and (pointed or lean.person) else ((), 1)
    if pointed:
        return _pointed(new, old, shown, first, lean)
    if lean.person and shown and old.by_company and not old.filters.companies:  # "they" are who was named
        companies = tuple(dict.fromkeys(article.company for article in shown))
        old, lean = (
            replace(old, filters=replace(old.filters, companies=companies), by_company=False),
            replace(lean, extends=True),
        )
    return _kept(old, new, lean, state, vocabulary)


def _kept(old: Question, new: Question, lean: Lean, state: _State, vocabulary: Vocabulary) -> Question:
    """The new question with what it keeps of the old."""
    if lean.kind == "company":
        # "And which authors?" asks it of the same articles, unless a topic chose them: a facet is of all that filters leave.
        same = new.facet and not old.has_own_topic
        kept = old.filters if same else Filters(companies=old.filters.companies)
        return _finish(replace(new, filters=kept.merged(new.filters), topic="", search_text=""), new, old, vocabulary)
    if lean.kind == "again" and not lean.others:
        return _finish(replace(old, text=new.text, mentions=(), page=old.page + 1), new, old, vocabulary)
    if (lean.earlier and old.filters.published_from) or (lean.later and old.filters.published_to):
        return _narrowed(old, new, moved(old.filters, earlier=lean.earlier), lean, vocabulary)
    filters = merged(old.filters, new.filters, lean)
    if lean.compares and len(state.companies) > 1 and len(old.filters.companies) < 2:
        filters = replace(filters, companies=state.companies[-2:])
    if lean.kind in ("narrow", "again"):
        return _narrowed(old, new, filters, lean, vocabulary)
    return _about(old, new, filters, lean, state, vocabulary)


def _pointed(new: Question, old: Question, shown: Sequence[Article], first: int, lean: Lean) -> Question:
    """What is asked of an article shown, or of its author."""
    if lean.kind == "author":
        return _same_author(new, old, shown)
    question = _like_article(new, old, shown, first, lean.nth or 1)
    if lean.kind == "article" or not shown:
        return question
    return replace(question, intent="author" if lean.kind == "credit" else "topic", limit=1)


def _same_author(new: Question, old: Question, shown: Sequence[Article]) -> Question:
    authors = (shown[0].authors if shown else ()) or old.filters.authors
    if not authors:
        return replace(new, topic="", search_text="", filters=Filters(companies=old.filters.companies))
    filters = replace(new.filters, authors=authors)
    mentions = (*new.mentions, *(Mention("authors", author, old.text, kept=True) for author in authors))
    return replace(new, filters=filters, topic="", search_text="", intent="author", mentions=mentions)


def _like_article(new: Question, old: Question, shown: Sequence[Article], first: int, nth: int) -> Question:
    """What is like the article shown as number `nth`; the question as it stands where none was shown.

    On a further page, where numbers go on, "the second one" is that page's second.
    """
    if not shown:
        return new
    place = nth - first if nth >= first else nth - 1 if nth > 0 else -1
    if place >= len(shown):
        had = f"numbers {first} to {first + len(shown) - 1}" if first > 1 else plural(len(shown), "article")
        raise QuestionInvalid(f"the last answer showed {had}, so none is number {nth}", "Ask about one of those.")
    article = shown[place]
    mention = Mention("topic", article.name, old.text, kept=True)
    return Question(
        text=new.text, topic=article.name, search_text=article.name, mentions=(mention,), article=article.id
    )


def _narrowed(old: Question, new: Question, filters: Filters, lean: Lean, vocabulary: Vocabulary) -> Question:
    """The old subject under new restrictions."""
    told = new if new.by_company or new.facet else old  # one of both, never one of each
    gone = tuple(name for name in old.filters.technologies if name not in filters.technologies)
    came = tuple(name for name in filters.technologies if name not in old.filters.technologies)
    question = replace(
        new,
        filters=filters,
        topic=old.topic,
        search_text=swapped(old.search_text, gone, came),
        order=lean.order or (new.order if new.order != "relevance" else old.order),
        limit=new.limit if new.limit is not None else old.limit,
        strict_technologies=new.strict_technologies or (old.strict_technologies and not came),
        intent=_narrowed_intent(old, new, lean, told is new),
        by_company=told.by_company,
        facet=told.facet,
        denied=told.denied,
        ranked=told.ranked,
        absent_technologies=old.absent_technologies,
    )
    return _finish(question, new, old, vocabulary)


_BY_DATE: dict[Order | None, Intent] = {"newest": "newest", "oldest": "oldest"}


def _narrowed_intent(old: Question, new: Question, lean: Lean, told_anew: bool) -> Intent:
    if asked := _BY_DATE.get(lean.order):
        return asked
    return new.intent if new.intent in ("count", "newest", "oldest") or told_anew else old.intent


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
    if question.facet:  # whatever the restrictions
        return question
    intent = settled_intent(question.intent, question.filters, question.order, question.search_text)
    compared = intent == "comparison" and len(question.filters.companies) > 1
    grouped = question.by_company if intent in ("list", "count") else compared
    strict = question.strict_technologies and bool(question.filters.technologies)
    return replace(question, intent=intent, by_company=grouped, strict_technologies=strict)
