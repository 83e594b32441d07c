"""Whether to answer: calibrated probabilities from raw evidence, by two small logistic models that `benchmarks/fit_confidence.py` fits.

The first model tells questions that the catalog answers from those it does not; the second tells which cards are relevant.
Which words then say so is `decline`'s and `compose`'s job.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import NotFound
from assistant.question import Question
from assistant.resources import shipped
from assistant.retriever import Ranking

FORMAT = 1

Array = NDArray[np.float64]
Value = TypeVar("Value", float, Array)

LIKELY = 0.5
"""A first card that is more probably relevant than not is shown, whatever the question as a whole looks like: of 245 own
unanswerable questions that are searched for, this answers one; without it "Slack incidents" found nothing."""
UNLIKELY = 0.05
"""A first card less probably relevant than this is not shown, however answerable the question looks as a whole: no own
question that was answered rightly had one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision on one ranking.

    `confidence` (0 to 1) is the calibrated probability that the first hit is relevant; `probabilities` hold every hit's, in
    order. `caveat` is set where the question is answered although the confidence is low.
    """

    confidence: float
    decline: bool
    caveat: bool
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features; a feature it does not name does not count."""

    intercept: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, Value]) -> Value:
        """The log odds, of each row where the features are arrays; raises KeyError where one that the model needs is lacking."""
        # Only a model without any weight would give a number for arrays.
        return self.intercept + sum(weight * features[name] for name, weight in self.weights.items())  # type: ignore[return-value]

    def probabilities(self, features: Mapping[str, Array]) -> Array:
        """The probability of each row of features, between 0 and 1."""
        chances: Array = 1 / (1 + np.exp(-np.clip(self.logit(features), -500, 500)))
        return chances


@dataclass(frozen=True, slots=True)
class Confidence:
    """Both models with the lines drawn through their probabilities.

    Declined is a question of a lower probability than `decline_line` whose first card has one below LIKELY, and any whose
    first card has one below UNLIKELY, which alone counts where an author is named; answered with a caveat what has only one of
    the first two, or a first card below `caveat_line`. A card belongs to the answer from a probability of `answer_line` on.
    """

    question: Logistic
    card: Logistic
    decline_line: float
    caveat_line: float
    answer_line: float

    @classmethod
    def load(cls, path: Path | None = None) -> Confidence:
        """The shipped models, or those of the file `path`. Raises `NotFound` for a file that is missing or of another format."""
        return _load(path or shipped("confidence.json"))

    def judge(self, question: Question, ranking: Ranking) -> Judgement:
        """Whether to answer `question` with `ranking`, and how probably each hit is relevant.

        A question without anything to search for is certain: whatever its restrictions leave is the answer. Companies that
        the catalog does not hold are declined outright where no other company was asked for.
        """
        absent = set(question.absent_companies)
        if not ranking.allowed or (absent and absent.issuperset(question.filters.companies)):
            return Judgement(confidence=0.0, decline=True, caveat=False, probabilities=(0.0,) * len(ranking))
        if not question.search_text.strip():
            return Judgement(confidence=1.0, decline=False, caveat=False, probabilities=(1.0,) * len(ranking))
        if not ranking.hits:
            return Judgement(confidence=0.0, decline=True, caveat=False, probabilities=())
        logit = self.question.logit(question_features(question, ranking))
        chances = tuple(self.card.probabilities(card_features(question, ranking, logit)).tolist())
        doubtful = sigmoid(logit) < self.decline_line
        # Who names an author means one of a handful: only what is surely off is declined then.
        needed = LIKELY if doubtful and not question.filters.authors else UNLIKELY
        decline = chances[0] < needed
        caveat = not decline and (doubtful or chances[0] < self.caveat_line or bool(absent))
        return Judgement(confidence=chances[0], decline=decline, caveat=caveat, probabilities=chances)


def question_features(question: Question, ranking: Ranking) -> dict[str, float]:
    """What the first model sees of a ranking with at least one hit.

    `dense` and `coverage` are the first hit's; `unknown` is the share of the question's IDF in terms no article holds.
    `outside_dense` and `outside_lexical` tell how much better the best article of other companies fits than the best of those
    asked for: a company whose nearest article is far worse than another's lacks the topic.
    """
    top, signals = ranking.hits[0], ranking.signals
    company = bool(question.filters.companies)
    better = max(0.0, signals.outside_dense - signals.dense_top)
    wordier = max(0.0, signals.outside_lexical - signals.lexical_top) / signals.ceiling if signals.ceiling else 0.0
    return {
        "dense": top.dense,
        "coverage": top.coverage,
        "unknown": signals.unknown_share,
        "absent_technology": float(bool(question.absent_technologies)),
        "terms": math.log1p(signals.terms),
        "company": float(company),
        "outside_dense": better if company else 0.0,
        "outside_lexical": wordier if company else 0.0,
        "restricted": float(_is_restricted(question)),
    }


def card_features(question: Question, ranking: Ranking, logit: float) -> dict[str, Array]:
    """What the second model sees of each hit, arrays of shape (hits,); `logit` is the first model's."""
    hits = ranking.hits
    technology = float(bool(question.filters.technologies) and not question.strict_technologies)
    _, *columns = zip(*hits, strict=True)
    scores, dense, _, _, coverage, preferred = (np.array(column, dtype=float) for column in columns)
    return {
        "dense": dense,
        "coverage": coverage,
        "behind": np.maximum(0.0, scores[:1] - scores),
        "place": np.log1p(np.arange(len(hits))),
        "tagged": technology * preferred,
        "untagged": technology * (1 - preferred),
        "question": np.full(len(hits), logit),
    }


def sigmoid(logit: float) -> float:
    """The probability of a log odds, without overflow."""
    return 1 / (1 + math.exp(-logit)) if logit > -500 else 0.0


def _is_restricted(question: Question) -> bool:
    """Whether anything but companies and preferred technologies narrows the question."""
    others = question.filters.to_dict().keys() - {"companies", "technologies", "all_technologies"}
    return bool(others) or question.strict_technologies


@lru_cache(maxsize=4)
def _load(path: Path) -> Confidence:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}")
        return Confidence(
            question=Logistic(data["question"]["intercept"], data["question"]["weights"]),
            card=Logistic(data["card"]["intercept"], data["card"]["weights"]),
            decline_line=data["decline_line"],
            caveat_line=data["caveat_line"],
            answer_line=data["answer_line"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotFound(
            f"'{path.name}' holds no confidence models of format {FORMAT} ({error})",
            "Fit them again: python benchmarks/fit_confidence.py FOLDS --write",
        ) from error
