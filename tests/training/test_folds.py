"""Leave-companies-out: what a fold must not have seen."""

from __future__ import annotations

import pytest

from assistant.training import folds as module
from assistant.training.examples import ReadExample
from assistant.training.folds import FOLDS, cross_validate, folds, summary
from assistant.training.measure import Measured
from embeddings.training_plan import TrainingSettings


@pytest.fixture
def examples(articles):
    everything = frozenset(article.id for article in articles)
    asked = [ReadExample(f"question {article.id}", article.id, everything) for article in articles]
    return [*asked, *(ReadExample(f"nothing {number}", "", everything) for number in range(6))]


def test_each_question_is_held_once_and_learned_in_every_other_fold(articles, examples):
    made = folds(articles, examples)
    held = [each for fold in made for each in fold.held]
    assert sorted(held, key=lambda each: each.text) == sorted(examples, key=lambda each: each.text)
    for fold in made:
        learned = {text for text, _ in fold.learned.questions} | set(fold.learned.negatives)
        assert learned == {each.text for each in examples} - {each.text for each in fold.held}


def test_no_article_of_a_company_left_out_is_learned_from(articles, examples):
    company = {article.id: article.company for article in articles}
    made = folds(articles, examples)
    assert len(made) == FOLDS
    assert sorted(name for fold in made for name in fold.companies) == sorted(set(company.values()))
    for fold in made:
        assert not {company[id] for id in fold.learned.passages} & set(fold.companies)


def test_before_is_the_bare_model_and_after_each_fold_s_own(articles, examples, no_training, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "TorchEncoder", lambda name, base, adapter=None: adapter)
    monkeypatch.setattr(
        module,
        "measured",
        lambda encoder, _, held: Measured(
            tuple(0.25 if encoder is None else 0.75 for each in held if each.article), 0.6 if encoder is None else 0.9
        ),
    )
    seen = []
    outcomes = cross_validate(
        articles, examples, TrainingSettings(), tmp_path, advance=lambda fold, done, steps: seen.append(fold)
    )
    assert [asked.folder for asked in no_training] == [tmp_path / f"fold-{number}" for number in (1, 2, 3, 4)]
    assert seen == [1, 2, 3, 4]
    record = summary(outcomes)
    assert record["before"]["value"] == 0.25
    assert record["after"]["value"] == 0.75
    assert record["difference"]["value"] == 0.5
    assert record["difference"]["of"] == len(articles)
    assert record["p_value"] < 0.001
    assert (record["separation_before"], record["separation_after"]) == pytest.approx((0.6, 0.9))
    assert sum(fold["questions"] for fold in record["folds"]) == len(articles)
