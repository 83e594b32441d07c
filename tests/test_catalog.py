"""The catalog keeps articles, sources and feedback; every call is all or nothing; unknown attributes never match."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.catalog_sources import Feedback, Source
from assistant.errors import CatalogError, NotFound
from assistant.filters import Filters


def article(id, **fields):
    return Article.from_record({"id": id, "company": "Acme", "title": f"Title {id}"} | fields)


@pytest.fixture
def catalog(tmp_path):
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def filled(catalog):
    catalog.add(
        [
            article(
                "a",
                company="Uber",
                technologies=["Go", "Kafka"],
                published="2021",
                reading_minutes=5,
                includes_code=True,
            ),
            article("b", company="Uber", technologies=["Go"], published="2022-03", authors=["Ada"], reading_minutes=15),
            article("c", company="Lyft", technologies=["Kafka"], published="2022-03-09", includes_code=False),
            article("d", company="Lyft", topics=["search"]),
        ]
    )
    return catalog


def test_adding_again_says_what_changed(catalog):
    assert catalog.add([article("a"), article("b")]).added == ("a", "b")
    again = catalog.add([article("a"), article("b", title="New"), article("c")])
    assert (again.added, again.changed, again.unchanged) == (("c",), ("b",), ("a",))
    assert catalog.get("b").title == "New"


def test_adding_the_same_changes_nothing_at_all(catalog):
    catalog.add([article("a")])
    revision = catalog.revision
    assert not catalog.add([article("a", source="elsewhere")])
    assert catalog.revision == revision


def test_an_article_comes_back_as_it_went_in(filled):
    assert filled.get("a") == article(
        "a", company="Uber", technologies=["Go", "Kafka"], published="2021", reading_minutes=5, includes_code=True
    )


def test_a_missing_article_is_said_with_its_id(filled):
    with pytest.raises(NotFound, match="'zz'"):
        filled.get("zz")
    assert [found.id for found in filled.get_many(["c", "zz", "a"])] == ["c", "a"]


def test_deleting_tells_what_was_there(filled):
    assert filled.delete(["a", "zz", "a"]) == ("a",)
    assert filled.ids() == ("b", "c", "d")
    assert filled.facets().technologies == {"Go": 1, "Kafka": 1}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), "abcd"),
        (Filters(companies=("Uber",)), "ab"),
        (Filters(companies=("uber", "LYFT")), "abcd"),
        (Filters(exclude_companies=("Uber",)), "cd"),
        (Filters(technologies=("Go", "Kafka")), "abc"),
        (Filters(technologies=("Go", "Kafka"), all_technologies=True), "a"),
        (Filters(exclude_technologies=("Kafka",)), "bd"),
        (Filters(authors=("ada",)), "b"),
        (Filters(includes_code=True), "a"),
        (Filters(includes_code=False), "c"),
        (Filters(published_from="2022"), "bc"),
        (Filters(published_to="2021"), "a"),
        (Filters(published_from="2022-03-05"), "c"),  # March 2022 may lie before the fifth: not known, so no match
        (Filters(min_minutes=5, max_minutes=10), "a"),
        (Filters(companies=("Nobody",)), ""),
    ],
)
def test_filters_hold_just_what_matches(filled, filters, ids):
    assert filled.ids(filters) == tuple(ids)
    assert filled.count(filters) == len(ids)
    assert {found.id for found in filled.list(filters)} == set(ids)


@pytest.mark.parametrize(
    ("order", "ids"),
    [("newest", "cbad"), ("oldest", "acbd"), ("shortest", "abcd"), ("longest", "bacd"), ("id", "abcd")],
)
def test_orders_put_the_unknown_last_and_break_ties_by_id(filled, order, ids):
    assert [found.id for found in filled.list(order=order)] == list(ids)
    assert [found.id for found in filled.list(order=order, limit=2, offset=1)] == list(ids[1:3])


def test_facets_count_names_most_first(filled):
    facets = filled.facets()
    assert facets.companies == {"Lyft": 2, "Uber": 2}
    assert facets.technologies == {"Go": 2, "Kafka": 2}
    assert facets.years == {"2022": 2, "2021": 1}
    assert (facets.with_code, facets.total) == (1, 4)
    assert filled.facets(Filters(companies=("Uber",))).technologies == {"Go": 2, "Kafka": 1}


def test_an_address_is_found_in_any_spelling(catalog):
    catalog.add([article("a", url="https://acme.example/x?utm_source=feed")])
    assert catalog.by_address("http://ACME.example/x/").id == "a"
    assert catalog.by_address("https://acme.example/y") is None
    assert catalog.by_address("not an address") is None


def test_a_transaction_is_all_or_nothing(filled):
    def broken():
        yield article("new")
        raise RuntimeError("the source broke off")

    revision = filled.revision
    with pytest.raises(RuntimeError):
        filled.add(broken())
    assert filled.ids() == tuple("abcd")
    assert filled.revision == revision


def test_nested_transactions_end_with_the_outermost(filled):
    def act():
        with filled.transaction():
            filled.delete(["a"])
            filled.add_source(Source("https://x.example/feed", "feed"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert "a" in filled.ids()
    assert filled.sources() == []


def test_an_inner_transaction_may_fail_alone(filled):
    def inner():
        with filled.transaction():
            filled.delete(["b"])
            raise RuntimeError

    with filled.transaction():
        filled.delete(["a"])
        with pytest.raises(RuntimeError):
            inner()
        filled.delete(["c"])
    assert filled.ids() == ("b", "d")


def test_a_folder_that_cannot_be_written_to_is_named_as_the_reason(tmp_path, monkeypatch):
    (tmp_path / "catalog.sqlite").mkdir()  # what cannot be opened, for a superuser too
    with pytest.raises(CatalogError, match="Check the folder's permissions"):
        Catalog.open(tmp_path / "catalog.sqlite")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CatalogError, match="make it writable, or set BYLINE_HOME to a copy"):
        Catalog.open(tmp_path / "catalog.sqlite")


def test_names_cannot_break_out_of_a_filter(filled):
    hostile = "x') OR 1=1 --"
    assert filled.ids(Filters(companies=(hostile,), technologies=(hostile,), authors=(hostile,))) == ()
    assert filled.count() == 4


def test_a_source_keeps_when_it_was_first_added(catalog):
    catalog.add_source(Source("https://x.example/feed", "feed", added_at="2024-01-01T00:00:00+00:00"))
    catalog.add_source(Source("https://x.example/feed", "feed", etag='"2"'))
    (source,) = catalog.sources()
    assert source.added_at == "2024-01-01T00:00:00+00:00"
    assert source.etag == '"2"'
    catalog.remove_source("https://x.example/feed")
    with pytest.raises(NotFound):
        catalog.remove_source("https://x.example/feed")


def test_feedback_is_kept_in_order(catalog):
    catalog.add_feedback(Feedback("who uses go?", True, history=("hi",), articles=("a", "b")))
    catalog.add_feedback(Feedback("and rust?", False, comment="no"))
    first, second = catalog.feedback()
    assert (first.question, first.helpful, first.history, first.articles) == ("who uses go?", True, ("hi",), ("a", "b"))
    assert (second.helpful, second.comment) == (False, "no")
    assert first.given_at


def test_reopening_finds_everything(tmp_path):
    path = tmp_path / "catalog.sqlite"
    one = Catalog.open(path)
    one.add([article("a")])
    one.close()
    two = Catalog.open(path)
    assert (two.ids(), two.revision) == (("a",), 1)
    two.close()


def test_a_file_that_is_no_catalog_is_said_and_left_alone(tmp_path):
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(CatalogError, match="cannot be opened"):
        Catalog.open(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_catalog_of_another_format_is_refused(tmp_path):
    path = tmp_path / "catalog.sqlite"
    Catalog.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.close()
    with pytest.raises(CatalogError, match="format 99"):
        Catalog.open(path)


def test_counts_are_of_one_state_whatever_others_write_meanwhile(filled):
    with closing(Catalog.open(filled.path)) as other:

        def write(statement):
            if "includes_code = 1" in statement:  # by then the companies are counted
                filled._connection.set_trace_callback(None)
                other.add([article("late")])

        filled._connection.set_trace_callback(write)
        facets = filled.facets()
    assert sum(facets.companies.values()) == facets.total == 4
    assert filled.facets().total == 5


def test_threads_may_read_while_one_writes(filled):
    failures = []

    def read():
        try:
            for _ in range(50):
                assert filled.count() in (4, 5)
                assert filled.facets().total in (4, 5)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(50):
        (filled.add if turn % 2 == 0 else lambda new: filled.delete([item.id for item in new]))([article("e")])
    for thread in threads:
        thread.join()
    assert failures == []
