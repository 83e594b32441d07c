"""The parts of the page on the server's side: chips, the kept conversation, examples and headlines."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.web import browse, dialogue, welcome
from assistant.web.address import Place
from assistant.web.dialogue import AskedTurn
from assistant.web.listing import Listings
from assistant.web.understood import Chip, understood

QUESTIONS = Path(__file__).parents[2] / "data" / "questions" / "dev.jsonl"
_FIELDS = {
    "company": "companies",
    "not by": "exclude_companies",
    "technology": "technologies",
    "without": "exclude_technologies",
    "author": "authors",
}


def rest(filters: dict[str, Any], chip: Chip) -> dict[str, Any]:
    """The filters that must be left once a chip is taken away."""
    left = {name: list(value) if isinstance(value, list) else value for name, value in filters.items()}
    if chip.kind in _FIELDS:
        left[_FIELDS[chip.kind]].remove(chip.label)
    elif chip.kind == "date":
        left.pop("published_from", None)
        left.pop("published_to", None)
    elif chip.kind == "code":
        del left["includes_code"]
    elif chip.kind == "reading time":
        del left["min_minutes" if "least" in chip.label else "max_minutes"]
    return plain(left)


def plain(filters: dict[str, Any]) -> dict[str, Any]:
    """Without empty lists, without an order in the others, and without "all of" where there is but one."""
    kept = {name: sorted(value) if isinstance(value, list) else value for name, value in filters.items() if value != []}
    if len(kept.get("technologies", [])) < 2:
        kept.pop("all_technologies", None)
    return kept


def test_taking_a_chip_away_leaves_just_the_others(assistant: Assistant) -> None:
    wrong, chips = [], 0
    for line in QUESTIONS.read_text("utf-8").splitlines():
        record = json.loads(line)
        answer = assistant.ask(record["question"], record["history"])
        for chip in understood(answer):
            if chip.without:
                chips += 1
                left = plain(assistant.understand(chip.without).filters.to_dict())
                if left != rest(answer.filters.to_dict(), chip):
                    wrong.append((record["question"], chip, left))
    assert chips > 250
    assert wrong == []


def test_the_examples_of_the_empty_page_are_answered(assistant: Assistant) -> None:
    questions = welcome.examples(Listings(assistant))
    assert len(set(questions)) == 6
    for question in questions:
        answer = assistant.ask(question)
        assert not answer.declined, question
        assert answer.cards, question


@pytest.mark.parametrize(
    "kept", [None, "x", 7, {}, [1, None, {}], [{"question": 3}], [{"question": " "}], [{"question": "x" * 9999}]]
)
def test_what_is_no_conversation_is_read_as_none(kept: Any) -> None:
    assert dialogue.read(kept) == []


def test_a_conversation_is_kept_and_read_back() -> None:
    turns = [AskedTurn("one"), AskedTurn("two", True, 5), AskedTurn("three", False, 6)]
    assert dialogue.read(dialogue.written(turns)) == turns
    assert dialogue.history(turns) == ["two", "three"]
    assert dialogue.asked(turns, " four ").number == 7
    many = dialogue.read([{"question": f"q{n}", "number": n} for n in range(99)])
    assert (len(many), many[0].number) == (dialogue.MOST_TURNS, 99 - dialogue.MOST_TURNS)


def test_numbers_of_turns_only_grow() -> None:
    told = dialogue.read(
        [{"question": "a", "number": 9}, {"question": "b", "number": 2}, {"question": "c", "number": "x"}]
    )
    assert [asked.number for asked in told] == [9, 10, 11]


def test_what_cannot_be_asked_is_told_in_a_turn(assistant: Assistant) -> None:
    turn = dialogue.ask(assistant, [], AskedTurn("x" * 2001))
    assert 'class="turn failed"' in turn
    assert "2000" in turn


def test_every_citation_of_a_turn_leads_to_a_card(assistant: Assistant) -> None:
    turn = dialogue.ask(assistant, [], AskedTurn("Which companies use Apache Kafka?", number=4))
    cited = set(re.findall(r'data-card="([^"]+)"', turn))
    assert cited
    assert cited <= set(re.findall(r'<li class="card" id="([^"]+)"', turn))
    assert all(anchor.startswith("t5-") for anchor in cited)


@pytest.mark.parametrize(
    ("place", "headline", "lead"),
    [
        (
            Place(browse=True),
            "Everything in the catalog",
            "415 engineering articles by 24 companies about 538 technologies",
        ),
        (
            Place(companies=("Spotify",), technologies=("Kubernetes",)),
            "How Spotify uses Kubernetes",
            "27 engineering articles about Kubernetes from Spotify’s engineering team",
        ),
        (Place(companies=("Etsy",)), "Engineering at Etsy", "17 engineering articles from Etsy’s engineering team"),
        (
            Place(technologies=("Vitess",)),
            "How companies use Vitess",
            None,
        ),
        (
            Place(companies=("Lyft", "Uber"), technologies=("Envoy",), year="1999"),
            "How Lyft and Uber use Envoy",
            "0 engineering articles about Envoy from the engineering teams of Lyft and Uber, from 1999",
        ),
    ],
)
def test_a_page_says_what_it_holds(assistant: Assistant, place: Place, headline: str, lead: str | None) -> None:
    listing = Listings(assistant).listing(place)
    assert browse.headline(listing) == headline
    assert lead is None or browse.lead(listing) == lead
    assert listing.total == assistant.catalog.count(place.filters())


def test_words_and_summaries_narrow_what_the_catalog_cannot(assistant: Assistant) -> None:
    listings = Listings(assistant)
    found = listings.listing(Place(words="AUTOSCALING pub/sub", sort="relevance"))
    assert found.articles[0].title == "Autoscaling Pub/Sub Consumers"
    assert found.total == found.facets.total == len(found.articles)
    assert listings.listing(Place(with_summary=True)).total == 415
