"""The vocabulary: names by every spelling, levels of certainty, and the shipped file's own consistency."""

from __future__ import annotations

import tomllib

import pytest

from assistant.resources import shipped
from assistant.vocabulary import Vocabulary
from assistant.words import English, fold, phrase, split


@pytest.fixture(scope="module")
def data():
    return tomllib.loads(shipped("vocabulary.toml").read_text(encoding="utf-8"))


def value_of(vocabulary, text, kind):
    return next((name.value for name in vocabulary.names(text) if name.kind == kind), None)


@pytest.mark.parametrize(
    ("text", "technology"),
    [
        ("k8s", "Kubernetes"),
        ("postgres", "PostgreSQL"),
        ("pg", "PostgreSQL"),
        ("GCP", "Google Cloud"),
        ("GKE", "Google Kubernetes Engine"),
        ("pubsub", "Google Cloud Pub/Sub"),
        ("ES", "Elasticsearch"),
        ("OTel", "OpenTelemetry"),
        ("scylla", "ScyllaDB"),
        ("kafka", "Apache Kafka"),
        ("S3", "Amazon S3"),
        ("rails", "Ruby on Rails"),
        ("golang", "Go"),
        ("node js", "Node.js"),
        ("http2", "HTTP/2"),
        ("Rest.li", "Rest.li"),
    ],
)
def test_technologies_by_the_names_people_type(text, technology, vocabulary):
    assert value_of(vocabulary, text, "technologies") == technology


def test_companies_by_the_names_people_type(vocabulary):
    assert value_of(vocabulary, "Facebook", "companies") == "Meta"
    assert value_of(vocabulary, "AIR BNB", "companies") == "Airbnb"
    assert value_of(vocabulary, "YouTube", "companies") == "YouTube", "a brand of a company is not that company"


def test_every_name_the_catalog_holds_is_known_by_itself(vocabulary):
    for company in vocabulary.companies:
        assert value_of(vocabulary, company, "companies") == company
    for technology in vocabulary.technologies:
        assert any(name.kind == "technologies" for name in vocabulary.names(technology)), technology


def test_what_the_catalog_holds_wins_over_what_is_only_well_known():
    own = Vocabulary.load(companies=["reddit", "Facebook"], technologies=["rabbitmq"], authors=[])
    assert [(name.value, name.held) for name in own.names("Reddit")] == [("reddit", True)]
    assert [(name.value, name.held) for name in own.names("facebook")] == [("Facebook", True)]
    assert [(name.value, name.held) for name in own.names("RabbitMQ")] == [("rabbitmq", True)]


def test_a_company_named_like_a_word_is_not_taken_from_every_sentence():
    own = Vocabulary.load(companies=["Bakery"], technologies=[], authors=[])
    assert [name.level for name in own.names("bakery")] == ["word"]


def test_an_empty_catalog_has_a_vocabulary_too():
    assert Vocabulary.load(companies=[], technologies=[], authors=[]).companies == ()


def test_hundreds_of_well_known_companies_and_technologies_are_known(data):
    assert len(data["companies"]["known"]) + len(data["companies"]["aliases"]) > 600
    assert len(data["technologies"]["known"]) > 200


def test_the_shipped_file_names_only_technologies_and_companies_that_exist(data, vocabulary):
    technologies, companies = set(vocabulary.technologies), set(vocabulary.companies)
    known = technologies | set(data["technologies"]["known"]) | {"Apache Pinot"}
    assert set(data["technologies"]["topic_only"]) <= technologies
    assert set(data["technologies"]["classes"]) <= technologies
    unknown = {name for name in data["technologies"]["aliases"] if name not in known}
    assert unknown <= {"IBM Db2", "Google Cloud Spanner", "Apache Pulsar", "Trino", "Subversion"}
    owners = {cues["owner"] for cues in data["words"]["cues"].values() if "owner" in cues}
    assert owners <= companies


def test_no_alias_is_given_twice(data):
    for kind in ("companies", "technologies"):
        aliases = [phrase(alias) for names in data[kind]["aliases"].values() for alias in names]
        assert sorted({alias for alias in aliases if aliases.count(alias) > 1}) == []


def test_cues_belong_to_names(data, vocabulary):
    assert [word for word in data["words"]["cues"] if not vocabulary.names(word)] == []


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("kuberntes", "kubernetes"),
        ("grafql", "graphql"),
        ("netflicks", "netflix"),
        ("reddis", "redis"),
        ("xyzzy", None),
        ("ubr", None),
    ],
)
def test_the_nearest_name(word, name, vocabulary):
    found = vocabulary.nearest(word)
    assert (found[0] if found else None) == name


def test_folding_keeps_every_offset():
    for text in ("Felix Geisendörfer", "İstanbul ﬁ ß Å", "naïve — ’quoted’", "日本語 テスト"):
        assert len(fold(text)) == len(text)
    assert fold("Geisendörfer") == "geisendorfer"


def test_words_know_possessives_and_hyphens():
    words = split("Etsy's k8s-based C++ and Dropbox's don't")
    assert [word.plain for word in words] == ["etsy", "k8s", "based", "c++", "and", "dropbox", "don't"]
    assert [word.possessive for word in words] == [True, False, False, False, False, True, False]
    assert [word.joined for word in words] == [False, False, True, False, False, False, False]


def test_english_forms_and_compounds():
    english = English.load()
    assert all(english.has_form(word) for word in ("deploys", "deploying", "rebuilt", "running", "queries", "discard"))
    assert english.is_compound("runbook")
    assert not english.has_form("kuberntes")
