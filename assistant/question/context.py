"""Whether a word that may be a name is meant as one here: "discord elixir" or "discord between teams"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.question.patterns import lazy
from assistant.question.sentence import AUXILIARIES, FUNCTION_WORDS, PRONOUNS, Sentence
from assistant.vocabulary import Name, Vocabulary
from assistant.words import word_set

_ARTICLES = word_set("a an the some any this that each every our your their its my much more enough little")
_VERB_SIGNS = PRONOUNS | word_set(
    "to can could should would will may might must let lets don't didn't who users people please not"
)
_LEAVING_OUT = word_set("not except excluding exclude excl minus without")
_LEFT_OUT_BESIDE = lazy(
    r"\b(?:except|excluding|exclude|excl|without|not)(?: [\w.]+,?){1,3} (?:and|or|nor) $"
    r"|\b(?:any|every|no)(?:one|body|where) but $|\ball but $"
)
_OBJECT_SIGNS = word_set("a an the it them this that to into across everything something anything everyone someone")
_TO_NAME = lazy(r"\b(?:happen\w*|similar|compared|specific|unique|according|thanks|close) to $")
_COMPANY_BEFORE = frozenset(("at", "by", "from", "@"))
_SUFFIXES = word_set(
    "based native powered style like compatible only backed specific related driven to side scale owned internal first"
)
_COMPANY_NOUNS = word_set(
    "engineering engineers engineer blog blogs team teams tech technology articles article posts post outage "
    "outages incident incidents postmortem postmortems developers devs stories infra infrastructure platform "
    "stack scale"
)
_STAFF = word_set(
    "team teams engineer engineers engineering scientist scientists developer developers devs designers researchers"
)
"""Who works at a company, one word further on: "Stripe data scientists", "slack mobile engineers"."""
_DOING = word_set(
    "use uses used using run runs do does handle handles store stores build builds built write writes wrote "
    "written publish published say said manage manages scale scales scaled deploy deploys deployed test tests "
    "cache caches process processes keep keeps detect detects make makes made move moved migrate migrated design "
    "designed solve solved train trains rank ranks have has reduce reduced cut cuts think approach protect "
    "prevent serve serves monitor monitors shard sharded adopt adopted choose chose rewrite rewrote blog ship "
    "ships still stop stopped"
)
_USING = word_set(
    "in using with use uses used adopt adopting adopted on via into than run running runs learn learning chose "
    "choose choosing chosen pick picked picking prefer versus vs without about onto for leave leaving left ditch "
    "ditched dropping like written rewritten"
)
_MOVING = lazy(
    r"\b(?:from|mov\w*|migrat\w*|switch\w*|port(?:s|ed|ing)?|rewrit\w*|rewrote|convert\w*|transition\w*|upgrad\w*"
    r"|chang\w*|going|went|adopt\w*)\b"
)
_TECHNOLOGY_NOUNS = word_set(
    "service services code codebase codebases cluster clusters job jobs pipeline pipelines app apps application "
    "applications client clients server servers library libraries sdk api apis config configs configuration proxy "
    "proxies plugin plugins runtime compiler program programs developer developers migration migrations upgrade "
    "upgrades version versions performance memory executor executors driver drivers streaming operator operators "
    "cookbook cookbooks recipes charts chart manifests agent agents database databases query queries worker "
    "workers workload workloads sidecar sidecars filters filter gateway mesh deployment adoption pitfalls lessons "
    "tuning rewrite rewrites extension extensions module modules package packages sql shuffle"
)
_DATED = lazy(
    r"^ (?:in|during|over|within|for) the (?:\d|(?:first|second|third|fourth|last|past|previous|same|early|late)"
    r" (?:\d+ |\w+ )?(?:half|quarter|years?|months?|weeks?|days?|decade|\d{4}s?)\b)"
)
"""A time rather than a place: "stripe in the 2010s", "Discord in the first half of 2025"."""
_ARTICLE_NOUNS = word_set("articles article posts post stories blogposts tutorials")
_CLOSING_VERBS = word_set("go")
_HOW_DID = lazy(r"^(?:and |so |but )?how (?:did|do|does|will|has|have) (?:\S+ ){2,}$")
_WITH = lazy(r"\b(?:and|or|vs\.?|versus|over|to|than|&|,|/|\+|compared (?:to|with)|against|nor|with)\s*$")
_THEN = lazy(r"^\s*(?:and|or|vs\.?|versus|over|to|than|&|,|/|\+|compared (?:to|with)|against|nor)\s*(?:\w+\s)?$")


@dataclass(slots=True)
class Surroundings:
    """What else the question surely names: the places of the first and behind the last word of each name, and the companies."""

    starts: dict[int, set[str]] = field(default_factory=dict)
    ends: dict[int, set[str]] = field(default_factory=dict)
    companies: set[str] = field(default_factory=set)

    def add(self, start: int, end: int, names: Iterable[Name]) -> None:
        """Notes a name that stands from word `start` to before word `end`."""
        for name in names:
            self.starts.setdefault(start, set()).add(name.kind)
            self.ends.setdefault(end, set()).add(name.kind)
            if name.kind == "companies":
                self.companies.add(name.value)


@dataclass(frozen=True, slots=True)
class Place:
    """A possible name: `name` written by the words from `start` to before `end`."""

    sentence: Sentence
    vocabulary: Vocabulary
    around: Surroundings
    name: Name
    start: int
    end: int

    @property
    def previous(self) -> str:
        """The word before, "" at the start or behind punctuation."""
        return self.sentence.word(self.start - 1) if self.start and self.sentence.next_word(self.start) else ""

    @property
    def next(self) -> str:
        """The word after, "" at the end or before punctuation."""
        return self.sentence.next_word(self.end)

    @property
    def is_capital(self) -> bool:
        """Whether a capital letter marks it as a name."""
        return self.sentence.is_capital(self.start)


def is_meant(place: Place) -> bool:
    """Whether the name is meant rather than the ordinary word."""
    if place.name.level == "always":
        return not _is_compound_part(place)
    grammar = _by_company_grammar if place.name.kind == "companies" else _by_technology_grammar
    for rule in (_by_form, _by_staff, _by_cues, _by_company_beside, grammar):
        verdict = rule(place)
        if verdict is not None:
            return verdict
    return place.name.level == "name"


def _is_compound_part(place: Place) -> bool:
    """Short names inside hyphens, such as the "h2" of "on-h2-only", are rarely names; long ones always are."""
    token = place.sentence.tokens[place.start]
    return token.joined and len(token.plain) <= 2


def _by_form(place: Place) -> bool | None:
    sentence, start, end = place.sentence, place.start, place.end
    if len(sentence) == end - start:
        return True
    if end - start > 1 and all(token.joined for token in sentence.tokens[start + 1 : end]):
        return True
    if place.name.kind == "companies" and start and _is_first_name(place, sentence.tokens[start - 1].typed):
        return False
    if sentence.tokens[start].joined and start not in place.around.ends:
        return False
    if end < len(sentence) and sentence.tokens[end].joined and end not in place.around.starts:
        return sentence.words[end] in _SUFFIXES and place.next not in place.vocabulary.cues(place.name).against_next
    if sentence.tokens[end - 1].possessive:
        return True
    return None


def _is_first_name(place: Place, typed: str) -> bool:
    """Whether a first name stands before: "Grace Hopper" is a person."""
    return typed[0].isupper() and place.is_capital and typed.lower() in place.vocabulary.first_names


def _by_staff(place: Place) -> bool | None:
    """A company of which those are named who work at it: "Stripe data scientists"."""
    if place.name.kind != "companies" or place.previous in _ARTICLES or place.next in FUNCTION_WORDS | {""}:
        return None
    return True if place.sentence.next_word(place.end + 1) in _STAFF else None


def _by_cues(place: Place) -> bool | None:
    cues = place.vocabulary.cues(place.name)
    after = place.next
    if place.previous in _USING and place.previous in cues.for_previous:
        return True  # "use Go for", though "go for" alone is English
    if after and after in cues.against_next and not (after == "to" and place.previous == "from"):
        return _is_alternative(place)
    if place.name.words[0] in _CLOSING_VERBS and _asks_how_it_went(place):
        return False
    if place.is_capital:
        return True
    if place.previous and place.previous in cues.against_previous:
        return False
    if (after and after in cues.for_next) or (place.previous and place.previous in cues.for_previous):
        return True
    if cues.owner is not None and place.around.companies and place.previous not in _ARTICLES:
        return True if cues.owner in place.around.companies else False if place.name.level == "word" else None
    return None


def _is_alternative(place: Place) -> bool:
    """Whether it is one of two: "kotlin or go for backends", but not "kafka or go for rabbitmq"."""
    if place.previous not in ("or", "vs", "versus") or "technologies" in place.around.starts.get(place.end + 1, ()):
        return False
    return place.name.kind in place.around.ends.get(place.start - 1, ())


def _asks_how_it_went(place: Place) -> bool:
    """Whether the word is the verb of "how did the move to Bazel go at Airbnb?"."""
    before, after = place.sentence.before(place.start), place.next
    if place.is_capital or (after and after not in FUNCTION_WORDS):
        return False
    objects = place.previous in _USING | _DOING | _ARTICLES | FUNCTION_WORDS
    return bool(_HOW_DID.match(before)) and not objects


def _by_company_beside(place: Place) -> bool | None:
    """Beside a sure name of its own kind ("rust and go"), or a technology right at a company ("react at airbnb")."""
    kind, around, sentence = place.name.kind, place.around, place.sentence
    for start, kinds in around.starts.items():
        if kind in kinds and start >= place.end and _between(sentence, place.end, start, _THEN):
            return None if place.previous == "to" and kind == "companies" else True
    for end, kinds in around.ends.items():
        if kind in kinds and end <= place.start and _between(sentence, end, place.start, _WITH):
            return True
    if kind == "technologies":
        if place.next in ("at", "@") and "companies" in around.starts.get(place.end + 1, ()):
            return True
        if "companies" in around.ends.get(place.start, ()) and place.name.level == "word":
            return True if not place.next or place.next in _TECHNOLOGY_NOUNS else None
    return None


def _between(sentence: Sentence, end: int, start: int, joint: re.Pattern[str]) -> bool:
    if start - end > 2:
        return False
    text = sentence.plain[sentence.tokens[end - 1].end : sentence.tokens[start].start]
    return bool(joint.search(text.removeprefix("'s").rstrip() or " "))


def _by_company_grammar(place: Place) -> bool | None:
    sentence, previous, after = place.sentence, place.previous, place.next
    sure = place.name.level == "name"
    if previous in _COMPANY_BEFORE or sentence.before(place.start).endswith("@"):
        return sure or not after or after in FUNCTION_WORDS or after in _COMPANY_NOUNS
    if after in _COMPANY_NOUNS and (sure or previous not in _ARTICLES):
        return True
    if _is_left_out(place):
        return True
    if previous in ("and", "or"):
        return False
    if _is_asked_about(place):
        return True
    following = sentence.word(place.end + 1)
    verb = previous in _ARTICLES or previous in _VERB_SIGNS or after in _OBJECT_SIGNS
    dated = _DATED.match(sentence.after(place.end - 1))
    return False if verb or (after in ("in", "with", "on") and following in _ARTICLES and not dated) else None


def _is_left_out(place: Place) -> bool:
    """Whether a company is taken out there: "kafka but not slack", "excluding stripe and ..."; not "do not slack"."""
    if place.next and place.next not in ("and", "or", "nor"):
        return False
    doing = place.start > 1 and place.sentence.word(place.start - 2) in AUXILIARIES
    listed = _LEFT_OUT_BESIDE.search(place.sentence.before(place.start))
    return (place.previous in _LEAVING_OUT and not doing) or bool(listed)


def _is_asked_about(place: Place) -> bool:
    """Whether a company stands there as one that does something: "does Slack use", "what happened to Slack"."""
    sentence, previous, after = place.sentence, place.previous, place.next
    sure = place.name.level == "name"
    if previous in AUXILIARIES and after not in FUNCTION_WORDS | {""}:
        return sure or after in _DOING
    if previous in ("how", "why", "where", "what", "when") and after in _DOING:
        return True
    told = _TO_NAME.search(sentence.before(place.start)) or (after == "to" and sentence.word(place.end + 1) in _DOING)
    return sure and bool(told or (previous == "the" and place.end in place.around.starts))


def _by_technology_grammar(place: Place) -> bool | None:
    previous, after, sure = place.previous, place.next, place.name.level == "name"
    if after in _ARTICLE_NOUNS and previous not in _ARTICLES:
        return True
    if previous == "to":
        before = place.sentence.before(place.start)
        return after not in _ARTICLES and bool(_MOVING.search(before))
    if previous == "from":
        return True if sure or after == "to" else None
    if previous in _ARTICLES:
        return (sure and after in _TECHNOLOGY_NOUNS) or None if after in _TECHNOLOGY_NOUNS else False
    if previous in _VERB_SIGNS:
        return False
    if after in _OBJECT_SIGNS and place.start == 0:
        return False
    if previous in _USING:
        return True if sure or previous == "using" else None
    return None
