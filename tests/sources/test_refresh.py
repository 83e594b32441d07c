"""Refreshing: only what is new is asked for, and the pages behind a feed's entries are read where they are needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import NotFound
from tests.sources.conftest import OWN, Bench, Reply, Web, counts


def test_a_refresh_asks_only_for_what_is_new(bench: Bench, web: Web):
    body, etag = [(OWN / "feed.json").read_bytes()], ['"1"']

    def serve(headers: dict[str, str]) -> Reply:
        if headers.get("If-None-Match") == etag[0]:
            return Reply(status=304)
        return Reply(body[0], headers={"ETag": etag[0]})

    web.routes["/feed"] = serve
    assert counts(bench.ingest.add([web.url("/feed")])) == [(2, 0, 0, 0)]
    encoded = bench.encode.count
    report = bench.ingest.refresh()
    assert counts(report) == [(0, 0, 0, 0)]
    assert not report.sources[0].modified
    assert len(bench.updates) == 1
    value = json.loads(body[0])
    value["items"].append(
        {"id": "3", "url": "https://engineering.acme.example/j3", "title": "Medium pieces", "summary": "Some services."}
    )
    body[0], etag[0] = json.dumps(value).encode(), '"2"'
    assert counts(bench.ingest.refresh([web.url("/feed")])) == [(1, 0, 2, 0)]
    assert bench.encode.count == encoded
    assert bench.catalog.sources()[0].etag == '"2"'


def test_a_refresh_of_an_opml_reads_each_feed_once_and_finds_new_ones(bench: Bench, web: Web, tmp_path: Path):
    feed = (OWN / "feed.json").read_bytes()
    web.routes["/one"] = web.routes["/two"] = Reply(feed)
    file = tmp_path / "blogs.opml"
    file.write_text(f'<opml><body><outline text="One" xmlUrl="{web.url("/one")}"/></body></opml>')
    bench.ingest.add([str(file)])
    file.write_text(file.read_text().replace("</body>", f'<outline text="Two" xmlUrl="{web.url("/two")}"/></body>'))
    web.asked.clear()
    report = bench.ingest.refresh()
    assert sorted(web.pages()) == ["/one", "/two"]
    assert {item.source for item in report.sources} == {str(file), web.url("/one"), web.url("/two")}


def test_a_refresh_that_fails_keeps_everything(bench: Bench, web: Web):
    web.routes["/feed"] = Reply((OWN / "feed.json").read_bytes())
    bench.ingest.add([web.url("/feed")])
    web.routes["/feed"] = Reply(status=500)
    report = bench.ingest.refresh()
    assert report.failed
    assert bench.catalog.count() == 2
    assert len(bench.catalog.sources()) == 1


def test_a_refresh_of_nothing_known_is_refused(bench: Bench):
    with pytest.raises(NotFound, match="no source"):
        bench.ingest.refresh(["https://acme.example/feed"])


def test_entries_without_words_are_completed_from_their_pages(bench: Bench, web: Web):
    base = web.url("").rstrip("/")
    items = "".join(
        f"<item><title>{name}</title><link>{base}/{name.lower()}</link></item>" for name in ("Rows", "Gone")
    )
    feed = f"<rss version='2.0'><channel><title>Acme</title>{items}</channel></rss>"
    web.routes["/feed"] = Reply(feed)
    web.routes["/rows"] = Reply((OWN / "article.html").read_bytes())
    report = bench.ingest.add([web.url("/feed")])
    assert (report.sources[0].added, report.failed) == (2, False)
    assert "no summary" in report.sources[0].problems[0].rule
    by_title = {article.title: article for article in bench.articles()}
    assert by_title["Rows"].summary_source == "extracted"
    assert by_title["Rows"].authors == ("Ada Byron", "Grace Hopper")
    assert by_title["Gone"].summary is None
    web.asked.clear()
    bench.ingest.add([web.url("/feed")])
    assert web.pages() == ["/feed", "/gone"]


def test_pages_that_could_not_be_read_are_read_at_the_next_refresh(bench: Bench, web: Web):
    item = f"<item><title>Rows</title><link>{web.url('/rows')}</link></item>"
    feed = f"<rss version='2.0'><channel><title>Acme</title>{item}</channel></rss>"

    def serve(headers: dict[str, str]) -> Reply:
        return Reply(status=304) if headers.get("If-None-Match") == '"1"' else Reply(feed, headers={"ETag": '"1"'})

    web.routes["/feed"] = serve
    bench.ingest.add([web.url("/feed")])
    assert bench.only().summary is None
    web.routes["/rows"] = Reply((OWN / "article.html").read_bytes())
    bench.ingest.refresh()
    assert bench.only().summary
    assert bench.catalog.sources()[0].etag == '"1"'


def test_pages_are_left_alone_after_three_failures(bench: Bench, web: Web):
    items = "".join(f"<item><title>Title {n}</title><link>{web.url(f'/{n}')}</link></item>" for n in range(9))
    web.routes["/feed"] = Reply(f"<rss version='2.0'><channel><title>Acme</title>{items}</channel></rss>")
    assert bench.ingest.add([web.url("/feed")]).sources[0].added == 9
    assert web.pages() == ["/feed", "/0", "/1", "/2"]
