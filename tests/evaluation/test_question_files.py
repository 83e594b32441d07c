"""Reading question sets: the format, its rules, and the sets that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.questions import load_questions, unknown_articles
from assistant.filters import Filters

DATA = Path(__file__).parents[2] / "data"


def test_reads_every_field(make, write_questions):
    path = write_questions(
        make.record(
            "a1",
            history=["earlier"],
            filters={"companies": ["Lyft"]},
            relevant={"x": 3, "y": 1},
            count=2,
            type="followup",
        ),
        make.record("a2", relevant={}, answerable=False, unanswerable_kind="far", type="unanswerable"),
    )
    question_set = load_questions(path)
    first, second = question_set.questions
    assert (first.id, first.history, first.filters) == ("a1", ("earlier",), Filters(companies=("Lyft",)))
    assert (first.relevant, first.count, first.type) == ({"x": 3, "y": 1}, 2, "followup")
    assert (second.answerable, second.unanswerable_kind) == (False, "far")
    assert (question_set.answerable, question_set.unanswerable) == ((first,), (second,))


def test_blank_lines_are_passed_over_and_line_separators_inside_text_are_not_lines(make, tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("\n" + json.dumps(make.record(question="a\u2028b"), ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert load_questions(path).questions[0].question == "a\u2028b"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "'id' must be text"),
        ({"question": "  "}, "'question' must be text"),
        ({"type": None}, "'type' must be text"),
        ({"history": "earlier"}, "'history' must be a list"),
        ({"filters": []}, "'filters' must be an object"),
        ({"filters": {"colour": ["red"]}}, "there is no filter 'colour'"),
        ({"filters": {"published_from": "2024-13-01"}}, "no month from 01 to 12"),
        ({"relevant": {"a": 4}}, "the grade of 'a' must be 1, 2 or 3"),
        ({"relevant": {"a": True}}, "the grade of 'a' must be 1, 2 or 3"),
        ({"relevant": ["a"]}, "'relevant' must be an object"),
        ({"relevant": {}}, "an answerable question needs a relevant article"),
        ({"answerable": "yes"}, "'answerable' must be true or false"),
        ({"answerable": False, "unanswerable_kind": "far"}, "has no relevant article"),
        ({"answerable": False, "relevant": {}}, "'unanswerable_kind' must be given exactly where"),
        ({"unanswerable_kind": "far"}, "'unanswerable_kind' must be given exactly where"),
        ({"count": -1}, "'count' must be a whole number"),
        ({"grade": 3}, "there is no field 'grade'"),
    ],
)
def test_a_broken_rule_is_named_with_file_and_line(make, write_questions, change, said):
    path = write_questions(make.record("fine"), {**make.record("broken"), **change})
    with pytest.raises(InputInvalid, match=r"Line 2 of 'set\.jsonl': ") as caught:
        load_questions(path)
    assert said in caught.value.message


def test_an_id_used_twice_is_refused(make, write_questions):
    with pytest.raises(InputInvalid, match="the id 'q1' was used on line 1"):
        load_questions(write_questions(make.record(), make.record()))


@pytest.mark.parametrize(
    ("content", "said"), [(b"{", "not JSON"), (b"[]", "not a JSON object"), (b'"\xff"', "not UTF-8")]
)
def test_a_line_that_is_no_object_is_refused(tmp_path, content, said):
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputInvalid, match=said):
        load_questions(path)


def test_an_empty_and_a_missing_file_say_so(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(InputInvalid, match="holds no question"):
        load_questions(tmp_path / "empty.jsonl")
    with pytest.raises(NotFound, match="cannot be read"):
        load_questions(tmp_path / "none.jsonl")


def test_two_files_of_the_same_questions_share_a_digest(make, write_questions):
    one = load_questions(write_questions(make.record(), name="one.jsonl"))
    other = load_questions(write_questions(make.record(), name="other.jsonl"))
    changed = load_questions(write_questions(make.record(question="why?"), name="changed.jsonl"))
    assert one.digest == other.digest != changed.digest


@pytest.mark.parametrize(
    ("name", "answerable", "unanswerable"), [("dev", 185, 35), ("judged", 152, 0), ("unanswerable", 0, 320)]
)
def test_the_shipped_sets_are_whole_and_name_only_shipped_articles(name, answerable, unanswerable):
    question_set = load_questions(DATA / "questions" / f"{name}.jsonl")
    assert (len(question_set.answerable), len(question_set.unanswerable)) == (answerable, unanswerable)
    known = {json.loads(line)["id"] for line in (DATA / "articles.jsonl").read_text(encoding="utf-8").splitlines()}
    assert unknown_articles(question_set.questions, known) == ()


def test_the_own_sets_repeat_no_development_question():
    def questions(name):
        return {each.question.casefold() for each in load_questions(DATA / "questions" / f"{name}.jsonl").questions}

    assert not questions("dev") & (questions("judged") | questions("unanswerable"))


def test_unanswerable_questions_cover_every_kind():
    kinds = [each.unanswerable_kind for each in load_questions(DATA / "questions" / "unanswerable.jsonl").questions]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "adjacent": 94,
        "company_without_topic": 92,
        "absent_company": 60,
        "far": 38,
        "nonsense": 36,
    }


def test_companies_of_unanswerable_questions_are_absent_or_present_as_their_kind_says():
    articles = [json.loads(line) for line in (DATA / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    companies = {article["company"] for article in articles}
    tagged = {(article["company"], name) for article in articles for name in article["technologies"]}
    for question in load_questions(DATA / "questions" / "unanswerable.jsonl").questions:
        assert question.filters is not None
        named = set(question.filters.companies)
        if question.unanswerable_kind == "absent_company":
            assert named, question
            assert not named & companies, question
        if question.unanswerable_kind == "company_without_topic":
            assert named, question
            assert named <= companies, question
            assert not {(each, name) for each in named for name in question.filters.technologies} & tagged, question
