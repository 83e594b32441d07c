"""Filters say what an article must be; dates are inclusive days, and what cannot be meant is refused."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import FilterInvalid
from assistant.filters import Filters, date_span


def test_a_month_covers_its_days():
    assert date_span("2023-02") == ("2023-02-01", "2023-02-28")
    assert date_span("2024-02") == ("2024-02-01", "2024-02-29")
    assert date_span("2024") == ("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    "text", ["2023-13", "2023-00", "2023-04-31", "23", "0999", "2023-1", "2023-01-00", "x", "", "٢٠٢٣-13"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"2024|month|day"):
        date_span(text)


def test_a_year_as_bounds_means_its_first_and_last_day():
    filters = Filters(published_from="2021", published_to="2021")
    assert (filters.published_from, filters.published_to) == ("2021-01-01", "2021-12-31")


def test_only_what_is_set_is_told():
    assert Filters().to_dict() == {}
    assert not Filters()
    assert Filters(includes_code=False).to_dict() == {"includes_code": False}
    assert Filters(companies=("Uber",), max_minutes=9).to_dict() == {"companies": ["Uber"], "max_minutes": 9}


def test_from_dict_is_the_inverse_of_to_dict():
    filters = Filters(
        companies=("Uber",), exclude_technologies=("Go",), published_from="2020", min_minutes=3, includes_code=True
    )
    assert Filters.from_dict(filters.to_dict()) == filters


@pytest.mark.parametrize(
    "record",
    [
        {"company": ["Uber"]},
        {"companies": "Uber"},
        {"companies": [1]},
        {"includes_code": "yes"},
        {"min_minutes": True},
        {"min_minutes": -1},
        {"max_minutes": 1.5},
        {"published_from": "soon"},
        {"published_from": "2022", "published_to": "2020"},
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(record):
    with pytest.raises(FilterInvalid) as caught:
        Filters.from_dict(record)
    assert caught.value.hint


def test_merging_puts_a_restriction_in_the_place_of_the_whole_one():
    """Not field by field: a given date leaves nothing of the old dates, and a given name is no longer ruled out."""
    old = Filters(
        published_from="2017", published_to="2018", exclude_companies=("Netflix", "Uber"), all_technologies=True
    )
    assert old.merged(Filters(published_from="2020")).published_to is None
    assert old.merged(Filters(companies=("Netflix",))).exclude_companies == ("Uber",)
    assert not old.merged(Filters(technologies=("Go", "Rust"))).all_technologies
    assert Filters(min_minutes=20).merged(Filters(max_minutes=5)) == Filters(max_minutes=5)


@pytest.mark.parametrize(
    ("given", "said"), [({"companies": "Spotify"}, "list of names"), ({"includes_code": "no"}, "must be bool")]
)
def test_filters_of_the_wrong_type_are_refused(given, said):
    with pytest.raises(FilterInvalid, match=said):
        Filters(**given)
    listed: dict[str, Any] = {"companies": ["Spotify"]}
    assert Filters(**listed) == Filters(companies=("Spotify",))


def test_merging_replaces_what_is_set_and_keeps_the_rest():
    merged = Filters(companies=("Uber",), max_minutes=9).merged(Filters(companies=("Lyft",)))
    assert merged == Filters(companies=("Lyft",), max_minutes=9)
