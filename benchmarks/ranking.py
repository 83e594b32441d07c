"""What each constant of the ranking is worth: every one changed or left out, on articles and on public test collections.

    python benchmarks/ranking.py [--beir FOLDER ...] [--train N] [--only TEXT]

The questions are data/questions: train (MRR@10 of the one known article, a fixed sample), judged and dev (nDCG@10, read and
filtered as when asked; those without a topic are left out). Each --beir folder is a collection in BEIR layout (nDCG@10).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from assistant import Assistant, document, fusion
from assistant.article import Article
from assistant.errors import QuestionInvalid
from assistant.evaluation.beir import evaluate_collection, load_collection, run_collection
from assistant.evaluation.measures import ranking_scores
from assistant.finder import Finder
from assistant.retriever import Retriever
from embeddings.cache import VectorCache
from embeddings.encoder import Encoder, Kind
from embeddings.index import Document, Index

PLAIN = {"FEEDBACK_SHARE": 0.0, "NEIGHBOUR_SHARE": 0.0, "POWER": 1.0, "SATURATED": 0.0, "RARITY": 0.0}
SETTINGS: dict[str, dict[str, float]] = {
    "as shipped": {},
    "dense alone": {**PLAIN, "DENSE_SHARE": 1.0},
    "BM25 alone": {**PLAIN, "DENSE_SHARE": 0.0},
    "plain mix": PLAIN,
    "DENSE_SHARE 0.6": {"DENSE_SHARE": 0.6},
    "DENSE_SHARE 0.8": {"DENSE_SHARE": 0.8},
    "POWER 1 (no damping)": {"POWER": 1.0},
    "POWER 2": {"POWER": 2.0},
    "SATURATED 0 (by best hit)": {"SATURATED": 0.0},
    "SATURATED 2.2": {"SATURATED": 2.2},
    "RARITY 0": {"RARITY": 0.0},
    "RARITY 0.5": {"RARITY": 0.5},
    "no feedback": {"FEEDBACK_SHARE": 0.0},
    "FEEDBACK_SHARE 0.4": {"FEEDBACK_SHARE": 0.4},
    "no neighbours": {"NEIGHBOUR_SHARE": 0.0},
    "NEIGHBOUR_SHARE 0.4": {"NEIGHBOUR_SHARE": 0.4},
    "no PREFERENCE": {"PREFERENCE": 0.0},
    "PREFERENCE 0.2": {"PREFERENCE": 0.2},
}


class RememberingEncoder:
    """The encoder, with the vectors of questions kept: the same are asked under every setting."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: bool = False) -> NDArray[np.float32]:
        """As the encoder's; one text at a time is remembered."""
        if len(texts) != 1 or kind != "query":
            return self._encoder.encode(texts, kind=kind, progress=progress)
        if texts[0] not in self._known:
            self._known[texts[0]] = self._encoder.encode(texts, kind=kind)
        return self._known[texts[0]]

    def warm(self) -> None:
        """Read the model."""
        self._encoder.warm()


@dataclass(frozen=True)
class Column:
    """One set of questions: its name, and the figure it gives under the constants as they stand."""

    name: str
    measure: Callable[[], float]


def article_columns(assistant: Assistant, finder: Finder, sample: int) -> list[Column]:
    """The question sets over the articles; each question is read once, in advance."""
    columns = []
    for name in ("train", "judged", "dev"):
        rows = [json.loads(line) for line in document_lines(f"questions/{name}.jsonl")]
        rows = Random(0).sample(rows, sample) if name == "train" else [row for row in rows if row["answerable"]]
        read = []
        for row in rows:
            try:
                findings = assistant.find(row["question"], row.get("history", []))
            except QuestionInvalid:
                continue
            if findings.ranking is not None:
                read.append((findings.question, row.get("relevant") or {row["article"]: 3}))
        measured = "MRR@10" if name == "train" else "nDCG@10"
        columns.append(Column(f"{name} {measured}", article_measure(finder, read, measured)))
    return columns


def article_measure(finder: Finder, read: Sequence[tuple[object, dict[str, int]]], name: str) -> Callable[[], float]:
    """The mean of a measure over read questions with their relevant articles."""

    def measure() -> float:
        ranked = {}
        for number, (question, _) in enumerate(read):
            ranking = finder.find(question).ranking  # type: ignore[arg-type]
            ranked[str(number)] = [hit.id for hit in ranking.hits[:10]] if ranking else []
        judgments = {str(number): relevant for number, (_, relevant) in enumerate(read)}
        return float(np.mean(list(ranking_scores(judgments, ranked)[name].values())))

    return measure


def beir_column(folder: Path, encoder: Encoder, cache: VectorCache, stack: ExitStack) -> Column:
    """A collection's column, over an index that is thrown away in the end."""
    collection = load_collection(folder)
    documents = [document.plain_document(item.id, item.title, item.text) for item in collection.documents]
    place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="byline-ranking-")))
    retriever = Retriever(Index.build(place, documents, encoder, cache=cache), encoder)

    def measure() -> float:
        return float(evaluate_collection(collection, run_collection(collection, retriever))["nDCG@10"]["value"])

    return Column(collection.name, measure)


def document_lines(name: str) -> list[str]:
    """The lines of a shipped file."""
    from assistant.resources import shipped

    return shipped(name).read_text(encoding="utf-8").splitlines()


def _untagged(article: Article) -> Document:
    made = document.article_document(article)
    plain = document.plain_document(article.id, article.title or "", article.summary or "")
    return Document(made.id, made.fields, plain.text)


@contextmanager
def documents_made(assistant: Assistant, encoder: Encoder, cache: VectorCache, name: str) -> Iterator[Finder]:
    """A finder over the articles indexed otherwise: title once among the words, or tags not embedded."""
    repeats = 1 if name == "title once" else document.TITLE_REPEATS
    make = _untagged if name == "tags not embedded" else document.article_document
    with (
        tempfile.TemporaryDirectory(prefix="byline-ranking-") as folder,
        patch.object(document, "TITLE_REPEATS", repeats),
    ):
        index = Index.build(Path(folder), [make(article) for article in assistant.catalog.list()], encoder, cache=cache)
        yield finder_over(assistant, Retriever(index, encoder))


def finder_over(assistant: Assistant, retriever: Retriever) -> Finder:
    """A finder that searches with `retriever`."""
    from assistant.confidence import Confidence
    from assistant.encoder import confidence_file

    return Finder(
        assistant.catalog,
        retriever,
        Confidence.load(confidence_file(assistant.settings)),
        spellings=lambda name: assistant.vocabulary.written("technologies", name),
    )


def show(name: str, columns: Sequence[Column], width: int = 28) -> None:
    """One line of the table; the last figure is the mean over the collections."""
    values = [column.measure() for column in columns]
    beir = values[3:]
    mean = f"{np.mean(beir):8.4f}" if beir else ""
    print(f"{name:{width}}" + "".join(f"{value:16.4f}" for value in values) + mean, flush=True)


def main() -> None:
    """Print the table, a line a setting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--beir", nargs="*", type=Path, default=[], help="folders in BEIR layout")
    parser.add_argument("--train", type=int, default=600, help="how many of the training questions")
    parser.add_argument("--only", default="", help="settings whose name holds this")
    arguments = parser.parse_args()
    with Assistant.open() as assistant, ExitStack() as stack:
        encoder = RememberingEncoder(assistant.encoder)
        cache = stack.enter_context(VectorCache(assistant.settings.folder / "evaluation-vectors.sqlite"))
        finder = finder_over(assistant, Retriever(assistant.index, encoder))
        columns = article_columns(assistant, finder, arguments.train)
        columns += [beir_column(folder, encoder, cache, stack) for folder in arguments.beir]
        print(" " * 28 + "".join(f"{column.name:>16}" for column in columns) + ("    mean" if arguments.beir else ""))
        for name, constants in SETTINGS.items():
            if arguments.only in name:
                with ExitStack() as changed:
                    for constant, value in constants.items():
                        changed.enter_context(patch.object(fusion, constant, value))
                    show(name, columns)
        for name in ("title once", "tags not embedded"):
            if arguments.only in name:
                with documents_made(assistant, encoder, cache, name) as other:
                    show(f"{name} (articles)", article_columns(assistant, other, arguments.train))


if __name__ == "__main__":
    main()
