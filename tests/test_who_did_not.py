"""Answers to who did not do something, and to what cannot be left out."""

from __future__ import annotations

import pytest

from assistant.filters import Filters


def test_companies_that_do_not_use_a_technology_have_no_article_on_it(assistant):
    answer = assistant.ask("which companies do not use Kafka?")
    facets = assistant.catalog.facets
    users = facets(Filters(technologies=("Apache Kafka",))).companies
    others = {name: count for name, count in facets().companies.items() if name not in users}
    assert answer.answer.startswith(
        f"Six companies wrote nothing here that is tagged Apache Kafka, but {sum(others.values())} articles on other things: "
    )
    assert {card.company for card in answer.cards} == others.keys()
    assert len(others) == 6


def test_that_every_company_asked_for_uses_it_is_said_so(assistant):
    answer = assistant.ask("which of Monzo and Uber do not use Kafka?")
    assert answer.declined
    assert answer.answer == "Monzo and Uber have an article here that is tagged Apache Kafka."


def test_companies_that_use_one_technology_and_never_another(assistant):
    answer = assistant.ask("which companies use Kafka and not Kubernetes?")
    facets = assistant.catalog.facets
    kafka, kubernetes = (facets(Filters(technologies=(name,))).companies for name in ("Apache Kafka", "Kubernetes"))
    assert {card.company for card in answer.cards} == kafka.keys() - kubernetes.keys() == {"Dropbox"}
    since = assistant.ask("which companies have not written about Kafka since 2022?")
    recent = facets(Filters(technologies=("Apache Kafka",), published_from="2022")).companies
    everyone = facets(Filters(published_from="2022")).companies
    assert {card.company for card in since.cards} == everyone.keys() - recent.keys()
    assert " tagged Apache Kafka since 2022, but " in since.answer


@pytest.mark.parametrize(
    "question", ["which companies don't write about security?", "who never wrote about caching?", "who avoids Kafka?"]
)
def test_who_did_not_do_something_is_not_answered_with_who_did(assistant, question):
    assert assistant.ask(question).answer.startswith("I cannot tell who did not, only who did. ")


def test_a_date_that_cannot_be_left_out_is_said_where_nothing_else_was_asked(assistant):
    answer = assistant.ask("articles not in 2023")
    assert (answer.declined, answer.answer.startswith("I cannot leave out 2023.")) == (True, True)
