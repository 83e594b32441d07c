"""`byline train`: what it says, what it installs, and what makes no sense."""

from __future__ import annotations

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from assistant import Article
from assistant.catalog import Catalog
from assistant.cli import main
from assistant.cli import train as command
from assistant.encoder import chosen_adapter
from assistant.evaluation.plots import loss_plot
from assistant.settings import Settings
from assistant.training import own
from assistant.training.own import Trial
from embeddings import training
from embeddings.training import TrainingRun


def run(*arguments):
    return CliRunner().invoke(command.train, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def questions(tmp_path, articles):
    path = tmp_path / "questions.jsonl"
    ways = ("how about", "why", "who did")
    rows = [
        {"question": f"{way} subject {n}", "article": article.id} for n, article in enumerate(articles) for way in ways
    ]
    path.write_text("\n".join(map(json.dumps, [*rows, {"question": "gone", "article": "no-such"}])))
    return path


@pytest.fixture
def opened(reader, monkeypatch):
    """Lets the command read questions without a model."""
    reader.settings = Settings.load()

    @contextmanager
    def assistant():
        yield reader

    monkeypatch.setattr(command, "_assistant", assistant)
    return reader


def trial_of(before, after):
    def try_adapter(settings, articles, examples, training_settings, *, advance):
        folder = settings.folder / own.TRIAL_FOLDER
        folder.mkdir(parents=True)
        (folder / "adapter_config.json").write_text("trial")
        advance(1, 1)
        return Trial(len(examples), 15, before, after, 0.01, TrainingRun(folder, (0.5,)))

    return try_adapter


def test_a_better_adapter_is_installed_and_one_command_takes_it_back(questions, opened, monkeypatch):
    monkeypatch.setattr(own, "try_adapter", trial_of(0.5, 0.625))
    result = run("--questions", questions)
    assert result.exit_code == 0
    assert "nDCG@10 0.625; before, 0.500 (p = 0.010)" in result.output
    assert "1 questions are about articles that are not held" in result.output
    assert "byline train --undo" in result.output
    assert chosen_adapter(Settings.load()).kind == "own"
    assert "from the next start on" in run("--undo").output
    assert chosen_adapter(Settings.load()).kind != "own"


def test_one_that_is_not_better_changes_nothing(questions, opened, monkeypatch):
    monkeypatch.setattr(own, "try_adapter", trial_of(0.5, 0.5))
    assert "nothing was changed" in run("--questions", questions).output
    assert chosen_adapter(Settings.load()).kind != "own"
    assert not (Settings.load().folder / own.TRIAL_FOLDER).exists()


def test_undo_without_an_adapter_is_one_sentence(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "--undo"])
    assert stop.value.code == 1
    assert capsys.readouterr().err == (
        "byline: No adapter of your own is installed. Train one: byline train --questions FILE\n"
    )


@pytest.mark.parametrize(
    "options", [("--undo", "--full"), ("--undo", "--questions", "f"), ("--questions", "f", "--full")]
)
def test_options_that_exclude_each_other_are_refused(options):
    result = run(*options)
    assert result.exit_code == 2
    assert "Error: --" in result.output


def test_a_missing_file_is_one_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "--questions", str(tmp_path / "none.jsonl")])
    assert stop.value.code == 1
    assert "cannot be read" in capsys.readouterr().err


def test_the_shipped_questions_train_into_the_folder_with_a_plot_of_the_loss(opened, tmp_path, monkeypatch):
    seen = SimpleNamespace()

    def train(learned, settings, *, folder, advance, **given):
        seen.learned, seen.settings = learned, settings
        folder.mkdir()
        return TrainingRun(folder, (0.9, 0.5, 0.4))

    monkeypatch.setattr(training, "train", train)
    from assistant.training import shipped

    monkeypatch.setattr(shipped, "QUESTION_FILES", ("unanswerable.jsonl",))
    result = run("--output", tmp_path / "out", "--seed", 3, "--epochs", 1.5)
    assert result.exit_code == 0
    assert f"byline --adapter {tmp_path / 'out'} evaluate" in result.output
    assert (seen.settings.seed, seen.settings.epochs, seen.settings.full) == (3, 1.5, False)
    assert len(seen.learned.passages) == 415
    assert (tmp_path / "out" / "loss.svg").read_text().startswith("<svg xmlns=")
    assert run("--output", tmp_path / "whole", "--full").output.count("--model") == 1
    assert seen.settings.learning_rate == pytest.approx(3e-5)


def test_own_questions_train_a_real_adapter_that_then_serves_or_is_thrown_away(
    questions, tmp_path, monkeypatch, model_folder
):
    pytest.importorskip("peft")
    monkeypatch.setattr(training, "general_texts", lambda: ["Return the number of items.", "A lock object."])
    settings = Settings.load()
    settings.folder.joinpath("models").symlink_to(model_folder)
    monkeypatch.setenv("BYLINE_STARTER", "off")
    catalog = Catalog.open(settings.folder / "catalog.sqlite")
    catalog.add([Article.from_record(article.to_record()) for article in _held(questions)])
    catalog.close()
    result = run("--questions", questions, "--epochs", "0.1")
    assert result.exit_code == 0
    installed = "serves from the next start on" in result.output
    assert installed != ("nothing was changed" in result.output)
    assert (chosen_adapter(settings).kind == "own") == installed


def _held(questions):
    ids = {json.loads(line)["article"] for line in questions.read_text().splitlines()} - {"no-such"}
    return [
        Article.from_record({"id": id, "company": "Acme", "title": f"Subject {id}", "summary": f"On subject {id}."})
        for id in sorted(ids)
    ]


def test_the_loss_plot_is_a_drawing_of_every_step():
    drawn = loss_plot([2.0, 1.0, 0.5])
    assert drawn.count("<polyline") == 2
    assert "share of 3 steps" in drawn
    assert loss_plot([]).startswith("<svg")
