"""One article stays one record, however and however often it comes; two articles stay two."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.resources import shipped
from assistant.sources import listing, titles
from assistant.sources.identity import Known
from assistant.sources.merge import merge, prefers_new
from assistant.sources.parsed import Context, Material
from tests.sources.conftest import OWN, Bench, shared


def article(**fields) -> Article:
    return Article.from_record({"company": "Acme", **fields})


@pytest.fixture(scope="module")
def catalog_articles() -> list[Article]:
    return [
        Article.from_record(json.loads(line))
        for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example/a", "https://ACME.example/a/", "https://acme.example/a?utm_source=x&fbclid=1", "https://acme.example:443/a#top",
    ],
)  # fmt: skip
def test_an_address_is_known_in_every_spelling(url):
    known = Known([article(title="T", url="https://acme.example/a")])
    assert known.find(article(title="Quite another title", url=url)) is not None


def test_an_address_with_other_parameters_is_another():
    known = Known([article(title="One post of many", url="https://acme.example/?p=1")])
    assert known.find(article(title="Another post of many", url="https://acme.example/?p=2")) is None


def test_the_same_words_at_a_mirror_are_the_same_article():
    known = Known([article(title="T", summary="The same words.", url="https://acme.example/a")])
    assert known.find(article(title="T", summary="The  same WORDS.", url="https://mirror.example/b")) is not None
    assert known.find(replace(article(title="T", summary="The same words."), company="Other")) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("How we moved a billion rows", "How We Moved a Billion Rows"),
        ("How we moved a billion rows", "How we moved a billion rows | Acme Engineering"),
        ("How we moved a billion rows", "How we moved the billion rows"),
        ("Don’t trust your cache, ever", "Don't trust your cache ever"),
        ("How we moved a billion rows", "How we moved a bilion rows"),
        ("Microservices at a bank", "Micro services at a bank"),
    ],
)
def test_nearly_equal_titles_of_a_company_are_the_same_article(one, two):
    known = Known([article(title=one, url="https://acme.example/one")])
    assert known.find(article(title=two)) is not None
    assert known.find(article(title=two, url="https://medium.com/acme/two")) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Scaling payments with Vitess, part 1", "Scaling payments with Vitess, part 2"),
        ("Personalizing content on home (Part I)", "Personalizing content on home (Part II)"),
        ("How Acme stores billions of messages", "How Acme stores trillions of messages"),
        ("Availability report: January 2024", "Availability report: June 2024"),
        ("Version 1.2 is out now", "Version 1.3 is out now"),
        ("Release notes", "Release notes"),
    ],
)
def test_titles_that_differ_in_what_tells_them_apart_are_two(one, two):
    assert (
        Known([article(title=one, url="https://acme.example/one")]).find(
            article(title=two, url="https://other.example/two")
        )
        is None
    )


def test_equal_titles_years_apart_are_two():
    known = Known([article(title="Our year in review", url="https://acme.example/2022", published="2022-12-30")])
    assert known.find(article(title="Our year in review", url="https://b.example/2023", published="2023-12-29")) is None
    assert (
        known.find(article(title="Our year in review", url="https://b.example/2022", published="2022-12")) is not None
    )


def test_two_addresses_on_one_host_are_two_articles():
    known = Known([article(title="Notes from the platform team", url="https://acme.example/2020/notes-a")])
    assert known.find(article(title="Notes from the platform team", url="https://acme.example/2021/notes-b")) is None


def test_no_two_shipped_articles_are_taken_for_one(catalog_articles):
    pairs = [(a, b) for a, b in combinations(catalog_articles, 2) if a.company == b.company and titles.same(a, b)]
    assert pairs == []


def test_a_card_needs_company_author_minutes_and_meaning(encode):
    summary = "how the rows were moved to another cluster without a pause"
    full = article(
        title="Moving rows", url="https://acme.example/a", authors=["Ada", "Bob"], reading_minutes=7, summary=summary
    )
    card = article(
        authors=["Ada"], reading_minutes=7, summary="the rows were moved to another cluster without a pause ..."
    )
    known = Known([full])
    assert known.pair([card], encode) == {0: full}
    for other in (
        replace(card, company="Zeta"),
        replace(card, authors=("Cid",)),
        replace(card, authors=()),
        replace(card, reading_minutes=8),
        replace(card, reading_minutes=None),
        replace(card, summary="An entirely different subject: hiring interns during summer."),
    ):
        assert known.pair([other], encode) == {}


def test_each_article_is_given_to_one_card_only(encode):
    def one(text, **more):
        return article(authors=["Acme Engineering"], reading_minutes=6, summary=text, **more)

    first, second = (
        one("backstage portal tells developers about services", title="A"),
        one("backstage portal tells developers about money", title="B"),
    )
    cards = [
        one("backstage portal tells developers about money today"),
        one("backstage portal tells developers about services today"),
    ]
    assert Known([first, second]).pair(cards, encode) == {0: second, 1: first}
    assert len(Known([first]).pair(cards, encode)) == 1


def test_a_full_record_finds_the_card_that_came_before(encode):
    card = article(authors=["Ada"], reading_minutes=7, summary="the rows were moved without a pause")
    full = article(
        title="Moving",
        url="https://acme.example/a",
        authors=["Ada"],
        reading_minutes=7,
        summary="the rows were moved without a pause at all",
    )
    assert Known([card]).pair([full], encode) == {0: card}


def test_the_listings_cards_are_recognised_in_the_shipped_catalog(catalog_articles, names, real_encode, tmp_path: Path):
    """Each of the 27 cards is the article it stands for: they are the shipped catalog's first 27, in the listing's order."""
    parsed = listing.parse(Material("listing", shared("seed/listing.txt").read_bytes()), Context(names))
    cards = [Article.from_record(draft.record) for draft in parsed.drafts]
    pairs = Known(catalog_articles).pair(cards, real_encode)
    assert {place: found.id for place, found in pairs.items()} == {
        place: catalog_articles[place].id for place in range(27)
    }


def test_the_listing_adds_nothing_to_the_shipped_catalog(catalog_articles, bench: Bench, real_encode):
    bench.catalog.add(catalog_articles)
    bench.ingest.library._encode = real_encode
    report = bench.ingest.add([str(shared("seed/listing.txt"))])
    assert (report.sources[0].added, report.sources[0].changed, report.sources[0].unchanged) == (0, 0, 27)
    assert bench.catalog.count() == len(catalog_articles)
    assert bench.updates == []


def test_known_beats_unknown_and_given_beats_derived():
    known = article(title="T", reading_minutes=5, technologies=["Go"], derived=["reading_minutes", "technologies"])
    new = article(
        title="Other",
        reading_minutes=7,
        authors=["Ada"],
        summary="Said.",
        technologies=["Rust"],
        derived=["technologies"],
    )
    merged = merge(known, new, prefer_new=False)
    assert (merged.title, merged.reading_minutes, merged.authors, merged.summary) == ("T", 7, ("Ada",), "Said.")
    assert (merged.technologies, merged.derived) == (("Go",), ("technologies",))


def test_a_given_summary_replaces_an_extracted_one_and_never_the_other_way():
    extracted = article(title="T", summary="Cut out.", summary_source="extracted")
    given = article(title="T", summary="Said.")
    assert merge(extracted, given, prefer_new=False).summary == "Said."
    assert merge(given, extracted, prefer_new=True).summary == "Said."


def test_a_day_refines_a_month():
    month, day = article(title="T", published="2024-05"), article(title="T", published="2024-05-03")
    assert merge(month, day, prefer_new=False).published == "2024-05-03"
    assert merge(day, month, prefer_new=True).published == "2024-05-03"


def test_merging_the_same_again_changes_nothing():
    known = article(title="T", summary="S", source="a", read_at="2024-01-01T00:00:00+00:00")
    assert merge(known, replace(known, source="a", read_at="2025-01-01T00:00:00+00:00"), prefer_new=True) is known


@pytest.mark.parametrize(
    ("known_format", "new_format", "prefers"),
    [
        ("feed", "page", True),
        ("page", "feed", False),
        ("list", "listing", True),
        ("records", "page", False),
        ("feed", "feed", False),
    ],
)
def test_the_better_source_corrects_the_other(known_format, new_format, prefers):
    known, new = article(title="T", source="one"), article(title="T", source="two")
    assert prefers_new(known, new, {"one": known_format}, new_format, named=False, borrowed=False) is prefers


def test_a_borrowed_page_corrects_nothing_and_a_named_row_everything():
    known, new = article(title="T", source="one"), article(title="T", source="two")
    assert not prefers_new(known, new, {"one": "list"}, "page", named=False, borrowed=True)
    assert prefers_new(known, new, {"one": "page"}, "records", named=True, borrowed=False)
    assert prefers_new(known, replace(new, source="one"), {"one": "feed"}, "feed", named=False, borrowed=False)


def test_the_same_article_by_feed_page_and_table_is_one_record(bench: Bench, tmp_path: Path):
    table = tmp_path / "table.csv"
    table.write_text("title,company,read time\nMoving a billion rows,Acme,11 min read\n")
    sources = [str(OWN / "rss.xml"), str(OWN / "article.html"), str(table)]
    for order in (sources, sources[::-1]):
        catalog = Catalog.open(tmp_path / f"{order[0][-3:]}.sqlite")
        bench.ingest.library.__init__(catalog, bench.ingest.names, bench.encode)  # type: ignore[misc]
        bench.ingest.add(order)
        same = [found for found in catalog.list() if "billion" in (found.title or "")]
        assert len(same) == 1
        (found,) = same
        assert found.reading_minutes == 11
        assert set(found.authors) == {"Ada Byron", "Grace Hopper"}
        assert found.summary == "How we moved our largest table without stopping writes."
        assert found.summary_source == "given"
        revision = catalog.revision
        for source in (*order, *order[::-1]):
            bench.ingest.add([source])
        assert catalog.revision == revision
        catalog.close()
