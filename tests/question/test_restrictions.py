"""Dates, reading time, code, order and number as a question states them; and the same words where they state nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.filters import Filters


def between(first, last):
    return Filters(published_from=first, published_to=last)


DATES = [
    ("articles in 2023", between("2023", "2023")),
    ("since 2021", between("2021", None)),
    ("kubernetes since 2030", replace(between("2030", None), technologies=("Kubernetes",))),
    ("what was published in 2035?", between("2035", "2035")),
    ("before 2018", between(None, "2017")),
    ("after 2020", between("2021", None)),
    ("articles newer than 2021", between("2022", None)),
    ("articles older than 2015", between(None, "2014")),
    ("until 2019", between(None, "2019")),
    ("between 2019 and 2020", between("2019", "2020")),
    ("from 2016 to 2018", between("2016", "2018")),
    ("posts 2016-2018", between("2016", "2018")),
    ("posts 2016–2018", between("2016", "2018")),
    ("posts from 2022", between("2022", "2022")),
    ("2024 onwards", between("2024", None)),
    ("2022 or later", between("2022", None)),
    ("2015 and earlier", between(None, "2015")),
    ("articles between March and May 2023", between("2023-03", "2023-05")),
    ("posts from June to August 2022", between("2022-06", "2022-08")),
    ("in December 2025", between("2025-12", "2025-12")),
    ("since March 2021", between("2021-03", None)),
    ("after June 2022", between("2022-07", None)),
    ("before 5 May 2020", between(None, "2020-05-04")),
    ("on 2023-05-01", between("2023-05-01", "2023-05-01")),
    # on 1 July 2026: a month without a year is the last of its name
    ("articles from January", between("2026-01", "2026-01")),
    ("posts since June", between("2026-06", None)),
    ("anything published in December?", between("2025-12", "2025-12")),
    ("in May", between("2026-05", "2026-05")),
    ("August posts", between("2025-08", "2025-08")),
    ("last March", between("2026-03", "2026-03")),
    ("since yesterday", between("2026-06-30", None)),
    ("from today", between("2026-07-01", "2026-07-01")),
    ("in 2023-05", between("2023-05", "2023-05")),
    ("posts from Q3 2022", between("2022-07", "2022-09")),
    ("the second half of 2020", between("2020-07", "2020-12")),
    ("from the 2010s", between("2010", "2019")),
    ("in early 2020", between("2020-01", "2020-04")),
    ("in the last two years", between("2024-07-01", None)),
    ("the past six months", between("2026-01-01", None)),
    ("articles from last year", between("2025", "2025")),
    ("articles from this year", between("2026", "2026")),
    ("articles from last month", between("2026-06", "2026-06")),
    ("posts from the last quarter", between("2026-04", "2026-06")),
    ("articles older than three years", between(None, "2023-06-30")),
    ("articles since last year", between("2025", None)),
]


@pytest.mark.parametrize(("text", "filters"), DATES, ids=[text for text, _ in DATES])
def test_publication_dates(text, filters, ask):
    assert ask(text).filters == filters


@pytest.mark.parametrize(
    "text",
    [
        "datadog march 2023 outage",
        "from 1024 to 2048 partitions",
        "sharding before 2048 shards",
        "the 2021 facebook outage",
        "what happened at Slack in January 2021",
        "who won the world cup in 2022?",
        "black friday 2023 load",
        "what did spotify use for metrics in 2015",
        "scaling to 2000 nodes",
        "up to 2020 requests",
        "python 3.11 migration",
        "we deploy every day since the rewrite",
        "rolled out within a week",
        "31 February 2021 outages",
        "between 2022 and 2019",
        "how may teams march towards microservices?",
        "how did Discord cope in July?",
        "which programs may dial one another inside a bank",
        "what happened in October?",
        "should we in May use Kafka?",
    ],
)
def test_dates_of_events_and_other_numbers_restrict_nothing(text, ask):
    filters = ask(text).filters
    assert (filters.published_from, filters.published_to) == (None, None)


MINUTES = [
    ("articles under five minutes", None, 4),
    ("posts about kafka from uber under ten minutes", None, 9),
    ("spotify with code under 20 minutes", None, 19),
    ("articles of less than 10 min", None, 9),
    ("posts, at most 10 minutes", None, 10),
    ("posts of 10 minutes or less", None, 10),
    ("posts of no more than 12 minutes", None, 12),
    ("posts longer than 12 minutes", 13, None),
    ("articles, more than 12 minutes", 13, None),
    ("deep dives, 15 minutes or more", 15, None),
    ("posts of at least 8 minutes", 8, None),
    ("a quarter of an hour or more", 15, None),
    ("half an hour or longer", 30, None),
    ("I've got five minutes: caching", None, 5),
    ("a five-minute read on caching", None, 5),
    ("between 5 and 10 minute reads", 5, 10),
    ("5-10 minute reads", 5, 10),
    ("posts shorter than an hour", None, 59),
    ("a 20+ minute deep dive", 20, None),
]


@pytest.mark.parametrize(("text", "low", "high"), MINUTES, ids=[text for text, _, _ in MINUTES])
def test_reading_time(text, low, high, ask):
    filters = ask(text).filters
    assert (filters.min_minutes, filters.max_minutes) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "15 minutes of downtime",
        "deploy in 10 minutes",
        "builds under 5 minutes",
        "latency below 5 ms",
        "recovering within 30 minutes",
        "our app takes over an hour to compile",
        "every 15 minutes a cron job",
        "articles on getting builds under 5 minutes",
    ],
)
def test_minutes_of_something_else_restrict_nothing(text, ask):
    filters = ask(text).filters
    assert (filters.min_minutes, filters.max_minutes) == (None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kafka posts with code", True),
        ("posts that include code samples", True),
        ("articles containing code snippets", True),
        ("show me code for retries", True),
        ("code examples for retries", True),
        ("articles that show code", True),
        ("no code please", False),
        ("posts without any code", False),
        ("articles that have no code in them", False),
        ("articles that don't include code", False),
        ("code review at scale", None),
        ("a large codebase", None),
        ("low-code tools", None),
        ("no-code tools", None),
        ("working with code nobody owns", None),
        ("companies with code owners", None),
    ],
)
def test_code(text, code, ask):
    assert ask(text).filters.includes_code is code


@pytest.mark.parametrize(
    ("text", "order", "limit"),
    [
        ("newest articles about databases", "newest", None),
        ("the latest article from Uber", "newest", 1),
        ("three most recent posts", "newest", 3),
        ("what is the oldest article?", "oldest", 1),
        ("first post Etsy published", "oldest", None),
        ("long reads on storage", "longest", None),
        ("quick reads on storage", "shortest", None),
        ("top 3 articles on caching", "relevance", 3),
        ("show me five articles on caching", "relevance", 5),
        ("long running jobs", "relevance", None),
        ("join the shortest queue", "relevance", None),
        ("upgrading to the latest Rails", "relevance", None),
        ("10 minute read on caching", "relevance", None),
    ],
)
def test_order_and_number(text, order, limit, ask):
    question = ask(text)
    assert (question.order, question.limit) == (order, limit)


def test_long_reads_state_no_bound(ask):
    assert not ask("long reads about databases").filters
