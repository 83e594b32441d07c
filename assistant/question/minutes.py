"""Restrictions on reading time: "under five minutes", "15 minutes or more", "a quarter of an hour".

Minutes that measure something else ("15 minutes of downtime", "deploys in 10 minutes") restrict nothing. "Long reads" and
"short reads" ask for an order, not for a bound: see `wishes`.
"""

from __future__ import annotations

import re

from assistant.question.dates import ARTICLE_NOUN
from assistant.question.numbers import NUMBER, number
from assistant.question.patterns import lazy
from assistant.question.sentence import Reading, Sentence

_UNIT = r"(?:minutes?|mins?\b\.?|m\b|hours?|hrs?\b)"
_AMOUNT = (
    rf"(?:(?P<half>half an hour|half-an-hour|half hour)|(?P<quarter>(?:a )?quarter of an hour|quarter hour)"
    rf"|(?P<three>three quarters of an hour)|(?P<more>an hour and a half)"
    rf"|(?P<number>{NUMBER})\+?[ -]?(?P<unit>{_UNIT}))"
)
_LENGTH = lazy(rf"(?<![\w.])(?:(?P<low>{NUMBER})(?: (?:minutes?|mins?))? ?(?:to|-|–|and) ?)?{_AMOUNT}(?![\w%])")

_LESS = lazy(
    r"\b(?:under|less than|below|shorter than|fewer than|quicker than|faster than|not even|lower than"
    r"|smaller than) (?:a |an )?$|< ?$"
)
_AT_MOST = lazy(
    r"\b(?:at most|no more than|not more than|up to|within|max(?:imum\b|\b\.?)(?: of)?|no longer than|not longer than"
    r"|not over|never over|as long as|tops|limit(?:ed)? (?:of|to)|<=|≤) ?$|[<≤]= ?$"
)
_MORE = lazy(
    r"\b(?:over|more than|longer than|above|exceed(?:s|ing)?|greater than|beyond|upwards? of) (?:a |an )?$|> ?$"
)
_AT_LEAST = lazy(
    r"\b(?:at least|min(?:imum\b|\b\.?)(?: of)?|no less than|not less than|no shorter than|not shorter than"
    r"|no fewer than) ?$|[>≥]= ?$|≥ ?$"
)
_LONG = lazy(r"^['’]? (?:long\b|reading\b|of reading\b|to read\b|or so\b)")
_FOR_WORK = lazy(r"^ for (?:a|an|the|our|each|every|all|full)\b")
_CAN_READ = lazy(
    r"\b(?:(?:that|which) )?(?:i|we|you|one) (?:can|could) (?:finish|read|get through|manage|do)(?: (?:it|them))?(?: in)? ?$"
)
_EXACTLY = lazy(r"\b(?:exactly|precisely) $")
_TAKING = lazy(r"\b(?:(?:that|which) )?(?:takes?|taking|need|needing|are|is|lasting)(?: (?:me|you))? $")
_READING_TIME = lazy(
    r"\b(?:(?:with|of|have|has|having) )?(?:an? |the )?(?:estimated )?read(?:ing)?[- ]times?(?: (?:that )?(?:of|is|are|being))* $"
)
_BETWEEN = lazy(r"\b(?:between|from) $")
_ABOUT = lazy(r"\b(?:about|around|roughly|approximately|approx|circa|some|~) ?$")
_HAVE = lazy(
    r"\b(?:i|we)(?:'ve| have|'ve only| only have| got|'ve got only)?(?: only| just)?(?: got| have)?(?: about"
    r"| around| just| only)? $|\b(?:spare|have|got)(?: only| just| about)? $|\bin(?: about| just| only)? $"
)
_OR_LESS = lazy(
    r"^ ?(?:long |of reading |reading )?(?:or|and|at) (?:less|fewer|under|below|shorter|most)\b|^ (?:max(?:imum)?"
    r"|tops|at most|or so at most)\b"
)
_OR_MORE = lazy(
    r"^ ?(?:long |of reading |reading )?(?:or|and|at) (?:more|longer|over|above|up|upwards|least)\b|^ ?\+|^ plus\b"
    r"|^ (?:min(?:imum)?)\b"
)

_READ = r"(?:reads?|reading|read time|read-time)"
_NOUN = (
    r"(?:articles?|posts?|blog ?posts?|blogs?|write-?ups?|stor(?:y|ies)|pieces?|papers?|entr(?:y|ies)|reads?"
    r"|reading|reading time|deep dives?|ones?|"
    r"anything|something|everything|nothing|material|content|stuff|case studies|results?|texts?|essays?|please|only"
    r"|those)"
)
_ATTACHED = lazy(
    rf"(?:^|[,:;(–-] ?|\b{_NOUN}(?: (?:to|that|which|are|is|be|of|with|for|in|take|takes|taking|run|runs|need|needs|read|a"
    rf"|me|them|i|can|you|only|just|than|under|should|reading|time))*,? ?)$"
)
# "Postgres articles by Stripe | under two minutes": a bound that ends a clause about articles and what they have.
_ARTICLES_WITH = lazy(rf"\b{ARTICLE_NOUN}(?: [\w.+#-]+)*? (?:by|from) [\w.+#-]+ $|\bwith(?:out)? code,? $")
# "Articles about Spark | under ten minutes", "kafka | under ten minutes": a bound that ends the question behind its subject.
_SUBJECT = lazy(
    rf"(?:\b{ARTICLE_NOUN} (?:about|on|for)|^)(?: ?(?!(?:in|to|for|with|by|within) )[\w.+#-]+){{1,3}}(?: in)? $"
)
_READ_AFTER = lazy(
    rf"^['’]?[ -]?(?:\w+ ){{0,2}}?(?:or (?:less|more|so) )?(?:to )?{_READ}\b|^[ -](?:long |kubernetes "
    rf"|\w+ )?(?:articles?|posts?|stor(?:y|ies)|pieces?|deep dives?|write-?ups?|intros?|introductions?)\b"
    rf"|^ of reading\b|^ long\b"
)
_SOMETHING_ELSE = lazy(
    r"^ ?(?:of (?!reading)|outage|downtime|incident|build|deploy|delay|window"
    r"|interval|timeout|latency|rollback"
    r"|recovery|ago|(?:after|before)(?! (?:\w+ )?(?:19|20)\d\d\b)|into|per"
    r"|later|every|each|granularity|bucket|average|sla|slo|job|lag|ttl|cache"
    r"|startup|boot|old|a (?:day|week))"
)
_OF_WORK = lazy(
    r"\b(?:builds?|building|deploy\w*|ci|tests?|test suites?|testing|startup|start-?up|boot\w*|recover\w*|restor\w*"
    r"|failover\w*|rollouts?|rollbacks?|provision\w*|latency|downtime|"
    r"outages?|incidents?|run|runs|running|ran|took|cut\w*|reduc\w*|down|from|lasted|every|each|timeouts?"
    r"|pipelines?|jobs?|wait\w*|queues?|lag|ttl|window|scal\w+|migrat\w+|"
    r"compil\w+|load\w*|detect\w*|respond\w*|response|times?|backups?|upgrad\w+|releas\w+|ship\w*|feedback|cycle"
    r"|cold|warm\w*|process\w*|converge\w*|propagat\w+|train\w*|cluster\w*|rebalanc\w+|down for|offline|unavailable"
    r"|down)"
    r"(?: \w+){0,2}(?: (?:in|to|within|by|for|under|over|below|than|less|more|at|most|least|about|around|up|it|is"
    r"|are|takes?|only|every))* ?$"
)

# "Incident reports | under ten minutes", and whatever ends in a comma.
_REPORT_BEFORE = lazy(r"[,:;(] ?$|\b(?:reports?|post-?mortems?|retrospectives?|write-?ups?|stories) $")


def read(sentence: Sentence) -> list[Reading]:
    """The reading time that `sentence` asks for, as readings of min_minutes and max_minutes (whole minutes, inclusive)."""
    plain = sentence.plain
    if not ("min" in plain or "hour" in plain or "hr" in plain or re.search(r"\dm\b", plain)):
        return []
    for found in _LENGTH.finditer(plain):
        readings = _bounds(plain, found)
        if readings:
            return readings
    return []


def _bounds(plain: str, found: re.Match[str]) -> list[Reading]:
    before, after = plain[: found.start()], plain[found.end() :]
    amount = _minutes(found)
    lead = next(
        (
            hit
            for pattern in (_AT_MOST, _AT_LEAST, _LESS, _MORE, _BETWEEN, _ABOUT, _EXACTLY, _HAVE)
            if (hit := pattern.search(before))
        ),
        None,
    )
    tail = _OR_LESS.match(after) or _OR_MORE.match(after)
    start, end = lead.start() if lead else found.start(), found.end() + (tail.end() if tail else 0)
    if not _is_reading_time(plain, start, end, lead):
        return []
    taking = _READING_TIME.search(plain[:start]) or _CAN_READ.search(plain[:start]) or _TAKING.search(plain[:start])
    length = _LONG.match(plain[end:])
    start, end = taking.start() if taking else start, end + (length.end() if length else 0)
    low = number(found["low"]) if found["low"] else None
    if low is None and _EXACTLY.search(before):
        low = amount
    if low is not None and low <= amount:
        return [Reading("min_minutes", low, start, end), Reading("max_minutes", amount, start, end)]
    kind, bound = _bound(before, after, amount, found.group())
    return [Reading(kind, max(bound, 0), start, end)]


def _bound(before: str, after: str, amount: int, written: str) -> tuple[str, int]:
    if _OR_LESS.match(after) or _AT_MOST.search(before):
        return "max_minutes", amount
    if _OR_MORE.match(after) or _AT_LEAST.search(before) or "+" in written:
        return "min_minutes", amount
    if _LESS.search(before):
        return "max_minutes", amount - 1
    if _MORE.search(before):
        return "min_minutes", amount + 1
    return "max_minutes", amount


def _minutes(found: re.Match[str]) -> int:
    for group, minutes in (("half", 30), ("quarter", 15), ("three", 45), ("more", 90)):
        if found[group]:
            return minutes
    count = number(found["number"])
    return min(count * 60 if found["unit"].startswith("h") else count, 10_000)


def _is_reading_time(plain: str, start: int, end: int, lead: re.Match[str] | None) -> bool:
    before, after = plain[:start], plain[end:]
    if _READ_AFTER.match(after) or _READING_TIME.search(before) or _CAN_READ.search(before):
        return True
    if _SOMETHING_ELSE.match(after) or (_FOR_WORK.match(after) and not re.search(rf"\b{ARTICLE_NOUN}\b", before)):
        return False
    if (
        lead
        and _HAVE.search(plain[: lead.end()])
        and re.search(r"\b(?:i|i've|we|we've|have|got|spare)\b", lead.group())
    ):
        return True
    if re.search(r"\b(?:longer|shorter) than", lead.group() if lead else ""):
        return bool(_ATTACHED.search(before)) or not re.search(
            r"\b(?:takes?|took|lasts?|lasted|runs?|last|for) $", before
        )
    if lead and not after.strip(" ?.!") and _ARTICLES_WITH.search(before):
        return True
    if _OF_WORK.search(before) and not _REPORT_BEFORE.search(before):
        return False
    taking = _TAKING.search(before)
    if taking and taking.group().startswith(("that", "which")):
        return bool(re.search(rf"\b{ARTICLE_NOUN}\b|^how many\b", before[: taking.start()]))
    return bool(
        _ATTACHED.search(before)
        or _REPORT_BEFORE.search(before)
        or (lead and not after.strip(" ?.!") and _SUBJECT.search(before))
    )
