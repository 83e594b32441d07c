"""Names in questions: both senses of words that are names too, misspellings, exclusions, companies and authors nobody knows."""

from __future__ import annotations

import pytest

SENSES = [
    # the ordinary word, the name, and what the name is
    ("how do you go about a rewrite", "go services under memory pressure", "Go"),
    ("we should go to production soon", "is rust better than go", "Go"),
    ("slack in the schedule", "slack mobile engineering", "Slack"),
    ("leave some slack for incidents", "where does slack use kafka", "Slack"),
    ("grab a lock and release it", "grab golang performance", "Grab"),
    ("workers grab the next job", "how did grab cut its bill", "Grab"),
    ("a meta analysis of experiments", "what did meta write about mobile", "Meta"),
    ("meta-programming in build files", "build speed at meta", "Meta"),
    ("how teams react to incidents", "react at airbnb", "React"),
    ("systems that react quickly", "migrating to react", "React"),
    ("spark interest among developers", "spark shuffle tuning", "Apache Spark"),
    ("what could spark a rewrite", "running spark on kubernetes", "Apache Spark"),
    ("a swift response to outages", "swift compile times", "Swift"),
    ("swift rollback and recovery, a swift decision", "moving from objective-c to swift", "Swift"),
    ("rust never sleeps", "services rewritten in rust", "Rust"),
    ("stripe across disks", "stripe fraud ML", "Stripe"),
    ("each stripe of the array", "what does stripe do about retries", "Stripe"),
    ("discord between teams", "discord elixir", "Discord"),
    ("sow discord in meetings", "messages at discord", "Discord"),
    ("ray tracing on the gpu", "ray for model training", "Ray"),
    ("x-ray a request", "training with ray", "Ray"),
    ("flow control for streams", "from flow to typescript", "Flow"),
    ("the flow of data", "types with flow and typescript", "Flow"),
    ("square root of the variance", "kafka at square", "Square"),
    ("back to square one", "what did square write about payments", "Square"),
    ("a special envoy", "envoy at monzo", "Envoy"),
    ("an envoy was sent out", "what is envoy used for", "Envoy"),
    ("the head chef", "chef at slack", "Chef"),
    ("a puppet show", "from puppet to chef", "Puppet"),
    ("at the helm", "helm charts", "Helm"),
    ("in constant flux", "flux for gitops", "Flux"),
    ("a raft of fixes", "raft consensus", "Raft"),
    ("the notion of time", "notion postgres", "Notion"),
    ("zoom in on a trace", "calls at zoom", "Zoom"),
    ("retry storm", "apache storm topologies", "Apache Storm"),
    ("beam search", "apache beam pipelines", "Apache Beam"),
    ("guard rails for deploys", "rails upgrade", "Ruby on Rails"),
]


@pytest.mark.parametrize(("word", "name", "value"), SENSES, ids=[f"{word} | {name}" for word, name, _ in SENSES])
def test_a_word_that_is_also_a_name_is_told_by_its_context(word, name, value, ask):
    as_word, as_name = ask(word).filters, ask(name).filters
    assert value not in (*as_word.companies, *as_word.technologies)
    assert value in (*as_name.companies, *as_name.technologies)


@pytest.mark.parametrize(
    ("typed", "companies", "technologies"),
    [
        ("kuberntes at yelp", ("Yelp",), ("Kubernetes",)),
        ("air bnb payments", ("Airbnb",), ()),
        ("dordash search", ("DoorDash",), ()),
        ("netflx chaos", ("Netflix",), ()),
        ("postgers replication", (), ("PostgreSQL",)),
        ("lnkedin feed", ("LinkedIn",), ()),
        ("cassandara compaction", (), ("Apache Cassandra",)),
        ("Etsys experiments", ("Etsy",), ()),
        ("Dropbox' storage", ("Dropbox",), ()),
        ("reddis cluster", (), ("Redis",)),
    ],
)
def test_misspelt_names_are_recognised(typed, companies, technologies, ask):
    filters = ask(typed).filters
    assert (filters.companies, filters.technologies) == (companies, technologies)


@pytest.mark.parametrize(
    "text",
    [
        "discard most of the history",
        "scaling reads and writes",
        "flicker and fluctuation in metrics",
        "a gifted gardener and his grape vine",
        "matters of taste: redesign, stripped down",
        "the rate of growth, goal setting and slackening demand",
    ],
)
def test_english_words_are_never_taken_for_misspelt_names(text, ask):
    question = ask(text)
    assert not question.filters
    assert question.corrections == ()


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("mesh, other than Lyft", ("Lyft",)),
        ("mesh not from Lyft or Uber", ("Lyft", "Uber")),
        ("mesh excluding Lyft, Uber and Grab", ("Lyft", "Uber", "Grab")),
        ("mesh except for Lyft's", ("Lyft",)),
        ("mesh at anyone but Lyft", ("Lyft",)),
        ("mesh articles that aren't from Lyft", ("Lyft",)),
        ("not the Lyft ones: mesh", ("Lyft",)),
        ("mesh, no Lyft please", ("Lyft",)),
    ],
)
def test_excluded_companies(text, excluded, ask):
    filters = ask(text).filters
    assert (filters.companies, filters.exclude_companies) == ((), excluded)


@pytest.mark.parametrize(
    "text",
    [
        "their own search engine instead of using Elasticsearch",
        "alternatives to Kafka",
        "a Zanzibar-style system",
        "container and docker images",
    ],
)
def test_a_technology_only_compared_with_or_given_as_example_restricts_nothing(text, ask):
    question = ask(text)
    assert not question.filters
    assert question.topic


def test_why_not_is_a_question_about_the_technology(ask):
    assert ask("why doesn't Stripe use GraphQL?").filters.to_dict() == {
        "companies": ["Stripe"],
        "technologies": ["GraphQL"],
    }


@pytest.mark.parametrize(
    "text", ["kafka at scale", "woken at night", "written by hand", "learning from scratch", "at last, tests"]
)
def test_common_phrases_name_no_company(text, ask):
    assert ask(text).filters.companies == ()


@pytest.mark.parametrize(
    "text",
    ["kafka at Foobarify", "kafka at foobarify", "what did Foobarify write about kafka?", "Foobarify's blog on kafka"],
)
def test_a_company_nobody_knows_is_noticed(text, ask):
    question = ask(text)
    assert question.filters.companies == question.absent_companies == ("Foobarify",)
    assert question.filters.technologies == ("Apache Kafka",)


def test_a_known_company_that_the_catalog_lacks_is_noticed(ask):
    question = ask("roblox outage post mortem")
    assert (question.absent_companies, question.topic) == (("Roblox",), "outage post mortem")


def test_a_well_known_technology_that_the_catalog_lacks_stays_a_subject(ask):
    question = ask("RabbitMQ and Pulsar compared")
    assert (question.filters.to_dict(), question.absent_technologies) == ({}, ("RabbitMQ", "Apache Pulsar"))
    assert "RabbitMQ" in question.search_text


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("felix geisendorfer go profiling", ("Felix Geisendörfer",)),
        ("Felix Geisendoerfer", ("Felix Geisendörfer",)),
        ("posts by brandur leech", ("Brandur Leach",)),
        ("articles by kniberg", ("Henrik Kniberg",)),
        ("by John Nobody", ("John Nobody",)),
        ("articles by jane doe", ("jane doe",)),
        ("articles by size", ()),
        ("sorted by hand", ()),
    ],
)
def test_authors(text, authors, ask):
    assert ask(text).filters.authors == authors


@pytest.mark.parametrize(
    ("text", "needs_all"),
    [
        ("kafka on kubernetes", True),
        ("from python to go", True),
        ("both redis and memcached", True),
        ("kafka or flink", False),
        ("kafka, flink", False),
        ("kafka vs flink", False),
        ("kafka", False),
    ],
)
def test_whether_every_technology_is_needed(text, needs_all, ask):
    assert ask(text).filters.all_technologies is needs_all


@pytest.mark.parametrize(
    ("text", "strict"),
    [
        ("only Kubernetes", True),
        ("nothing but Kafka", True),
        ("articles tagged Terraform", True),
        ("posts tagged with Go", True),
        ("how many articles mention Vitess?", True),
        ("list Backstage articles", True),
        ("kubernetes autoscaling", False),
        ("not only Kafka", False),
        ("which companies moved off Postgres?", False),
    ],
)
def test_when_a_technology_is_a_wall(text, strict, ask):
    assert ask(text).strict_technologies is strict


@pytest.mark.parametrize(
    ("text", "companies", "technologies"),
    [
        ("kafka at datadog", ("Datadog",), ("Apache Kafka",)),
        ("datadog at lyft", ("Lyft",), ("Datadog",)),
        ("monitoring with datadog at grab", ("Grab",), ("Datadog",)),
        ("what did MongoDB write about sharding", ("MongoDB",), ()),
        ("moving from mongodb to postgres", (), ("MongoDB", "PostgreSQL")),
        ("databricks at zalando", ("Zalando",), ("Databricks",)),
        ("rails at github", ("GitHub",), ("Ruby on Rails",)),
    ],
)
def test_names_of_both_a_company_and_its_product(text, companies, technologies, ask):
    filters = ask(text).filters
    assert (filters.companies, filters.technologies) == (companies, technologies)
