"""A page: what it states first, what its text shows second, and nothing of what its scripts would do."""

from __future__ import annotations

import contextlib
import time

import pytest

from assistant.errors import SourceError
from assistant.sources import blocks, detect, page
from assistant.sources.parsed import Context, Material
from tests.sources.conftest import OWN, Bench, Reply, Web

ADDRESS = "https://engineering.acme.example/2024/05/moving-rows"


def parse(html: str | bytes, names, address=None, company=None):
    data = html.encode() if isinstance(html, str) else html
    return page.parse(Material("page", data, address), Context(names, company))


def test_a_page_is_read_from_what_it_states(names):
    material = Material("page", (OWN / "article.html").read_bytes(), ADDRESS)
    assert detect.detect(material) == "page"
    (draft,) = page.parse(material, Context(names)).drafts
    assert draft.record == {
        "title": "Moving a billion rows",
        "url": "https://engineering.acme.example/2024/05/moving-rows/?utm_source=feed",
        "authors": ["Ada Byron", "Grace Hopper"],
        "published": "2024-05-03",
        "company": "Acme",
        "derived": ["company"],
        "technologies": ["PostgreSQL"],
        "topics": ["migrations"],
    }
    assert "Copying took eleven days." in draft.text
    assert draft.code
    assert not draft.borrowed


def test_scripts_leave_no_trace(names):
    (draft,) = parse((OWN / "article.html").read_bytes(), names).drafts
    assert "made by a script" not in draft.text
    assert "alert" not in draft.text


def test_an_address_claimed_on_another_site_is_borrowed(names):
    (draft,) = parse((OWN / "article.html").read_bytes(), names, "https://mirror.example/rows").drafts
    assert draft.borrowed
    assert draft.record["url"].startswith("https://engineering.acme.example/")


def test_opengraph_and_meta_serve_where_there_is_no_json_ld(names):
    html = """<html><head><title>T | Acme Engineering</title><meta property="og:title" content="T &amp; more">
    <meta name="author" content="By Ada Byron">
    <meta property="og:site_name" content="Acme Engineering">
    <meta name="description" content="What T is about."><meta property="article:tag" content="Docker">
    </head><body><p>short</p></body></html>"""
    (draft,) = parse(html, names, "https://acme.example/t").drafts
    assert draft.record["title"] == "T & more"
    assert draft.record["authors"] == ["Ada Byron"]
    assert draft.record["summary"] == "What T is about."
    assert draft.record["technologies"] == ["Docker"]


def test_the_site_behind_a_title_is_taken_off(names):
    html = "<html><head><title>Scaling caches | Acme</title><meta property='og:site_name' content='Acme'></head></html>"
    assert parse(html, names).drafts[0].record["title"] == "Scaling caches"


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        '{"@type": 1}',
        '[[["x"]]]',
        '{"@graph": {"@graph": {}}}',
        '{"@type": "Article", "author": 7, "headline": {"a": 1}}',
    ],
)
def test_broken_json_ld_is_passed_over(names, broken):
    html = f"<html><head><title>Title of it</title><script type='application/ld+json'>{broken}</script></head><body></body></html>"
    assert parse(html, names).drafts[0].record["title"] == "Title of it"


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><title>Log in</title></head><body><form>Name <input><input type=password></form></body></html>",
        "<html><head><title>Just a moment...</title></head><body>Checking your browser before you go on</body></html>",
    ],
)
def test_a_login_page_is_no_article(names, html):
    with pytest.raises(SourceError, match="log-in"):
        parse(html, names, "https://acme.example/a")


def test_a_page_without_anything_is_no_article(names):
    with pytest.raises(SourceError, match="no article"):
        parse("<html><body><div id=root></div></body></html>", names)


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<pre>x = 1</pre>", True),
        ("<p>Use <code>ls</code></p>", False),
        ("<code>a\nb</code>", True),
        ("<code>a<br>b</code>", True),
        ("<pre> </pre>", False),
        ("<pre>never closed", False),
        ('<script src="https://gist.github.com/a/b.js"></script>', True),
        ("plain", False),
    ],
)
def test_code_is_noticed_in_blocks(html, code):
    assert blocks.has_code(html) is code


@pytest.mark.parametrize(
    "piece", ["<pre>", "<code", "<div>", "<!--", "</", "<a href='", "<script>", "&", "<p><b>", "<table><tr><td>"]
)
def test_hostile_html_is_read_in_linear_time(piece):
    html = piece * (400_000 // len(piece))
    began = time.perf_counter()
    blocks.lines(html)
    blocks.metadata(html)
    blocks.has_code(html)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("piece", ["<p>a ", "<a href=x>", "<div>"])
def test_a_page_of_endless_tags_is_read_in_reasonable_time(names, piece):
    began = time.perf_counter()
    with contextlib.suppress(SourceError):
        parse("<html><head><title>A title</title></head><body>" + piece * 200_000, names)
    assert time.perf_counter() - began < 15


def test_adding_a_page_completes_it_and_says_what_is_derived(bench: Bench, web: Web):
    html = (OWN / "article.html").read_text().replace("https://engineering.acme.example", web.url("").rstrip("/"))
    web.routes["/2024/05/moving-rows"] = Reply(html, headers={"Content-Type": "text/html"})
    report = bench.ingest.add([web.url("/2024/05/moving-rows")])
    assert (report.sources[0].format, report.sources[0].added) == ("page", 1)
    article = bench.only()
    assert article.summary_source == "extracted"
    assert article.summary is not None
    assert len(article.summary.split()) <= 90
    assert article.summary.split(".")[0] in html
    assert article.technologies == ("PostgreSQL",)
    assert (article.reading_minutes, article.includes_code) == (1, True)
    assert article.derived == ("company", "reading_minutes", "includes_code")
    encoded = bench.encode.count
    again = bench.ingest.add([web.url("/2024/05/moving-rows")])
    assert again.sources[0].unchanged == 1
    assert bench.encode.count == encoded


def test_a_front_page_leads_to_its_feed(bench: Bench, web: Web):
    web.routes["/"] = Reply(
        '<html><head><title>Acme</title><link rel="alternate" type="application/rss+xml" href="/rss"></head>Welcome</html>'
    )
    web.routes["/rss"] = Reply((OWN / "rss.xml").read_bytes())
    report = bench.ingest.add([web.url("/")])
    assert [(source.source, source.added) for source in report.sources] == [(web.url("/"), 0), (web.url("/rss"), 2)]
    assert [source.address for source in bench.catalog.sources()] == [web.url("/rss")]
