"""What is exported is read back unchanged, in every format, whatever the articles hold."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import export
from assistant.article import Article
from assistant.errors import NotFound
from assistant.resources import shipped
from assistant.sources import records
from assistant.sources.naming import NO_NAMES
from assistant.sources.parsed import Context, Material
from tests.hostile_strings import HOSTILE
from tests.sources.conftest import Bench, shared


def read_back(text: str) -> list[Article]:
    parsed = records.parse(Material("export", text.encode()), Context(NO_NAMES))
    assert not parsed.problems, parsed.problems[:3]
    return [Article.from_record(draft.record) for draft in parsed.drafts]


def written(articles, format_: export.ExportFormat) -> str:
    stream = io.StringIO(newline="")
    assert export.write(articles, stream, format_) == len(articles)
    return stream.getvalue()


@pytest.mark.parametrize("format_", export.FORMATS)
def test_the_shipped_catalog_round_trips(format_):
    articles = [
        Article.from_record(json.loads(line))
        for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert read_back(written(articles, format_)) == articles


@pytest.mark.parametrize("format_", export.FORMATS)
def test_adding_an_export_changes_nothing(bench: Bench, tmp_path: Path, format_):
    bench.catalog.add(
        Article.from_record(json.loads(line))
        for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()
    )
    path = tmp_path / "export"
    path.write_text(written(bench.articles(), format_), encoding="utf-8", newline="")
    report = bench.ingest.add([str(path)])
    assert (report.sources[0].added, report.sources[0].changed, report.sources[0].unchanged) == (0, 0, 415)
    assert bench.encode.count == 0


WORDS = st.text(min_size=1, max_size=40).filter(lambda text: text.strip())
ARTICLES = st.builds(
    lambda **fields: Article.from_record(fields),
    id=st.from_regex(r"[_.:-]{0,3}[A-Za-z0-9][A-Za-z0-9_.:-]{0,17}", fullmatch=True),
    company=st.sampled_from(
        ["Acme", "Ärger & Söhne", "=SUM(A1)", "-1", "A; B, C | D", "{x}", "@home", "'quoted", "Trust and Safety"]
    ),
    title=st.one_of(st.just("T"), WORDS.map(lambda text: f"x{text}")),
    url=st.sampled_from([None, "https://acme.example/a?b=c%20d&e={f}#g", "https://acme.example/ä_b(c)~d"]),
    authors=st.lists(
        st.sampled_from(["Ada Byron", "Trust and Safety", "Byron, Ada", "A (B)", "[x]", "O'Neil; Jr", "José", "=x"]),
        unique=True,
        max_size=3,
    ),
    published=st.sampled_from([None, "2024", "2024-05", "2024-05-03"]),
    reading_minutes=st.one_of(st.none(), st.integers(1, 10_000)),
    technologies=st.lists(
        st.sampled_from(["C++", "C#", "Node.js", "a|b", "a;b", "[1]", "CI/CD", "=1"]), unique=True, max_size=3
    ),
    topics=st.lists(st.sampled_from(["a, b", "c d", "e"]), unique=True, max_size=2),
    includes_code=st.sampled_from([None, True, False]),
    summary=st.one_of(st.none(), WORDS.map(lambda text: f"y {text}")),
    summary_source=st.sampled_from(["given", "extracted"]),
    derived=st.lists(st.sampled_from(["technologies", "reading_minutes"]), unique=True),
    source=st.sampled_from([None, "https://acme.example/feed", r"C:\feeds\a.xml"]),
    read_at=st.sampled_from([None, "2024-05-03T10:00:00+00:00"]),
)


@settings(max_examples=200, deadline=None)
@given(articles=st.lists(ARTICLES, min_size=1, max_size=3), format_=st.sampled_from(export.FORMATS))
def test_any_article_round_trips(articles, format_):
    assert read_back(written(articles, format_)) == articles


@pytest.mark.parametrize("source", ["ours", "well-known"])
def test_naughty_strings_round_trip(source):
    naughty = HOSTILE if source == "ours" else json.loads(shared("fixtures/blns.json").read_text(encoding="utf-8"))
    articles = []
    for number, text in enumerate(text for text in naughty if text.strip()):
        fields = {
            "id": f"n{number}",
            "company": "Acme",
            "title": "T",
            "summary": f"{text} .",
            "topics": [text[:200]],
            "summary_source": "given",
        }
        articles.append(Article.from_record(fields))
    for format_ in export.FORMATS:
        assert read_back(written(articles, format_)) == articles


def test_a_spreadsheet_runs_no_formula_from_an_export():
    article = Article.from_record({"company": "=HYPERLINK(1)", "title": "@SUM(1)", "summary": "+1", "authors": ["-1"]})
    (row,) = csv.DictReader(io.StringIO(written([article], "csv")))
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_a_pipe_is_written_to_and_no_name_is_refused(tmp_path: Path):
    from assistant.cli.export import _write_file

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert _write_file(pipe, lambda stream: stream.write("a,b")) == 3
    assert os.read(reader, 10) == b"a,b"
    os.close(reader)
    with pytest.raises(NotFound, match="is no file"):
        _write_file(Path(), lambda stream: 0)
    with pytest.raises(NotFound, match="cannot be written"):
        _write_file(tmp_path, lambda stream: 0)


def test_an_empty_catalog_exports_nothing_but_a_head():
    assert written([], "jsonl") == written([], "bibtex") == ""
    assert written([], "csv").startswith("id,company,title")
