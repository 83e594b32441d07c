"""How a question can lean on the one before it (`Lean`), and the follow-ups that are nothing but a set phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.question.parser import Understood
from assistant.question.patterns import lazy
from assistant.question.sentence import FUNCTION_WORDS
from assistant.words import word_set

Kind = Literal["fresh", "narrow", "about", "author", "company", "again", "article", "credit", "fact"]

POLITE = (
    r"(?:(?:ok(?:ay)?|so|now|well|hm+|right|great|nice|thanks|thank you|cool|sure|yes|yeah|no|please|then|alright"
    r"|actually|wait|sorry|and|but)[, .!]+)*"
)
_AGAIN = lazy(
    rf"^{POLITE}(?:(?:anything|what|something|who|anyone|is there anything|got anything) (?:else|more)|more"
    rf"|more (?:please|results|articles|of (?:them|those|these|that)|like (?:this|that|these|those))"
    rf"|(?:show (?:me )?)?(?:(?:some|a few|\d{{1,2}}) )?more(?: (?:articles|posts|results|of them))?|others?"
    r"|(?:the )?next(?: (?:ones|page|articles|\d+))?|(?:show (?:me )?)?the (?:rest|others)"
    rf"|continue|go on)(?: (?:please|on (?:that|this)"
    rf"|about (?:that|this|it)|like (?:that|this)))*[\s?.!]*$"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ARTICLE_SHOWN = lazy(
    rf"^{POLITE}(?:(?:(?:show|give|find|get|tell) (?:me )?)?(?:(?:some|any|a bit|a few|a little) )?"
    r"(?:(?:more|others?|something|anything|articles?|posts?) (?:like|similar to|close to|related to|about|on)"
    r"|similar (?:articles? |posts? |ones )?to|details (?:on|about|of))"
    r"|summari[sz]e|explain|expand on|elaborate on|what (?:is|was|does)|what's|what about|open|go to)"
    r" (?:in )?(?:the )?(?:(?P<word>" + "|".join(_ORDINALS) + r"|1st|2nd|3rd|[4-9]th|10th|last|top)"
    r"(?: (?:one|article|post|story|link|result|card|hit|piece|write-?up))?"
    r"|(?:\[|#|number |no\. ?|nr\.? ?|article |result |card )+(?P<number>\d{1,2})\]?)"
    r"(?: (?:about|say|says|one))*[\s?.!]*$"
)
_SHOWN_ALONE = lazy(
    rf"^{POLITE}(?:(?:(?:show|give|get|tell|read)(?: me| us)?|open|see|pick|take) )?"
    rf"(?:the (?P<word>{'|'.join(_ORDINALS)}|1st|2nd|3rd|[4-9]th|10th|last|top)(?: (?:one|article|post|story|link|result|card|hit|piece))?"
    rf"|(?:\[|#|number |no\. ?|nr\.? ?|article |result |card )(?P<number>\d{{1,2}})\]?)(?: please)?[\s?.!]*$"
)
_ITS_FACTS = lazy(
    rf"^{POLITE}(?:when (?:was|is|were|did (?:they|he|she) (?:write|publish|post))|what (?:date|year|day) (?:was|is)"
    r"|how (?:long|old|recent) (?:is|was)|what(?:'s| is) the (?:date|reading time|length|url|link|address) of"
    r"|(?:which|what) (?:company|blog) (?:wrote|published|is behind))"
    rf" (?:(?:it|this|that)(?: one)?|(?:the|that|this) (?:(?P<word>{'|'.join(_ORDINALS)}|last|top) ?)?(?:one|article|post|story))"
    r"(?: (?:written|published|posted|released|from|dated|to read|out))*[\s?.!]*$"
)
_ITS_AUTHOR = lazy(
    rf"^{POLITE}(?:who (?:wrote|authored|published)|who(?:'s| is| was| are| were)? the authors? of|who are its authors?|by whom is)"
    rf"(?: (?:it|this|that)(?: one)?| (?:the|that|this)? ?(?P<word>{'|'.join(_ORDINALS)}|last|top)? ?(?:one|article|post))?[\s?.!]*$"
)
_OF_ONE: tuple[tuple[re.Pattern[str], Kind], ...] = ((_ITS_AUTHOR, "credit"), (_ITS_FACTS, "fact"))
_COMPARES = lazy(rf"^{POLITE}(?:compare|contrast) (?:them|those|these|both|the two|these two|the companies)\b")
_MOVED_TIME = (
    rf"^{POLITE}(?:and )?(?:what about )?"
    r"(?:(?:any(?:thing)? )?(?:from )?(?:%s) (?:that|then|this)|(?:any )?%s(?: ones?)?)[\s?.!]*$"
)
_EARLIER = lazy(_MOVED_TIME % ("before|prior to", "earlier"))
_LATER = lazy(_MOVED_TIME % ("after|since", "later"))
_SAME_AUTHOR = lazy(
    r"\b(?:same|that|this|these|those|first|its|his|her|their) (?:(?:article|post)'?s? )?(?:authors?|writers?"
    r"|person|engineer|guy|people who wrote it)\b|\b(?:by|from) (?:him|her)\b|\b(?:has|did|does) (?:he"
    r"|she) (?:also |else )?(?:write|written|publish|wrote)\b"
)
_SAME_COMPANY = lazy(
    r"\b(?:same|that|this) (?:company|team|blog|firm|org)\b|\b(?:what|anything|something) (?:else|more)(?: (?:did"
    r"|have|has|do|does|from|by))+ (?:they|them)\b|\b(?:more|other(?: articles?| posts?)?|articles|posts|everything"
    r"|anything|stuff) (?:from|by) them\b"
)
VAGUE = word_set(
    "happened happen happens do does did done use used uses using go goes went going learn learned learnt work "
    "works worked change changed changes teams team people companies engineers other others solve solved handle "
    "handled help helped cost costs long much many well better exactly actually first next then approach "
    "approached deal tackle compare compared look looks mean means affect affected improve improved turn turned "
    "end ended similar different too also same thing way end result results problem problems"
)
_ACTS = word_set(
    "add include remove drop exclude narrow limit restrict filter sort order ignore skip forget newer older "
    "shorter longer recent else more specifically instead rather code writing articles posts ones one compare "
    "newest oldest latest show same question nothing results company companies year years date dates filter "
    "please thanks version side"
)


@dataclass(frozen=True, slots=True)
class Lean:
    """How a question leans on the one before.

    `kind`: "fresh" (not at all), "narrow" (new restrictions on the old subject), "about" (a new subject within the old
    restrictions), "author" / "company" (more by the same), "again" (more of the same), "article" (like the one shown in place
    `nth`, from 1; -1 for the last), "credit" (who wrote that one), "fact" (when it was written, how long it takes to read).

    `singular` is set for "it" or "that", `plural` for "them" or "those" standing for a thing, `person` for "they". `adds` where
    names join the old ones instead of replacing them, `either` for "or 2021", `compares` for "compare them", `others` for
    "anyone else". `anyone`, `any_time` and `any_code` where a restriction is lifted, `earlier` and `later` where the time before
    or after the old dates is asked for. `extends` where the new words add to the old subject. `within` for "anything on ...?",
    which is fresh unless a company was looked at as a whole.
    """

    kind: Kind
    singular: bool = False
    plural: bool = False
    adds: bool = False
    others: bool = False
    anyone: bool = False
    any_time: bool = False
    extends: bool = False
    earlier: bool = False
    later: bool = False
    nth: int = 0
    person: bool = False
    compares: bool = False
    either: bool = False
    within: bool = False
    any_code: bool = False


def set_phrase(understood: Understood) -> Lean | None:
    """The `Lean` of a question that is nothing but "more", "the second one", "the same author" or "before that"."""
    question, plain = understood.question, understood.sentence.plain
    if nth := _article_shown(plain):
        return Lean("article", nth=nth)
    for pattern, kind in _OF_ONE:
        if found := pattern.match(plain):
            return Lean(kind, nth=_place(found["word"] or "first"))
    if _COMPARES.match(plain) and has_no_subject(understood):
        return Lean("narrow", compares=True)
    if _SAME_AUTHOR.search(plain):
        return Lean("author")
    if _SAME_COMPANY.search(plain) and not question.filters.companies and has_no_subject(understood):
        return Lean("company")
    if _AGAIN.match(plain):
        return Lean("again", others="else" in plain and plain.startswith(("who", "anyone")))
    earlier, later = bool(_EARLIER.match(plain)), bool(_LATER.match(plain))
    return Lean("narrow", earlier=earlier, later=later) if earlier or later else None


def _article_shown(plain: str) -> int:
    """Which of the articles shown is pointed at, from 1; -1 for the last, 0 for none."""
    found = _ARTICLE_SHOWN.match(plain) or _SHOWN_ALONE.match(plain)
    if found is None:
        return 0
    if found["number"]:
        return int(found["number"])
    return _place(found["word"])


def _place(word: str) -> int:
    """The number that an ordinal says; -1 for the last."""
    if word in ("last", "top"):
        return -1 if word == "last" else 1
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def has_no_subject(understood: Understood) -> bool:
    """Whether the question has no subject of its own besides names and pronouns."""
    words = understood.question.topic.lower().replace("?", "").split()
    return all(word in FUNCTION_WORDS or word in VAGUE or word in _ACTS for word in words)
