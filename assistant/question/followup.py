"""How a question leans on the one before it: what kind of follow-up it is, if any. What is kept is `conversation`'s job."""

from __future__ import annotations

import re
from typing import Any

from assistant.question.facets import BARE_FACET
from assistant.question.frames import CHANGING_SUBJECT, CORRECTING
from assistant.question.parser import Understood
from assistant.question.patterns import lazy
from assistant.question.sentence import FUNCTION_WORDS
from assistant.question.set_phrases import POLITE, VAGUE, Lean, has_no_subject, set_phrase
from assistant.words import word_set

_OPENER = lazy(
    rf"^{POLITE}(?:and\b|or\b(?! not)|but\b|also\b|plus\b|what about\b|how about\b|what of\b|same (?:for|question"
    rf"|thing|but|with|in|at)\b|the same\b|only\b|just (?:the|those|from|show|in|with)\b|not\b|except\b|without\b|"
    r"excluding\b|exclude\b|add\b|include\b|remove\b|drop\b|minus\b|instead\b|rather\b|narrow\b|limit\b|restrict\b"
    r"|filter\b|sort\b|order\b|ignore\b|skip\b|forget\b"
    r"|(?:swap|replace|switch|exchange|trade)\b|nothing (?:from|about|by)\b|now\b|or\b|ones?\b|the (?:ones?"
    r"|(?:newest|latest|oldest|shortest|longest)(?! (?:articles?|posts?|stories|papers?|write-?ups?) (?:about|on|regarding)\b))\b|"
    r"those\b|these\b|any (?:of|from|by|at|with|that|in|newer|older|more|others?)\b|anything (?:else|newer|older"
    r"|more recent|shorter|longer|from|since|before|after|by|at|with|in|similar|under|less)\b|something (?:i can|we can|newer"
    r"|older|shorter|longer|more recent|similar)\b|"
    r"more\b|else\b|others?\b|which (?:ones?|of)\b"
    r"|(?:the )?(?:newest|latest|oldest|shortest|longest|first|last|best)(?: (?:one|article|post))?"
    r" (?:of|among|from) (?:them|those|these)\b"
    r"|(?:any|every|no)(?:one|body|thing) but\b|how many of (?:them|these|those)\b|newer\b|older\b|shorter\b"
    r"|longer\b|compare (?:that|it|them|this|those)\b|as well as\b|versus\b|vs\b)"
)
_ADDS = lazy(
    r"\b(?:add|also|plus|include|including|as well|too|together with|on top|along with|compare (?:that|it|them|this"
    r"|those) (?:to|with|against)|as well as|versus|vs)\b"
)
_CORRECTS = lazy(
    rf"^{CORRECTING}(?!\W*(?:who|what|which|how|why|when|where|does?|did|is|are|was|were|can|has|have|list|show)\b)"
)
_CHANGES_SUBJECT = lazy(rf"^{POLITE}{CHANGING_SUBJECT}")
_CORRECTED_WORDS = 4
_WITHIN = lazy(
    rf"^{POLITE}(?:(?:is there|do they have|have they|got|did they write) )?(?:anything|something|any (?:articles?|posts?))"
    r" (?:on|about|regarding|around)\b"
)
_ANY_CODE = lazy(
    r"\b(?:forget|remove|drop|ignore|never ?mind|regardless of|with or without|don't care about)(?: the)? code\b"
)
_OTHERS = lazy(
    r"\b(?:(?:any|every|some)(?:one|body) else|other (?:companies|teams|orgs|firms|engineering teams|people|places)"
    r"|others|elsewhere|anywhere else|who else|everywhere else|another company|different compan(?:y|ies)"
    r"|the rest)\b"
)
_ANYONE = lazy(
    r"\b(?:any|all|every) compan(?:y|ies)\b|\b(?:remove|drop|forget|without|clear) the compan(?:y|ies)\b"
    r"|\bany ?one\b(?! else| but| except)|\bregardless of (?:the )?company\b|\beveryone\b(?! else| but| except)"
)
_ANY_TIME = lazy(
    r"\b(?:any|all) (?:years?|dates?|times?)\b|\bregardless of (?:the )?(?:date|year|time)\b|\b(?:remove|drop"
    r"|forget|without) the (?:date|year)s?\b|\ball time\b"
)
_SUBJECT = lazy(
    r"\b(?:do|does|did|is|was|are|were|has|have|had|can|could|should|would|will|how|why|when|where|what|if|since"
    r"|after|that|once) (?P<word>they|it|he|she|that|this|these|those)\b(?! (?:article|post|one)s?\b)"
    r"(?!(?<=\bit) (?:really |ever |still )?(?:worth (?!it)|possible|better|ok|okay|good|a good|a bad|safe"
    r"|necessary|true|easier|hard|wise|time|reasonable|common|normal|make sense))"
)
_OBJECT = lazy(
    r"\b(?P<word>them|it|that|this|those|these|him|her)\b(?= ?(?:$|[?.!,]|\b(?:all|up|down|out|in|on|at|to|too|for"
    r"|with|without|now|there|differently|better|work|happen|safely|together|from|by)\b))"
)
_OWNER = lazy(r"\b(?P<word>their|its|his|her|theirs)\b")
_THAT_ARTICLE = lazy(r"\b(?:that|this|the same|the first|the second) (?:article|post|story|write-?up)\b")
_POINTED = lazy(r"\b(?P<word>this|that|these|those) (?:\w+)\b")
_PART = lazy(
    rf"^{POLITE}(?:(?:is|was) there (?:also )?|do you have |did they (?:also )?(?:write|publish) |where(?:'s| is) )?"
    r"(?:(?:an?|the|any) )?(?:(?:second|first|third|last|next|other) (?:part|half)|part (?:\d+|one|two|three|i+)|sequel"
    r"|follow-?up(?! (?:on|to|about)\b)|continuation|chapter \d+)\b"
    r"|\bthe (?:\w+ ){1,2}(?:part|side|bit|aspect)[\s?.!]*$|\b(?:specifically|in particular|in more detail|more details?)[\s?.!]*$"
)
_ARTICLE_NOUN = lazy(
    r"\b(?:articles?|posts?|stor(?:y|ies)|write-?ups?|blog ?posts?|papers?|reads?|deep dives?|pieces?)\b"
)
_FULL = lazy(
    r"\b(?:what|how much|how many|how often) .*\b(?:write|wrote|written|writes|publish|published|publishes|post"
    r"|posted|blogs?|blogged|say|said|came out|come out|cover|covered|put out|talk)\b|^(?:list|show|give|find|count"
    r"|how many|tell)\b"
)


_ALSO_DID = lazy(
    rf"^{POLITE}(?:\S+ ){{1,3}}(?:did|does|has|had|wrote|published) (?:one|some|it|that|this|the same|something)"
    r"(?: (?:similar|like (?:it|that)))?"
    r"(?:,? (?:as well|too|also))?[\s?.!]*$"
)
_ALIKE = lazy(
    rf"^{POLITE}(?:do|does|did|has|have|is|are|was|were) .*\b(?:similar(?:ly)?|alike|comparable|likewise|the same(?: thing| way)?"
    r"|like (?:that|this|it))[\s?.!]*$"
)
_GOES_ON = lazy(r"\b(?:again|afterwards?|after (?:that|this|it)|in the end|eventually|since then|later on)\b")
_BARE_FACET = lazy(BARE_FACET)
_AMONG = lazy(r"\b(?:which|how many|any|some|the ones?|ones?) (?:of|among) (?:them|those|these)\b")
_PICKS = lazy(r"^(?:and |but )?(?:only|just)\b|\bones?\b")
_THE_ONE = lazy(
    rf"^{POLITE}(?:and |what about )?the (?:(?:(?!ones?\b)\S+ ){{1,4}}ones?[\s?.!]*$|one (?:about|on|where|with the) )"
)
_TO_WHAT = lazy(
    rf"^{POLITE}(?:what|which \w+) (?:did|do|does) (?:they|it) (?:move|migrate|switch|change|go|pick|choose|use|replace it)"
    r"(?: (?:to|with|instead|for (?:it|that)|then|afterwards?))*[\s?.!]*$"
)


_FORMER = lazy(r"\b(former|latter)(?: (?:one|company))?(?=[\s?.!]*$)")
_THERE = lazy(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bout )(?<!\bover )(?<!\bget )(?<!\bbeen )\bthere(?= ?(?:$|[?.!,]))"
)
_THOSE_THINGS = lazy(r"\b(?:those|these) (?!articles|posts|stories|ones|companies|days|two|three|four|five)\w+")


def lean_of(understood: Understood) -> Lean:
    """The `Lean` of a question that has a conversation before it."""
    question, plain = understood.question, understood.sentence.plain
    if question.intent in ("greeting", "help") or _CHANGES_SUBJECT.match(plain):
        return Lean("fresh")
    if phrase := set_phrase(understood):
        return phrase
    singular, plural, person = _pronouns(understood)
    others, any_time = bool(_OTHERS.search(plain)), bool(_ANY_TIME.search(plain))
    flags: dict[str, Any] = {
        "singular": singular,
        "plural": plural,
        "adds": bool(_ADDS.search(plain)),
        "others": others,
        "anyone": bool(_ANYONE.search(plain)) and has_no_subject(understood),
        "any_time": any_time,
        "any_code": bool(_ANY_CODE.search(plain)),
        "person": person,
        "either": plain.startswith("or "),
        "picks": bool(_PICKS.search(plain)),
        "among": bool(_AMONG.search(plain)),
        "which": _which(plain),
        "extends": (person and bool(_GOES_ON.search(plain) or _THOSE_THINGS.search(plain)))
        or bool(_TO_WHAT.match(plain)),
    }
    if question.filters.companies and _ALSO_DID.match(plain):
        return Lean("narrow")
    if (_PART.search(plain) or _THE_ONE.match(plain)) and not (
        question.filters.companies or has_no_subject(understood)
    ):
        return Lean("about", **flags | {"extends": True})
    if _is_elliptic(understood):
        return Lean("about", **flags | {"singular": True})
    if question.facet:
        leans = _OPENER.match(plain) or _BARE_FACET.match(plain) or person
        return Lean("company" if leans and not question.filters.companies else "fresh")
    leans = (
        _OPENER.match(plain)
        or any((singular, plural, person, others, any_time, flags["anyone"]))
        or (_CORRECTS.match(plain) and _is_short(understood))
        or flags["which"] is not None
        or _is_fragment(understood)
        or bool(_ALIKE.match(plain) and question.filters and has_no_subject(understood))
    )
    if not leans:
        return Lean("fresh", within=bool(_WITHIN.match(plain)))
    return Lean("narrow" if has_no_subject(understood) else "about", **flags)


def _which(plain: str) -> int | None:
    """Which of two is meant by "the former" and "the latter"."""
    found = _FORMER.search(plain)
    return None if not found else 0 if found[1] == "former" else -1


def _is_short(understood: Understood) -> bool:
    """Whether a correction is only what it puts right, and no question of its own."""
    return len(understood.question.topic.split()) <= _CORRECTED_WORDS and not _FULL.search(understood.sentence.plain)


def _pronouns(understood: Understood) -> tuple[bool, bool, bool]:
    """Whether a thing ("it", "that"), things ("them", "those") and people ("they", "their") of earlier questions are meant."""
    sentence, filters = understood.sentence, understood.question.filters
    plain = sentence.plain
    singular, plural, person = bool(_THAT_ARTICLE.search(plain)), False, False
    for pattern in (_SUBJECT, _OBJECT, _OWNER):
        for found in pattern.finditer(plain):
            word = found["word"]
            if _has_antecedent(understood, found.start("word"), pattern is _SUBJECT, pattern is _OWNER):
                continue
            if word in ("it", "that", "this", "its"):
                singular = singular or not (
                    pattern is _SUBJECT
                    and word in ("that", "this")
                    and _POINTED.match(plain, found.start("word")) is None
                )
            elif word in ("them", "those", "these"):
                plural = True
            elif not filters.companies:
                person = True
    return singular, plural, person or (not filters.companies and bool(_THERE.search(plain)))


def _has_antecedent(understood: Understood, start: int, subject: bool, owner: bool) -> bool:
    """Whether something before the pronoun in the same question can be what it stands for."""
    before = understood.sentence.plain[:start]
    if any(understood.sentence.tokens[item.start].start < start for item in understood.found) and subject:
        return True
    if subject and "," not in before and len(before.split()) <= 4:
        return False
    if owner and re.search(
        r"\b(?:teams|people|companies|engineers|developers|others|you|we|i|someone|anyone)\b", before
    ):
        return True
    return any(
        token.end <= start and token.plain not in FUNCTION_WORDS | VAGUE | _NO_THINGS and len(token.plain) > 2
        for token in understood.sentence.tokens
        if not any(
            understood.sentence.tokens[item.start].start <= token.start < understood.sentence.tokens[item.end - 1].end
            for item in understood.found
        )
    ) and not _short_verb(before)


_NO_THINGS = word_set(
    "tell show explain know think made make makes choose chose pick picked adopt adopted drop dropped leave left like"
)
"""Verbs before a pronoun, which it cannot stand for."""
_SHORT = lazy(
    r"\W*(?:\w+ )?(?:how|why|when|where|what|who|which)"
    r"(?: (?:do|does|did|can|could|would|should|will|to|is|are|was|were))?"
    r"(?: (?:they|you|we|i|people|teams|others|other companies))?(?: \w+){0,2} ?"
)


def _short_verb(before: str) -> bool:
    """Whether the only thing before the pronoun is a question about it: "how do they search (them)"."""
    return bool(_SHORT.fullmatch(before))


def _is_fragment(understood: Understood) -> bool:
    """Whether the question is nothing but a restriction: "Yelp?", "from Slack?", "before 2023", "with code"."""
    question, plain = understood.question, understood.sentence.plain
    if not question.topic and not question.filters and question.intent in ("count", "list"):
        return not _ARTICLE_NOUN.search(plain)
    if re.search(r"\bones?\b", plain) and not _ARTICLE_NOUN.search(plain) and has_no_subject(understood):
        return True
    if question.topic or question.filters.authors or _FULL.search(plain):
        return False
    if question.filters.technologies:
        bare = len(understood.sentence) <= 3 and plain.endswith("?") and not question.by_company
        return not question.filters.companies and (bare or bool(re.match(r"^(?:on|in|with|using|for|about) ", plain)))
    if not question.filters and question.order == "relevance":
        return False
    return not (_ARTICLE_NOUN.search(plain) and not re.search(r"\bones?\b", plain))


def _is_elliptic(understood: Understood) -> bool:
    """Whether the question is too short to have a subject: "what went wrong?", "why?"."""
    sentence, question = understood.sentence, understood.question
    asks = sentence.word(0) in ("what", "why", "how", "when")
    words = question.topic.lower().split()
    return (
        asks
        and len(sentence) <= 4
        and not question.filters
        and question.intent == "topic"
        and all(word in VAGUE | _UPSHOT | FUNCTION_WORDS for word in words)
    )


_UPSHOT = word_set(
    "wrong broke broken failed fail caused cause root lesson lessons outcome outcomes impact trade-offs tradeoffs"
)
