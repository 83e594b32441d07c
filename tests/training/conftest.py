"""A small catalog, an assistant-like reader of questions, and a training that takes no time."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import Article
from assistant.catalog import Catalog
from assistant.errors import QuestionInvalid
from assistant.filters import Filters
from embeddings.training import TrainingRun


def _article(number: int, company: str, topic: str) -> Article:
    return Article.from_record(
        {
            "id": f"a{number:02}",
            "company": company,
            "title": f"On {topic}",
            "technologies": ["Kafka"],
            "topics": [topic, "Scale" if number % 2 else "speed"],
            "summary": f"How {company} did {topic}. It took a year, i.e. long.",
        }
    )


COMPANIES = ("Acme", "Bolt", "Corp", "Dyne", "Echo")


@pytest.fixture(scope="session")
def articles() -> list[Article]:
    """Twenty articles, four by each of five companies."""
    return [_article(number, COMPANIES[number % 5], f"subject {number}") for number in range(20)]


@pytest.fixture
def reader(articles, tmp_path):
    """Reads every question as its own words; one that begins with a company is restricted to it."""
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    catalog.add(articles)

    def understand(question):
        if question == "unreadable":
            raise QuestionInvalid("the question is empty")
        first, _, rest = question.partition(" ")
        if first in COMPANIES:
            return SimpleNamespace(search_text=rest, filters=Filters(companies=(first,), technologies=("Kafka",)))
        return SimpleNamespace(search_text=question, filters=Filters(technologies=("Kafka",)))

    yield SimpleNamespace(catalog=catalog, understand=understand)
    catalog.close()


@pytest.fixture
def no_training(monkeypatch):
    """Puts a copy of nothing where the adapter would be; notes what it was asked to learn."""
    from assistant.training import folds, own

    asked = []

    def train(learned, settings, *, folder: Path, advance=lambda done, steps: None, **given):
        asked.append(SimpleNamespace(learned=learned, settings=settings, folder=folder, **given))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "adapter_config.json").write_text("trial")
        advance(1, 1)
        return TrainingRun(folder, (0.5, 0.25))

    for module in (folds, own):
        monkeypatch.setattr(module, "train", train)
    return asked
