"""What an encoder is worth by itself: dense search over the articles, for questions of which one right article is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.article import Article
from assistant.document import article_document
from assistant.evaluation.measures import DEPTH
from assistant.training.examples import ReadExample
from embeddings.encoder import Encoder


@dataclass(frozen=True, slots=True)
class Measured:
    """Of dense search: nDCG@10 of each question with an article, and the separation from those without one.

    The separation is the area under the ROC curve of the best cosine inside the restrictions: 1 where every question with an
    article has a better one than every question without, 0.5 by chance or where either kind is missing.
    """

    gains: tuple[float, ...]
    separation: float

    @property
    def mean(self) -> float:
        """The mean nDCG@10; 0 without questions."""
        return sum(self.gains) / len(self.gains) if self.gains else 0.0


def measured(encoder: Encoder, articles: Sequence[Article], examples: Sequence[ReadExample]) -> Measured:
    """What dense search over the articles makes of the examples.

    The gain is 1 / log2(1 + place) of the one right article, 0 behind the tenth; ties go by id. Articles compete inside the
    question's restrictions, but for one that its own article does not keep.
    """
    ids = sorted(article.id for article in articles)
    texts = {article.id: article_document(article).text for article in articles}
    places = {id: place for place, id in enumerate(ids)}
    scores = (
        encoder.encode([each.text for each in examples], kind="query") @ encoder.encode([texts[id] for id in ids]).T
    )
    gains, answerable, unanswerable = [], [], []
    for each, row in zip(examples, scores, strict=True):
        inside = np.array([id in each.allowed for id in ids])
        if not each.article:
            unanswerable.append(float(row[inside].max(initial=0.0)))
            continue
        if each.article not in each.allowed:
            inside[:] = True
        answerable.append(float(row[inside].max(initial=0.0)))
        right = places[each.article]
        ahead = (row > row[right]) | ((row == row[right]) & (np.arange(len(ids)) < right))
        rank = int((ahead & inside).sum())
        gains.append(float(1 / np.log2(rank + 2)) if rank < DEPTH else 0.0)
    return Measured(tuple(gains), _separation(answerable, unanswerable))


def _separation(positive: Sequence[float], negative: Sequence[float]) -> float:
    if not positive or not negative:
        return 0.5
    above = np.array(positive)[:, None] - np.array(negative)[None]
    return float(((above > 0) + (above == 0) / 2).mean())
