"""Addresses of the page: read, written, and the same after both."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.address import _BROWSING, MAX_QUERY, NameBook, Names, Place, question_address
from assistant.web.shell import asset

NAMES = Names(
    NameBook(["Spotify", "Netflix", "C & A"]),
    NameBook(
        ["Kubernetes", "Google Cloud", "C", "C++", "Go", "go-kit"],
        {"k8s": "Kubernetes"}.get,
    ),
    NameBook(["Igor Maravić", "李"]),
)


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", "/"),
        ("?q=who+uses+Go%3F", "/?q=who+uses+Go%3F"),
        ("?q=and+Netflix%3F&history=who+uses+Go%3F", "/?q=and+Netflix%3F&history=who+uses+Go%3F"),
        ("history=who+uses+Go%3F", "/"),
        ("company=SPOTIFY&technology=google-cloud", "/?company=spotify&technology=google-cloud"),
        ("technology=c%2B%2B", "/?technology=C%2B%2B"),
        ("technology=C", "/?technology=C"),
        ("author=igor-maravic&sort=oldest", "/?author=igor-maravic&sort=oldest"),
        ("author=%E6%9D%8E", "/?author=%E6%9D%8E"),
        ("technology=k8s", "/?technology=kubernetes"),
        ("view=browse", "/?view=browse"),
        ("company=roblox", "/?company=roblox"),
        ("company=spotify&year=2023&code=1&summary=1&max_minutes=10&words=pod", None),
    ],
)
def test_an_address_is_read_and_written_in_one_spelling(query: str, address: str | None) -> None:
    place = Place.read(query, NAMES)
    written = place.address(NAMES)
    assert written == (address or f"/?{query}")
    assert Place.read(written[1:], NAMES) == place


@pytest.mark.parametrize(
    "query",
    [
        "year=20x3",
        "year=²023",
        "max_minutes=-1",
        "max_minutes=9999999999",
        "code=yes",
        "sort=best",
        "company=",
        "%ff=%00",
    ],
)
def test_what_makes_no_sense_is_left_out(query: str) -> None:
    assert not Place.read(query, NAMES).restricted


@given(st.text(max_size=200))
def test_no_query_string_breaks_the_reading(query: str) -> None:
    place = Place.read(query, NAMES)
    again = Place.read(place.address(NAMES)[1:].encode("utf-8", "replace").decode(), NAMES)
    assert again.address(NAMES) == Place.read(again.address(NAMES)[1:], NAMES).address(NAMES)


@given(
    st.dictionaries(st.sampled_from(["company", "technology", "year", "words", "q", "sort"]), st.text("abc 2023é+&=%"))
)
def test_addresses_settle_after_one_reading(parameters: dict[str, str]) -> None:
    place = Place.read(urlencode(parameters), NAMES)
    assert Place.read(place.address(NAMES)[1:], NAMES) == place


@pytest.mark.parametrize("query", ["company=", "year=abc", "words=", "view=browse"])
def test_an_address_of_the_catalog_opens_the_catalog(query: str) -> None:
    place = Place.read(query, NAMES)
    assert place.browse
    assert place.address(NAMES) == "/?view=browse"


def test_the_script_of_the_page_knows_the_same_addresses() -> None:
    script = asset("byline.js").decode()
    assert f"[{', '.join(f'{chr(34)}{key}{chr(34)}' for key in _BROWSING)}]" in script
    assert f"search.length < {MAX_QUERY}" in script


def test_a_question_too_long_for_an_address_has_that_of_the_start_page() -> None:
    assert question_address("ж" * 1500) == "/"
    assert Place.read(f"q={'a' * 8000}", NAMES) == Place()


def test_the_oldest_questions_make_way_for_the_length_of_an_address() -> None:
    address = question_address("and Netflix?", ["who uses Go " * 800, "who uses Rust?"])
    assert address == "/?q=and+Netflix%3F&history=who+uses+Rust%3F"


def test_names_are_toggled() -> None:
    place = Place().toggled("technologies", "Go")
    assert place.technologies == ("Go",)
    assert place.browse
    assert place.toggled("technologies", "Go").technologies == ()


def test_several_technologies_must_all_be_there() -> None:
    assert Place(technologies=("Go", "C")).filters().all_technologies
    assert not Place(technologies=("Go",)).filters().all_technologies
