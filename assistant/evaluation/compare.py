"""Two evaluations of one question set side by side: what changed, whether by more than chance, and which questions flipped."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.measures import RANKING, mean
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.run import Outcome
from assistant.evaluation.scores import Scored, score_outcomes
from assistant.evaluation.significance import interval, paired_test


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both evaluations, over the same `of` questions.

    `low` and `high` bound the difference at 95 % (bootstrap); `p` is two-sided, by paired randomisation.
    """

    measure: str
    first: float
    second: float
    low: float
    high: float
    p: float
    of: int

    @property
    def difference(self) -> float:
        """Second minus first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one evaluation got right and the other wrong; `what` names the measure, `better` says which way."""

    id: str
    question: str
    what: str
    better: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed from the first evaluation to the second; `by_type` gives nDCG@10 per question type."""

    names: tuple[str, str]
    changes: tuple[Change, ...]
    by_type: tuple[Change, ...]
    flips: tuple[Flip, ...]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON-ready data."""
        return {
            "first": self.names[0],
            "second": self.names[1],
            "changes": [_change(change) for change in self.changes],
            "by_type": [_change(change) for change in self.by_type],
            "flips": [
                {"id": flip.id, "question": flip.question, "what": flip.what, "better": flip.better}
                for flip in self.flips
            ],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A saved evaluation: which file, over which question set (its digest), and the outcomes."""

    name: str
    digest: str
    outcomes: tuple[Outcome, ...]


def load_evaluation(path: Path) -> Evaluation:
    """What `byline evaluate --json` wrote. Raises `NotFound` or `InputInvalid`."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        outcomes, digest = record["questions"], record["summary"]["questions"]["sha256"]
    except OSError as error:
        raise NotFound(f"the evaluation '{path}' cannot be read ({error.strerror})", "Name a file it wrote.") from None
    except (ValueError, KeyError, TypeError):
        raise InputInvalid(
            f"'{path.name}' is not an evaluation", "Write one with: byline evaluate --json OUT."
        ) from None
    if not isinstance(outcomes, list):
        raise InputInvalid(f"'{path.name}' is not an evaluation", "Write one with: byline evaluate --json OUT.")
    return Evaluation(path.name, str(digest), tuple(Outcome.from_dict(each) for each in outcomes))


def compare_evaluations(question_set: QuestionSet, first: Evaluation, second: Evaluation) -> Comparison:
    """What changed from `first` to `second`.

    Raises `InputInvalid` where either was not made from `question_set`.
    """
    for evaluation in (first, second):
        if evaluation.digest != question_set.digest:
            raise InputInvalid(
                f"'{evaluation.name}' was not made from the question set '{question_set.name}'",
                "Name the set that both were made from: byline evaluate QUESTIONS.jsonl --compare A.json B.json.",
            )
    before = score_outcomes(question_set.questions, first.outcomes)
    after = score_outcomes(question_set.questions, second.outcomes)
    types = sorted({each.question.type for each in before if each.question.answerable})
    return Comparison(
        names=(first.name, second.name),
        changes=tuple(
            change for name, value in _MEASURES.items() if (change := _compare(name, before, after, value)) is not None
        ),
        by_type=tuple(
            change for name in types if (change := _compare(name, before, after, _ndcg_of(name))) is not None
        ),
        flips=tuple(flip for one, other in zip(before, after, strict=True) for flip in _flips(one, other)),
    )


Value = Callable[[Scored], float | None]
"""A question's value by one measure; None where the measure is not defined for it."""


def _ranked(name: str) -> Value:
    return lambda each: each.ranked.get(name)


def _answered(name: str) -> Value:
    return lambda each: each.answered.get(name)


def _ndcg_of(question_type: str) -> Value:
    return lambda each: each.ranked.get("nDCG@10") if each.question.type == question_type else None


def _correct_decline(each: Scored) -> float | None:
    return None if each.question.answerable else float(each.outcome.declined)


def _wrong_decline(each: Scored) -> float | None:
    return float(each.outcome.declined) if each.question.answerable else None


def _count_right(each: Scored) -> float | None:
    return None if each.count_right is None else float(each.count_right)


def _filters_exact(each: Scored) -> float | None:
    return None if each.filters_exact is None else float(each.filters_exact)


_MEASURES: dict[str, Value] = {
    **{name: _ranked(name) for name in RANKING},
    **{f"{name}, with declines": _answered(name) for name in RANKING[:2]},
    "filters exactly right": _filters_exact,
    "counts right": _count_right,
    "declined (unanswerable)": _correct_decline,
    "wrongly declined": _wrong_decline,
    "answer cards: precision": lambda each: each.precision,
    "answer cards: recall": lambda each: each.recall,
}
# What flips a question: a measure that is 0 or 1, and whether 1 is the better.
_FLIPS: dict[str, tuple[Value, bool]] = {
    "Success@1": (_ranked("Success@1"), True),
    "filters": (_filters_exact, True),
    "count": (_count_right, True),
    "declined": (_correct_decline, True),
    "wrongly declined": (_wrong_decline, False),
}


def _compare(name: str, before: Sequence[Scored], after: Sequence[Scored], value: Value) -> Change | None:
    pairs = [
        (first, second)
        for one, other in zip(before, after, strict=True)
        if (first := value(one)) is not None and (second := value(other)) is not None
    ]
    if not pairs:
        return None
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    low, high = interval([second - first for first, second in pairs]) or (0.0, 0.0)
    return Change(name, mean(firsts) or 0.0, mean(seconds) or 0.0, low, high, paired_test(firsts, seconds), len(pairs))


def _flips(one: Scored, other: Scored) -> list[Flip]:
    flips = []
    for what, (value, higher) in _FLIPS.items():
        first, second = value(one), value(other)
        if first is not None and second is not None and first != second:
            flips.append(Flip(one.question.id, one.question.question, what, (second > first) == higher))
    return flips


def _change(change: Change) -> dict[str, Any]:
    return {
        "measure": change.measure,
        "first": change.first,
        "second": change.second,
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "p": change.p,
        "of": change.of,
    }
