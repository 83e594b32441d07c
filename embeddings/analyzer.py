"""Text to the terms of the lexical index, and to the plain words that spelling is corrected to.

Words are lower-cased, folded to ASCII, rid of function words, and stemmed (English). Compounds are indexed by their parts
and joined, so that "pub/sub", "pub sub" and "pubsub", or "Node.js" and "nodejs", find each other. "c++" and "c#" stay whole.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

ANALYZER_VERSION = 1  # change it with any change of the terms: an index made otherwise is then rebuilt
_LONGEST = 40

_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_COMPOUND = re.compile(r"(?<![\w./-])[^\W_]{1,16}(?:[-/.&\u2010\u2011][^\W_]{1,16}){1,2}(?![\w/-])(?!\.\w)")
_INNER_JOINT = re.compile(r"[^\W_][-/.&\u2010\u2011][^\W_]")
_JOINT = re.compile(r"[/.&]")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_TOKENIZER = r"[\p{L}\p{N}]+(?:\+\+|#)?"

# Function words, and what is left of their short forms; "go", "r" and "c" are languages here and stay.
STOP_WORDS: frozenset[str] = frozenset(
    """
    a about above after again against all also am an and any anybody anyone anything are arent as at be because been
    before being below between both but by can cannot cant could couldnt did didnt do does doesnt doing done dont
    down during each either else etc ever every everyone everything few for from further get gets getting give given
    gives got had hadnt has hasnt have havent having he hello her here hers herself hey hi him himself his how
    however i if im in into is isnt it its itself ive just let lets like may maybe me might mine more most much must
    my myself neither no nor not of off on once one ones only onto or other others our ours ourselves out over own
    per please rather really s same shall shant she should shouldnt since so some somebody someone something still
    such t tell than thank thanks that thats the their theirs them themselves then there theres these they theyre
    theyve thing things this those though through thus to too toward towards under until up upon us very via want
    wants was wasnt we well were werent weve what whatever whats when whenever where wheres whether which while who
    whoever whom whos whose why will with within without wont would wouldnt yes yet you youd youll your youre yours
    yourself yourselves youve
    """.split()  # noqa: SIM905 - as prose it can be read and checked
)


def prepare(text: str) -> str:
    """The text as the engine's tokenizers take it: apostrophes resolved, the joined forms after each compound."""
    text = _utf8(text)
    if "'" in text or "’" in text:
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    # Most words hold no joint: a look at each is several times faster than the full pattern over the whole text.
    return " ".join(word if word.isalnum() or not _INNER_JOINT.search(word) else _joined(word) for word in text.split())


def analyze(text: str) -> list[str]:
    """The terms of `text` in their order, repeated as often as they occur."""
    return list(term_analyzer().analyze(prepare(text)))


def words(text: str) -> list[str]:
    """The plain words of `text`: lower case, ASCII where folding allows, not stemmed, function words kept."""
    return list(word_analyzer().analyze(prepare(text)))


@cache
def term_analyzer() -> tantivy.TextAnalyzer:
    """The engine's analyzer for terms; takes prepared text."""
    from tantivy import Filter

    return _plain().filter(Filter.custom_stopword(sorted(STOP_WORDS))).filter(Filter.stemmer("english")).build()


@cache
def word_analyzer() -> tantivy.TextAnalyzer:
    """The engine's analyzer for plain words; takes prepared text."""
    return _plain().build()


def _plain() -> tantivy.TextAnalyzerBuilder:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.regex(_TOKENIZER)).filter(Filter.remove_long(_LONGEST))
    return builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())


def _joined(word: str) -> str:
    return _COMPOUND.sub(_with_joined, word)


def _with_joined(match: re.Match[str]) -> str:
    """A compound followed by its joined forms: "a/b-testing" gains "ab" and "abtesting", "24/7" and "1.5x" nothing."""
    compound = match.group()
    if not compound[0].isalpha():
        return compound
    pieces = _HYPHEN.split(compound)
    joined = [_JOINT.sub("", piece) for piece in pieces if _JOINT.search(piece)]
    if len(pieces) > 1:
        joined.append(_JOINT.sub("", "".join(pieces)))
    return " ".join([compound, *joined])


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
