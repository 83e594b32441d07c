"""Question sets: reading one from a file and checking every rule of its format. Running one is `run`'s job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import FilterInvalid, InputInvalid, NotFound
from assistant.filters import Filters

GRADES = (1, 2, 3)
_KEYS = {
    "id", "question", "history", "type", "filters", "relevant", "answerable", "unanswerable_kind", "count",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """One question with what is right for it; the format is that of `data/questions/README.md`.

    `relevant` maps article ids to grades: 3 answers directly, 2 clearly useful, 1 touches on it. `count` is the number that
    answers a "how many" question, None for any other. `unanswerable_kind` is None exactly where `answerable` is set.
    """

    id: str
    question: str
    type: str
    history: tuple[str, ...] = ()
    filters: Filters | None = None
    relevant: Mapping[str, int] = field(default_factory=dict)
    answerable: bool = True
    unanswerable_kind: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file, in its order; `digest` (SHA-256, hex, of the file) tells two sets apart."""

    name: str
    digest: str
    questions: tuple[EvaluationQuestion, ...]

    @property
    def answerable(self) -> tuple[EvaluationQuestion, ...]:
        """The questions that some article answers."""
        return tuple(question for question in self.questions if question.answerable)

    @property
    def unanswerable(self) -> tuple[EvaluationQuestion, ...]:
        """The questions to be declined."""
        return tuple(question for question in self.questions if not question.answerable)


def load_questions(path: Path) -> QuestionSet:
    """The question set in a JSON Lines file.

    Raises `NotFound` where there is no such file, and `InputInvalid`, naming file and line, where a rule is broken.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFound(
            f"the question set '{path}' cannot be read ({error.strerror})", "Name a JSON Lines file of questions."
        ) from None
    questions: list[EvaluationQuestion] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line.decode("utf-8")))
        except (ValueError, FilterInvalid) as error:
            problem = error.message if isinstance(error, FilterInvalid) else _problem(error)
            raise InputInvalid(f"line {number} of '{path.name}': {problem}", "Correct that line.") from None
        if question.id in seen:
            raise InputInvalid(
                f"line {number} of '{path.name}': the id '{question.id}' was used on line {seen[question.id]}",
                "Give every question an id of its own.",
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise InputInvalid(f"'{path.name}' holds no question", "Write one JSON object a line.")
    return QuestionSet(path.name, hashlib.sha256(content).hexdigest(), tuple(questions))


def unknown_articles(questions: Iterable[EvaluationQuestion], known: Collection[str]) -> tuple[str, ...]:
    """Ids of relevant articles that the catalog lacks, sorted: no ranking can find them."""
    return tuple(sorted({id for question in questions for id in question.relevant} - set(known)))


def _problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg})"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return str(error)


def _question(record: Any) -> EvaluationQuestion:
    """The question of a record; raises ValueError saying which rule is broken."""
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    if unknown := sorted(set(record) - _KEYS):
        raise ValueError(f"there is no field '{unknown[0]}' in a question")
    filters = record.get("filters")
    if filters is not None and not isinstance(filters, dict):
        raise ValueError("'filters' must be an object")
    question = EvaluationQuestion(
        id=_text(record, "id"),
        question=_text(record, "question"),
        type=_text(record, "type"),
        history=_history(record.get("history", [])),
        filters=None if filters is None else Filters.from_dict(filters),
        relevant=_relevant(record.get("relevant", {})),
        answerable=_flag(record.get("answerable")),
        unanswerable_kind=_kind(record.get("unanswerable_kind")),
        count=_count(record.get("count")),
    )
    _agree(question)
    return question


def _agree(question: EvaluationQuestion) -> None:
    if question.answerable and not question.relevant:
        raise ValueError("an answerable question needs a relevant article")
    if not question.answerable and question.relevant:
        raise ValueError("an unanswerable question has no relevant article")
    if question.answerable == (question.unanswerable_kind is not None):
        raise ValueError("'unanswerable_kind' must be given exactly where 'answerable' is false")


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{key}' must be text that is not empty")
    return value


def _history(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("'history' must be a list of questions")
    return tuple(value)


def _relevant(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise ValueError("'relevant' must be an object of article ids and grades")
    for id, grade in value.items():
        if isinstance(grade, bool) or grade not in GRADES:
            raise ValueError(f"the grade of '{id}' must be 1, 2 or 3")
    return dict(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("'answerable' must be true or false")
    return value


def _kind(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not value):
        raise ValueError("'unanswerable_kind' must be text or null")
    return value


def _count(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("'count' must be a whole number")
    return value
