"""From the text of one question to a `Question`: names, dates, lengths and wishes read, the rest kept as its topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import cast

from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from assistant.limits import MAX_QUESTION
from assistant.question import dates, facets, minutes, names, strangers, topics, wishes
from assistant.question.intents import asks_companies, denies, intent_of, is_greeting, is_help, ranking_of
from assistant.question.names import FoundName
from assistant.question.patterns import lazy
from assistant.question.sentence import Reading, Sentence
from assistant.question.spelling import SpellingDictionary, put_right, spelt_out, with_frame_put_right
from assistant.question.types import Intent, Mention, Order, Question
from assistant.vocabulary import Vocabulary

_ONLY_BEFORE = lazy(
    r"\b(?:only|just|exclusively|strictly|purely|solely|nothing but|specifically)(?: (?:the|about|on|for|with"
    r"|articles|posts|those|ones|show|me|want|tagged|using|in|stuff))* $"
)
_ONLY_AFTER = lazy(r"^ (?:(?:articles|posts|ones|stuff|content) )?(?:only|exclusively|specifically)\b")
_NOT_ONLY = lazy(r"\bnot (?:only|just|exclusively|specifically)\b")
_ALL_OF = lazy(
    r"^ (?:\w+ ){0,2}(?:on|on top of|to|with|over|onto|into|inside|via|from|using|in|through|together with"
    r"|alongside|running on|behind|backed by|plus) (?:an? |the |our )?$|^-?on-$"
)
_BOTH = lazy(r"\b(?:both|together|combined)\b")
_ANY_OF = lazy(r"\b(?:or|vs\.?|versus|compar\w+|differ\w*|instead|better|rather)\b")
_NO_FILTERS = ("order", "limit", dates.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question with what it was read from, for those who need more than the result."""

    question: Question
    sentence: Sentence
    found: tuple[FoundName, ...]
    readings: tuple[Reading, ...]


def parse(
    text: str, vocabulary: Vocabulary, *, today: date | None = None, spelling: SpellingDictionary | None = None
) -> Question:
    """What `text` asks, by rule and vocabulary. Relative dates count from `today`; `spelling` puts topic words right.

    Raises `QuestionInvalid` for an empty text or one of more than `MAX_QUESTION` characters.
    """
    return understand(text, vocabulary, today=today, spelling=spelling).question


def understand(
    text: str, vocabulary: Vocabulary, *, today: date | None = None, spelling: SpellingDictionary | None = None
) -> Understood:
    """`parse`, with what the question was read from."""
    if not text.strip():
        raise QuestionInvalid(
            "the question is empty", "Ask something, such as: what did Spotify write about autoscaling?"
        )
    if len(text) > MAX_QUESTION:
        raise QuestionInvalid(
            f"the question has {len(text):,} characters, more than {MAX_QUESTION:,}", "Ask it in fewer words."
        )
    sentence = Sentence.read(text)
    plain = sentence.plain
    special: Intent | None = "greeting" if is_greeting(plain) else "help" if is_help(plain) else None
    if special:
        return Understood(Question(text=sentence.text, intent=special), sentence, (), ())
    typed, fixes = sentence.text, put_right(sentence, vocabulary, spelling)
    meant = with_frame_put_right(sentence, fixes)
    if meant != typed:
        sentence = Sentence.read(meant)
        plain, fixes = sentence.plain, put_right(sentence, vocabulary, spelling)
    fixes |= spelt_out(sentence, vocabulary, spelling)
    found = strangers.find(sentence, vocabulary, spelling, names.find(sentence, vocabulary))
    readings = _readings(sentence, found, today or date.today())
    filters = _filters(sentence, found, readings)
    asked = facets.asked_facet(sentence, _spans(sentence, _known(found), readings))
    topic = search_text = ""
    if asked is None:
        topic, search_text = topics.compose(sentence, _known(found), readings, _topic_fixes(found, fixes))
    order = cast("Order", next((reading.value for reading in readings if reading.kind == "order"), "relevance"))
    intent = asked.intent if asked else intent_of(plain, filters, order, search_text)
    wanted = [item for item in found if item.role == "wanted"]
    grouped = asks_companies(plain) or (intent == "comparison" and len(filters.companies) >= 2)
    question = Question(
        text=typed,
        intent=intent,
        filters=filters,
        topic=topic,
        search_text=search_text,
        order=order,
        limit=next((int(reading.value) for reading in readings if reading.kind == "limit"), None),
        strict_technologies=bool(filters.technologies)
        and (intent == "count" or (intent == "list" and not topic) or _is_strict(sentence, wanted)),
        absent_companies=_values(item for item in wanted if item.name.kind == "companies" and not item.name.held),
        absent_technologies=_values(item for item in wanted if item.name.kind == "technologies" and not item.name.held),
        mentions=_mentions(sentence, found, readings),
        by_company=grouped and asked is None,
        ranked=ranking_of(plain) if grouped or asked else None,
        denied=grouped and not filters.exclude_technologies and denies(plain),
        facet=asked.facet if asked else None,
        corrections=tuple((sentence.tokens[place].typed, fix) for place, fix in sorted(fixes.items())),
        unknown_words=_unknown(sentence, found, vocabulary, spelling),
        unheeded=_unheeded(found, readings),
    )
    return Understood(question, sentence, tuple(found), tuple(readings))


def _values(found: Iterable[FoundName]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.name.value for item in found))


def _known(found: list[FoundName]) -> list[FoundName]:
    """`found` without technologies the catalog does not hold: those are words of the topic."""
    return [item for item in found if item.name.kind != "technologies" or item.name.held]


def _topic_fixes(found: list[FoundName], fixes: dict[int, str]) -> dict[int, str]:
    named = {place for item in found for place in range(item.start, item.end)}
    return {place: fix for place, fix in fixes.items() if place not in named} | {
        item.start: item.name.value for item in found if item.end == item.start + 1 and item.start in fixes
    }


def _readings(sentence: Sentence, found: list[FoundName], today: date) -> list[Reading]:
    """Everything but names; a reading inside a name ("Route 53", "Log4j 2021") is none."""
    covered = _spans(sentence, found, ())
    readings = [
        *dates.read(sentence, today),
        *minutes.read(sentence),
        *wishes.read_code(sentence),
        *wishes.read_order(sentence),
    ]
    return [
        reading
        for reading in readings
        if not any(start <= reading.start and reading.end <= end for start, end in covered)
    ]


def _spans(sentence: Sentence, found: Iterable[FoundName], readings: Iterable[Reading]) -> list[tuple[int, int]]:
    """The characters that names and readings were read from."""
    spans = [(sentence.tokens[item.start].start, sentence.tokens[item.end - 1].end) for item in found]
    return spans + [(reading.start, reading.end) for reading in readings]


def _filters(sentence: Sentence, found: list[FoundName], readings: list[Reading]) -> Filters:
    known = _known(found)
    wanted, excluded = ([item for item in known if item.role == role] for role in ("wanted", "excluded"))
    out = {kind: _values(item for item in excluded if item.name.kind == kind) for kind in ("companies", "technologies")}
    technologies = [
        item for item in wanted if item.name.kind == "technologies" and item.name.value not in out["technologies"]
    ]
    values = {reading.kind: reading.value for reading in readings if reading.kind not in _NO_FILTERS}
    return Filters(
        companies=_values(
            item for item in wanted if item.name.kind == "companies" and item.name.value not in out["companies"]
        ),
        exclude_companies=out["companies"],
        technologies=_values(technologies),
        exclude_technologies=out["technologies"],
        authors=_values(item for item in wanted if item.name.kind == "authors"),
        all_technologies=_needs_all(sentence, technologies),
        **values,  # type: ignore[arg-type]
    )


def _needs_all(sentence: Sentence, technologies: list[FoundName]) -> bool:
    """Whether the question needs every technology it names: "Kafka on Kubernetes" does, "Kafka or Flink" does not."""
    if len(_values(technologies)) < 2 or _ANY_OF.search(sentence.plain):
        return False
    if _BOTH.search(sentence.plain):
        return True
    return all(
        _ALL_OF.search(sentence.plain[sentence.tokens[one.end - 1].end : sentence.tokens[other.start].start])
        for one, other in pairwise(technologies)
    )


def _is_strict(sentence: Sentence, wanted: list[FoundName]) -> bool:
    for item in wanted:
        if item.name.kind != "technologies" or not item.name.held:
            continue
        before, after = sentence.before(item.start), sentence.after(item.end - 1)
        only = _ONLY_BEFORE.search(before) and not _NOT_ONLY.search(before)
        if item.explicit or only or _ONLY_AFTER.match(after):
            return True
    return False


def _mentions(sentence: Sentence, found: list[FoundName], readings: list[Reading]) -> tuple[Mention, ...]:
    placed: list[tuple[int, Mention]] = []
    for item in _known(found):
        if item.role in ("wanted", "excluded"):
            start, end = sentence.tokens[item.start].start, sentence.tokens[item.end - 1].end
            kind = item.name.kind if item.role == "wanted" else f"exclude_{item.name.kind}"
            if kind != "exclude_authors":
                words = sentence.text[start if item.lead is None else item.lead : end]
                placed.append((start, Mention(kind, item.name.value, words)))
    placed += [
        (reading.start, Mention(reading.kind, reading.value, sentence.text[reading.start : reading.end].strip(" ,")))
        for reading in readings
        if reading.kind != dates.LEFT_OUT
    ]
    unique: dict[tuple[str, str | int | bool], Mention] = {}
    for _, mention in sorted(placed, key=itemgetter(0)):
        unique.setdefault((mention.kind, mention.value), mention)
    return tuple(unique.values())


def _unheeded(found: list[FoundName], readings: list[Reading]) -> tuple[str, ...]:
    """What the question wants left out though no filter can: authors and dates."""
    authors = (item.name.value for item in found if item.name.kind == "authors" and item.role == "excluded")
    return tuple(dict.fromkeys([*authors, *(str(each.value) for each in readings if each.kind == dates.LEFT_OUT)]))


def _unknown(
    sentence: Sentence, found: list[FoundName], vocabulary: Vocabulary, spelling: SpellingDictionary | None
) -> tuple[str, ...]:
    named = {place for item in found for place in range(item.start, item.end)}
    return tuple(
        sentence.tokens[place].typed
        for place, word in enumerate(sentence.words)
        if place not in named
        and len(word) > 2
        and word.isalnum()
        and word[0].isalpha()
        and not (
            vocabulary.knows(word)
            or (spelling is not None and spelling.knows(word))
            or vocabulary.english.is_compound(word)
        )
    )
