"""Questions about the catalog itself: which facet they ask for, and the answer that counts it."""

from __future__ import annotations

import re

import pytest

from assistant.filters import Filters


@pytest.mark.parametrize(
    ("text", "facet", "intent", "filters"),
    [
        ("what technologies does Discord use?", "technology", "list", {"companies": ["Discord"]}),
        ("list all the technologies", "technology", "list", {}),
        ("how many technologies does Uber use?", "technology", "count", {"companies": ["Uber"]}),
        ("what is Netflix's tech stack?", "technology", "list", {"companies": ["Netflix"]}),
        ("most popular technologies since 2024", "technology", "list", {"published_from": "2024-01-01"}),
        ("how many authors are there?", "author", "count", {}),
        ("which authors write about Kafka?", "author", "list", {"technologies": ["Apache Kafka"]}),
        ("Netflix authors", "author", "list", {"companies": ["Netflix"]}),
        ("what topics does Etsy cover", "topic", "list", {"companies": ["Etsy"]}),
        ("which years are covered?", "year", "list", {}),
        ("list companies", "company", "list", {}),
        ("how many companies are there?", "company", "count", {}),
        ("which company wrote the most?", "company", "list", {}),
        ("who writes the most about k8s?", "company", "list", {"technologies": ["Kubernetes"]}),
        ("which company has the most articles since 2024?", "company", "list", {"published_from": "2024-01-01"}),
        ("how many articles per company?", "company", "list", {}),
        ("how many articles did each company write about Redis?", "company", "list", {"technologies": ["Redis"]}),
        ("articles per year at Netflix", "year", "list", {"companies": ["Netflix"]}),
        ("number of posts by technology", "technology", "list", {}),
        ("top 5 companies for Kafka", "company", "list", {"technologies": ["Apache Kafka"]}),
        ("rank companies by number of articles", "company", "list", {}),
        ("which company other than Spotify wrote the most?", "company", "list", {"exclude_companies": ["Spotify"]}),
        ("who wrote the fewest articles?", "company", "list", {}),
        ("who publishes more often, Uber or Netflix?", "company", "list", {"companies": ["Uber", "Netflix"]}),
        ("does Uber write more than Netflix?", "company", "list", {"companies": ["Uber", "Netflix"]}),
        ("which engineers at Uber wrote the most?", "author", "list", {"companies": ["Uber"]}),
        ("which technology is least written about?", "technology", "list", {}),
        ("how many engineers wrote for Monzo?", "author", "count", {"companies": ["Monzo"]}),
        ("posts for each author at Uber", "author", "list", {"companies": ["Uber"]}),
    ],
)
def test_a_facet_is_asked_for(ask, text, facet, intent, filters):
    question = ask(text)
    assert (question.facet, question.intent, question.search_text) == (facet, intent, "")
    assert question.filters.to_dict() == filters


@pytest.mark.parametrize(
    "text",
    [
        "what technologies are used for caching?",
        "which topics matter in chaos engineering?",
        "five years of search at Etsy",
        "how do teams tag their topics in Kafka?",
        "who wrote about DNS?",
        "what does Etsy write about?",
        "topic modelling",
        "which companies use Kafka?",
        "which companies?",
        "articles by Netflix",
        "articles by team",
        "how many engineers does Spotify have?",
        "top 5 articles about Kafka",
        "who wrote more than Netflix?",
        "which companies have at least two articles about caching?",
        "does Uber write more efficient queries?",
        "requests per year",
        "articles by team topologies",
        "articles about incidents by company",
    ],
)
def test_a_topic_is_not_a_facet(ask, text):
    assert ask(text).facet is None


def test_many_words_around_a_facet_are_read_at_once(ask):
    """In time that grows with their number, not with its power: otherwise this would not end."""
    assert ask(" ".join(["of"] * 300) + " articles by year").facet == "year"
    assert ask(" ".join(["of"] * 300) + " articles by queue").facet is None


def test_a_follow_up_keeps_the_facet(ask, vocabulary, spelling):
    from assistant.conversation import resolve

    question = resolve("and at Netflix?", ["what technologies does Discord use?"], vocabulary, spelling=spelling)
    assert (question.facet, question.filters) == ("technology", Filters(companies=("Netflix",)))


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("what technologies does Discord use?", ("Discord",)),
        ("what technologies do they use?", ("Netflix",)),
        ("and which authors?", ("Netflix",)),
        ("list all technologies", ()),
    ],
)
def test_a_facet_is_asked_of_all_that_a_company_wrote(vocabulary, spelling, text, companies):
    from assistant.conversation import resolve

    question = resolve(text, ["who at Netflix moved off Cassandra?"], vocabulary, spelling=spelling)
    assert question.facet
    assert (question.filters, question.topic) == (Filters(companies=companies), "")


@pytest.mark.parametrize(
    ("first", "text", "filters"),
    [
        ("who wrote the most about Kafka?", "and which authors?", Filters(technologies=("Apache Kafka",))),
        (
            "articles per year at Netflix since 2022",
            "and topics?",
            Filters(companies=("Netflix",), published_from="2022"),
        ),
        ("articles about Kafka", "how many per company?", Filters(technologies=("Apache Kafka",))),
        ("chaos engineering at Netflix", "and which authors?", Filters(companies=("Netflix",))),
    ],
)
def test_another_facet_is_asked_of_the_same_articles_unless_a_topic_chose_them(
    vocabulary, spelling, first, text, filters
):
    from assistant.conversation import resolve

    assert resolve(text, [first], vocabulary, spelling=spelling).filters == filters


def test_the_answer_counts_the_values_and_cites_the_newest_article(assistant):
    answer = assistant.ask("how many technologies does Discord use?")
    facets = assistant.catalog.facets(Filters(companies=("Discord",)))
    assert answer.count == len(facets.technologies)
    name, count = next(iter(facets.technologies.items()))
    assert answer.answer.startswith(
        f"{facets.total} articles by Discord name {len(facets.technologies)} technologies: {name} ({count}), "
    )
    assert answer.answer.endswith("[1].")
    assert {card.company for card in answer.cards} == {"Discord"}


def test_companies_are_told_by_how_much_they_wrote(assistant):
    answer = assistant.ask("which company wrote the most about Kafka?")
    counts = assistant.catalog.facets(Filters(technologies=("Apache Kafka",))).companies
    told = ", ".join(f"{name} ({count})" for name, count in list(counts.items())[:5])
    assert (
        f" {len(counts)} companies wrote {sum(counts.values())} articles about Apache Kafka: {told}, " in answer.answer
    )
    assert assistant.ask("how many companies are there?").count == 24


def test_who_did_it_most_comes_first(assistant):
    text = assistant.ask("which year had the most articles?").answer
    assert "years: 2023 (64), 2021 (46), " in text
    text = assistant.ask("which company wrote the most about machine learning?").answer
    counts = [int(count) for count in re.findall(r"\((\d+)\) \[", text)]
    assert len(counts) > 5
    assert counts == sorted(counts, reverse=True)


def test_who_did_it_least_comes_first(assistant):
    counts = assistant.catalog.facets(Filters(technologies=("Apache Kafka",))).companies
    text = assistant.ask("which company writes the least about Kafka?").answer
    told = [int(count) for count in re.findall(r"\((\d+)\)", text.split(":")[1])]
    assert told == sorted(counts.values())


def test_of_companies_compared_those_without_any_are_told_too(assistant):
    text = assistant.ask("does Meta write more about Kafka than Uber?").answer
    count = assistant.catalog.count(Filters(companies=("Uber",), technologies=("Apache Kafka",)))
    assert f"articles by Meta and Uber about Apache Kafka: Uber ({count}) and Meta (0)." in text


def test_years_are_told_from_the_newest(assistant):
    text = assistant.ask("which years are covered?").answer
    assert text.index("2026 (") < text.index("2019 (") < text.index("2016 (")


def test_undated_articles_are_counted_where_years_are_asked_for(assistant):
    answer = assistant.ask("number of articles by year for Uber").answer
    years = assistant.catalog.facets(Filters(companies=("Uber",))).years
    assert "; eight do not say." in answer
    assert sum(years.values()) == 8


def test_as_many_values_are_named_as_were_asked_for(assistant):
    assert assistant.ask("top 5 technologies").answer.count(" (") == 5 + 1  # and the newest article's year
    assert " more" not in assistant.ask("list companies").answer


def test_companies_of_a_long_list_are_ranked_by_all_that_they_wrote(assistant):
    text = assistant.ask("which companies write about Kubernetes the most?").answer
    counts = assistant.catalog.facets(Filters(technologies=("Kubernetes",))).companies
    told = dict(re.findall(r"(\w+) \((\d+)\) \[", text))
    assert sum(counts.values()) > 50  # more than one page
    assert told
    assert all(int(count) == counts[name] for name, count in told.items())
