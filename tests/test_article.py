"""An article keeps its rules, says which one was broken, and has one id and one address however it is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.article import Article, canonical_url, derived_id
from assistant.errors import ArticleInvalid, BylineError
from assistant.resources import shipped

RECORD = {"company": "Acme", "title": "How we scaled", "url": "https://acme.example/scaled"}


def records():
    return [json.loads(line) for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_shipped_record_is_an_article_and_comes_back_unchanged():
    assert len(records()) == 415
    for record in records():
        again = Article.from_record(record).to_record()
        assert {key: again[key] for key in record} == record


def test_shipped_ids_and_addresses_are_unique():
    articles = [Article.from_record(record) for record in records()]
    assert len({article.id for article in articles}) == 415
    addresses = [canonical_url(article.url) for article in articles if article.url]
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"company": None}, "company"),
        ({"company": 3}, "company"),
        ({"company": "   "}, "company"),
        ({"title": None}, "summary"),
        ({"title": "x" * 501}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://a.example:99999/"}, "url"),
        ({"authors": "Ada"}, "authors"),
        ({"authors": ["x"] * 101}, "authors"),
        ({"published": "2023-02-29"}, "published"),
        ({"published": "0000"}, "published"),
        ({"published": "yesterday"}, "published"),
        ({"reading_minutes": 0}, "reading_minutes"),
        ({"reading_minutes": True}, "reading_minutes"),
        ({"reading_minutes": "7"}, "reading_minutes"),
        ({"technologies": [1]}, "technologies"),
        ({"includes_code": "yes"}, "includes_code"),
        ({"summary_source": "guessed"}, "summary_source"),
        ({"id": "a b"}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_broken_rule_names_its_field(change, field):
    with pytest.raises(ArticleInvalid) as caught:
        Article.from_record(RECORD | change)
    assert caught.value.field == field
    assert f"'{field}'" in str(caught.value)
    assert caught.value.rule in str(caught.value)


def test_unknown_stays_unknown():
    article = Article.from_record(RECORD)
    assert article.includes_code is None
    assert article.published is None
    assert article.reading_minutes is None
    assert article.authors == ()
    assert article.summary_source == "none"


def test_a_leap_day_exists_in_a_leap_year_only():
    assert Article.from_record(RECORD | {"published": "2024-02-29"}).published == "2024-02-29"
    with pytest.raises(ArticleInvalid):
        Article.from_record(RECORD | {"published": "2100-02-29"})


@pytest.mark.parametrize(
    "spelling",
    [
        "https://blog.example.com/a/b",
        "http://blog.example.com/a/b/",
        "HTTPS://Blog.Example.COM:443/a/b?utm_source=x&fbclid=1#part",
        " https://blog.example.com./a/b ",
    ],
)
def test_one_address_has_one_spelling(spelling):
    assert canonical_url(spelling) == "https://blog.example.com/a/b"


def test_what_chooses_the_article_stays_in_the_address():
    assert canonical_url("https://x.example/post?id=7&utm_medium=mail") == "https://x.example/post?id=7"
    assert canonical_url("https://x.example:8080/a") == "https://x.example:8080/a"


@pytest.mark.parametrize("url", ["", "ftp://x.example", "//x.example", "data:text/html,x", "https://a b.example/", "x"])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ValueError, match="must"):
        canonical_url(url)


def test_the_derived_id_is_stable_and_readable():
    first = derived_id("Acme", "https://acme.example/scaled/", None, (), None)
    assert first == derived_id("Acme", "http://ACME.example/scaled#x", "Other title", ("Ada",), "s")
    assert first.startswith("acme-scaled-")


def test_without_an_address_company_author_and_summary_make_the_id():
    one = derived_id("Acme", None, None, ("Ada",), "About queues.")
    assert one == derived_id("Acme", None, None, ("Ada",), "About queues.")
    assert one != derived_id("Acme", None, None, ("Grace",), "About queues.")


def test_the_content_hash_ignores_where_and_when_it_was_read():
    one = Article.from_record(RECORD | {"source": "a", "read_at": "2024-01-01"})
    two = Article.from_record(RECORD | {"source": "b", "read_at": "2025-01-01"})
    assert one.content_hash == two.content_hash
    assert one.content_hash != Article.from_record(RECORD | {"title": "Other"}).content_hash


def test_control_characters_and_bidirectional_overrides_are_dropped():
    article = Article.from_record(RECORD | {"title": "a\x1b[31m\u202eb\n c"})
    assert article.title == "a[31mb c"


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "company",
                "title",
                "url",
                "authors",
                "published",
                "reading_minutes",
                "technologies",
                "summary",
                "zz",
            ]
        ),
        st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.lists(st.text()), st.floats()),
    )
)
def test_any_record_is_an_article_or_a_clear_refusal(record):
    try:
        article = Article.from_record(record)
    except BylineError as error:
        if not error.hint:
            pytest.fail(f"no way out in: {error}")
        return
    assert Article.from_record(article.to_record()) == article
