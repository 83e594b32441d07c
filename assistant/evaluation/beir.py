"""Public test collections in BEIR layout: reading one, running its queries, and measuring the run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.measures import collection_scores
from assistant.evaluation.protocols import DocumentSearch
from assistant.evaluation.significance import estimate

DEPTH = 100
"""Documents kept of each query's ranking."""


@dataclass(frozen=True, slots=True)
class CollectionDocument:
    """A document: its id, a title that may be empty, and its text."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TestCollection:
    """A collection: documents, queries by id, and grades (0 or more) by query id and document id."""

    __test__ = False  # its name is the field's word and no test class

    name: str
    documents: tuple[CollectionDocument, ...]
    queries: Mapping[str, str]
    judgments: Mapping[str, Mapping[str, int]]


def load_collection(folder: Path) -> TestCollection:
    """The collection in `folder`: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv.

    Raises `NotFound` where a file is missing and `InputInvalid`, naming file and line, where one breaks the layout.
    """
    documents = tuple(
        CollectionDocument(_field(record, "_id"), record.get("title") or "", record.get("text") or "")
        for record in _records(folder / "corpus.jsonl")
    )
    queries = {_field(record, "_id"): _field(record, "text") for record in _records(folder / "queries.jsonl")}
    qrels = folder / "qrels.tsv"
    judgments = _judgments(qrels if qrels.exists() else folder / "qrels" / "test.tsv")
    if not documents or not queries:
        raise InputInvalid(f"'{folder}' holds no documents or no queries", "Fill corpus.jsonl and queries.jsonl.")
    if len({document.id for document in documents}) < len(documents):
        raise InputInvalid(f"'{folder / 'corpus.jsonl'}' uses an id twice", "Give every document an id of its own.")
    return TestCollection(folder.resolve().name, documents, queries, judgments)


def run_collection(
    collection: TestCollection, search: DocumentSearch, *, progress: Callable[[], None] = lambda: None
) -> dict[str, dict[str, float]]:
    """Each query's hundred best documents with their scores; `progress` is called after each query."""
    run: dict[str, dict[str, float]] = {}
    for query, text in collection.queries.items():
        run[query] = {hit.id: float(hit.score) for hit in search.search(text, DEPTH)} if text.strip() else {}
        progress()
    return run


def evaluate_collection(
    collection: TestCollection, run: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, Any]]:
    """Each measure's estimate over the judged queries; queries without judgments are left out."""
    judged = {query: grades for query, grades in collection.judgments.items() if query in collection.queries}
    return {name: estimate(list(values.values())) for name, values in collection_scores(judged, run).items()}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except ValueError:
            raise _broken(path, number, "not JSON") from None
        if not isinstance(record, dict) or not all(
            isinstance(record.get(key), str | None) for key in ("title", "text")
        ):
            raise _broken(path, number, "not an object with texts")
        if not isinstance(record.get("_id"), str | int) or record["_id"] == "":
            raise _broken(path, number, "no '_id'")
        yield record


def _field(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return "" if value is None else str(value)


def _judgments(path: Path) -> dict[str, dict[str, int]]:
    judgments: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if number == 1 and len(cells) == 3 and not cells[2].strip().lstrip("-").isdigit():
            continue  # the header
        try:
            query, document, grade = cells[0].strip(), cells[1].strip(), int(cells[2])
        except (IndexError, ValueError):
            raise _broken(path, number, "not query, document and grade, parted by tabs") from None
        judgments.setdefault(query, {})[document] = max(0, grade)
    if not judgments:
        raise InputInvalid(f"'{path}' holds no judgment", "Write a line for each: query, document, grade.")
    return judgments


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except OSError as error:
        raise NotFound(
            f"'{path}' cannot be read ({error.strerror})",
            "A collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv.",
        ) from None
    except UnicodeDecodeError:
        raise InputInvalid(f"'{path}' is not UTF-8", "Convert it to UTF-8.") from None


def _broken(path: Path, number: int, problem: str) -> InputInvalid:
    return InputInvalid(f"line {number} of '{path.name}': {problem}", "Correct that line; the layout is that of BEIR.")
