"""Adding: one transaction a source, nothing twice, nothing lost, and every failure a sentence."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.errors import NotFound
from assistant.sources.compression import MAX_FILE
from assistant.sources.ingest import Options
from assistant.sources.removal import remove
from tests.sources.conftest import Bench, Reply, Web, counts

ROW = {"title": "A row of some kind", "company": "Acme", "url": "https://acme.example/a"}


def rows(path: Path, *records: Mapping[str, object]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def test_adding_twice_changes_nothing_and_embeds_nothing(bench: Bench, tmp_path: Path):
    path = rows(
        tmp_path / "a.jsonl",
        *({**ROW, "url": f"https://acme.example/{n}", "title": f"Article of number {n}"} for n in range(50)),
    )
    assert counts(bench.ingest.add([path])) == [(50, 0, 0, 0)]
    revision, encoded = bench.catalog.revision, bench.encode.count
    assert counts(bench.ingest.add([path])) == [(0, 0, 50, 0)]
    assert (bench.catalog.revision, bench.encode.count) == (revision, encoded)
    assert len(bench.updates) == 1


def test_the_report_has_the_form_that_scripts_rely_on(bench: Bench, tmp_path: Path):
    path = rows(tmp_path / "a.jsonl", ROW, {**ROW, "url": "https://acme.example/b", "date": "never"})
    report = bench.ingest.add([path]).to_dict()
    problem = {"line": 2, "entry": None, "field": "published", "lost": True}
    rule = report["sources"][0]["problems"][0].pop("rule")
    assert report == {
        "sources": [
            {
                "source": path,
                "format": "records",
                "added": 1,
                "changed": 0,
                "unchanged": 0,
                "skipped": 1,
                "problems": [problem],
            }
        ]
    }
    assert "'never'" in rule


def test_strict_refuses_a_source_as_a_whole(bench: Bench, tmp_path: Path):
    bad = rows(tmp_path / "bad.jsonl", ROW, {"company": "Acme"})
    good = rows(tmp_path / "good.jsonl", {**ROW, "url": "https://acme.example/b", "title": "Another row of the kind"})
    report = bench.ingest.add([bad, good], Options(strict=True))
    assert counts(report) == [(0, 0, 0, 2), (1, 0, 0, 0)]
    assert report.failed
    assert [source.address for source in bench.catalog.sources()] == [good]


def test_a_source_of_which_nothing_was_kept_is_not_remembered(bench: Bench, tmp_path: Path):
    path = rows(tmp_path / "bad.jsonl", {"company": "Acme"})
    assert counts(bench.ingest.add([path])) == [(0, 0, 0, 1)]
    assert bench.catalog.sources() == []
    rows(tmp_path / "bad.jsonl", {"company": "Acme"}, ROW)
    bench.ingest.add([path])
    assert [source.address for source in bench.catalog.sources()] == [path]


def test_standard_input_is_read_and_not_remembered(bench: Bench):
    bench.ingest.stdin = io.BytesIO(json.dumps(ROW).encode())
    report = bench.ingest.add(["-"])
    assert counts(report) == [(1, 0, 0, 0)]
    assert bench.only().source == "standard input"
    assert bench.catalog.sources() == []


def test_an_article_says_where_and_when_it_was_read(bench: Bench, tmp_path: Path):
    path = rows(tmp_path / "a.jsonl", ROW)
    bench.ingest.add([path])
    assert bench.only().source == path
    assert bench.only().read_at


def test_a_corrected_table_corrects_and_a_lesser_source_completes(bench: Bench, tmp_path: Path):
    path = tmp_path / "a.jsonl"
    bench.ingest.add([rows(path, ROW)])
    assert counts(bench.ingest.add([rows(path, {**ROW, "title": "A better row of its kind", "authors": ["Ada"]})])) == [
        (0, 1, 0, 0)
    ]
    assert (bench.only().title, bench.only().authors) == ("A better row of its kind", ("Ada",))
    listed = tmp_path / "list.md"
    listed.write_text("## Rows\n* [Rows at Acme](https://acme.example/a)\n")
    assert counts(bench.ingest.add([str(listed)])) == [(0, 1, 0, 0)]
    assert (bench.only().title, bench.only().topics) == ("A better row of its kind", ("rows",))


def test_the_same_article_twice_in_one_source_is_one(bench: Bench, tmp_path: Path):
    path = rows(tmp_path / "a.jsonl", ROW, {**ROW, "url": "http://acme.example/a/?utm_source=x", "reading_minutes": 4})
    report = bench.ingest.add([path])
    assert counts(report) == [(1, 0, 0, 0)]
    assert not report.failed
    assert "same article" in report.sources[0].problems[0].rule
    assert bench.only().reading_minutes == 4


def test_what_another_process_adds_meanwhile_is_not_added_again(bench: Bench, tmp_path: Path):
    theirs = Article.from_record({**ROW, "id": "their-own-id"})
    moments: list[str] = []

    def tell(source: str, doing: str, done: int, total: int) -> None:
        if doing == "adding" and not moments:
            moments.append(source)
            with closing(Catalog.open(bench.catalog.path)) as other:
                other.add([theirs])

    path = rows(tmp_path / "a.jsonl", ROW, {**ROW, "title": "Another of some kind", "url": "https://acme.example/b"})
    bench.ingest.progress = tell
    bench.ingest.add([path])
    bench.ingest.add([rows(tmp_path / "b.jsonl", {**ROW, "url": f"{ROW['url']}?utm_source=feed"})])
    assert moments
    assert sorted(article.url or "" for article in bench.articles()) == [
        "https://acme.example/a",
        "https://acme.example/b",
    ]
    assert bench.catalog.get("their-own-id")


def test_a_source_takes_its_articles_with_it(bench: Bench, tmp_path: Path):
    one = rows(tmp_path / "one.jsonl", ROW)
    two = rows(tmp_path / "two.jsonl", {**ROW, "url": "https://acme.example/b", "title": "Quite another row"})
    bench.ingest.add([one, two])
    removed = remove(bench.catalog, [one])
    assert (len(removed.articles), removed.sources) == (1, (one,))
    assert bench.only().title == "Quite another row"
    assert counts(bench.ingest.add([one])) == [(1, 0, 0, 0)]
    assert remove(bench.catalog, ["https://acme.example/b/"]).articles
    remove(bench.catalog, [one], keep_articles=True)
    assert bench.only().title == ROW["title"]
    with pytest.raises(NotFound):
        remove(bench.catalog, [bench.only().id, "nothing"])
    assert bench.catalog.count() == 1


BAD = {
    "empty": (b"", "is empty"),
    "spaces": (b" \n\n ", "is empty"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "image": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "image"),
    "binary": (bytes(range(256)) * 9, "binary"),
    "zip": (b"PK\x03\x04" + b"\0" * 99, "ZIP"),
    "words": (b"nothing of the kind\nreally\n", "neither a table"),
    "html": (b"<html><body></body></html>", "no article"),
    "gzip cut in half": (gzip.compress(os.urandom(4000))[:900], "cut off"),
    "gzip bomb": (gzip.compress(b"\0" * (MAX_FILE + 10)), "larger than 100 MB once unpacked"),
    "utf-16 cut": ("title,company\nx,y\n".encode("utf-16")[:-1], "breaks off"),
    "xml cut": (b'<?xml version="1.0"?><rss version="2.0"><chan', "cut off"),
    "json cut": (b'[{"title": "A", "com', "cut off"),
    "year 0": (b"title,company,date\nA,Acme,0000-01-01\n", "0000-01-01"),
    "no company": (b'{"title": "A"}', "company"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_a_sentence_and_costs_nothing(bench: Bench, tmp_path: Path, kind: str):
    good = rows(tmp_path / "good.jsonl", ROW)
    bench.ingest.add([good])
    data, words = BAD[kind]
    path = tmp_path / "bad"
    path.write_bytes(data)
    report = bench.ingest.add([str(path)])
    assert report.failed
    assert report.sources[0].skipped >= 1
    assert words in " ".join(map(str, report.sources[0].problems))
    assert bench.only().title == ROW["title"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/", "folder"),
        ("nowhere.jsonl", "no file"),
        ("ftp://acme.example/x", "http"),
        ("/dev/zero", "device"),
        ("a\0b", "characters"),
        ("http://", "not an http"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(bench: Bench, source: str, words: str):
    report = bench.ingest.add([source])
    assert report.failed
    assert words in str(report.sources[0].problems[0])


def test_a_file_too_large_is_refused_before_it_is_parsed(bench: Bench, tmp_path: Path):
    path = tmp_path / "large.jsonl"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    began = time.monotonic()
    report = bench.ingest.add([str(path)])
    assert "larger than 100 MB" in str(report.sources[0].problems[0])
    assert time.monotonic() - began < 5


def test_one_bad_source_does_not_keep_the_others_out(bench: Bench, web: Web, tmp_path: Path):
    web.routes["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    web.routes["/login"] = Reply("<html><head><title>Sign in</title></head><body><input type=password></body></html>")
    good = rows(tmp_path / "good.jsonl", ROW)
    report = bench.ingest.add([web.url("/loop"), web.url("/login"), web.url("/404"), good])
    assert [item.failed for item in report.sources] == [True, True, True, False]
    assert bench.catalog.count() == 1


def test_a_format_given_stands_over_the_content(bench: Bench, tmp_path: Path):
    path = tmp_path / "page"
    path.write_text(
        "<html><head><title>A list of links</title></head><body>\n* [One at Acme](https://acme.example/1)\n</body></html>"
    )
    assert bench.ingest.add([str(path)], Options(format="list")).sources[0].added == 1
    assert bench.only().title == "One at Acme"


def test_many_entries_are_added_at_once(bench: Bench, tmp_path: Path):
    items = "".join(
        f"<item><title>Entry of number {n} here</title><link>https://a.example/{n}</link></item>" for n in range(2_000)
    )
    path = tmp_path / "large.xml"
    path.write_text(f"<rss version='2.0'><channel><title>Acme</title>{items}</channel></rss>")
    assert counts(bench.ingest.add([str(path)])) == [(2_000, 0, 0, 0)]


KILLED = """
import sys, os, signal
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
import numpy as np
from assistant.article import Article
from assistant.catalog import Catalog
from assistant.sources.fetcher import Fetcher
from assistant.sources.ingest import Ingest
from assistant.sources.library import Library
from assistant.sources.naming import NO_NAMES

class Mortal(Catalog):
    def add_source(self, source):
        os.kill(os.getpid(), signal.SIGKILL)  # between the articles and the end of the transaction

kind = Mortal if sys.argv[3] == "die" else Catalog
catalog = kind.open(Path(sys.argv[1]))
ingest = Ingest(Library(catalog, NO_NAMES, lambda texts: np.zeros((len(texts), 2), np.float32)), NO_NAMES, Fetcher(), lambda: None)
ingest.add([sys.argv[2]])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_in_the_middle_the_catalog_is_as_before(tmp_path: Path):
    path = rows(
        tmp_path / "a.jsonl",
        *({**ROW, "url": f"https://acme.example/{n}", "title": f"Article of number {n}"} for n in range(200)),
    )
    file = tmp_path / "catalog.sqlite"
    run = [sys.executable, "-c", KILLED, str(file), path]
    died = subprocess.run([*run, "die"], cwd=Path(__file__).parents[2], check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    catalog = Catalog.open(file)
    assert (catalog.count(), catalog.sources()) == (0, [])
    catalog.close()
    subprocess.run([*run, "live"], cwd=Path(__file__).parents[2], check=True, timeout=60)
    catalog = Catalog.open(file)
    assert (catalog.count(), len(catalog.sources())) == (200, 1)
    catalog.close()
