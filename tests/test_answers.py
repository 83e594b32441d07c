"""Answers in words: each intent's template, citations that resolve, evidence out of the summary, and declines that help."""

from __future__ import annotations

import doctest
import re

import pytest

from assistant import wording
from assistant.errors import QuestionInvalid
from assistant.filters import Filters

QUESTIONS = [
    "what did Spotify write about autoscaling?",
    "who moved off Cassandra, and why?",
    "what does Etsy write about?",
    "what has Brandur Leach written?",
    "who wrote about DNS at Spotify?",
    "how many articles mention Vitess?",
    "which companies run Kafka on Kubernetes?",
    "list every post-mortem of an outage you have",
    "Uber vs Pinterest on Kubernetes",
    "newest articles about databases",
    "what is the oldest article?",
    "kubernetes posts with code",
    "short reads, under 5 minutes",
    "roblox outage post mortem",
    "what has Figma published on chaos engineering?",
    "best carbonara recipe without cream",
    "hi",
    "what can you do?",
    "?????",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_numbers_a_card_whose_article_exists(assistant, question):
    answer = assistant.ask(question)
    numbers = [card.number for card in answer.cards]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(found) for found in re.findall(r"\[(\d+)\]", answer.answer)} <= set(numbers)
    for card in answer.cards:
        article = assistant.catalog.get(card.id)
        assert (card.title, card.company, card.url) == (article.title, article.company, article.url)
        assert card.evidence is None or card.evidence in (article.summary or "") or card.evidence == article.title


@pytest.mark.parametrize("question", QUESTIONS)
def test_answer_cards_come_before_related_ones_and_a_decline_has_none(assistant, question):
    answer = assistant.ask(question)
    groups = [card.group for card in answer.cards]
    assert groups == sorted(groups)
    assert answer.declined == (answer.decline_reason is not None)
    if answer.declined:
        assert "answer" not in groups


def test_a_company_with_one_article_on_the_topic(assistant):
    answer = assistant.ask("what did Spotify write about autoscaling?")
    assert answer.answer.startswith(
        "Spotify wrote one article about autoscaling: Autoscaling Pub/Sub Consumers (2017) [1]"
    )
    assert (
        answer.cards[0].id == "spotify-autoscaling-pubsub-consumers"
        or answer.cards[0].title == "Autoscaling Pub/Sub Consumers"
    )
    assert answer.filters == Filters(companies=("Spotify",))


def test_a_count_counts_everything_that_qualifies(assistant):
    answer = assistant.ask("how many articles mention Vitess?")
    assert answer.intent == "count"
    assert answer.count == assistant.catalog.count(Filters(technologies=("Vitess",))) == 7
    assert answer.answer.startswith("Seven articles")


def test_which_companies_names_each_with_its_articles(assistant):
    answer = assistant.ask("which companies use Istio?")
    companies = {card.company for card in answer.cards if card.group == "answer"}
    for company in companies:
        assert company in answer.answer


def test_a_comparison_speaks_of_each_company_in_turn(assistant):
    answer = assistant.ask("Airbnb vs Grab on running Istio")
    assert answer.intent == "comparison"
    lines = answer.answer.splitlines()
    assert [line.split(":")[0] for line in lines[1:]] == ["- Airbnb", "- Grab"]


def test_a_comparison_shows_every_company_that_has_an_answer(assistant):
    answer = assistant.ask("Spotify vs Monzo on Kubernetes", limit=2)
    assert {card.company for card in answer.cards} == {"Spotify", "Monzo"}
    assert "nothing here" not in answer.answer


def test_an_overview_says_how_many_and_about_what(assistant):
    answer = assistant.ask("what does Etsy write about?")
    total = assistant.catalog.count(Filters(companies=("Etsy",)))
    assert answer.answer.startswith(f"Etsy has {total} articles here, often about ")
    assert answer.count == total


def test_the_newest_comes_first_by_date(assistant):
    dates = [
        card.published or ""
        for card in assistant.ask("newest articles about databases").cards
        if card.group == "answer"
    ]
    assert dates[0]
    assert dates == sorted(dates, reverse=True)  # those without a date come last


def test_the_oldest_is_the_oldest_of_all(assistant):
    answer = assistant.ask("what is the oldest article?")
    assert answer.cards[0].published == min(
        article.published for article in assistant.catalog.list() if article.published
    )


def test_an_author_is_told_with_the_company(assistant):
    answer = assistant.ask("what has Brandur Leach written?")
    assert answer.answer.startswith("Brandur Leach wrote three articles for Stripe")
    assert all("Brandur Leach" in card.authors for card in answer.cards)


@pytest.mark.parametrize(
    ("question", "reason", "said"),
    [
        ("roblox outage post mortem", "company_not_here", "Roblox"),
        (
            "what has Figma published on chaos engineering?",
            "company_without_topic",
            "Figma has 13 articles here, but none",
        ),
        ("articles by Etsy from 1999", "nothing_matches", "1999"),
        ("?????", "not_a_question", "in plain words"),
    ],
)
def test_a_decline_says_what_was_looked_for(assistant, question, reason, said):
    answer = assistant.ask(question)
    assert answer.declined
    assert answer.decline_reason == reason
    assert said in answer.answer
    assert answer.suggestions


def test_another_world_is_out_of_scope(assistant):
    answer = assistant.ask("best carbonara recipe without cream")
    assert (answer.declined, answer.decline_reason) == (True, "out_of_scope")


def test_a_decline_does_not_contradict_itself(assistant):
    said = assistant.ask("posts without code about rust").answer
    assert said == "Nothing here is about Rust among the articles without code."


def test_the_same_author_is_offered_only_where_more_was_written(assistant):
    offered = [suggestion.question for suggestion in assistant.ask("autoscaling at Spotify").suggestions]
    assert "what else did the same author write?" not in offered


def test_what_others_wrote_is_offered_as_such(assistant):
    answer = assistant.ask("What did Reddit write about Kubernetes?")
    assert answer.declined
    assert answer.cards
    assert {card.group for card in answer.cards} == {"related"}
    assert "Others wrote about it" in answer.answer


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question not in ("hi", "?????")])
def test_every_suggestion_leads_to_an_answer(assistant, question):
    answer = assistant.ask(question)
    for suggestion in answer.suggestions:
        assert not assistant.ask(suggestion.question, [question]).declined, suggestion


@pytest.mark.parametrize(
    ("question", "unheeded"),
    [("kafka but not in 2023", "2023"), ("backstage not by Dave Zolotusky", "Dave Zolotusky")],
)
def test_what_cannot_be_left_out_is_said(assistant, question, unheeded):
    answer = assistant.ask(question)
    assert not answer.declined
    assert f"I cannot leave out {unheeded}" in answer.answer


@pytest.mark.parametrize(
    ("question", "onward"),
    [
        ("Kafka for knitting", ["who wrote about Apache Kafka?"]),
        ("Kafka at Netflix in 2012", ["Kafka at Netflix", "what does Netflix write about?"]),
    ],
)
def test_a_decline_leads_on_to_what_is_nearest(assistant, question, onward):
    answer = assistant.ask(question)
    assert answer.declined
    assert [suggestion.question for suggestion in answer.suggestions][: len(onward)] == onward


def test_the_limit_is_the_most_cards(assistant):
    assert len(assistant.ask("kubernetes", limit=2).cards) == 2
    assert len(assistant.ask("list all articles about Kubernetes").cards) > 10


def test_a_long_list_comes_in_pages_that_hold_every_article_once(assistant):
    question = "list all articles about kubernetes"
    pages = [assistant.ask(question, page=page) for page in (1, 2, 3)]
    numbers = [card.number for page in pages for card in page.cards]
    ids = [card.id for page in pages for card in page.cards]
    assert numbers == list(range(1, pages[0].count + 1))
    assert set(ids) == set(assistant.catalog.ids(Filters(technologies=("Kubernetes",))))
    assert len(ids) == len(set(ids))
    assert f"[{pages[1].cards[0].number}]" in pages[1].answer
    with pytest.raises(QuestionInvalid, match="Page 4 is empty, for the last page is 3"):
        assistant.ask(question, page=4)


def test_more_is_the_next_page_of_what_was_asked_before(assistant):
    question = "how do you shard databases"
    first = assistant.ask(question)
    assert "show more" in [suggestion.question for suggestion in first.suggestions]
    second, third = assistant.ask("show more", [question]), assistant.ask("next page", [question, "show more"])
    cards = [card for answer in (first, second, third) for card in answer.cards]
    assert [card.number for card in cards] == list(range(1, len(cards) + 1))
    assert second.cards == assistant.ask(question, page=2).cards
    assert assistant.ask("more", [question, *["more"] * 15]).answer.startswith("That was all. ")
    assert assistant.ask("more", ["list all articles", *["more"] * 15]).answer.startswith(
        "That was all. 415 articles; "
    )


def test_which_companies_counts_those_beyond_the_page_and_takes_them_in_turn(assistant):
    answer = assistant.ask("which companies wrote about kubernetes?", limit=4)
    companies = assistant.catalog.companies(Filters(technologies=("Kubernetes",)))
    assert answer.answer.startswith(f"{len(companies)} companies wrote about Kubernetes")
    assert f"and {len(companies) - 4} more" in answer.answer
    assert len({card.company for card in answer.cards}) == 4


@pytest.mark.parametrize(
    "question", ["articles about Go", "which companies use Go?", "kafka", "does Netflix use Kafka?"]
)
def test_whatever_carries_the_tag_is_on_the_technology_and_can_be_reached(assistant, question):
    answer = assistant.ask(question)
    seen, page = {card.id for card in answer.cards}, 1
    while answer.remaining:
        page += 1
        answer = assistant.ask(question, page=page)
        seen |= {card.id for card in answer.cards}
    filters = answer.filters
    assert seen >= set(assistant.catalog.ids(filters))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how does Slack deal with incidents?", "slack-outage-january-4th-2021"),
        ("what did Netflix write about autoscaling?", "netflix-auto-scaling-titus"),
    ],
)
def test_a_company_is_not_said_to_have_nothing_where_an_article_is_probably_on_it(assistant, question, expected):
    answer = assistant.ask(question)
    assert not answer.declined
    assert expected in [card.id for card in answer.cards if card.group == "answer"]


def test_a_technology_that_nothing_is_tagged_with_is_named(assistant):
    answer = assistant.ask("Pulsar clusters and Kafka geo replication over satellites")
    assert answer.declined
    assert answer.answer.startswith("Nothing here is tagged Apache Pulsar")


def test_beside_a_technology_that_is_not_here_the_other_is_answered(assistant):
    answer = assistant.ask("Kafka vs RabbitMQ")
    count = assistant.catalog.count(Filters(technologies=("Apache Kafka",)))
    assert answer.answer.startswith(f"{count} articles about Kafka from ")
    assert answer.answer.endswith(" Nothing here is tagged RabbitMQ.")


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("top 3 articles on gRPC", "The three closest articles about gRPC are from "),
        ("the longest article by Spotify", "Spotify has 56 articles here. The longest is "),
        ("which company wrote the most about Kafka?", "Most by Datadog and Monzo, five each. "),
        ("which year did Uber write the most?", "Most in 2022, two. "),
    ],
)
def test_what_is_asked_for_is_told_first_and_no_number_is_made_smaller(assistant, question, opening):
    assert assistant.ask(question).answer.startswith(opening)


@pytest.mark.parametrize("limit", [0, -3, 51])
def test_a_limit_that_no_page_can_have_is_refused(assistant, limit):
    with pytest.raises(QuestionInvalid, match="from 1 to 50"):
        assistant.ask("kafka", limit=limit)


def test_one_earlier_question_may_be_given_as_it_is(assistant):
    answer = assistant.ask("and Netflix?", "kafka at Uber")
    assert answer.filters == Filters(companies=("Netflix",), technologies=("Apache Kafka",))


def test_a_number_in_the_question_is_how_many_are_shown(assistant):
    assert len(assistant.ask("the 10 newest articles by Uber").cards) == 10
    assert len(assistant.ask("20 articles about Kubernetes").cards) == 20


def test_the_newest_on_a_technology_is_the_newest_of_all_that_carry_its_tag(assistant):
    newest = assistant.catalog.list(Filters(technologies=("Kubernetes",)), order="newest", limit=1)[0]
    assert assistant.ask("newest articles about Kubernetes").cards[0].id == newest.id


def test_the_longest_is_told_with_its_length(assistant):
    answer = assistant.ask("longest article")
    assert answer.answer.startswith("The longest article: ")
    assert f"{answer.cards[0].reading_minutes} minutes [1]" in answer.answer


@pytest.mark.parametrize(
    "question", ["list Netflix posts using Vitess", "articles by Netflix tagged Vitess", "asdf qwer"]
)
def test_more_of_a_decline_is_the_decline(assistant, question):
    answer = assistant.ask("show more", [question])
    assert answer.declined
    assert [card.number for card in answer.cards] == list(range(1, len(answer.cards) + 1))


def test_a_company_that_is_compared_on_a_later_page_is_not_said_to_have_nothing(assistant):
    answer = assistant.ask("Spotify vs Monzo vs Uber on Kubernetes", limit=2)
    assert "- on later pages: Monzo." in answer.answer or "- on later pages: Uber." in answer.answer
    assert "nothing here" not in answer.answer


def test_one_company_beyond_the_page_is_counted(assistant):
    companies = assistant.catalog.companies(Filters(technologies=("Apache Kafka",)))
    answer = assistant.ask("which companies use Kafka?", limit=len(companies) - 1)
    assert answer.answer.endswith("] and one more.")


def test_the_json_form_has_the_documented_keys(assistant):
    record = assistant.ask("who uses Vitess?").to_dict()
    assert set(record) == {
        "question", "answer", "intent", "declined", "decline_reason", "confidence", "caveat", "filters", "topic", "count", "remaining",
        "cards", "suggestions", "took_ms",
    }  # fmt: skip
    assert {
        "number", "id", "title", "url", "company", "authors", "published", "reading_minutes", "technologies", "includes_code",
        "summary", "evidence", "score",
    } <= set(record["cards"][0])  # fmt: skip


def test_brackets_in_a_title_are_no_citation():
    assert wording.quoted("Notes [1] on [x]") == "Notes (1) on [x]"


def test_the_examples_in_the_wording_hold():
    assert doctest.testmod(wording).failed == 0


def test_who_wrote_an_article_that_was_shown(assistant):
    dated = assistant.ask("when was it written?", ["what did Spotify write about autoscaling?"])
    assert dated.answer == (
        "Autoscaling Pub/Sub Consumers [1] is by Igor Maravić of Spotify, is from 20 November 2017, takes eight minutes to read "
        "and includes no code."
    )
    assert [card.number for card in dated.cards] == [1]
    unknown = assistant.ask("how long is the second one?", ["articles about Kafka at Uber"])
    assert unknown.answer.endswith(
        " [1] is by Uber. It does not say when it was published or how long it takes to read."
    )
    credited = assistant.ask("who wrote it?", ["what did Spotify write about autoscaling?"])
    assert credited.answer == (
        "One person wrote on “Autoscaling Pub/Sub Consumers”: Igor Maravić wrote Autoscaling Pub/Sub Consumers (2017) [1]."
    )
    unnamed = assistant.ask("who wrote the first one?", ["how does Discord store trillions of messages?"])
    assert unnamed.answer == "The author of How Discord Stores Trillions of Messages (2023) [1] is not named."
