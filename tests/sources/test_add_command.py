"""`byline add`, `refresh`, `remove`, `sources` and `export` as people and scripts use them, index included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import Assistant
from assistant.catalog import Catalog
from assistant.catalog_sources import Feedback
from assistant.cli import byline
from assistant.settings import Settings
from assistant.sources.fetcher import Fetcher
from assistant.sources.ingest import Ingest
from assistant.sources.known_names import KnownNames
from assistant.sources.library import Library
from assistant.training.examples import Example, read_examples
from embeddings.index import Index
from tests.conftest import WordEncoder
from tests.sources.conftest import OWN, Reply, Web, shared


@pytest.fixture
def run(empty_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BYLINE_HOME", str(empty_home))

    def start(*arguments: str, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(byline, list(arguments), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return start


def test_what_is_added_is_answered_listed_exported_and_removed(run, tmp_path: Path):
    added = run("add", str(OWN / "rss.xml"), "--json")
    assert added.exit_code == 1  # one of its entries has no words
    (report,) = json.loads(added.stdout)["sources"]
    assert (report["format"], report["added"], report["skipped"]) == ("feed", 2, 1)
    answer = json.loads(run("ask", "--json", "moving a large table without stopping writes").stdout)
    assert answer["cards"][0]["title"] == "Moving a billion rows"
    (source,) = json.loads(run("sources", "--json").stdout)["sources"]
    assert (source["address"], source["articles"]) == (str(OWN / "rss.xml"), 2)
    assert run("export", "-o", str(tmp_path / "out.bib")).exit_code == 0
    assert "@online{acme-moving-rows" in (tmp_path / "out.bib").read_text(encoding="utf-8")
    refused = run("export", "-o", str(tmp_path / "out.pdf"))
    assert refused.exit_code == 2
    assert "The ending .pdf names no format. Name one: --format" in refused.stderr
    assert not (tmp_path / "out.pdf").exists()
    lines = run("export", "--company", "acme").stdout.splitlines()
    assert len(lines) == 2
    assert json.loads(run("remove", str(OWN / "rss.xml"), "--json").stdout)["sources"] == [str(OWN / "rss.xml")]
    assert run("export").stdout == ""
    assert json.loads(run("ask", "--json", "moving a large table without stopping writes").stdout)["cards"] == []


def test_questions_with_a_thumb_up_are_exported_to_train_and_evaluate_on(run, empty_home: Path, tmp_path: Path):
    run("add", str(OWN / "rss.xml"))
    catalog = Catalog.open(empty_home / "catalog.sqlite")
    article, *_ = catalog.ids()
    catalog.add_feedback(Feedback("how did they move it?", True, articles=(article, "gone")))
    catalog.add_feedback(Feedback("and why?", False, articles=(article,)))
    catalog.close()
    (row,) = map(json.loads, run("export", "--feedback").stdout.splitlines())
    assert (row["question"], row["relevant"]) == ("how did they move it?", {article: 2})
    path = tmp_path / "mine.jsonl"
    result = run("export", "--feedback", "-o", str(path))
    assert "Wrote one question to" in result.stderr
    assert read_examples(path) == [Example("how did they move it?", article)]
    assert run("export", "--feedback", "--format", "csv").exit_code == 2


def test_the_table_says_what_happened_and_why(run):
    result = run(
        "add",
        "-",
        stdin='{"title": "One article", "company": "Acme"}\n{"title": "Two", "company": "Acme", "date": "soon"}\n',
    )
    assert result.exit_code == 1
    assert ["standard", "input", "records", "1", "0", "0", "1"] in [line.split() for line in result.stdout.splitlines()]
    assert "standard input, line 2: field 'published' 'soon' is not a date" in result.stdout


def test_text_of_others_cannot_drive_the_terminal(run, tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "A", "company": "Acme", "date": "\x1b[2J[bold red]"}))
    assert "\x1b" not in run("add", str(path)).stdout


def test_loopback_needs_leave(run, web: Web):
    web.routes["/feed"] = Reply((OWN / "feed.json").read_bytes())
    refused = run("add", web.url("/feed"))
    assert refused.exit_code == 1
    assert "--allow-private" in refused.stdout
    assert web.asked == []
    assert run("add", web.url("/feed"), "--allow-private").exit_code == 0
    assert run("refresh", "--allow-private").exit_code == 0


def test_a_listing_in_an_empty_catalog_gives_27_articles_and_5_badges(run):
    path = str(shared("seed/listing.txt"))
    assert json.loads(run("add", path, "--json").stdout)["sources"][0]["added"] == 27
    exported = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert (len(exported), sum(record["includes_code"] is True for record in exported)) == (27, 5)
    assert json.loads(run("add", path, "--json").stdout)["sources"][0]["unchanged"] == 27


def test_a_new_thousand_is_embedded_once_and_answered_at_once(
    tmp_path: Path, word_encoder: WordEncoder, names: KnownNames
):
    catalog = Catalog.open(tmp_path / "home" / "catalog.sqlite")
    settings = Settings(home=str(tmp_path / "home"))
    first = [
        {"title": f"Old article of number {n}", "company": "Acme", "url": f"https://old.example/{n}"} for n in range(20)
    ]
    new = [
        {
            "title": f"New article of number {n}",
            "company": "Acme",
            "summary": f"word{n} stands here",
            "url": f"https://new.example/{n}",
        }
        for n in range(1000)
    ]
    (tmp_path / "first.jsonl").write_text("\n".join(map(json.dumps, first)))
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, new)))
    index = Index.build(tmp_path / "home" / "index", [], word_encoder, tag="")
    with Assistant(settings, catalog, word_encoder, index) as assistant, Fetcher() as fetcher:
        ingest = Ingest(Library(catalog, names, assistant.encode), names, fetcher, assistant.update_index)
        ingest.add([str(tmp_path / "first.jsonl")])
        word_encoder.asked.clear()
        assert ingest.add([str(tmp_path / "new.jsonl")]).changes == 1000
        assert not any("Old article" in text for text in word_encoder.asked)
        embedded = len(word_encoder.asked)
        assert 1000 <= embedded <= 2000  # each article, and the sentence of each summary for evidence
        hits = assistant.index.current.lexical(dict.fromkeys(assistant.index.analyze("word777"), 1.0), 3)
        assert [catalog.get(id_).title for id_, _ in hits] == ["New article of number 777"]
        generation = assistant.index.generation
        assert ingest.add([str(tmp_path / "new.jsonl")]).changes == 0
        assert len(word_encoder.asked) == embedded
        assert assistant.index.generation == generation
