"""When two titles of one company name the same article, in spite of small differences."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.article import Article
from assistant.filters import date_span
from assistant.words import MONTHS, fold

# One slip of a key. Two already make billions of trillions ("How Discord stores ... of messages" is two articles).
_EDITS = 1
_SMALL = frozenset(("a", "an", "the", "of", "to", "and", "for", "in", "on", "at", "with", "our", "how", "we", "s"))
_FEWEST_WORDS = 3  # "Introduction" and "Release notes" name many articles
_DAYS_APART = 7
_TELLING = re.compile(
    r"\d+(?:\.\d+)*|\b[b-hj-z]\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    r"first|second|third|fourth|fifth|i{2,3}|iv|vi{0,3})\b"
)


@lru_cache(maxsize=65_536)
def normal(title: str, company: str = "") -> str:
    """A title as it is compared: folded, without punctuation and without the company or its blog behind a bar."""
    text = fold(title)
    owner = fold(company)
    if owner and owner in text:
        text = re.sub(rf"\s[|–—·-]\s+(?:the\s+)?{re.escape(owner)}\b[^|–—·]{{0,30}}$", "", text)
        text = re.sub(rf"\s*\bat {re.escape(owner)}$", "", text)
    return " ".join(re.findall(r"[^\W_]+(?:\+\+|#)?", text.replace("'", "")))


def keys(title: str, company: str) -> list[str]:
    """Keys of a title; two titles that `same` may take for one share at least one. A title that is too short has none.

    One edit leaves the first or the last half of the letters as they are, so the halves (of this length and one less, as an
    edit may change the length) are the keys, together with what tells articles apart.
    """
    plain = normal(title, company)
    if len(plain.split()) < _FEWEST_WORDS:
        return []
    core, label = _core(plain), f"{fold(company)}\n{' '.join(telling(plain))}"
    half = (len(core) - 2) // 2
    return [
        f"{label}\n{side}" for size in (half, half - 1) if size > 0 for side in (f"<{core[:size]}", f">{core[-size:]}")
    ]


def telling(title: str) -> tuple[str, ...]:
    """The numbers and months of a normal title: where they differ ("Part 1", "Part 2"), so do the articles."""
    return tuple(sorted([*_TELLING.findall(title), *(word for word in title.split() if word in MONTHS)]))


def same(first: Article, second: Article) -> bool:
    """Whether two articles of one company are the same by title: nearly the same words, the same numbers, dates that agree.

    Small words, spaces and punctuation do not count, and one letter may be wrong.

    On one host, two addresses are two articles unless the last part of their path is the same.
    """
    one, two = (normal(article.title or "", article.company) for article in (first, second))
    if min(len(one.split()), len(two.split())) < _FEWEST_WORDS or telling(one) != telling(two):
        return False
    near = OSA.distance(_core(one), _core(two), score_cutoff=_EDITS) <= _EDITS
    return near and _dates_agree(first.published, second.published) and _places_agree(first, second)


def _core(title: str) -> str:
    return "".join(word for word in title.split() if word not in _SMALL)


def _dates_agree(one: str | None, two: str | None) -> bool:
    if not one or not two:
        return True
    (start, end), (begin, finish) = date_span(one), date_span(two)
    gap = max(
        date.fromisoformat(begin) - date.fromisoformat(end), date.fromisoformat(start) - date.fromisoformat(finish)
    )
    return gap.days <= _DAYS_APART


def _places_agree(first: Article, second: Article) -> bool:
    if not first.url or not second.url:
        return True
    one, two = (
        re.sub(r"^https?://(?:www\.)?", "", url.lower()).split("?")[0].rstrip("/") for url in (first.url, second.url)
    )
    return one.split("/")[0] != two.split("/")[0] or one.rpartition("/")[2] == two.rpartition("/")[2]
