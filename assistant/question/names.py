"""Finding the companies, technologies and authors that a question names, and which of them it rules out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from assistant.question.context import Place, Surroundings, is_meant
from assistant.question.patterns import lazy
from assistant.question.sentence import Sentence
from assistant.vocabulary import Kind, Match, Name, Vocabulary


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name found at words `start` to before `end`.

    `role`: "wanted"; "excluded"; "contrast", where it is only set against something ("instead of X"); or "example", where
    it stands beside its own broader word; or "replaced", as the first in "swap Lyft for Uber".
    `lead` is the character at which the words that rule it out begin. `explicit`
    is set for "tagged X".
    """

    name: Name
    start: int
    end: int
    role: Role = "wanted"
    explicit: bool = False
    lead: int | None = None


Role = Literal["wanted", "excluded", "contrast", "example", "replaced"]


class _Spot(NamedTuple):
    start: int
    end: int
    names: tuple[Name, ...]


_NEGATED = r"(?:not|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|never)"
_ABOUT = (
    r"(?:from|by|at|about|on|for|in|with|using|of|involving|mentioning|covering|concerning|related to|regarding"
    r"|to do with)"
)
_VERBS = (
    r"(?:use|uses|used|using|involve|involves|involving|mention|mentions|mentioning|include|includes|want|cover"
    r"|covers|run|runs|rely|concern|come|care|built|based|written|running|made|done|implemented|powered)"
)
_THING = (
    r"(?:anything|something|everything|any|all|every|the|those|ones?|articles?|posts?|stuff|content|stories|blog|blogs"
    r"|results?|mentions?|entries)"
)
_RULES_OUT = lazy(
    rf"(?:\b(?:neither|(?<!\w )(?:remove|drop|lose)|other than|not (?:counting|including)"
    rf"|except(?: for)?|excepting|excluding|excludes?|without|besides|apart from|aside from|minus"
    rf"|ignor(?:e|ing)|(?<![a-z] )skip(?:ping)?|(?:please|but|and please) skip|"
    rf"leav(?:e|ing) out|(?:(?:we|i)(?: have|'ve)?(?: already)? )?rul(?:e|ed|ing) out|omit(?:ting)?"
    rf"|filter(?:ing)? out|(?:every|any|no)(?:one|body|thing) but|anywhere but"
    rf"|everywhere but|"
    rf"all but|outside(?: of)?|no|nothing|none(?: of)?|nobody|no one|{_NEGATED})|(?<!\w)non-)"
    rf"(?: (?:{_THING}|{_ABOUT}|{_VERBS}|to|a|an))*[ -]?(?:['\"“])?$"
)
_NOT_REALLY = lazy(
    r"(?:\b(?:we|i|our|you) (?:(?:do|did|have|are|am|is|was|were) )?(?:not|don't|didn't|haven't|aren't|isn't|never)"
    r"|\bnot (?:just|only|merely|necessarily)|\bwhy(?: \w+){0,3} not|\bor not|\bno longer|\bif not|\bnothing but"
    r"|\bnone but)\b.*$|\bwhether or not\b.*$"
)
_CONTRAST = lazy(
    r"\b(?:instead of|rather than|as opposed to|in place of|alternatives? (?:to|for)|replacements? for"
    r"|substitutes? for|equivalents? (?:of|to))(?: [\w']+){0,2} ?$"
)
_CONTRAST_OF_COMPANIES = lazy(r"\b(?:instead of|rather than|as opposed to)(?: (?:at|by|from))? $")
_SWAPPED = lazy(r"\b(?:swap|replace|exchange|trade|switch)(?: out)? $")
_FOR = lazy(r"^ (?:for|with|by|to) ")
_LIKENESS = lazy(
    r"^(?:[ -](?:alternatives?|clones?|style|like|ish|inspired|replacements?|equivalents?|compatible|esque)\b"
    r"|(?: \w+)? (?:inspired)\b)"
)
_JOINT = lazy(r"^(?:'s)?\s*(?:,|,? ?(?:and|or|nor|&)|/)\s*(?:from |about |by |at |with )?$")
_ALIKE = lazy(r"^(?:'s)?\s*(?:,|,? ?(?:and|or|&|vs\.?|versus)|/)\s*(?:from |at |by )?$")
_EXPLICIT = lazy(
    r"\b(?:tagged|tagged (?:with|as|by)|labell?ed(?: with| as)?|tags?:?|(?:with"
    r"|under) (?:the )?tags?)(?: the)? ?[\"'“]?$"
)
_EXPLICIT_AFTER = lazy(r"^[\"'”]? (?:tags?\b|as (?:a |the )?tag\b|tagged\b)")


def find(sentence: Sentence, vocabulary: Vocabulary) -> list[FoundName]:
    """The names in `sentence`, in order, each in its role. Where words fit several names, the longest meant one counts.

    Names that may be ordinary words are judged twice: first beside the sure names, then beside those judged to be meant.
    """
    spots = _spots(sentence, vocabulary)
    around = Surroundings()
    for spot in spots:
        sure = [name for name in spot.names if name.level == "always" and not name.subject_only]
        around.add(spot.start, spot.end, sure[:1])
    found = _meant(sentence, vocabulary, around, spots)
    if any(name.level == "word" for spot in spots for name in spot.names):
        for item in found:
            around.add(item.start, item.end, (item.name,))
        found = _meant(sentence, vocabulary, around, spots)
    return _in_roles(sentence, vocabulary, found)


def _meant(sentence: Sentence, vocabulary: Vocabulary, around: Surroundings, spots: list[_Spot]) -> list[FoundName]:
    found: list[FoundName] = []
    covered = 0
    for spot in spots:
        if spot.start < covered:
            continue
        explicit = _is_explicit(sentence, spot)
        meant = [name for name in spot.names if explicit or _is_meant(sentence, vocabulary, around, spot, name)]
        meant = _with_company(meant, spot, sentence, vocabulary)
        if meant:
            name = _chosen(meant, sentence, vocabulary, around, spot)
            found.append(FoundName(name, spot.start, spot.end, explicit=explicit))
            maker = _maker(sentence, vocabulary, spot, name)
            if maker and not around.companies - {maker.value}:
                found.append(FoundName(maker, spot.start, spot.start + 1))
            covered = spot.end
    return found


def _with_company(meant: list[Name], spot: _Spot, sentence: Sentence, vocabulary: Vocabulary) -> list[Name]:
    """Nothing where a company's name that is a product too is not meant as the company: "slack in the schedule"."""
    company_first = any(
        name.kind == "companies" and " ".join(name.words) in vocabulary.company_first for name in spot.names
    )
    if (
        company_first
        and not any(name.kind == "companies" for name in meant)
        and not re.match(_PRODUCT, sentence.after(spot.end - 1))
    ):
        return []
    return meant


def _maker(sentence: Sentence, vocabulary: Vocabulary, spot: _Spot, name: Name) -> Name | None:
    """The company in the front of its product's name: "datadog pgo" is Datadog's."""
    if name.kind != "technologies" or spot.end - spot.start < 2:
        return None
    matches = (names for length, names in vocabulary.match(sentence.words, spot.start) if length == 1)
    return next((one for names in matches for one in names if one.kind == "companies" and one.held), None)


def _spots(sentence: Sentence, vocabulary: Vocabulary) -> list[_Spot]:
    spots: list[_Spot] = []
    for start in range(len(sentence)):
        matches: list[Match] = vocabulary.match(sentence.words, start)
        spots.extend(_Spot(start, start + length, names) for length, names in matches)
    return spots


def _is_meant(sentence: Sentence, vocabulary: Vocabulary, around: Surroundings, spot: _Spot, name: Name) -> bool:
    tokens = sentence.tokens[spot.start : spot.end]
    if name.subject_only or any(token.possessive for token in tokens[:-1]):
        return False
    if name.kind == "companies" and name.value.isascii() and any(_ACCENTED.search(token.typed) for token in tokens):
        return False  # the German "über" is not Uber
    return is_meant(Place(sentence, vocabulary, around, name, spot.start, spot.end))


def _is_explicit(sentence: Sentence, spot: _Spot) -> bool:
    if not any(name.kind == "technologies" for name in spot.names):
        return False
    return bool(_EXPLICIT.search(sentence.before(spot.start)) or _EXPLICIT_AFTER.match(sentence.after(spot.end - 1)))


_ACCENTED = lazy(r"[^\W\d_a-zA-Z]")
_USED = lazy(r"\b(?:in|via|with|using|use|uses|through|into|over|inside|on top of|integrat\w+)(?: the)? $")
_OWNED = lazy(r"^ (?:at|in|inside) $")
_PRODUCT = r"^ (?:chat)?(?:bots?|integrations?|alerts|summaries|webhooks?)\b"
_AT = lazy(r"\b(?:at|by|inside) $|@ ?$")
_ASKED = lazy(r"\b(?:did|does|has|how|do) $")
_ACTS = lazy(
    r"^ (?:ever |also )?(?:writ(?:e|ten)|wrote|publish\w*|say|said|post(?:ed)?|blog\w*|use|uses|used|do|run|build"
    r"|built|deploy|hire|test)\b"
)
_MOVED = lazy(r"\b(?:migrat\w*|mov\w*|switch\w*|off|away|port\w*|went|go) from $|\bfrom $")


def _chosen(meant: list[Name], sentence: Sentence, vocabulary: Vocabulary, around: Surroundings, spot: _Spot) -> Name:
    """The one of several meanings: companies write, are worked at and have 's; technologies are used, and used at companies."""
    kinds: dict[Kind, Name] = {name.kind: name for name in meant}
    if not {"companies", "technologies"} <= set(kinds):
        return meant[0]
    company, technology = kinds["companies"], kinds["technologies"]
    owned = vocabulary.cues(technology).owner in around.companies - {company.value}
    if owned or _is_used_at_company(sentence, around, spot):
        return technology
    if _acts_as_company(sentence, spot, company, technology):
        return company
    before = sentence.before(spot.start)
    if technology.held and (re.match(_PRODUCT, sentence.after(spot.end - 1)) or before.endswith(" on ")):
        return technology
    if " ".join(company.words) in vocabulary.company_first:
        used = technology.held and _USED.search(before) and not re.match(r"compar|differ", sentence.plain)
        return technology if used else company
    return company if before.endswith("from ") and not technology.held else technology


def _is_used_at_company(sentence: Sentence, around: Surroundings, spot: _Spot) -> bool:
    """Whether it stands as in "Datadog at Lyft" or "from MongoDB to Postgres"."""
    at_company = "companies" in around.starts.get(spot.end + 1, ()) and _OWNED.match(
        _gap(sentence, spot.end, spot.end + 1)
    )
    moved = _MOVED.search(sentence.before(spot.start)) and sentence.after(spot.end - 1).startswith(" to ")
    return bool(at_company or moved)


def _acts_as_company(sentence: Sentence, spot: _Spot, company: Name, technology: Name) -> bool:
    """Whether it stands as in "at Datadog", "Datadog's" or "what did MongoDB write"."""
    before = sentence.before(spot.start)
    if _AT.search(before) or sentence.tokens[spot.end - 1].possessive:
        return True
    asked = _ASKED.search(before)
    return bool(asked and (company.held or not technology.held or _ACTS.match(sentence.after(spot.end - 1))))


def _gap(sentence: Sentence, end: int, start: int) -> str:
    if start >= len(sentence):
        return ""
    return sentence.plain[sentence.tokens[end - 1].end : sentence.tokens[start].start]


def _in_roles(sentence: Sentence, vocabulary: Vocabulary, found: list[FoundName]) -> list[FoundName]:
    roles: list[FoundName] = []
    for item in found:
        role, lead = _role(sentence, item)
        last = roles[-1] if roles else None
        if (
            role == "wanted"
            and last
            and last.name.kind == item.name.kind
            and _JOINT.match(_gap(sentence, last.end, item.start))
        ):
            role = last.role
        if role == "wanted" and item.name.kind == "technologies" and _is_example(sentence, vocabulary, item):
            role = "example"
        roles.append(replace(item, role=role, lead=lead))
    return _without_bystanders(sentence, roles)


def _without_bystanders(sentence: Sentence, found: list[FoundName]) -> list[FoundName]:
    """Companies the catalog does not hold are no restriction beside one it does, unless both are asked for alike."""
    companies = [item for item in found if item.name.kind == "companies" and item.role == "wanted"]
    if not any(item.name.held for item in companies) or all(item.name.held for item in companies):
        return found
    alike = re.search(r"\b(?:compar|vs\b|versus|differ|both)", sentence.plain)
    ends = {item.end: item for item in companies}
    bystanders = []
    for item in companies:
        beside = any(item.start - end in (0, 1) and _ALIKE.search(_gap(sentence, end, item.start)) for end in ends)
        ahead = any(
            other.start - item.end in (0, 1) and _ALIKE.search(_gap(sentence, item.end, other.start))
            for other in companies
        )
        if not (item.name.held or alike or beside or ahead):
            bystanders.append(item)
    return [replace(item, role="example") if item in bystanders else item for item in found]


def _role(sentence: Sentence, item: FoundName) -> tuple[Role, int | None]:
    before = sentence.before(item.start, 64)
    offset = sentence.tokens[item.start].start - len(before)
    if (_CONTRAST_OF_COMPANIES if item.name.kind == "companies" else _CONTRAST).search(before):
        return "contrast", None
    swapped = _SWAPPED.search(before)
    if item.name.kind == "companies" and swapped and _FOR.match(sentence.after(item.end - 1)):
        return "replaced", offset + swapped.start()
    likeness = _LIKENESS.match(sentence.after(item.end - 1))
    owner = sentence.tokens[item.end - 1].possessive  # "Slack's replacement for cron" is no replacement for Slack
    if (
        likeness and not owner and not (likeness.group() == " like" and sentence.plain.startswith(("is ", "are ")))
    ):  # "is X like Y?"
        return "example", None
    found = _RULES_OUT.search(before)
    if found and not _NOT_REALLY.search(before) and not _asks_why(sentence, before):
        return "excluded", offset + found.start()
    return "wanted", None


def _asks_why(sentence: Sentence, before: str) -> bool:
    """Whether it is asked why not: "why doesn't Uber use Kafka" is about Kafka and does not rule it out."""
    return sentence.plain.startswith(("why ", "how come ")) and bool(re.search(rf"\b{_NEGATED}\b", before))


def _is_example(sentence: Sentence, vocabulary: Vocabulary, item: FoundName) -> bool:
    """Whether the technology stands beside the broader word for it, as one example of a subject: "container and docker"."""
    classes = vocabulary.classes.get(item.name.value)
    if not classes:
        return False
    joints = (" and ", " or ", "/", " / ", " & ")
    before = (
        item.start >= 2 and sentence.word(item.start - 2) in classes and sentence.word(item.start - 1) in ("and", "or")
    )
    slash = (
        item.start >= 1
        and sentence.word(item.start - 1) in classes
        and _gap(sentence, item.start, item.start) in joints
    )
    after = sentence.word(item.end) in ("and", "or") and sentence.word(item.end + 1) in classes
    return before or slash or after
