"""Restrictions on the day of publication: "in 2023", "since March 2021", "the last two years", "between 2016 and 2018".

A date that says when something happened ("the March 2023 outage", "who won in 2022") restricts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.question.days import MONTH_NAME, Point, Relative, Span, parted, points, relatives
from assistant.question.patterns import lazy
from assistant.question.sentence import Reading, Sentence

ARTICLE_NOUN = (
    r"(?:articles?|posts?|blog ?posts?|blogs?|write-?ups?|stor(?:y|ies)|pieces?|papers?|entr(?:y|ies)|reads?"
    r"|publications?|content|stuff|ones?|things?|"
    r"anything|something|everything|nothing|material|case studies|reports?|deep dives?|results?|texts?|essays?"
    r"|tutorials?|talks?)"
)
_PUBLISHED = (
    r"(?:published|posted|written|wrote|released|dated|publish|write|post|came out|come out|out|appeared|released"
    r"|blogged|put out|said|from|new|newer|older|say)"
)
_SINCE = lazy(
    r"\b(since|from|starting(?: in| from)?|as of|beginning(?: in)?|not before|no earlier than|not older than"
    r"|at least from)(?: the)? $"
)
_FROM = lazy(r"\bfrom(?: the)? $")
_AFTER = lazy(
    r"\b(?<!not )(?<!no )(?:after|newer than|later than|more recent than|younger than|past|post)(?: the)?[ -]$|\bpost-$"
)
_BEFORE = lazy(
    r"\b(?<!not )(?<!no )(?:before|older than|earlier than|prior to|pre|predating|ahead of)(?: the)?[ -]$|\bpre-$"
)
_UNTIL = lazy(
    r"\b(?:until|till|til|up to|up until|through|no later than|not after|not later than|by|to|up to and including"
    r"|up through)(?: the)?(?: end of)? $"
)
_WITHIN = lazy(
    r"\b(?:in|during|within|throughout|of|for|dated|around|from|on|over)(?: the)?(?: year| month(?: of)?)? $"
)
_ONWARD = lazy(
    r"^,? ?(?:onwards?|on\b(?! \w)|and (?:later|newer|after|onwards?|beyond|up)|or (?:later|newer|after)|\+"
    r"|to (?:now|today|the present|present|date)|until (?:now|today)|till (?:now|today))"
)
_BACKWARD = lazy(r"^,? ?(?:and|or) (?:earlier|before|older)\b|^ backwards?\b")
_RANGE = lazy(r"^ ?(?:to|and|-|–|—|until|till|through|thru) ?(?:the )?$")
_BETWEEN = lazy(r"\b(?:between|from|in|during|of|the years)(?: the)? ?(?:years )?$")
_EVENT = (
    r"(?:outage|incident|crash|breach|leak|attack|downtime|failure|blackout|election|cup|olympics|finals?"
    r"|championship|war|pandemic|vulnerability|"
    r"post-?mortem|black friday|cyber monday|kubecon|re:?invent|conference|summit|hack ?week|wrapped|super bowl"
    r"|earthquake|eclipse|acquisition|ipo|"
    r"migration|launch|hackathon|grants?|award|sponsorship|leap second|disaster|meltdown|fire|flood|layoffs|rebrand"
    r"|event|fiasco|disruption|bug)"
)
_EVENT_AFTER = lazy(rf"^(?:'s)? (?:[\w-]+ ){{0,2}}{_EVENT}\b(?! {ARTICLE_NOUN})")
_EVENT_BEFORE = lazy(
    rf"(?<!without )(?<!with no )(?<!zero.)\b{_EVENT}(?: \w+ed)?(?:,| (?:of|from|in|on|during|back in|around))*(?: the)? $"
)
_HAPPENED = lazy(
    r"\b(?:happen(?:ed|s)?|won|win|born|died|founded|broke|crashed|failed|went (?:down|wrong)|go down|goes down"
    r"|hit by|struck|came back|recover(?:ed)?|occurred|took place|"
    r"go offline|went offline|caused|suffered?|experienced?)\b"
)
_DID = lazy(r"\b(?:did|didn't|was|were|had|could|couldn't|histor(?:y|ies)|evolution|evolved)\b")
_SAID = lazy(
    r"\b(?:publish(?:ed|es)?|post(?:ed)?|writ(?:e|es|ten)|wrote|blog(?:ged)?|released|said|say|talk(?:ed)? about"
    r"|came out|come out|put out)\b"
)
_ARTICLE_BEFORE = lazy(
    rf"\b{ARTICLE_NOUN}(?: (?:{_PUBLISHED}|that|which|were|was|are|have|been|dated|the|year))*[ ,(]*(?:in|from|of"
    rf"|during|on|for|since|after|before|until|the|year)*[ (]*$"
)
_PUBLISHED_BEFORE = lazy(
    rf"\b{_PUBLISHED}(?: (?:in|on|during|since|after|before|until|between|from|by|the|year|\w+ly))*[ (]*$"
)
_ARTICLE_AFTER = lazy(rf"^(?:'s)? (?:[\w/+-]+ ){{0,3}}{ARTICLE_NOUN}\b")
_PLURAL_AFTER = lazy(r"^ (?:[a-z]+ )?[a-z]{3,}s\b")


_NOTHING = lazy(
    r"\b(?:nothing|none|no one|not anything|(?:but |and )?not|no (?:articles?|posts?|reads?)"
    r"|(?:don't|do not) want (?:anything|any)|anything but)"
    r"(?: (?:that is|that's|which is|published|written))? ?$"
)
_ONLY = lazy(r"\b(?:only|just|strictly)(?: (?:from|in))? $")
_RATHER = lazy(r"^,? ?(?:rather than|instead of|in place of) (?:in |from )?$")
LEFT_OUT = "left_out"
_LEFT_OUT = lazy(
    r"\b(?:but |and |just |only )?(?:not|except(?: for)?|excluding|other than|apart from)"
    r"(?: (?:(?:those|the ones|anything|articles|posts) )?(?:published |written |posted )?(?:in|from|of|during|for))? $"
)
_DATED = lazy(rf"\d|year|month|week|day|quarter|decade|\b(?:{MONTH_NAME})\b")


def read(sentence: Sentence, today: date) -> list[Reading]:
    """The publication dates that `sentence` asks for, as readings of published_from and published_to.

    Those to be left out, which no filter can say, are readings of LEFT_OUT.
    Relative dates count from `today`. The last restriction wins where several are stated; impossible ones are dropped.
    """
    plain = parted(sentence.plain)
    if not _DATED.search(plain):
        return []
    unread = _left_out(sentence, plain, today)
    spans: list[tuple[Span, int, int]] = list(_absolute(plain, today)) or list(_relative(plain, today))
    first: tuple[date, int, int] | None = None
    last: tuple[date, int, int] | None = None
    for span, start, end in spans:
        if span.first is not None:
            first = (span.first, start, end)
            last = None if span.last is None else last
        if span.last is not None:
            last = (span.last, start, end)
    if first and last and first[0] > last[0]:
        return unread
    readings = unread
    if first:
        readings.append(Reading("published_from", first[0].isoformat(), *first[1:]))
    if last:
        readings.append(Reading("published_to", last[0].isoformat(), *last[1:]))
    return readings


def _left_out(sentence: Sentence, plain: str, today: date) -> list[Reading]:
    """The dates that are to be left out ("not in 2023"), as written."""
    found = ((point, _LEFT_OUT.search(plain[: point.start])) for point in points(plain, today))
    return [
        Reading(LEFT_OUT, sentence.text[point.start : point.end], lead.start(), point.end)
        for point, lead in found
        if lead
    ]


def _absolute(plain: str, today: date) -> Iterator[tuple[Span, int, int]]:
    found = points(plain, today)
    place = 0
    while place < len(found):
        point = found[place]
        after = found[place + 1] if place + 1 < len(found) else None
        joined = _range(plain, point, after) if after else None
        restriction = joined or _restriction(plain, point)
        instead = after is not None and bool(_RATHER.match(plain[point.end : after.start]))
        if after and restriction and instead:  # "2023 rather than 2021"
            restriction = (*restriction[:2], after.end)
        if restriction:
            yield restriction
        place += 2 if joined or instead else 1


def _range(plain: str, one: Point, other: Point) -> tuple[Span, int, int] | None:
    """The stretch from one date to another: "2016 to 2018", "between May and July 2020", "from 2021 or 2022".

    "2016 and 2018" alone is none.
    """
    between = plain[one.end : other.start]
    lead = _BETWEEN.search(plain[: one.start])
    joint = between.strip()
    spans = _RANGE.match(between) and (joint != "and" or lead)
    adjoins = lead and joint in ("or", "and/or") and other.first == one.last + timedelta(days=1)
    if not (spans or adjoins) or one.first > other.last:
        return None
    return Span(one.first, other.last), lead.start() if lead else one.start, other.end


def _restriction(plain: str, point: Point) -> tuple[Span, int, int] | None:
    before, after = plain[: point.start], plain[point.end :]
    if _LEFT_OUT.search(before):
        return None
    onward, backward = _ONWARD.match(after), _BACKWARD.match(after)
    tail = onward or backward
    if tail:
        lead = _SINCE.search(before) or _WITHIN.search(before)
        span = Span(point.first, None) if onward else Span(None, point.last)
        return span, lead.start() if lead else point.start, point.end + tail.end()
    if _is_event(before, after):
        return None
    for pattern, span in (
        (_AFTER, Span(point.last + timedelta(days=1), None)),
        (_BEFORE, Span(None, point.first - timedelta(days=1))),
        (_SINCE, Span(point.first, None)),
        (_UNTIL, Span(None, point.last)),
    ):
        found = pattern.search(before)
        if found and not (pattern is _SINCE and _FROM.search(before)) and _may_bound(before, after, point, found):
            return _unless_nothing(plain, point, pattern, span, found.start())
    lead = _WITHIN.search(before) or (None if point.bare_year else _BETWEEN.search(before))
    if point.distant and not (lead and lead.group().startswith(("in ", "during ")) and not after.strip(" ?.!,")):
        return None
    if _may_name(before, after, point, lead is not None):
        return Span(point.first, point.last), lead.start() if lead else point.start, point.end
    return None


def _unless_nothing(
    plain: str, point: Point, pattern: re.Pattern[str], span: Span, start: int
) -> tuple[Span, int, int]:
    """The bound, turned round where nothing is wanted behind it: "nothing older than 2022"."""
    nothing = _NOTHING.search(plain[:start]) if pattern in (_AFTER, _BEFORE) else None
    if nothing is None:
        return span, start, point.end
    return Span(point.first, None) if pattern is _BEFORE else Span(None, point.last), nothing.start(), point.end


def _is_event(before: str, after: str) -> bool:
    """Whether the date tells when something happened, not when it was written about."""
    if _EVENT_AFTER.match(after) and before.endswith((" of ", " about ", " on ")):
        return True
    if _ARTICLE_BEFORE.search(before) or _PUBLISHED_BEFORE.search(before.removesuffix("from ")):
        return False
    return bool(_EVENT_AFTER.match(after) or _EVENT_BEFORE.search(before) or _HAPPENED.search(before))


def _may_bound(before: str, after: str, point: Point, lead: re.Match[str]) -> bool:
    """Whether "before 2000" bounds a date: a bare number followed by what it counts does not ("up to 2000 nodes")."""
    if _tells_history(before[: lead.start()]) or (point.distant and after.strip(" ?.!,")):
        return False
    if (
        lead.group().startswith(("to", "by", "through", "past", "up to"))
        and point.bare_year
        and _PLURAL_AFTER.match(after)
    ):
        return False
    return not (lead.group().startswith("to ") and not _ARTICLE_BEFORE.search(before[: lead.start()] + " "))


def _may_name(before: str, after: str, point: Point, led: bool) -> bool:
    """Whether a date without "since" or "before" restricts: it must belong to articles, or stand in a short noun phrase."""
    if _ARTICLE_BEFORE.search(before) or _PUBLISHED_BEFORE.search(before):
        return True
    if _ONLY.search(before) and not after.strip(" ?.!,"):
        return True
    if point.bare_year and point.first.year % 100 == 0 and _PLURAL_AFTER.match(after):
        return False
    if _ARTICLE_AFTER.match(after) or (_CLAUSE_BEFORE.search(before) and _CLAUSE_AFTER.match(after)):
        return True
    if led:
        return not _tells_history(before) and not (
            point.bare_year and _PLURAL_AFTER.match(after) and not _YEARLY.match(after)
        )
    return not before.strip(" ,") or (len(before.split()) <= 2 and not after.strip(" ?.!"))


def _tells_history(before: str) -> bool:
    """Whether the clause before the date tells what was done then, not what was written then."""
    return bool(_DID.search(before)) and not _SAID.search(before)


_CLAUSE_BEFORE = lazy(r"(?:^|[,;|(.!?:] ?)$")
_CLAUSE_AFTER = lazy(r"^ ?(?:$|[,;|)?.!]|(?:rather than|instead of) )")
_YEARLY = lazy(r"^ \w+$")


def _relative(plain: str, today: date) -> Iterator[tuple[Span, int, int]]:
    for stretch in relatives(plain, today):
        before = plain[: stretch.start]
        lead = _RELATIVE_LEAD.search(before)
        if _is_event(before, plain[stretch.end :]) or not _speaks_of_articles(plain, stretch, lead is not None):
            continue
        span, word = stretch.span, lead[1] if lead else ""
        if word in ("since", "after") and span.first:
            span = Span(span.first, None)
        elif word == "before" and span.first:
            span = Span(None, span.first - timedelta(days=1))
        elif word == "until":
            span = Span(None, span.last)
        yield span, lead.start() if lead else stretch.start, stretch.end


_RELATIVE_LEAD = lazy(r"\b(in|from|during|over|within|since|after|before|until|published|for|of|the)(?: the)? $")


def _speaks_of_articles(plain: str, stretch: Relative, led: bool) -> bool:
    """Whether a relative date belongs to articles: "today" and "within a week" mostly belong to the story told."""
    before, after = plain[: stretch.start], plain[stretch.end :]
    led = led or (stretch.kind == "month" and plain.startswith(("last ", "this ", "past "), stretch.start))
    if stretch.kind in ("named", "month") and led and len(plain.split()) <= 4 and not after.strip(" ?.!"):
        return True
    word = plain[stretch.start : stretch.end]
    if stretch.kind == "month" and not led and (word in ("may", "march") or not _ARTICLE_AFTER.match(after)):
        return False  # "may" and "march" are words
    if _SAID.search(before) or _SAID.search(after) or re.search(rf"\b{ARTICLE_NOUN}\b", before + after):
        return stretch.kind != "named" or bool(_SAID.search(before))
    return stretch.kind == "recent" and len(plain.split()) <= 9 and not re.search(r"\b(?:we|our|us|i|my)\b", plain)
