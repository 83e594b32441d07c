"""What a question asks of the articles besides subject, date and length: code in them, their order and their number."""

from __future__ import annotations

from assistant.question.dates import ARTICLE_NOUN
from assistant.question.numbers import number
from assistant.question.patterns import lazy
from assistant.question.sentence import Reading, Sentence

_KIND_OF_CODE = (
    r"(?:(?:some|any|actual|real|source|sample|example|working|runnable|the|a|lots of|plenty of|concrete|inline"
    r"|their) )*"
)
_SAMPLES = r"(?: ?(?:samples?|snippets?|examples?|listings?|blocks?|excerpts?|fragments?))"
_CODE_END = (
    rf"(?:{_SAMPLES}\b(?: (?:in|inside) (?:them|it))?| (?:in|inside) (?:them|it)\b|(?= ?(?:$|[?.!,;:)]| (?:from"
    rf"|about|on|in|since|before|after|by|at|for|and|or|but|please|only|that|under|over|i|using|with|of|do|does|did|has|have|are|"
    rf"published|written|{ARTICLE_NOUN})\b)))"
)
_NO_CODE = lazy(
    rf"\b(?:(?:that )?(?:with ?out|w/o|have no|has no|having no|with no|contains? no|containing no|includes? no"
    rf"|including no|with zero|free of|lacking|show no|no) {_KIND_OF_CODE}code{_CODE_END}"
    rf"|(?:that |which )?(?:do not|does not|don't|doesn't|dont|doesnt) (?:have|include|contain|show|feature"
    rf"|come with|use) {_KIND_OF_CODE}code{_CODE_END}"
    rf"|code[- ]free|no[- ]code (?={ARTICLE_NOUN}))"
)
_HAS_CODE = lazy(
    rf"\b(?:(?:that |which )?(?:includes?|including|contains?|containing|features?|featuring|shows?|showing|has"
    rf"|have|having|come with|comes with|provid(?:e|es|ing)|giv(?:e|es|ing)) (?:me "
    rf"|us )?{_KIND_OF_CODE}code{_CODE_END}"
    rf"|(?:with|w/) ?{_KIND_OF_CODE}code{_CODE_END}|code[- ](?:heavy|rich)(?= )|(?:and|plus) code{_SAMPLES}"
    rf"|code(?:{_SAMPLES})(?= (?:please|included|only|too)|$|[?.!,])"
    rf"|(?:is|are) there {_KIND_OF_CODE}code{_SAMPLES}?(?= in (?:(?:\S+ ){{0,4}}{ARTICLE_NOUN}|it|them|that|those|these|any)\b))"
)
_CODE_FIRST = lazy(r"\b(?:code|coding) (?:samples?|snippets?|examples?|listings?) (?:for|of|on|about|from|using|in)\b")
_WORKED_WITH = lazy(
    r"\b(?:deal|dealing|deals|work|works|working|do|done|wrong|help|helps|start|started|begin|problems?|issues?"
    r"|happens?|play|written|generate\w*) $"
)

_UNIT = (
    r"(?:articles?|posts?|write-?ups?|stor(?:y|ies)|pieces?|papers?|entr(?:y|ies)|reads?|publications?|blog ?posts?"
    r"|ones?|deep dives?|results?|things?|stuff|case studies|post-?mortems?|reports?|blog)"
)
_NEAR = (
    rf"(?=(?: [\w.'+#/-]+){{0,4}}? {_UNIT}\b|(?: \w+)? (?:incidents?|outages?|news|updates?|thinking|work)\b| (?:on"
    rf"|about|from|by|regarding|in|at|first|of (?:them|those|these))\b| ?(?:$|[?.!,]))"
)
_PREFERRED = r"(?:ideally|preferably)(?: an?)?(?: (?:more|most))?"
_ENDS = r"(?= ?(?:one )?(?:$|[?.!,]))"
_NEWEST = lazy(
    rf"\b(?:(?:newest|latest|most recent|freshest|most up[- ]to[- ]date)(?: first)?{_NEAR}"
    rf"|recent(?: blog)?(?= (?:[\w.'+#/-]+ ){{0,3}}{_UNIT}\b)"
    rf"|(?:most )?(?:recently|lately)(?= (?:published|written|posted))|sort(?:ed)? by date|by date|just published"
    rf"|what'?s new|new(?= (?:articles?|posts?)\b)|{_PREFERRED} (?:recent|new|fresh)(?:er)?\b{_ENDS})"
)
_OLDEST = lazy(
    rf"\b(?:(?:oldest|earliest)(?: first)?{_NEAR}|(?:very )?first(?: ever)?(?= (?:\w+ )?(?:articles?|posts?"
    rf"|blog ?posts?|write-?ups?|stor(?:y|ies)|publications?)\b))"
)
_LONGEST = lazy(
    rf"\b(?:takes? (?:me )?the longest(?: time)?(?: to (?:read|finish))?"
    rf"|(?:longest|lengthiest)(?: first)?{_NEAR}"
    rf"|(?<!how )long(?:er)?[ -](?={_UNIT})|(?<!how )long(?:er)?(?= (?!running"
    rf"|term|tail|lived|polling|standing|does|did|do|is|it|as|time)(?:[\w-]+ ){{1,2}}{_UNIT}\b)"
    rf"|lengthy(?= (?:\w+ )?{_UNIT})|long[- ]?reads?\b|(?<=something )long\b|(?<=anything )long\b|long[- ]?form\b"
    rf"|{_PREFERRED} long(?:er)?\b{_ENDS})"
)
_SHORTEST = lazy(
    rf"\b(?:takes? (?:me )?the (?:shortest|least)(?: time)?(?: to (?:read|finish))?"
    rf"|(?:shortest|briefest)(?: first)?{_NEAR}"
    rf"|quickest(?= (?:\w+ )?{_UNIT})|(?:short|quick|brief)(?:er)?[ -](?={_UNIT})"
    rf"|(?:short|quick|brief)(?= (?!lived|term|start|circuit)(?:[\w-]+ ){{1,2}}{_UNIT}\b)|(?<=something )(?:short"
    rf"|quick|brief)\b|(?<=anything )(?:short|quick|brief)\b|bite[- ]sized?"
    rf"|{_PREFERRED} (?:short|quick|brief)(?:er)?\b{_ENDS})"
)
_LATELY = lazy(r"\b(?:recently|lately|of late|these days)(?= ?(?:$|[?.!,]))")
_WROTE = lazy(rf"\b(?:writ(?:e|es|ten|ing)|wrote|publish\w*|post(?:ed)?|blog(?:ged)?|said|doing|up to|new|{_UNIT})\b")
_ORDERS = (("newest", _NEWEST), ("oldest", _OLDEST), ("longest", _LONGEST), ("shortest", _SHORTEST))
_SUPERLATIVE = (
    r"(?:newest|latest|most recent|oldest|earliest|first|last|longest|shortest|top|best|most relevant|recent"
    r"|quickest)"
)
_COUNT = r"(?P<count>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_LIMITS = (
    lazy(rf"\b{_SUPERLATIVE} {_COUNT}\b(?! (?:years?|months?|weeks?|days?|minutes?|mins?|hours?))"),
    lazy(rf"\b{_COUNT} {_SUPERLATIVE}\b"),
    lazy(
        rf"\b(?:show|give|list|find|name|recommend|suggest|get|send)(?: me| us)?(?: the| any"
        rf"| some)? {_COUNT} (?!min|hour|hr)(?:\w+ ){{0,2}}{_UNIT}\b"
    ),
    lazy(rf"^{_COUNT} (?!min|hour|hr)(?:\w+ ){{0,2}}{_UNIT}\b(?! each)"),
    lazy(rf"\btop[- ]{_COUNT}\b"),
)
_SUPERLATIVE_LEAD = lazy(rf"\b{_SUPERLATIVE}[ -]$")
_ONE = lazy(
    r"\b(?:which|what)(?: (?:one|article|post))?(?:'s| is| was)(?: the)? (?:\w+ )?(?:newest|latest|most recent"
    r"|oldest|earliest|first|longest|shortest)(?! (?:\w+ ){0,2}(?:articles|posts|ones|stories|reads|things)\b)"
    r"|\b(?:the|single|very|'s|s) (?:newest|latest|most recent|oldest|earliest|longest|shortest"
    r"|first)(?: ever)? (?:\w+ ){0,2}?(?:article|post|one|story|piece|write-up|writeup|read|paper|blog post)\b"
)


def read_code(sentence: Sentence) -> list[Reading]:
    """Whether articles must have code in them, or must have none."""
    plain = sentence.plain
    if "code" not in plain and "coding" not in plain:
        return []
    found = _NO_CODE.search(plain)
    if found and not plain[: found.start()].endswith("-"):
        return [Reading("includes_code", False, *found.span())]
    found = _HAS_CODE.search(plain) or _CODE_FIRST.search(plain)
    if found and not _WORKED_WITH.search(plain[: found.start()]):
        return [Reading("includes_code", True, *found.span())]
    return []


def read_order(sentence: Sentence) -> list[Reading]:
    """The order asked for, and how many articles; the first order named counts."""
    plain = sentence.plain
    hits = [(found.start(), order, found) for order, pattern in _ORDERS if (found := pattern.search(plain))]
    lately = _LATELY.search(plain)
    if lately and not hits and _WROTE.search(plain):
        hits = [(lately.start(), "newest", lately)]
    readings: list[Reading] = []
    if hits:
        _, order, found = min(hits, key=lambda hit: hit[0])
        readings.append(Reading("order", order, *found.span()))
    limit = _limit(plain, bool(hits))
    return [*readings, limit] if limit else readings


def _limit(plain: str, ordered: bool) -> Reading | None:
    for pattern in _LIMITS:
        found = pattern.search(plain)
        if found and number(found["count"]) > 0:
            start, end = found.span("count")
            lead = _SUPERLATIVE_LEAD.search(plain[:start])
            return Reading("limit", number(found["count"]), lead.start() if lead else start, end)
    found = _ONE.search(plain) if ordered else None
    return Reading("limit", 1, *found.span()) if found else None
