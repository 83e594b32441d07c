"""An adapter of one's own: split, measured, installed only where better, taken back."""

from __future__ import annotations

import pytest

from assistant.encoder import chosen_adapter
from assistant.errors import InputInvalid, NotFound
from assistant.settings import Settings
from assistant.training import own
from assistant.training.examples import ReadExample
from assistant.training.measure import Measured
from embeddings.training_plan import TrainingSettings


@pytest.fixture
def settings(tmp_path):
    return Settings(home=str(tmp_path / "home"))


@pytest.fixture
def examples(articles):
    everything = frozenset(article.id for article in articles)
    asked = [
        ReadExample(f"{way} {article.id}", article.id, everything)
        for article in articles
        for way in ("how", "why", "who")
    ]
    return [*asked, ReadExample("bread", "", everything)]


@pytest.fixture
def measuring(monkeypatch):
    """Lets a test say what dense search is worth with and without the new adapter."""
    worth = {}
    monkeypatch.setattr(own, "TorchEncoder", lambda name, base, adapter, threads: adapter)

    def measured(encoder, articles, held):
        worth["held"] = held
        after = encoder is not None and encoder.name == own.TRIAL_FOLDER
        return Measured(tuple(worth["after" if after else "before"] for _ in held), 0.5)

    monkeypatch.setattr(own, "measured", measured)
    return worth


def try_it(settings, articles, examples):
    return own.try_adapter(settings, articles, examples, TrainingSettings())


def test_no_article_is_both_trained_and_measured_on(settings, articles, examples, no_training, measuring):
    measuring.update(before=0.5, after=0.75)
    trial = try_it(settings, articles, examples)
    learned = {id for _, id in no_training[0].learned.questions}
    held = {each.article for each in measuring["held"]}
    assert not learned & held
    assert len(held) == round(len(articles) * own.HELD_OUT)
    assert (trial.trained_on, trial.measured_on) == (45, 15)
    assert (trial.before, trial.after, trial.better) == (0.5, 0.75, True)
    assert no_training[0].learned.negatives == ("bread",)


def test_training_starts_at_the_adapter_that_serves(settings, articles, examples, no_training, measuring):
    measuring.update(before=0.5, after=0.5)
    (settings.folder / "adapter").mkdir(parents=True)
    trial = try_it(settings, articles, examples)
    assert no_training[0].adapter == settings.folder / "adapter"
    assert not trial.better


def test_a_trial_changes_nothing_until_it_is_installed_and_undo_takes_it_back(
    settings, articles, examples, no_training, measuring
):
    measuring.update(before=0.1, after=0.2)
    before = chosen_adapter(settings)
    try_it(settings, articles, examples)
    assert chosen_adapter(settings) == before
    own.install(settings)
    assert chosen_adapter(settings).kind == "own"
    assert not (settings.folder / own.TRIAL_FOLDER).exists()
    assert own.undo(settings) == before.kind
    assert chosen_adapter(settings) == before


def test_undo_brings_back_the_one_installed_before(settings):
    for version in ("first", "second"):
        trial = settings.folder / own.TRIAL_FOLDER
        trial.mkdir(parents=True)
        (trial / "adapter_config.json").write_text(version)
        own.install(settings)
    assert own.undo(settings) == "own"
    assert (settings.folder / "adapter" / "adapter_config.json").read_text() == "first"
    own.undo(settings)
    with pytest.raises(NotFound, match="o adapter of your own"):
        own.undo(settings)


def test_a_trial_that_is_no_better_can_be_thrown_away(settings, articles, examples, no_training, measuring):
    measuring.update(before=0.5, after=0.4)
    try_it(settings, articles, examples)
    own.discard(settings)
    assert not (settings.folder / own.TRIAL_FOLDER).exists()


def test_few_questions_are_refused_with_the_number_wanted(settings, articles, examples, no_training):
    with pytest.raises(InputInvalid, match=r"20 questions .* are too few.*at least 45"):
        try_it(settings, articles, examples[:20])
    assert not no_training


def test_another_model_is_refused(articles, examples, tmp_path):
    with pytest.raises(InputInvalid, match="not for 'BAAI/bge-small-en'"):
        try_it(Settings(home=str(tmp_path), model="BAAI/bge-small-en"), articles, examples)
