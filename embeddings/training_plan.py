"""What each step of a training draws, decided by the seed before the first: questions, passages, and what stands against them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_QUESTIONS = 32


@dataclass(frozen=True, slots=True)
class Passage:
    """What can answer: its `text` as it is indexed, and shorter `views` of it, one of which is drawn at each step.

    Passages that share one of `topics` are never each other's negatives.
    """

    text: str
    views: tuple[str, ...]
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Questions with the id of the passage that answers each; `negatives` are questions that no passage answers."""

    questions: tuple[tuple[str, str], ...]
    passages: Mapping[str, Passage]
    negatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How to train. The counts are per step; `scale` is the inverse temperature, `distillation` the weight of general text."""

    seed: int = 1
    epochs: float = 2.0
    batch: int = 32
    learning_rate: float = 6e-4
    rank: int = 16
    scale: float = 20.0
    hard: int = 8
    negatives: int = 8
    general: int = 8
    distillation: float = 5.0
    kept: float = 0.55
    """The share of its change that a new adapter is left with. Between a model and its fine-tuned self lies one that knows
    nearly all that was learned and has lost little elsewhere (Wortsman et al., 2022, on interpolated weights)."""
    full: bool = False
    """Train every weight instead of an adapter; wants a learning rate near 3e-5."""


@dataclass(frozen=True, slots=True)
class Step:
    """All that one step draws, decided before the first, so that a training can go on where it was ended."""

    questions: tuple[int, ...]
    passages: tuple[tuple[str, int], ...]  # id and view: those of the questions, in their order, then hard negatives
    negatives: tuple[int, ...]
    general: tuple[int, ...]


def confusable(training_set: TrainingSet, one: str, other: str) -> bool:
    """Whether a question that one passage answers may mean the other as well: they are the same, or share a topic."""
    return one == other or bool(training_set.passages[one].topics & training_set.passages[other].topics)


def plan(
    training_set: TrainingSet, settings: TrainingSettings, hard: Sequence[tuple[str, ...]], general: int
) -> list[Step]:
    """Every step: no two questions of one passage, each question once an epoch, all drawn by the seed alone."""
    draw = random.Random(settings.seed)  # noqa: S311 - nothing secret
    batches: list[tuple[int, ...]] = []
    for _ in range(math.ceil(settings.epochs)):
        batches += _batches(training_set, settings.batch, draw)
    kept = batches[: max(1, round(len(batches) * settings.epochs / math.ceil(settings.epochs)))]
    return [
        Step(
            questions=batch,
            passages=_passages(training_set, batch, [hard[place] for place in batch], settings.hard, draw),
            negatives=tuple(_some(len(training_set.negatives), settings.negatives, draw)),
            general=tuple(_some(general, settings.general, draw)),
        )
        for batch in kept
    ]


def _batches(training_set: TrainingSet, size: int, draw: random.Random) -> list[tuple[int, ...]]:
    """The questions in random order, in batches without two of one passage; a last one under half full is left out."""
    rest = list(range(len(training_set.questions)))
    draw.shuffle(rest)
    batches: list[tuple[int, ...]] = []
    while rest:
        batch: dict[str, int] = {}
        later = []
        for place in rest:
            id_ = training_set.questions[place][1]
            if len(batch) < size and id_ not in batch:
                batch[id_] = place
            else:
                later.append(place)
        rest = later
        if len(batch) >= size // 2 or not batches:
            batches.append(tuple(batch.values()))
    return batches


def _passages(
    training_set: TrainingSet, batch: Sequence[int], hard: Sequence[tuple[str, ...]], count: int, draw: random.Random
) -> tuple[tuple[str, int], ...]:
    own = [training_set.questions[place][1] for place in batch]
    others = sorted({id for ids in hard for id in ids[:3]} - set(own))
    chosen = own + [others[place] for place in _some(len(others), count, draw)]
    return tuple((id, draw.randrange(len(training_set.passages[id].views))) for id in chosen)


def _some(size: int, count: int, draw: random.Random) -> list[int]:
    return draw.sample(range(size), min(size, count))
