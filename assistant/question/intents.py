"""How a question wants to be answered: by articles on a topic, a number, a list, a comparison, or a friendly word."""

from __future__ import annotations

from assistant.filters import Filters
from assistant.question.patterns import lazy
from assistant.question.types import Intent, Order, Ranked

_GREETING = lazy(
    r"(?:(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day|night)"
    r"|thanks?(?: you)?(?: (?:so|very) much| a lot| a bunch)?|thx|ty|cheers|bye|goodbye|see you|"
    r"nice to meet you|how are (?:you|things)(?: doing)?(?: today)?|how(?:'s| is) it going|what'?s up|sup|welcome"
    r"|great|awesome|perfect|cool|there|byline|everyone|all|again|"
    r"that(?:'s| is| was) (?:great|helpful|awesome|perfect)|you(?:'re| are) (?:great|awesome|welcome))[\s,.!?;:)(-]*)+"
)
_LONE_PRAISE = lazy(r"(?:great|awesome|perfect|cool|there|byline|everyone|all|again|welcome)[\s.!?]*")
_HELP = lazy(
    r"(?:(?:please|hi|hello|hey|ok|so|and)[,! ]+)*(?:help(?: me)?(?: please)?|\?*help\?*|what can (?:you|i"
    r"|this(?: \w+)?|byline) (?:do|ask|find|search|help(?: me)? with|answer|use(?: \w+)? for)(?: (?:you|here|for me"
    r"|this|with this|about|in here))*|"
    r"(?:how|what) (?:do|can|should|could) i (?:use|ask|search|query|start|work with|do with)(?: (?:you|this|byline"
    r"|it|here|with|tool|app|the))*|how (?:does|do) (?:this|byline|it|you|this \w+) work|"
    r"what (?:is|are|'s) (?:this|byline|you|this (?:tool|app|site|thing|bot|place))(?: (?:for|about))?"
    r"|what do you (?:do|know|know about|have|cover|offer)|who (?:are|made|built) you|what are you|"
    r"what (?:kind|kinds|sort|sorts|type|types) of (?:questions?|things?) (?:can|do|should|may) (?:i"
    r"|you) \w+(?: \w+)?|how to use (?:this|it|byline)|instructions|usage|commands|options|"
    r"are you (?:a |an )?(?:bot|ai|human|llm|robot|chatgpt)|(?:give|show) me (?:some )?(?:examples?"
    r"|example questions|help))[\s?.!]*"
)
_ARTICLES = (
    r"(?:articles?|posts?|blog ?posts?|write-?ups?|stories|pieces|papers|entries|publications|results|documents"
    r"|records)"
)
_COUNT = lazy(
    rf"\bhow many(?: of)?(?: [\w.'’+#/-]+){{0,5}}? (?:{_ARTICLES}|companies|teams|authors|of them|of these|of those"
    rf"|people (?:wrote|have written)|blogs|engineers (?:wrote|have written))\b"
    r"|\bhow many [\w-]+ (?:has|have|did) (?:[\w.'’-]+ ){1,3}(?:written?|wrote|publish(?:ed)?|blog(?:ged)?|covered|described)\b"
    r"|\bhow many (?:are|do (?:you|we|i) have|have (?:you|we|i)|did|has|were|exist|from|by|about|on|there|hits|matches)\b(?!-)"
    rf"|\b(?:number|count|total"
    rf"|quantity) of (?:[\w.'’+#/-]+ ){{0,4}}?(?:{_ARTICLES}|companies|teams|authors)\b|^count (?:the |all "
    rf"|every )?(?:[\w.'’+#/-]+ ){{0,4}}?{_ARTICLES}\b"
    rf"|\bhow (?:often|frequently|much) (?:has|have|did|does|do) (?:[\w.'’-]+ ){{1,3}}?(?:written?|wrote"
    rf"|publish(?:ed)?|blog(?:ged)?|post(?:ed)?)\b|^how many\??$"
)
_WHICH_COMPANIES = lazy(
    r"\b(?:which|what)(?: (?:other|else|of these|of the|of those|tech|big|engineering|software|kinds? of|types? of"
    r"|real|fintech))* (?:companies|company(?! gain)|teams|orgs|organisations|organizations|firms|startups"
    r"|businesses|blogs)\b"
    r"|\b(?:name|list|show me|give me|tell me|find)(?: \w+){0,2} (?:companies|teams|orgs|firms"
    r"|(?:every|each|any) (?:company|team|org|firm))\b"
    r"|\bhow many (?:\w+ )?(?:companies|teams|firms)\b|^(?:companies|teams) (?:that|who|which|using|running)\b"
    r"|^(?:anyone|everyone|everybody) (?:using|running)\b"
    r"|^who(?: else| all|'s|'ve)? (?!am|are you|is the author|wrote (?:the|this|that)\b|made you|won\b|should|would"
    r"|could|can|received|keeps)\w+"
)
_PLAIN_ARTICLES = r"(?:articles?|posts?|blog ?posts?|write-?ups?|papers|stories)"
_LIST = lazy(
    rf"^(?:please |can you |could you )*(?:list|enumerate)\b(?! of (?!(?:\w+ ){{0,2}}{_ARTICLES}))|^name (?:some"
    rf"|all|the|every|any|two|three|five|a few)\b|\b(?:list|enumerate) (?:all|every)\b"
    rf"|\b(?:show|give|find|get|display|fetch)(?: me| us)? (?:all|every|everything|a list|the full list|a full list)\b"
    rf"|\b(?:all|every)(?: of)?(?: the| your)?(?: [\w.'’+#/-]+){{0,3}} {_ARTICLES}\b|^(?:which|what)(?: (?!is|are"
    rf"|was|were)[\w.'’+#/-]+){{0,2}} {_PLAIN_ARTICLES}\b|^what are the {_PLAIN_ARTICLES}\b"
    rf"|^(?:everything|all) (?:about|on|from|by|you have)\b|\ba list of (?:\w+ ){{0,2}}{_ARTICLES}\b"
    rf"|\bevery (?:post-?mortem|incident report)\b"
)
_COMPARE = lazy(
    r"\b(?:vs\.?|versus|compar(?:e|es|ed|ing|ison)|difference|differences|differ|differs|different(?:ly)? from"
    r"|side by side|contrast(?:ed|ing)?|better than|head to head|against each other|in common|similarit(?:y|ies)"
    r"|rather than each other)\b"
)
_WROTE = lazy(
    r"\bwho(?:'s| is| was)? (?:the )?(?:wrote|written|author|authors|authored|writes|has written|have written"
    r"|blogged|is writing|posted|published|penned)\b"
)


_DENIES = lazy(
    r"^(?:and |so |ok )?(?:(?:which|what) (?:other )?(?:companies|company|teams|organi[sz]ations|orgs|firms)|who|companies|teams)"
    r"(?: that| who| which)? (?:(?:have|has|had|do|did|does|is|are|still) )?"
    r"(?:don't|doesn't|didn't|haven't|hasn't|isn't|aren't|not|never|lacks?|avoids?|avoided|without"
    r"|(?:wrote|write|have|has|published) nothing)\b"
)


_MOST = lazy(r"\bmost\b(?! (?:recent|relevant|important|interesting))")
_LEAST = lazy(
    r"(?<!at )\bleast\b(?! (?:recent|relevant|important))|\bfewest\b|\bfewer (?:articles|posts)\b|\bless often\b"
)


def is_greeting(plain: str) -> bool:
    """Whether the whole question is a greeting, thanks or small talk."""
    return bool(_GREETING.fullmatch(plain)) and not _LONE_PRAISE.fullmatch(plain)


def is_help(plain: str) -> bool:
    """Whether the whole question asks what Byline can do."""
    return bool(_HELP.fullmatch(plain))


def ranking_of(plain: str) -> Ranked | None:
    """Whether those who did something most are asked for, or least: "which company wrote the most about caching?"."""
    return "least" if _LEAST.search(plain) else "most" if _MOST.search(plain) else None


def denies(plain: str) -> bool:
    """Whether companies are asked for that did not do something: "which companies don't write about security?"."""
    return bool(_DENIES.match(plain))


def asks_companies(plain: str) -> bool:
    """Whether the answer is to name companies."""
    return bool(_WHICH_COMPANIES.search(plain))


def intent_of(plain: str, filters: Filters, order: Order, search_text: str) -> Intent:
    """The intent of a question that is neither greeting nor help."""
    if _COUNT.search(plain):
        return "count"
    if order in ("newest", "oldest"):
        return order
    companies = asks_companies(plain)
    if len(filters.companies) >= 2 and not _LIST.search(plain):
        return "comparison"
    if _COMPARE.search(plain) and len(filters.technologies) >= 2 and not companies:
        return "comparison"
    asks_who_wrote = _WROTE.search(plain) and (filters.companies or not companies)  # "who wrote the article on ...?"
    if filters.authors or asks_who_wrote:
        return "author"
    if companies or _LIST.search(plain):
        return "list"
    if filters.companies and not search_text:
        return "company"
    return "list" if filters and not search_text else "topic"


def settled_intent(intent: Intent, filters: Filters, order: Order, search_text: str) -> Intent:
    """`intent` after restrictions were added or taken away: one company is no comparison, no author no author's list."""
    if intent in ("newest", "oldest") and order != intent:
        intent = "topic"
    if len(filters.companies) >= 2 and intent not in ("count", "list", "newest", "oldest"):
        return "comparison"
    if intent == "comparison" and len(filters.technologies) < 2:
        intent = "topic"
    if intent == "author" and not filters.authors:
        intent = "topic"
    if intent in ("topic", "company", "list") and filters.companies and not search_text:
        return "company"
    if intent == "company":
        intent = "topic"
    if intent == "topic" and filters and not search_text:
        return "list"
    return intent
