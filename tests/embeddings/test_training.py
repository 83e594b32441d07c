"""Training: what a step draws, that it is repeatable and goes on where it was ended, and what it leaves behind."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from embeddings import training, training_plan, training_state
from embeddings.adapter import CONFIG, WEIGHTS, Adapter
from embeddings.errors import DependencyMissing, TrainingInvalid
from embeddings.general import general_texts
from embeddings.models import DEFAULT_MODEL, find_model
from embeddings.torch_encoder import TorchEncoder
from embeddings.training import TrainingRun, train
from embeddings.training_plan import Passage, TrainingSet, TrainingSettings

QUICK = TrainingSettings(epochs=0.5, batch=8, hard=2, negatives=2, general=2)
SUBJECTS = (
    "autoscaling consumers", "sharding a database", "mobile build times", "fraud detection", "search relevance", "feature flags",
    "incident response", "image compression", "service discovery", "schema migration", "rate limiting", "batch scheduling",
)  # fmt: skip


@pytest.fixture(scope="module")
def small() -> TrainingSet:
    passages = {
        f"p{number:02}": Passage(
            text=f"How we approach {subject}. It took a year.",
            views=(f"How we approach {subject}.", f"It took a year. {subject}"),
            topics=frozenset({"storage"} if number in {1, 9} else {subject}),
        )
        for number, subject in enumerate(SUBJECTS)
    }
    questions = [
        (f"{way} {subject}", f"p{number:02}")
        for number, subject in enumerate(SUBJECTS)
        for way in ("why", "how", "who does")
    ]
    return TrainingSet(tuple(questions), passages, ("how to bake bread", "cheap flights", "goldfish care"))


@pytest.fixture
def few_general_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "Return the number of items in a container.",
        "Raised when an operation runs out of memory.",
        "A lock object.",
    ]
    monkeypatch.setattr(training, "general_texts", lambda: texts)


def run(small: TrainingSet, folder: Path, settings: TrainingSettings = QUICK, **given) -> TrainingRun:
    base = find_model(DEFAULT_MODEL)
    return train(small, settings, base=base, base_name=DEFAULT_MODEL, folder=folder, **given)


def test_batches_hold_each_question_once_and_no_passage_twice(small):
    batches = training_plan._batches(small, 8, random.Random(3))
    places = [place for batch in batches for place in batch]
    assert len(places) == len(set(places))
    for batch in batches:
        ids = [small.questions[place][1] for place in batch]
        assert len(ids) == len(set(ids))


def test_no_question_is_lost_while_there_are_passages_enough_to_fill_a_batch(small):
    assert sum(map(len, training_plan._batches(small, 12, random.Random(0)))) == len(small.questions)


def test_the_plan_is_the_seeds(small):
    hard = [("p00",)] * len(small.questions)
    plans = [training_plan.plan(small, replace(QUICK, seed=seed), hard, 3) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_half_an_epoch_is_half_the_steps(small):
    hard = [()] * len(small.questions)
    whole = training_plan.plan(small, replace(QUICK, epochs=1.0), hard, 3)
    assert len(training_plan.plan(small, QUICK, hard, 3)) == round(len(whole) / 2)


def test_hard_negatives_are_never_the_answer_nor_share_its_topic(small):
    model = training._model(find_model(DEFAULT_MODEL), QUICK)
    found = training._hard_negatives(model, small)
    assert any(found)
    for (_, right), ids in zip(small.questions, found, strict=True):
        assert right not in ids
        assert not any(small.passages[right].topics & small.passages[id].topics for id in ids)


def test_the_rate_rises_over_a_tenth_and_falls_to_nothing():
    rates = [training._schedule(step, 100) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * (step + 1) for step in range(10)])
    assert rates[9] == max(rates)
    assert rates[-1] == pytest.approx(1 / 90)


def test_the_loss_is_the_mean_of_both_directions_without_what_may_be_meant(small, monkeypatch):
    import torch

    vectors = {
        "q1": [1.0, 0.0], "q2": [0.0, 1.0], "nothing": [0.6, 0.8],
        "a": [0.8, 0.6], "b": [0.0, 1.0], "c": [1.0, 0.0],
    }  # fmt: skip
    monkeypatch.setattr(training, "_vectors", lambda model, texts: torch.tensor([vectors[text] for text in texts]))
    passages = {
        "A": Passage("a", ("a",), frozenset({"x"})),
        "B": Passage("b", ("b",), frozenset({"y"})),
        "C": Passage("c", ("c",), frozenset({"x"})),  # shares a topic with A: no wrong answer to q1
    }
    learned = TrainingSet((("q1", "A"), ("q2", "B")), passages, ("nothing",))
    step = training_plan.Step(questions=(0, 1), passages=(("A", 0), ("B", 0), ("C", 0)), negatives=(0,), general=())
    loss = training._contrast(cast(Any, None), learned, step, replace(QUICK, scale=1.0))

    def entropy(right: float, *others: float) -> float:
        return math.log(math.exp(right) + sum(map(math.exp, others))) - right

    among_passages = (entropy(0.8, 0.0) + entropy(1.0, 0.6, 0.0)) / 2
    among_questions = (entropy(0.8, 0.6, 0.96) + entropy(1.0, 0.0, 0.8)) / 2
    assert float(loss) == pytest.approx((among_passages + among_questions) / 2, abs=1e-6)


@pytest.mark.usefixtures("few_general_texts")
def test_an_adapter_is_small_names_its_base_and_changes_the_vectors(small, tmp_path):
    pytest.importorskip("peft")
    steps: list[tuple[int, int]] = []
    outcome = run(small, tmp_path / "out", advance=lambda done, of: steps.append((done, of)))
    assert steps[-1] == (len(outcome.losses), len(outcome.losses))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [CONFIG, WEIGHTS, training_state.RECORD]
    assert Adapter.read(tmp_path / "out").base == DEFAULT_MODEL
    assert (tmp_path / "out" / WEIGHTS).stat().st_size <= 3e6
    base = find_model(DEFAULT_MODEL)
    before, after = (TorchEncoder(DEFAULT_MODEL, base, adapter=each) for each in (None, tmp_path / "out"))
    assert not np.allclose(before.encode(["kafka"]), after.encode(["kafka"]), atol=1e-4)


@pytest.mark.usefixtures("few_general_texts")
def test_a_training_that_was_ended_goes_on_and_comes_to_the_same(small, tmp_path, monkeypatch):
    pytest.importorskip("peft")
    monkeypatch.setattr(training, "SAVE_EVERY", 1)
    settings = replace(QUICK, epochs=1.0)
    whole = run(small, tmp_path / "whole", settings)

    class Ended(Exception):
        pass

    def end(done: int, steps: int) -> None:
        if done == 2:
            raise Ended

    with pytest.raises(Ended):
        run(small, tmp_path / "parts", settings, advance=end)
    seen: list[int] = []
    parts = run(small, tmp_path / "parts", settings, advance=lambda done, _: seen.append(done))
    assert seen[0] == 3
    assert parts.losses == pytest.approx(whole.losses, abs=1e-4)
    first, second = (Adapter.read(tmp_path / name).layers for name in ("whole", "parts"))
    assert all(np.allclose(first[name][1], second[name][1], atol=1e-5) for name in first)
    again = run(small, tmp_path / "parts", settings, advance=lambda done, _: seen.append(-1))
    assert again.losses == pytest.approx(parts.losses)
    assert -1 not in seen  # a finished one is not done again


@pytest.mark.usefixtures("few_general_texts")
def test_training_on_from_an_adapter_starts_at_its_vectors(small, tmp_path):
    pytest.importorskip("peft")
    first = run(small, tmp_path / "first")
    still = replace(QUICK, learning_rate=0.0)
    run(small, tmp_path / "second", still, adapter=first.folder)
    base = find_model(DEFAULT_MODEL)
    one, two = (TorchEncoder(DEFAULT_MODEL, base, adapter=tmp_path / name) for name in ("first", "second"))
    assert np.allclose(one.encode(["sharding"]), two.encode(["sharding"]), atol=1e-5)


@pytest.mark.usefixtures("few_general_texts")
def test_full_training_leaves_a_model_that_loads_by_its_folder(small, tmp_path):
    run(small, tmp_path / "model", replace(QUICK, full=True, learning_rate=3e-5, epochs=0.25))
    assert TorchEncoder("trained", find_model(str(tmp_path / "model"))).dimension == 384


@pytest.mark.usefixtures("few_general_texts")
def test_a_whole_model_keeps_its_share_of_the_change_as_well(small, tmp_path):
    full = replace(QUICK, full=True, learning_rate=1e-4, epochs=0.25)
    vectors = {}
    for kept in (0.0, 0.5, 1.0):
        run(small, tmp_path / str(kept), replace(full, kept=kept))
        vectors[kept] = TorchEncoder("trained", tmp_path / str(kept)).encode(["sharding a database"])[0]
    base = TorchEncoder(DEFAULT_MODEL, find_model(DEFAULT_MODEL)).encode(["sharding a database"])[0]
    assert np.allclose(vectors[0.0], base, atol=1e-5)
    assert vectors[1.0] @ base < vectors[0.5] @ base < 1 - 1e-5


def test_too_few_questions_are_refused_with_the_number_needed(small, tmp_path):
    few = TrainingSet(small.questions[:5], small.passages)
    with pytest.raises(TrainingInvalid, match=f"5 questions are too few.*at least {training_plan.MIN_QUESTIONS}"):
        run(few, tmp_path / "out")


def test_without_peft_the_command_that_installs_it_is_named(small, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(DependencyMissing, match=r'pip install "byline\[train\]"'):
        run(small, tmp_path / "out")


def test_general_texts_are_prose_and_always_the_same():
    texts = general_texts(50)
    assert len(texts) == len(set(texts)) == 50
    assert all(40 <= len(text) <= 300 and ">>>" not in text for text in texts)
    assert texts == general_texts(50)


def test_the_record_holds_the_settings_and_every_loss(small, tmp_path, few_general_texts):
    pytest.importorskip("peft")
    outcome = run(small, tmp_path / "out")
    record = json.loads((tmp_path / "out" / training_state.RECORD).read_text())
    assert record["settings"]["seed"] == 1
    assert record["losses"] == list(outcome.losses)
