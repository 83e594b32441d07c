"""Listings and Markdown lists: every card and every link is accounted for, and nothing is invented."""

from __future__ import annotations

import json

import pytest

from assistant.article import Article
from assistant.errors import SourceError
from assistant.resources import shipped
from assistant.sources import detect, listing, markdown_list
from assistant.sources.parsed import Context, Material
from assistant.sources.technologies import split
from tests.sources.conftest import OWN, Bench, shared


def seed(names):
    return listing.parse(Material("listing", shared("seed/listing.txt").read_bytes()), Context(names))


def test_the_seed_listing_gives_27_cards_and_5_badges(names):
    parsed = seed(names)
    assert len(parsed.drafts) == 27
    assert sum(draft.record.get("includes_code") is True for draft in parsed.drafts) == 5
    assert not any(draft.record.get("includes_code") is False for draft in parsed.drafts)  # no badge is no "no"
    assert parsed.problems == ()
    assert {draft.record["company"] for draft in parsed.drafts} == {"Spotify"}
    assert all(draft.record["technologies"][0] == "Kubernetes" for draft in parsed.drafts)


def test_nothing_of_the_seed_listing_is_lost_or_invented(names):
    text = shared("seed/listing.txt").read_text(encoding="utf-8")
    parsed = seed(names)
    for draft in parsed.drafts:
        record = draft.record
        assert record["summary"] in text
        assert f"\n{record['reading_minutes']} min read\n" in text
        assert all(name in text for name in record["authors"])
    assert sum(f"{draft.record['reading_minutes']} min read" in text for draft in parsed.drafts) == text.count(
        " min read\n"
    )


def test_the_run_together_technologies_of_the_seed_listing_are_taken_apart(names):
    long, short = (
        draft.record["technologies"] for draft in seed(names).drafts if len(draft.record["technologies"]) > 1
    )
    assert long == [
        "Kubernetes", "Ansible", "Apache", "Apache Kafka", "Apache Cassandra", "Docker", "Elasticsearch", "Google Cloud", "JSON",
        "Memcached", "PostgreSQL", "Puppet", "Terraform", "TypeScript", "YAML",
    ]  # fmt: skip
    assert short == [
        "Kubernetes", "Apache", "Caching", "Docker", "Google Cloud", "HTML", "Machine Learning", "MySQL", "Scala", "SQL",
        "TensorFlow", "Terraform", "Transformer", "XGBoost",
    ]  # fmt: skip


def test_roles_and_open_brackets_are_no_part_of_a_name(names):
    authors = [draft.record["authors"] for draft in seed(names).drafts]
    assert ["Diego Casabuena"] in authors
    assert ["Flavio Santos", "Robert Stephenson"] in authors


def test_the_listing_adds_27_to_an_empty_catalog_and_nothing_again(bench: Bench):
    path = str(shared("seed/listing.txt"))
    report = bench.ingest.add([path])
    assert (report.sources[0].added, report.sources[0].skipped) == (27, 0)
    assert sum(article.includes_code is True for article in bench.articles()) == 5
    encoded = bench.encode.count
    again = bench.ingest.add([path])
    assert (again.sources[0].added, again.sources[0].changed, again.sources[0].unchanged) == (0, 0, 27)
    assert bench.encode.count == encoded


def test_a_listing_in_html_gives_the_same_as_one_in_text(names):
    material = Material("listing", (OWN / "listing.html").read_bytes(), "https://list.example/acme")
    assert detect.detect(material) == "listing"
    parsed = listing.parse(material, Context(names))
    assert parsed.problems == ()
    first, second, third = (draft.record for draft in parsed.drafts)
    assert (first["title"], first["url"]) == ("Faster builds", "https://list.example/posts/builds")
    assert first["summary"] == "Acme cut its build time in half by caching layers."
    assert first["authors"] == ["Ada Byron", "Grace Hopper"]
    assert first["technologies"] == ["Docker", "Kubernetes", "Google Cloud", "Foo", "Bar"]
    assert first["includes_code"] is True
    assert second["summary"] == "The article tells how Acme moves its data & what it cost."
    assert "title" not in second
    assert (third["technologies"], third["authors"], third["reading_minutes"]) == (
        ["Docker", "PostgreSQL"],
        ["Jo Doe"],
        1,
    )


def test_a_listing_cut_short_says_what_is_missing(names):
    text = shared("seed/listing.txt").read_text(encoding="utf-8")
    parsed = listing.parse(Material("listing", text[: len(text) // 2].encode()), Context(names))
    assert 8 < len(parsed.drafts) < 20
    assert parsed.problems[0].lost
    assert "says it lists 27" in parsed.problems[0].rule


def test_a_listing_without_its_headline_needs_the_company(names):
    cards = b"A text about caches.\nAda Byron\n3 min read\nHas Summary\n--\n"
    with pytest.raises(SourceError, match="whose"):
        listing.parse(Material("listing", cards), Context(names))
    (draft,) = listing.parse(Material("listing", cards), Context(names, "Acme")).drafts
    assert draft.record == {
        "reading_minutes": 3,
        "authors": ["Ada Byron"],
        "summary": "A text about caches.",
        "company": "Acme",
    }


@pytest.mark.parametrize(
    ("text", "known", "pieces"),
    [
        ("DockerGo", ["Go", "Docker"], ["Docker", "Go"]),
        ("MongoDB", ["Mongo", "DB", "Go", "MongoDB"], ["MongoDB"]),
        ("GoogleGo", ["Go", "Google"], ["Google", "Go"]),
        ("JavaJavaScript", ["Java", "JavaScript", "Script"], ["Java", "JavaScript"]),
        ("C++C", ["C", "C++"], ["C++", "C"]),
        ("UnknownThing", [], ["Unknown", "Thing"]),
        ("", ["Go"], []),
    ],
)
def test_names_run_together_are_split_by_what_is_known(text, known, pieces):
    assert split(text, known) == pieces


def test_every_technology_of_the_catalog_survives_being_run_together(names):
    lists = [
        json.loads(line)["technologies"] for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    lists = [sorted(items) for items in lists if items]
    kept = sum(split("".join(items), names.technology_names()) == items for items in lists)
    assert kept / len(lists) > 0.93


def test_the_markdown_list_is_read_in_full(names):
    """924 links: 919 are items of the list, 5 stand in running text and are reported."""
    data = shared("fixtures/awesome-scalability.md").read_bytes()
    assert data.count(b"](http") == 924
    material = Material("list", data)
    assert detect.detect(material) == "list"
    parsed = markdown_list.parse(material, Context(names))
    assert (len(parsed.drafts), len(parsed.problems)) == (919, 5)
    companies = {draft.record["title"]: draft.record["company"] for draft in parsed.drafts}
    assert companies["Scaling Redis at Twitter"] == "Twitter"
    assert companies["Application Data Caching from RAM to SSD at NetFlix"] == "Netflix"
    assert companies["(UI) Design Doesn’t Scale - Stanley Wood, Design Director at Spotify"] == "Spotify"
    assert all(companies.values())
    stated = sum("derived" not in draft.record for draft in parsed.drafts)
    assert stated >= 750


def test_a_list_is_filed_under_its_headings_and_items(names):
    parsed = markdown_list.parse(Material("list", (OWN / "list.md").read_bytes()), Context(names))
    records = [draft.record for draft in parsed.drafts]
    assert [(record["title"], record["company"]) for record in records] == [
        ("Caching", "caching.example"),
        ("EVCache at Netflix", "Netflix"),
        ("Caching at Acme (2 parts)", "Acme"),
        ("Indexes at Scale", "lone.example"),
        ("Storage at Scale at NetFlix", "Netflix"),
    ]
    assert records[1]["topics"] == ["storage", "caching"]
    assert records[4]["topics"] == ["storage"]
    assert records[3]["url"] == "https://lone.example/indexes_(part_1)"
    assert ["derived" in record for record in records] == [True, False, False, True, False]
    assert [problem.line for problem in parsed.problems] == [3, 3]


def test_records_of_a_list_are_articles(names):
    for draft in markdown_list.parse(Material("list", (OWN / "list.md").read_bytes()), Context(names)).drafts:
        assert Article.from_record(draft.record).title
