"""`byline evaluate` around an assistant that gives fixed answers: files, tables, and combinations that make no sense."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import evaluate as command
from assistant.errors import InputInvalid, NotFound

ROOT = Path(__file__).parents[2]


class Catalog:
    def ids(self):
        return ["a", "b"]

    def get_many(self, ids):
        return []


@pytest.fixture
def questions(make, write_questions, monkeypatch):
    """A set of two questions and an assistant that answers the first rightly and declines the second."""
    path = write_questions(
        make.record("q1", question="how?", relevant={"a": 3}),
        make.record("q2", question="why?", relevant={}, answerable=False, unanswerable_kind="far", type="unanswerable"),
    )
    assistant = make.assistant(
        {
            "how?": make.seen(("a",), make.answer([make.card("a")])),
            "why?": make.seen((), make.answer(declined=True, confidence=0.1)),
        }
    )
    assistant.catalog = Catalog()

    @contextmanager
    def opened():
        yield assistant

    monkeypatch.setattr(command, "_assistant", opened)
    monkeypatch.setattr(command, "_baselines", lambda *_: {"dense": {"q1": ("b", "a")}})
    return path


def run(*arguments):
    return CliRunner().invoke(command.evaluate, [str(argument) for argument in arguments], catch_exceptions=False)


def test_tables_json_and_report_in_one_run(questions, tmp_path):
    result = run(questions, "--json", tmp_path / "out.json", "--report", tmp_path / "out.html")
    assert result.exit_code == 0
    assert "dense (baseline)" in result.stdout
    record = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert record["summary"]["ranked"]["Success@1"]["value"] == 1
    assert [set(each) for each in record["questions"]] == [
        {"id", "ranked", "declined", "decline_reason", "confidence", "filters", "count", "answer_ids", "took_ms"}
    ] * 2
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_json_on_stdout_leaves_the_tables_to_stderr(questions):
    result = run(questions, "--json", "-", "--no-baselines")
    assert json.loads(result.stdout)["summary"]["baselines"] == {}
    assert "by type" in result.stderr


def test_articles_the_catalog_lacks_are_noted(make, write_questions, questions):
    path = write_questions(make.record("q1", question="how?", relevant={"a": 3, "gone": 1}), name="other.jsonl")
    assert "not in the catalog, such as 'gone'" in run(path).stderr


def test_an_evaluation_compares_with_itself(questions, tmp_path):
    out = tmp_path / "a.json"
    run(questions, "--json", out)
    result = run(questions, "--compare", out, out, "--json", tmp_path / "changes.json")
    assert result.exit_code == 0
    assert "No question flipped." in result.stdout
    assert json.loads((tmp_path / "changes.json").read_text(encoding="utf-8"))["flips"] == []


def test_an_evaluation_of_another_set_cannot_be_compared(make, write_questions, questions, tmp_path):
    out = tmp_path / "a.json"
    run(questions, "--json", out)
    other = write_questions(make.record("q1"), name="other.jsonl")
    with pytest.raises(InputInvalid, match="was not made from the question set"):
        run(other, "--compare", out, out)


@pytest.mark.parametrize(
    "arguments",
    [("q.jsonl", "--beir", "."), ("--beir", ".", "--report", "r"), ("--compare", "a", "b", "--report", "r")],
)
def test_options_that_exclude_one_another(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "takes no" in result.stderr


def test_a_collection_is_measured(monkeypatch, tmp_path):
    class Search:
        def search(self, text, limit):
            return []

    @contextmanager
    def opened(collection, *, progress=False):
        yield Search()

    from assistant.evaluation import collection_index

    monkeypatch.setattr(collection_index, "collection_search", opened)
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "text": "t"}', encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "t"}', encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\td\t1\n", encoding="utf-8")
    record = json.loads(run("--beir", tmp_path, "--json", "-").stdout)
    assert record["run"] == {"q": {}}
    assert record["measures"]["nDCG@10"] == 0


def test_files_that_cannot_be_read_or_written_say_so(questions, tmp_path):
    with pytest.raises(NotFound, match="cannot be read"):
        run(tmp_path / "none.jsonl")
    with pytest.raises(InputInvalid, match="cannot be written"):
        run(questions, "--json", tmp_path / "no" / "out.json")


def test_importing_the_command_and_the_measures_loads_nothing_heavy():
    modules = ["measures", "scores", "summary", "compare", "report", "tables", "baselines", "beir", "collection_index"]
    names = ["assistant.cli.evaluate", *(f"assistant.evaluation.{name}" for name in modules)]
    heavy = ("ir_measures", "rich", "torch", "sentence_transformers", "faiss", "onnxruntime", "gradio")
    code = f"import sys, {', '.join(names)}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
