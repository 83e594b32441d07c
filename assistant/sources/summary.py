"""A summary made of an article's own sentences, for articles that come without one. Nothing is rephrased."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

MAX_WORDS = 90
_MOST_SENTENCES = 100  # the first ones; a text longer than that repeats itself more than it adds
_SAMENESS = 0.5  # how much a sentence's nearness to one already chosen counts against its centrality
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Mrs|Ms|St|No|Fig|Inc|Ltd|Co|al|v\d+)|\b[A-Z])\.$")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, each on one line; a line break always ends one."""
    out: list[str] = []
    start = 0
    for found in _END.finditer(text):
        piece = text[start : found.end()]
        if "\n" not in found[0] and _ABBREVIATION.search(piece.rstrip()):
            continue
        out.append(" ".join(piece.split()))
        start = found.end()
    out.append(" ".join(text[start:].split()))
    return [sentence for sentence in out if sentence]


def extract(text: str, encode: Encode) -> str:
    """At most 90 words of the text's own sentences, in their order: those nearest to the mean of all, and unlike each other.

    A text of no more words than that is its own summary. Where no sentence is fit (code, lists), the first words stand in.
    """
    if len(text.split()) <= MAX_WORDS:
        return " ".join(text.split())
    fit = [sentence for sentence in sentences(text)[:_MOST_SENTENCES] if _is_fit(sentence)]
    fit = list(dict.fromkeys(fit))
    if not fit:
        return " ".join(text.split()[:MAX_WORDS]) + " …"
    vectors = encode(fit)
    centre = vectors.mean(axis=0)
    central = vectors @ centre / max(float(np.linalg.norm(centre)), 1e-9)
    chosen: list[int] = []
    left = MAX_WORDS
    nearest = np.zeros(len(fit), dtype=np.float32)
    lengths = np.array([len(sentence.split()) for sentence in fit])
    while True:
        worth = np.where(lengths <= left, central - _SAMENESS * nearest, -np.inf)
        worth[chosen] = -np.inf
        best = int(np.argmax(worth))
        if not np.isfinite(worth[best]):
            break
        chosen.append(best)
        left -= int(lengths[best])
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return " ".join(fit[place] for place in sorted(chosen))


def still_of(summary: str, text: str) -> bool:
    """Whether an extracted summary is made of the text's sentences: then it need not be made again."""
    present = set(sentences(text))
    plain = " ".join(text.split())
    return summary in plain or all(sentence in present for sentence in sentences(summary))


def _is_fit(sentence: str) -> bool:
    words = sentence.split()
    letters = sum(letter.isalpha() or letter.isspace() for letter in sentence)
    return 6 <= len(words) <= 45 and letters >= 0.8 * len(sentence) and sentence[-1] in ".!?…\"'”’)"
