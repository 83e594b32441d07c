"""Leave-companies-out cross-validation: what training is worth for articles of companies that it never saw."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.article import Article
from assistant.evaluation.significance import estimate, paired_test
from assistant.training.examples import ReadExample, training_set
from assistant.training.measure import measured
from embeddings.models import DEFAULT_MODEL, check_weights, find_model
from embeddings.torch_encoder import TorchEncoder
from embeddings.training import train
from embeddings.training_plan import TrainingSet, TrainingSettings

FOLDS = 4
_SEED = 7  # of the companies' order: the folds are the same for every training


@dataclass(frozen=True, slots=True)
class Fold:
    """One part of the companies, with what is learned without it and what is measured on it.

    The questions that no article answers are dealt out among the folds too, so that each is measured by a training that did
    not see it.
    """

    number: int
    companies: tuple[str, ...]
    learned: TrainingSet
    held: tuple[ReadExample, ...]


@dataclass(frozen=True, slots=True)
class FoldOutcome:
    """nDCG@10 of each held question by the base model and after training, and how well each tells the unanswerable apart."""

    companies: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    separation_before: float
    separation_after: float

    @property
    def record(self) -> dict[str, Any]:
        """JSON-ready: the companies, the number of questions, and both means."""
        count = len(self.before)
        return {
            "companies": list(self.companies),
            "questions": count,
            "before": sum(self.before) / count if count else None,
            "after": sum(self.after) / count if count else None,
            "separation_before": self.separation_before,
            "separation_after": self.separation_after,
        }


def company_folds(articles: Sequence[Article], count: int = FOLDS) -> list[frozenset[str]]:
    """The companies in `count` parts of nearly equal number."""
    names = sorted({article.company for article in articles})
    random.Random(_SEED).shuffle(names)  # noqa: S311 - nothing secret
    return [frozenset(names[start::count]) for start in range(count)]


def folds(articles: Sequence[Article], examples: Sequence[ReadExample], count: int = FOLDS) -> list[Fold]:
    """The folds. What is learned holds no article of the companies left out, not even as a wrong answer."""
    company = {article.id: article.company for article in articles}
    unanswerable = [each for each in examples if not each.article]
    found = []
    for number, left_out in enumerate(company_folds(articles, count), 1):
        seen = [article for article in articles if article.company not in left_out]
        held = unanswerable[number - 1 :: count]
        kept = set(held)
        found.append(
            Fold(
                number=number,
                companies=tuple(sorted(left_out)),
                learned=training_set(seen, [each for each in examples if each not in kept]),
                held=(*(each for each in examples if company.get(each.article) in left_out), *held),
            )
        )
    return found


def train_fold(
    fold: Fold,
    settings: TrainingSettings,
    folder: Path,
    *,
    advance: Callable[[int, int], None] = lambda _done, _steps: None,
) -> Path:
    """The adapter of a fold, in `fold-N` below `folder`; trained only where it is not there yet."""
    base = find_model(DEFAULT_MODEL)
    check_weights(DEFAULT_MODEL, base)
    place = folder / f"fold-{fold.number}"
    return train(fold.learned, settings, base=base, base_name=DEFAULT_MODEL, folder=place, advance=advance).folder


def cross_validate(
    articles: Sequence[Article],
    examples: Sequence[ReadExample],
    settings: TrainingSettings,
    folder: Path,
    *,
    count: int = FOLDS,
    advance: Callable[[int, int, int], None] = lambda _fold, _done, _steps: None,
) -> list[FoldOutcome]:
    """Train once for each part of the companies on the others alone, and measure dense search on that part's questions.

    The articles left out compete with all others when measured. The adapters are kept in `folder`, so that a run that was
    ended goes on where it was. `advance` gets the fold from 1.
    """
    base = find_model(DEFAULT_MODEL)
    untrained = TorchEncoder(DEFAULT_MODEL, base)
    outcomes = []
    for fold in folds(articles, examples, count):
        trained = train_fold(fold, settings, folder, advance=partial(advance, fold.number))
        encoder = TorchEncoder(DEFAULT_MODEL, base, adapter=trained)
        before, after = (measured(each, articles, fold.held) for each in (untrained, encoder))
        outcomes.append(FoldOutcome(fold.companies, before.gains, after.gains, before.separation, after.separation))
    return outcomes


def summary(outcomes: Sequence[FoldOutcome]) -> dict[str, Any]:
    """JSON-ready: each fold, and over all of them both means with intervals, their difference and its p-value."""
    before = [value for fold in outcomes for value in fold.before]
    after = [value for fold in outcomes for value in fold.after]
    return {
        "folds": [fold.record for fold in outcomes],
        "before": estimate(before),
        "after": estimate(after),
        "difference": estimate([new - old for old, new in zip(before, after, strict=True)]),
        "p_value": paired_test(before, after),
        "separation_before": sum(fold.separation_before for fold in outcomes) / len(outcomes),
        "separation_after": sum(fold.separation_after for fold in outcomes) / len(outcomes),
    }
