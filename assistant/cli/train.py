"""`byline train`: train the encoder's adapter, on the shipped questions or on one's own, and take one's own back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.training.own import Trial
    from embeddings.training import TrainingRun
    from embeddings.training_plan import TrainingSettings

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FULL_RATE = 3e-5


@click.command()
@click.option(
    "--questions",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Train on your own questions (JSON Lines, as byline export --feedback writes) and use the outcome if it is better.",
)
@click.option("--undo", is_flag=True, help="Take the adapter trained on your own questions back.")
@click.option(
    "--output",
    type=_FOLDER,
    default=Path("encoder"),
    show_default=True,
    help="Where the adapter trained on the shipped questions goes.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Decides all that is drawn.")
@click.option("--epochs", type=click.FloatRange(0.1, 50), default=None, help="Passes over the questions.  [default: 2]")
@click.option("--full", is_flag=True, help="Train every weight instead of an adapter: OUTPUT becomes a whole model.")
def train(questions: Path | None, undo: bool, output: Path, seed: int, epochs: float | None, full: bool) -> None:
    """Train the encoder; about twenty minutes on two processor cores, minutes on a GPU.

    Without --questions, the shipped adapter is made again from the shipped questions, in OUTPUT. A training that was stopped
    goes on where it was when the same command is given again.
    """
    if undo and (questions or full):
        raise click.UsageError("--undo takes no --questions and no --full.")
    if questions and full:
        raise click.UsageError("--questions trains an adapter; leave --full out.")
    if undo:
        _undo()
    elif questions:
        _train_own(questions, _settings(seed, epochs, full=False))
    else:
        _train_shipped(output, _settings(seed, epochs, full=full))


def _settings(seed: int, epochs: float | None, *, full: bool) -> TrainingSettings:
    from embeddings.training_plan import TrainingSettings

    plain = TrainingSettings(seed=seed, full=full)
    return TrainingSettings(
        seed=seed,
        full=full,
        epochs=epochs or plain.epochs,
        learning_rate=_FULL_RATE if full else plain.learning_rate,
    )


def _train_shipped(output: Path, settings: TrainingSettings) -> None:
    from assistant.training.examples import training_set
    from assistant.training.shipped import shipped_articles, shipped_examples
    from embeddings.models import DEFAULT_MODEL, check_weights, find_model
    from embeddings.training import train as fit

    base = find_model(DEFAULT_MODEL)
    check_weights(DEFAULT_MODEL, base)
    with _assistant() as assistant:
        learned = training_set(shipped_articles(), shipped_examples(assistant))
    with _advancing() as advance:
        run = fit(learned, settings, base=base, base_name=DEFAULT_MODEL, folder=output, advance=advance)
    _plot(run)
    option = "model" if settings.full else "adapter"
    click.echo(f"Trained on {len(learned.questions):,} questions; it lies in {output}.")
    click.echo(f"Measure it: byline --{option} {output} evaluate")


def _train_own(path: Path, training: TrainingSettings) -> None:
    from assistant.training.examples import read_all, read_examples
    from assistant.training.own import discard, install, try_adapter

    examples = read_examples(path)
    with _assistant() as assistant:
        read = read_all(examples, assistant)
        articles = assistant.catalog.list()
        settings = assistant.settings
    if left := len(examples) - len(read):
        click.echo(f"{left} questions are about articles that are not held, or say nothing to search for.", err=True)
    with _advancing() as advance:
        trial = try_adapter(settings, articles, read, training, advance=advance)
    _report(trial)
    if trial.better:
        install(settings)
        click.echo("It serves from the next start on. To take it back: byline train --undo")
    else:
        discard(settings)
        click.echo("It is not better, so nothing was changed.")


def _report(trial: Trial) -> None:
    click.echo(
        f"Trained on {trial.trained_on} questions. On {trial.measured_on} others, about other articles, dense search has "
        f"nDCG@10 {trial.after:.3f}; before, {trial.before:.3f} (p = {trial.p_value:.3f})."
    )


def _undo() -> None:
    from assistant.settings import Settings
    from assistant.training.own import undo

    now = {"own": "the one trained before it", "shipped": "the shipped adapter", "none": "the model without an adapter"}
    click.echo(f"Taken back; from the next start on, {now[undo(Settings.load())]} serves.")


def _plot(run: TrainingRun) -> None:
    from assistant.evaluation.plots import loss_plot
    from embeddings.files import replace_file

    replace_file(run.folder / "loss.svg", loss_plot(run.losses).encode())


@contextmanager
def _assistant() -> Iterator[Assistant]:
    from assistant.assistant import Assistant

    with Assistant.open(progress=sys.stderr.isatty()) as assistant:
        yield assistant


@contextmanager
def _advancing() -> Iterator[Callable[[int, int], None]]:
    """A callback behind a progress bar on standard error; without a terminal there, it does nothing."""
    from embeddings.progress import Progress

    with Progress("Training", 1, shown=sys.stderr.isatty()) as bar:
        yield bar.reach
