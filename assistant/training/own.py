"""An adapter of one's own: trained on one's questions, kept only where it is better, taken back by one call."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.article import Article
from assistant.encoder import OWN_FOLDER, chosen_adapter
from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.significance import paired_test
from assistant.settings import Settings
from assistant.training.examples import ReadExample, training_set
from assistant.training.measure import measured
from embeddings.models import DEFAULT_MODEL, canonical_name, check_weights, find_model
from embeddings.torch_encoder import TorchEncoder
from embeddings.training import TrainingRun, train
from embeddings.training_plan import MIN_QUESTIONS, TrainingSettings

HELD_OUT = 0.25
"""Share of the articles whose questions are kept for measuring."""
PREVIOUS_FOLDER = "adapter.previous"
TRIAL_FOLDER = "adapter.trial"

Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a training came to on the questions kept for measuring: mean nDCG@10 of dense search before and after."""

    trained_on: int
    measured_on: int
    before: float
    after: float
    p_value: float
    run: TrainingRun

    @property
    def better(self) -> bool:
        """Whether the new adapter ranks better."""
        return self.after > self.before


def try_adapter(
    settings: Settings,
    articles: Sequence[Article],
    examples: Sequence[ReadExample],
    training: TrainingSettings,
    *,
    advance: Advance = lambda _done, _steps: None,
) -> Trial:
    """Train on three articles in four, starting at the adapter that serves now, and measure on the questions of the rest.

    The adapter is left in the trial folder of the home folder; nothing is installed. Raises `InputInvalid` for a model
    other than the default or for too few questions.
    """
    if canonical_name(settings.model) != DEFAULT_MODEL:
        raise InputInvalid(
            f"an adapter of one's own is for the model {DEFAULT_MODEL}, not for '{settings.model}'",
            "Unset BYLINE_MODEL.",
        )
    kept, trained = _split(examples, training.seed)
    if len(trained) < MIN_QUESTIONS or not kept:
        held = sum(bool(each.article) for each in examples)
        raise InputInvalid(
            f"{held} questions about articles held are too few to train and to measure on",
            f"Collect at least {round(MIN_QUESTIONS / (1 - HELD_OUT)) + 2}, about several articles.",
        )
    base = find_model(settings.model)
    check_weights(DEFAULT_MODEL, base)
    now = chosen_adapter(settings).folder
    learned = training_set(articles, [*trained, *(each for each in examples if not each.article)])
    trial = settings.folder / TRIAL_FOLDER
    run = train(learned, training, base=base, base_name=DEFAULT_MODEL, folder=trial, adapter=now, advance=advance)
    before, after = (
        measured(TorchEncoder(DEFAULT_MODEL, base, adapter=each, threads=settings.threads), articles, kept)
        for each in (now, trial)
    )
    return Trial(
        trained_on=len(trained),
        measured_on=len(kept),
        before=before.mean,
        after=after.mean,
        p_value=paired_test(before.gains, after.gains),
        run=run,
    )


def install(settings: Settings) -> None:
    """Let the adapter of the trial folder serve; the one that served before, if it was one's own, is kept for `undo`."""
    own, previous = settings.folder / OWN_FOLDER, settings.folder / PREVIOUS_FOLDER
    shutil.rmtree(previous, ignore_errors=True)
    if own.exists():
        own.replace(previous)
    (settings.folder / TRIAL_FOLDER).replace(own)


def undo(settings: Settings) -> str:
    """Take the last installed adapter back; returns the kind that serves now. Raises `NotFound` where there is none."""
    own, previous = settings.folder / OWN_FOLDER, settings.folder / PREVIOUS_FOLDER
    if not own.exists():
        raise NotFound("no adapter of your own is installed", "Train one: byline train --questions FILE")
    shutil.rmtree(own)
    if previous.exists():
        previous.replace(own)
    return chosen_adapter(replace(settings, adapter="")).kind


def discard(settings: Settings) -> None:
    """Remove a trial that was not installed."""
    shutil.rmtree(settings.folder / TRIAL_FOLDER, ignore_errors=True)


def _split(examples: Sequence[ReadExample], seed: int) -> tuple[list[ReadExample], list[ReadExample]]:
    """The examples to measure on and those to train on; all questions of one article are on one side."""
    ids = sorted({each.article for each in examples if each.article})
    random.Random(seed).shuffle(ids)  # noqa: S311 - nothing secret
    kept = set(ids[: round(len(ids) * HELD_OUT)])
    return (
        [each for each in examples if each.article in kept],
        [each for each in examples if each.article and each.article not in kept],
    )
