"""Which texts say that a technology was left behind, and what asking for that finds."""

from __future__ import annotations

import pytest

from assistant.departures import may_say_left, says_left

CASSANDRA = ("Apache Cassandra", "cassandra", "apache cassandra", "c*")
POSTGRES = ("PostgreSQL", "postgresql", "postgres")


@pytest.mark.parametrize(
    "text",
    [
        "moved off Cassandra",
        "Moving away from cassandra",
        "migrated everything from Apache Cassandra to ScyllaDB",
        "Hot partitions pushed them to replace the Cassandra cluster behind its chat",
        "chat history left its original Cassandra setup",
        "got rid of Cassandra",
        "getting off of Cassandra",
        "they stopped using Cassandra",
        "From Cassandra to Bigtable",
        "switching the timeline from C* to Spanner",
        "Cassandra gave way to ScyllaDB",
        "Cassandra has since been replaced by another store",
        "phased out Cassandra",
    ],
)
def test_a_text_that_leaves_a_technology(text):
    assert may_say_left(text)
    assert says_left(text, CASSANDRA)


@pytest.mark.parametrize(
    "text",
    [
        "moved to Cassandra",
        "left MongoDB for Cassandra",
        "replaced MongoDB with Cassandra",
        "migrated from MongoDB to Cassandra",
        "upgrading Cassandra without downtime",
        "streams data from Cassandra to Kafka",
        "moving data from Cassandra to S3",
        "left the company that built Cassandrax",
        "replacing Cassandra nodes one by one",
        "from Cassandra 3.11 to Cassandra 4",
        "dropped Cassandra connections",
        "dropped messages when its Cassandra cluster stalled",
        "",
    ],
)
def test_a_text_that_does_not(text):
    assert not says_left(text, CASSANDRA)


def test_every_spelling_counts():
    assert says_left("Why Uber Engineering Switched from Postgres to MySQL", POSTGRES)
    assert says_left("moved something off PostgreSQL", POSTGRES)


@pytest.mark.parametrize("names", [("C++",), (".NET",), ("a" * 200,), ("(",), ("*",)])
def test_any_name_is_a_name_and_never_a_pattern(names):
    assert says_left(f"moved off {names[0]}", names)
    assert not says_left("moved off something", names)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("who moved off Cassandra, and why?", "discord-stores-trillions-of-messages"),
        ("who got rid of Mesos?", "uber-migrating-compute-platform-kubernetes"),
        ("which companies moved something off Postgres?", "uber-postgres-to-mysql"),
        ("did anyone replace nginx?", "dropbox-migrated-from-nginx-to-envoy"),
    ],
)
def test_who_left_a_technology_comes_before_who_merely_uses_it(assistant, question, first):
    answer = assistant.ask(question)
    assert not answer.declined
    assert answer.cards[0].id == first


def test_it_is_said_where_no_article_tells_of_leaving(assistant):
    answer = assistant.ask("who moved off Terraform?")
    assert answer.answer.endswith("None says that Terraform was left for something else.")
    assert "about Terraform" in answer.answer
