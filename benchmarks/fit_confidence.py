"""Fit `data/confidence.json`, or `data/confidence-base.json` for the bare model: when to answer, and which cards are relevant.

    python benchmarks/fit_confidence.py FOLDS [--write]
    BYLINE_ADAPTER=none python benchmarks/fit_confidence.py [--write]

Reads data/questions: train.jsonl (answerable; which article is first tells nothing, for others may answer too), judged.jsonl,
unanswerable.jsonl and the dev questions with even numbers. The odd half of dev.jsonl takes no part in any fit or line; its
figures are reported apart. Every other figure is cross-fitted in ten folds. Needs scikit-learn, which sentence-transformers
brings.

What the shipped adapter was trained on looks better to it than what it will be asked, so those questions are searched for with
the adapter of the fold that left them out: FOLDS is the folder that `byline evaluate --cross-validate` left (it is filled
where it is not; that takes an hour). The others are searched for with the encoder that the settings mean; so are all where
that is the bare model.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import Assistant
from assistant.confidence import FORMAT, Logistic, card_features, question_features
from assistant.encoder import confidence_file
from assistant.errors import QuestionInvalid
from assistant.question import Question
from assistant.resources import shipped
from assistant.retriever import Ranking
from assistant.settings import Settings
from assistant.training.folds import folds, train_fold
from assistant.training.shipped import shipped_articles, shipped_examples
from embeddings.training_plan import TrainingSettings

FOLDS = 10
PENALTY = 0.3  # scikit-learn's C, on standardised features
TRAIN_WEIGHT = 0.3  # 2,905 questions of one making must not outvote the judged ones
UNANSWERABLE_SHARE = 0.16  # as in dev.jsonl, so that probabilities are those of such a stream
WRONGLY_DECLINED = 0.03
CAVEAT_LINE = 0.6  # below it two first cards in five miss
CARDS = 20
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One question that was searched for; `relevant` is None where only its answerability is known."""

    source: str
    kind: str
    text: str
    question: Question
    ranking: Ranking
    answerable: bool
    relevant: dict[str, int] | None

    @property
    def features(self) -> dict[str, float]:
        """What the first model sees."""
        return question_features(self.question, self.ranking)


@dataclass(frozen=True)
class Fitted:
    """Both models, and the first one's log odds for every example, each from a fit that had not seen it."""

    question: Logistic
    card: Logistic
    logits: Floats
    card_chances: list[Floats]


def examples(assistant: Assistant, name: str, chosen: Callable[[str], bool]) -> list[Example]:
    """The searched questions of a set, of those `chosen`; "dev" comes as "dev-even" and "dev-odd"."""
    found = []
    for line in shipped(f"questions/{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not chosen(row["question"]):
            continue
        try:
            findings = assistant.find(row["question"], row.get("history", []))
        except QuestionInvalid:
            continue
        ranking = findings.ranking
        if ranking is None or not ranking.hits or findings.question.absent_companies:
            continue
        half = ("-even", "-odd")[int(row["id"][1:]) % 2] if name == "dev" else ""
        found.append(
            Example(
                source=name + half,
                kind=row.get("unanswerable_kind") or row.get("type") or row["kind"],
                text=row["question"],
                question=findings.question,
                ranking=ranking,
                answerable=row.get("answerable", True),
                relevant=row.get("relevant") if name != "train" else None,
            )
        )
    return found


def all_examples(place: Path | None) -> tuple[list[Example], dict[str, str]]:
    """The examples of every set, each searched for with an adapter that was not trained on it; and the encoder's names."""
    found: list[Example] = []
    with Assistant.open(progress=True) as assistant:
        encoder = {"model": assistant.encoder.name, "fingerprint": assistant.encoder.fingerprint}
        parts = folds(shipped_articles(), shipped_examples(assistant)) if place else []
        trained_on = {each.question for fold in parts for each in fold.held}
        for name in ("train", "judged", "unanswerable", "dev"):
            found += examples(assistant, name, lambda question: question not in trained_on)
    if place is None:
        return found, encoder
    for fold in parts:
        adapter = train_fold(fold, TrainingSettings(), place)
        settings = Settings(home=str(place / f"home-{fold.number}"), adapter=str(adapter))
        held = {each.question for each in fold.held}
        with Assistant.open(settings=settings, progress=True) as assistant:
            for name in ("train", "unanswerable"):
                found += examples(assistant, name, held.__contains__)
        print(f"  fold {fold.number}: {len(found)} examples", flush=True)
    return found, encoder


def logistic(columns: Mapping[str, Floats], labels: Sequence[bool], weights: Sequence[float] | None = None) -> Logistic:
    """A logistic regression on standardised features (arrays of one length), its scaling folded into the weights."""
    from sklearn.linear_model import LogisticRegression

    table = np.column_stack(list(columns.values()))
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit((table - mean) / spread, labels, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return Logistic(
        round(float(model.intercept_[0] - slopes @ mean), 5),
        {name: round(float(slope), 5) for name, slope in zip(columns, slopes, strict=True)},
    )


def fit_question(sample: Sequence[Example]) -> Logistic:
    """The model of answerability, weighted to the share of unanswerable questions."""
    weights = np.array([TRAIN_WEIGHT if item.source == "train" else 1.0 for item in sample])
    bad = np.array([not item.answerable for item in sample])
    weights[bad] *= weights[~bad].sum() * UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE) / weights[bad].sum()
    return logistic(joined([item.features for item in sample]), [item.answerable for item in sample], weights.tolist())


def joined(parts: Sequence[Mapping[str, float | Floats]]) -> dict[str, Floats]:
    """The features of all parts, one array by name."""
    return {name: np.concatenate([np.atleast_1d(part[name]) for part in parts]) for name in parts[0]}


def cards(item: Example, logit: float) -> dict[str, Floats]:
    """The features of an example's first cards."""
    return {name: values[:CARDS] for name, values in card_features(item.question, item.ranking, logit).items()}


def grades(item: Example) -> list[int]:
    """The grades of an example's first cards."""
    relevant = item.relevant or {}
    return [relevant.get(hit.id, 0) for hit in item.ranking.hits[:CARDS]]


def fit_card(sample: Sequence[Example], logits: Floats) -> Logistic:
    """The model of a card's relevance, on those examples whose articles were judged."""
    parts: list[dict[str, Floats]] = []
    labels: list[bool] = []
    for item, logit in zip(sample, logits.tolist(), strict=True):
        if item.relevant is not None:
            parts.append(cards(item, logit))
            labels += [grade > 0 for grade in grades(item)]
    return logistic(joined(parts), labels)


def cross_fit(sample: Sequence[Example]) -> Fitted:
    """Fit on everything, and predict each example from the folds it is not in."""
    folds = np.random.default_rng(0).permutation(len(sample)) % FOLDS
    logits = np.zeros(len(sample))
    for fold in range(FOLDS):
        model = fit_question([item for item, own in zip(sample, folds, strict=True) if own != fold])
        for place in np.flatnonzero(folds == fold).tolist():
            logits[place] = model.logit(sample[place].features)
    chances: list[Floats] = [np.zeros(0)] * len(sample)
    for fold in range(FOLDS):
        rest = np.flatnonzero(folds != fold).tolist()
        model = fit_card([sample[place] for place in rest], logits[rest])
        for place in np.flatnonzero(folds == fold).tolist():
            chances[place] = model.probabilities(cards(sample[place], float(logits[place])))
    return Fitted(fit_question(sample), fit_card(sample, logits), logits, chances)


def applied(sample: Sequence[Example], fitted: Fitted) -> tuple[Floats, list[Floats]]:
    """Log odds and cards' chances of examples that took no part in the fit."""
    logits = np.array([fitted.question.logit(item.features) for item in sample])
    chances = [
        fitted.card.probabilities(cards(item, logit)) for item, logit in zip(sample, logits.tolist(), strict=True)
    ]
    return logits, chances


def share(values: Iterable[bool]) -> float:
    """The share of true ones; 0 for none."""
    given = list(values)
    return round(float(np.mean(given)), 3) if given else 0.0


def group(sample: Sequence[Example], chances: Sequence[Floats], line: float) -> tuple[float, float]:
    """The answer group's mean precision (grade 1 or more) and recall (grade 2 or more) over judged answerable questions."""
    precision, recall = [], []
    for item, chance in zip(sample, chances, strict=True):
        if not item.relevant or not item.answerable:
            continue
        chosen = chance >= line
        chosen[0] |= not chosen.any()
        graded = np.array(grades(item))
        precision.append(float((graded[chosen] > 0).mean()))
        useful = sum(grade >= 2 for grade in item.relevant.values())
        if useful:
            recall.append(float((graded[chosen] >= 2).sum() / useful))
    return round(float(np.mean(precision)), 3), round(float(np.mean(recall)), 3)


def figures(
    sample: Sequence[Example], logits: Floats, chances: Sequence[Floats], lines: tuple[float, float]
) -> dict[str, Any]:
    """What the decisions come to on examples whose predictions are not from a fit to them."""
    decline = 1 / (1 + np.exp(-logits)) < lines[0]
    judged = [place for place, item in enumerate(sample) if item.relevant is not None]
    kinds = sorted({sample[place].kind for place in judged if not sample[place].answerable})
    first = np.array([chances[place][0] for place in judged])
    hit = np.array([grades(sample[place])[0] > 0 for place in judged])
    precision, recall = group(sample, chances, lines[1])
    return {
        "questions": len(sample),
        "wrongly_declined": share(decline[place] for place in judged if sample[place].answerable),
        "declined": share(decline[place] for place in judged if not sample[place].answerable),
        "declined_by_kind": {
            kind: share(
                decline[place] for place in judged if sample[place].kind == kind and not sample[place].answerable
            )
            for kind in kinds
        },
        "calibration_error": round(calibration_error(first, hit), 3),
        "answer_precision": precision,
        "answer_recall": recall,
    }


def calibration_error(chances: Floats, hits: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    places = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [
        abs(chances[places == b].mean() - hits[places == b].mean()) * (places == b).mean() for b in set(places.tolist())
    ]
    return float(sum(gaps))


def lines_of(sample: Sequence[Example], fitted: Fitted) -> tuple[float, float]:
    """The decline line and the answer line.

    WRONGLY_DECLINED of the judged answerable questions fall below the first; the second has the best harmonic mean of the
    answer group's precision and recall.
    """
    chance = 1 / (1 + np.exp(-fitted.logits))
    answerable = [chance[place] for place, item in enumerate(sample) if item.answerable and item.relevant is not None]
    decline_line = float(np.quantile(answerable, WRONGLY_DECLINED))

    def balance(line: float) -> float:
        precision, recall = group(sample, fitted.card_chances, line)
        return 2 * precision * recall / (precision + recall)

    return round(decline_line, 4), max((round(0.01 * step, 2) for step in range(20, 61)), key=balance)


def main() -> None:
    """Fit, report, and with --write save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folds", type=Path, nargs="?", help="folder of the cross-validation")
    parser.add_argument("--write", action="store_true", help="write the file")
    arguments = parser.parse_args()
    target = confidence_file(Settings.load())
    if (target.name == "confidence.json") != bool(arguments.folds):
        parser.error("FOLDS is wanted with an adapter, and only then")
    everything, encoder = all_examples(arguments.folds)
    sample = [item for item in everything if item.source != "dev-odd"]
    held_out = [item for item in everything if item.source == "dev-odd"]
    fitted = cross_fit(sample)
    lines = lines_of(sample, fitted)
    report = {
        "cross_fitted": figures(sample, fitted.logits, fitted.card_chances, lines),
        "held_out_dev_odd": figures(held_out, *applied(held_out, fitted), lines),
    }
    result = {
        "format": FORMAT,
        "question": {"intercept": fitted.question.intercept, "weights": fitted.question.weights},
        "card": {"intercept": fitted.card.intercept, "weights": fitted.card.weights},
        "decline_line": lines[0],
        "caveat_line": CAVEAT_LINE,
        "answer_line": lines[1],
        "provenance": {
            "made_by": "benchmarks/fit_confidence.py FOLDS --write",
            "date": datetime.now(UTC).date().isoformat(),
            "encoder": encoder,
            "questions": {
                name: sum(item.source == name for item in everything) for name in sorted({i.source for i in everything})
            },
            "not_fitted_on": "dev-odd",
            "figures": report,
        },
    }
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.write:
        target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
