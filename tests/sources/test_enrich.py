"""What a text shows is taken from it, marked as derived, and never put in the place of what was given."""

from __future__ import annotations

import pytest

from assistant.article import Article
from assistant.errors import ArticleInvalid
from assistant.sources import enrich
from assistant.sources.parsed import Draft
from assistant.sources.summary import MAX_WORDS, extract, sentences, still_of

TEXT = " ".join(
    [
        "The payment service wrote every change to Kafka before it touched the database.",
        "Kafka kept the order of the changes, and the database could be rebuilt from it.",
        "On Tuesdays the office has pancakes.",
        "A consumer read the changes and wrote them to the search index as well.",
        "When the index broke, the changes were read again from Kafka and nothing was lost.",
    ]
    * 6
)


def test_a_summary_is_made_of_whole_sentences_in_their_order(encode):
    unlike = [f"Sentence number {n} speaks of the thing called item{n} at length and with care." for n in range(30)]
    summary = extract(" ".join(unlike), encode)
    chosen = sentences(summary)
    assert len(summary.split()) <= MAX_WORDS
    assert len(chosen) >= 4
    assert chosen == sorted(chosen, key=unlike.index)


def test_a_summary_prefers_what_the_text_is_about_and_repeats_nothing(encode):
    summary = extract(TEXT, encode)
    assert "Kafka" in summary
    assert len(set(sentences(summary))) == len(sentences(summary))


def test_a_short_text_is_its_own_summary(encode):
    assert extract("Few words. Really few.", encode) == "Few words. Really few."
    assert encode.count == 0


def test_a_text_without_sentences_gives_its_first_words(encode):
    assert extract("x = 1\n" * 200, encode).endswith(" …")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four", 4),
        ("See e.g. Smith. Then go.", 2),
        ("Version 1.2 is out. Get it.", 2),
        ("", 0),
        ("A line\nanother", 2),
    ],
)
def test_sentences_end_where_they_end(text, count):
    assert len(sentences(text)) == count


def test_an_old_summary_is_kept_while_the_text_still_says_it(encode):
    summary = extract(TEXT, encode)
    assert still_of(summary, TEXT + " And a new last sentence.")
    assert not still_of(summary, TEXT.replace("Kafka", "Pulsar"))


def complete(names, encode, text="", code=False, **record):
    return enrich.complete(Draft(record, text=text, code=code), names, encode, None)


def test_what_is_missing_is_derived_and_said_so(names, encode):
    record = complete(names, encode, TEXT + " Redis." * 3 + " word" * 400, True, title="Changes", company="Acme")
    assert record["summary_source"] == "extracted"
    assert record["technologies"] == ["Apache Kafka", "Redis"]
    assert record["reading_minutes"] == 4  # 817 words at 238 a minute, rounded up
    assert record["includes_code"] is True
    assert record["derived"] == ["technologies", "reading_minutes", "includes_code"]
    assert Article.from_record(record).derived == ("reading_minutes", "technologies", "includes_code")


def test_what_is_given_stays(names, encode):
    given = {
        "title": "T",
        "company": "A",
        "summary": "Given.",
        "technologies": ["Go"],
        "reading_minutes": 9,
        "includes_code": False,
    }
    assert complete(names, encode, TEXT, True, **given) == {**given, "derived": []}
    assert encode.count == 0


def test_no_text_gives_no_reading_time_and_no_word_on_code(names, encode):
    record = complete(names, encode, title="Moving to Postgres", company="A")
    assert "reading_minutes" not in record
    assert "includes_code" not in record
    assert record["technologies"] == ["PostgreSQL"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we let it go and react to spring rust", []),
        ("Tests rest in peace; swift action is a helm of its own", []),
        ("Our services are written in Rust, and the rest in Java.", ["Rust", "Java"]),
        ("Kafka, kafka and Apache Kafka", ["Apache Kafka"] * 3),
        ("GitHub hosts it", []),
        ("We moved from MySQL to Postgres", ["MySQL", "PostgreSQL"]),
    ],
)
def test_words_that_are_also_names_need_to_be_meant(names, text, found):
    assert list(names.technologies_in(text)) == found


def test_only_fields_that_can_be_derived_are_marked():
    with pytest.raises(ArticleInvalid, match="derived"):
        Article.from_record({"company": "A", "title": "T", "derived": ["summary"]})
    assert Article.from_record({"company": "A", "title": "T", "derived": ["includes_code", "company"]}).derived == (
        "company",
    )
