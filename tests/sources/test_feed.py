"""Feeds: what their entries say, nothing more; and no feed, however broken or hostile, makes more than a sentence."""

from __future__ import annotations

import gzip

import pytest

from assistant.errors import SourceError
from assistant.sources import detect, feed, opml
from assistant.sources.parsed import Context, Material
from tests.sources.conftest import OWN, Bench, Reply, Web, shared

_NESTED = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{_NESTED}]><rss version="2"><channel><title>&i;</title></channel></rss>'
OUTSIDE = (
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2"><channel><title>&x;</title></channel></rss>'
)


def parse(data: bytes, names, company=None, address=None):
    return feed.parse(Material("feed", data, address), Context(names, company))


def test_an_rss_feed_says_what_its_entries_say(names):
    parsed = parse((OWN / "rss.xml").read_bytes(), names, address="https://engineering.acme.example/rss")
    first, second = parsed.drafts
    assert first.record == {
        "title": "Moving a billion rows",
        "url": "https://engineering.acme.example/2024/05/moving-rows?utm_source=rss",
        "company": "Acme",
        "derived": ["company"],
        "authors": ["Ada Byron"],
        "published": "2024-05-03",
        "summary": "How we moved our largest table without stopping writes.",
        "technologies": ["PostgreSQL"],
        "topics": ["migrations"],
    }
    assert second.record["title"] == "Why Redis & we parted"
    assert second.record["url"] == "https://engineering.acme.example/2024/04/redis"
    assert "published" not in second.record
    assert [(problem.entry, problem.field, problem.lost) for problem in parsed.problems] == [
        (2, "published", False),
        (3, None, True),
    ]


def test_a_json_feed_is_read(names):
    first, second = parse((OWN / "feed.json").read_bytes(), names).drafts
    assert (first.record["title"], first.record["url"]) == ("Small pieces", "https://engineering.acme.example/j1")
    assert first.record["authors"] == ["Acme Team"]
    assert (first.record["technologies"], first.record["topics"]) == (["Go"], ["services"])
    assert first.record["published"] == "2023-02-01"
    assert second.record["authors"] == ["Ada Byron"]


def test_the_company_given_stands_over_the_title(names):
    parsed = parse((OWN / "rss.xml").read_bytes(), names, company="Zeta")
    assert {draft.record["company"] for draft in parsed.drafts} == {"Zeta"}
    assert all("derived" not in draft.record for draft in parsed.drafts)


def test_a_long_description_is_text_and_not_a_summary(names):
    words = " ".join(f"word{number}" for number in range(300))
    data = f"<rss version='2.0'><channel><title>Acme</title><item><title>T</title><link>https://a.example/1</link><description>{words}</description></item></channel></rss>"
    (draft,) = parse(data.encode(), names).drafts
    assert "summary" not in draft.record
    assert draft.text == words


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE, BOMB.encode("utf-16"), OUTSIDE.encode("utf-16")])
@pytest.mark.parametrize("module", [feed, opml])
def test_entities_that_multiply_or_reach_outside_are_refused(names, xml, module):
    data = xml.encode() if isinstance(xml, str) else xml
    with pytest.raises(SourceError, match="entity"):
        module.parse(Material("hostile", data), Context(names))


def test_entities_of_plain_text_are_harmless(names):
    data = b'<!DOCTYPE r [<!ENTITY nbsp "&#160;">]><rss><channel><title>&nbsp;</title><item><title>T</title></item></channel></rss>'
    assert len(parse(data, names, company="Acme").drafts) == 1


@pytest.mark.parametrize("data", [b"<rss-like>", b"<html><body>no</body></html>", b"plain words", b"{}", b"\x00\x01"])
def test_what_is_no_feed_is_refused(names, data):
    with pytest.raises(SourceError):
        parse(data, names)


def test_a_feed_cut_in_half_gives_the_entries_before_the_cut(names):
    entries = "".join(f"<item><title>Title {n}</title><link>https://a.example/{n}</link></item>" for n in range(20))
    whole = f"<rss version='2.0'><channel><title>Acme</title>{entries}</channel></rss>"
    parsed = parse(whole[: len(whole) // 2].encode(), names)
    assert 8 <= len(parsed.drafts) <= 11
    assert [problem.lost for problem in parsed.problems] == [True]
    assert "cut off" in parsed.problems[0].rule


def test_every_feed_of_the_fixtures_is_read_or_refused_in_a_sentence(names):
    """794 feeds, well and ill-formed: 793 are read and 1 (which holds no feed) is refused; every entry with words is kept."""
    files = sorted(shared("fixtures/feeds").rglob("*.xml"))
    read = refused = entries = nameless = 0
    for path in files:
        material = Material(path.name, path.read_bytes())
        try:
            parsed = feed.parse(material, Context(names, "Acme"))
        except SourceError:
            refused += 1
            continue
        read += 1
        entries += len(parsed.drafts)
        nameless += sum("neither a title nor a text" in problem.rule for problem in parsed.problems)
    assert (len(files), read, refused) == (794, 793, 1)
    assert (entries, nameless) == (152, 282)


def test_every_feed_of_the_fixtures_goes_through_adding(bench: Bench):
    files = sorted(shared("fixtures/feeds").rglob("*.xml"))
    report = bench.ingest.add([str(path) for path in files])
    assert len(report.sources) == 794
    assert all(str(problem) for source in report.sources for problem in source.problems)


def test_the_opml_is_read_in_full(names):
    """422 outlines; two pairs of them name the same feed."""
    data = shared("fixtures/engineering_blogs.opml").read_bytes()
    assert data.count(b"xmlUrl=") == 422
    material = Material("blogs.opml", data)
    assert detect.detect(material) == "opml"
    parsed = opml.parse(material, Context(names))
    assert len({link.address for link in parsed.links}) == len(parsed.links) == 420
    assert parsed.problems == ()
    companies = {link.address: link.company for link in parsed.links}
    assert companies["https://medium.com/feed/airbnb-engineering"] == "Airbnb"
    assert all(companies.values())


def test_an_opml_cut_in_half_gives_the_feeds_before_the_cut(names):
    outlines = "".join(f'<outline text="Blog {n}" xmlUrl="https://a.example/{n}"/>\n' for n in range(100))
    whole = f"<opml><body>{outlines}</body></opml>"
    parsed = opml.parse(Material("o", whole[: len(whole) // 2].encode()), Context(names))
    assert 45 <= len(parsed.links) <= 50
    assert [problem.lost for problem in parsed.problems] == [True]


def test_adding_an_opml_adds_each_of_its_feeds(bench: Bench, web: Web, tmp_path):
    rss = (OWN / "rss.xml").read_bytes()
    web.routes["/one"] = Reply(rss, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})
    web.routes["/two"] = Reply(gzip.compress((OWN / "feed.json").read_bytes()))
    file = tmp_path / "blogs.opml"
    outlines = "".join(
        f'<outline title="{name}" xmlUrl="{web.url(path)}"/>'
        for name, path in (("One", "/one"), ("Two", "/two"), ("Gone", "/gone"))
    )
    file.write_text(f"<opml><body>{outlines}</body></opml>")
    report = bench.ingest.add([str(file)])
    assert [(source.format, source.added) for source in report.sources] == [
        ("opml", 0),
        ("feed", 2),
        ("feed", 2),
        ("feed", 0),
    ]
    assert report.sources[3].failed
    assert "404" in str(report.sources[3].problems[0])
    assert {article.company for article in bench.articles()} == {"One", "Two"}
    assert [source.address for source in bench.catalog.sources()] == sorted(
        [str(file), web.url("/one"), web.url("/two")]
    )
