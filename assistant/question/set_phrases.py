"""How a question can lean on the one before it (`Lean`), and the follow-ups that are nothing but a set phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.question.parser import Understood
from assistant.question.patterns import lazy
from assistant.question.sentence import FUNCTION_WORDS
from assistant.question.types import Order
from assistant.words import word_set

Kind = Literal["fresh", "narrow", "about", "author", "company", "again", "article", "credit", "fact"]

POLITE = (
    r"(?:(?:ok(?:ay)?|so|now|well|hm+|right|great|nice|thanks|thank you|cool|sure|yes|yeah|no|please|then|alright"
    r"|actually|wait|sorry|and|but|(?:i|we) (?:think|guess|believe|suppose|heard))[, .!]+)*"
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
_NOUN = r"(?:one|article|post|story|link|result|card|hit|piece|write-?up)"
_PLACED = (
    rf"(?:(?:the |that |this )?(?P<word>{'|'.join(_ORDINALS)}|1st|2nd|3rd|[4-9]th|10th|last|top)(?: {_NOUN})?"
    r"|(?:the )?(?:\[|#|(?:number|no|nr|article|result|card)\.? ?#?)(?P<number>\d{1,2})\]?)"
)
_ONE = rf"(?:(?:it|this|that)(?: one)?|(?:the|that|this) {_NOUN}|{_PLACED})"
_TELL = (
    r"(?:(?:show|give|get|tell|read|send)(?: me| us)?(?: more)?(?: about| on)?|open|see|pick|take|go to|explain|expand on"
    r"|elaborate on|summari[sz]e|more (?:about|on)|(?:some |a few |the |more )?details (?:on|about|of)|(?:a |the )?summary of"
    r"|(?:give me |what(?:'s| is) )?(?:a |the )?(?:link|url) (?:to|of|for)|what (?:is|was|does)|what's|what about|how about)"
)
_SHOWN = lazy(
    rf"^{POLITE}(?:{_TELL} )?(?:in )?{_PLACED}(?: (?:about|say|says|please|in detail))*(?:, (?:the one )?(?:about|on) [\w ]+)?[\s?.!]*$"
)
_LIKE = lazy(
    rf"^{POLITE}(?:(?:show|give|find|get)(?: me)? )?(?:(?:some|any|a few) )?"
    r"(?:(?:more|others?|something|anything|articles?|posts?|ones?) (?:like|similar to|close to|related to)"
    r"|(?:anything |something |more )?similar(?: (?:articles?|posts?|ones?|stories))?(?: to)?)"
    rf"(?: {_ONE})?[\s?.!]*$"
)
_ITS_FACTS = lazy(
    rf"^{POLITE}(?:when (?:was|is|were|did (?:they|he|she) (?:write|publish|post))|what (?:date|year|day) (?:was|is)"
    r"|how (?:long|old|recent) (?:is|was)|(?:what(?:'s| is) )?the (?:date|reading time|length|link|address) of"
    rf"|(?:which|what) (?:company|blog) (?:wrote|published|is behind|is)) {_ONE}(?: (?:written|published|posted|released|from"
    r"|dated|to read|out))*[\s?.!]*$"
)
_ITS_AUTHOR = lazy(
    rf"^{POLITE}(?:who are its authors?|(?:who (?:wrote|authored|published)"
    r"|who(?:'s| is| was| are| were)? the (?:authors?|writers?)(?: of)?"
    rf"|by whom is)(?: {_ONE})?)[\s?.!]*$"
)
_ASKS_OF_IT = lazy(
    rf"^{POLITE}(?:(?:does|do|has|is) it (?:have|include|contain|come with|use|mention|long|short|old|new|recent|by|from)\b.*"
    r"|(?:what|which) (?:technolog\w+|tech(?: stack)?|tags|company|blog|year) (?:does|is|did|wrote) it\b.*"
    r"|what(?:'s| is) it about|(?:who|when|how long|how old|(?:the )?(?:date|link|length|company))(?: (?:is|was) it)?)[\s?.!]*$"
)
_OF_ONE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_ITS_AUTHOR, "credit"),
    (_ITS_FACTS, "fact"),
    (_SHOWN, "fact"),
)
"""What is asked of one article alone."""
_COMPARES = lazy(rf"^{POLITE}(?:compare|contrast) (?:them|those|these|both|the two|these two|the companies)\b")
_MOVED_TIME = (
    rf"^{POLITE}(?:and )?(?:what about )?"
    r"(?:(?:any(?:thing)? )?(?:from )?(?:%s) (?:that|then|this)|(?:any )?%s(?: ones?)?)[\s?.!]*$"
)
_VERSION = lazy(
    rf"^{POLITE}(?:(?:show|give)(?: me)? |what(?:'s| is) |and )?(?:the |an? )?(?:\S+ ){{1,2}}(?:version|equivalent|counterpart)[\s?.!]*$"
)
_ORDERS: dict[str, Order] = {
    "newer": "newest",
    "recent": "newest",
    "fresher": "newest",
    "older": "oldest",
    "shorter": "shortest",
    "longer": "longest",
}
_COMPARATIVE = lazy(
    rf"^{POLITE}(?:(?:(?:is|are) there |got |have you got |do you have |show me |and )*(?:any(?:thing)?|something|some|an?) )?"
    rf"(?P<word>more recent|{'|'.join(_ORDERS)})(?: (?:ones?|articles?|posts?|reads?|stuff))?(?: please)?[\s?.!]*$"
)
_ANY_CODE = lazy(r"(?:(?:i|we) )?(?:don't|do not) (?:care|mind) (?:about|whether|if)\b.* code[\s.!]*$")
_EARLIER = lazy(_MOVED_TIME % ("before|prior to", "earlier"))
_LATER = lazy(_MOVED_TIME % ("after|since", "later"))
_SAME_AUTHOR = lazy(
    r"\b(?:else|more|others?|also)\b.*\bthe (?:authors?|writers?)\b(?! of\b)"
    r"|\b(?:same|that|this|these|those|first|its|his|her|their) (?:(?:article|post)'?s? )?(?:authors?|writers?"
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
    "end ended similar comparable alike likewise different too also same thing way end result results problem problems"
)
_ACTS = word_set(
    "add include remove drop exclude narrow limit restrict filter sort order ignore skip forget newer older "
    "shorter longer recent else more specifically instead rather code writing articles posts ones one compare "
    "newest oldest latest show same question nothing results company companies year years date dates filter "
    "please thanks side two swap replace switch"
)


@dataclass(frozen=True, slots=True)
class Lean:
    """How a question leans on the one before.

    `kind`: "fresh" (not at all), "narrow" (new restrictions on the old subject), "about" (a new subject within the old
    restrictions), "author" / "company" (more by the same), "again" (more of the same), "article" (like the one shown in place
    `nth`, from 1; -1 for the last, 0 for "it"), "credit" (who wrote that one), "fact" (that one alone: what and how old it is).

    `singular` is set for "it" or "that", `plural` for "them" or "those" standing for a thing, `person` for "they". `adds` where
    names join the old ones instead of replacing them, `either` for "or 2021", `compares` for "compare them", `others` for
    "anyone else". `anyone`, `any_time` and `any_code` where a restriction is lifted, `earlier` and `later` where the time before
    or after the old dates is asked for. `extends` where the new words add to the old subject. `within` for "anything on ...?",
    which is fresh unless a company was looked at as a whole. `picks` for "only the Pinterest ones": some of what was found.
    `among` for "which of those use Go?", which asks for both. `order` for "anything newer?". `which` for "only the latter": the
    place among the companies, or else the technologies, that were named.
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
    picks: bool = False
    among: bool = False
    which: int | None = None
    order: Order | None = None


def set_phrase(understood: Understood) -> Lean | None:
    """The `Lean` of a question that is nothing but "more", "the second one", "the same author" or "before that"."""
    question, plain = understood.question, understood.sentence.plain
    if (found := _LIKE.match(plain)) and (found["word"] or found["number"] or not _AGAIN.match(plain)):
        return Lean("article", nth=_place(found))
    for pattern, kind in _OF_ONE:
        if found := pattern.match(plain):
            return Lean(kind, nth=_place(found))
    if narrows := _narrowing(understood):
        return narrows
    if _SAME_AUTHOR.search(plain):
        return Lean("author")
    if _SAME_COMPANY.search(plain) and not question.filters.companies and has_no_subject(understood):
        return Lean("company")
    if _AGAIN.match(plain):
        return Lean("again", others="else" in plain and plain.startswith(("who", "anyone")))
    return None


def _narrowing(understood: Understood) -> Lean | None:
    """The `Lean` of "compare them", "with or without code", "the Netflix version", "anything newer?" or "before that"."""
    plain = understood.sentence.plain
    if _COMPARES.match(plain) and has_no_subject(understood):
        return Lean("narrow", compares=True)
    if _ANY_CODE.match(plain):
        return Lean("narrow", any_code=True)
    if _VERSION.match(plain) and understood.question.filters.companies:
        return Lean("narrow")
    if compared := _COMPARATIVE.match(plain):
        return Lean("narrow", order=_ORDERS[compared["word"].split()[-1]])
    earlier, later = bool(_EARLIER.match(plain)), bool(_LATER.match(plain))
    return Lean("narrow", earlier=earlier, later=later) if earlier or later else None


def asks_of_it(plain: str) -> bool:
    """Whether a question that follows one article asks what that is: "does it include code?", "when?"."""
    return bool(_ASKS_OF_IT.match(plain))


def _place(found: re.Match[str]) -> int:
    """Which of the articles shown is pointed at, from 1; -1 for the last, 0 for "it"."""
    word = found["word"]
    if found["number"] or not word:
        return int(found["number"] or 0)
    if word in ("last", "top"):
        return -1 if word == "last" else 1
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def has_no_subject(understood: Understood) -> bool:
    """Whether the question has no subject of its own besides names and pronouns."""
    words = understood.question.topic.lower().replace("?", "").split()
    return all(word in FUNCTION_WORDS or word in VAGUE or word in _ACTS for word in words)
