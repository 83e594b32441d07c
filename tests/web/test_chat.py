"""The chat in a real browser: asking, citing, going on, and finding the conversation again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import VISITS, Site, Visit

QUESTION = "what did Spotify write about autoscaling?"


@pytest.mark.parametrize(("width", "scheme"), VISITS)
def test_a_question_is_answered_with_numbered_cards(site: Site, visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(site, width, scheme)
    page = visitor.open()
    expect(page.locator(".welcome h1")).to_be_visible()
    expect(page.locator(".example")).to_have_count(6)
    visitor.ask(QUESTION)
    turn = page.locator(".turn").last
    expect(turn.locator(".card").first.locator(".card-title")).to_contain_text("Autoscaling Pub/Sub Consumers")
    expect(turn.locator(".said")).to_contain_text("[1]")
    link = turn.locator(".card-title a").first
    assert link.get_attribute("target") == "_blank"
    assert set((link.get_attribute("rel") or "").split()) == {"noopener", "noreferrer"}
    assert (link.get_attribute("href") or "").startswith("https://")
    expect(turn.locator("mark.evidence").first).to_be_visible()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 60")
    assert dark is (scheme == "dark")
    assert visitor.overflow() <= 0


def test_a_citation_lights_its_card_and_leads_to_it(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?q=Which+companies+use+Apache+Kafka%3F")
    cite = page.locator(".cite").nth(3)
    card = page.locator(f"#{cite.get_attribute('data-card')}")
    cite.hover()
    expect(card).to_have_class(re.compile(r"\blit\b"))
    cite.click()
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()


def test_a_chip_is_taken_away_and_the_rest_asked_again(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask(QUESTION)
    page.get_by_role("button", name="Remove company Spotify").click()
    second = page.locator(".turn:not(.pending)").nth(1)
    expect(second).to_be_visible()
    expect(second.locator(".understood-list")).not_to_contain_text("Spotify")
    expect(second.locator(".understood-list")).to_contain_text("autoscaling")


def test_each_answer_of_a_long_conversation_comes_into_view(site: Site, visit: Visit) -> None:
    visitor = visit(site, 390)
    page = visitor.open()
    for question in ("kafka", "how many articles about kafka?", "and at Netflix?", "rust at Figma"):
        visitor.ask(question)
        expect(page.locator(".turn").last).to_be_in_viewport()
        page.wait_for_timeout(300)  # what is laid out late must not push it away
        box = page.locator(".turn").last.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 200


def test_a_suggestion_goes_on_in_the_conversation(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask(QUESTION)
    suggestion = page.locator(".turn").last.locator(".suggestion").first
    question = suggestion.get_attribute("data-question")
    suggestion.click()
    expect(page.locator(".turn:not(.pending) .question").nth(1)).to_have_text(question or "?")


def test_a_decline_looks_different_and_helps_onward(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask("what did Roblox write about Kubernetes?")
    turn = page.locator(".turn").last
    expect(turn).to_have_class(re.compile(r"\bdeclined\b"))
    expect(turn.locator(".verdict-label")).to_be_visible()
    expect(turn.locator(".cards.related .card").first).to_be_visible()
    turn.locator(".suggestion").first.click()
    expect(page.locator(".turn.answered .card").first).to_be_visible()


def test_a_comparison_is_told_company_by_company(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask("Compare how Datadog and Monzo use Kafka")
    points = page.locator(".turn .said .points li")
    expect(points).to_have_count(2)
    expect(points.first).to_contain_text("Datadog")


def test_the_conversation_survives_a_reload_and_ends_with_a_new_chat(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask(QUESTION)
    visitor.ask("and Netflix?")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".turn .question")).to_have_text([QUESTION, "and Netflix?"])
    expect(page.locator(".turn").nth(1).locator(".understood-list")).to_contain_text("Netflix")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".welcome")).to_be_visible()


def test_an_address_opens_its_question_and_back_returns(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?q=what+did+Spotify+write+about+autoscaling%3F")
    expect(page.locator(".card-title").first).to_contain_text("Autoscaling Pub/Sub Consumers")
    page.get_by_role("link", name="Browse", exact=True).click()
    expect(page.locator("#browse-head h1")).to_be_visible()
    page.go_back()
    expect(page.locator(".card-title").first).to_be_visible()
    assert "q=what+did+Spotify" in page.url


def test_the_address_of_a_follow_up_opens_it_with_what_it_goes_on_from(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask(QUESTION)
    visitor.ask("and Netflix?")
    expect(page).to_have_url(re.compile(r"q=and\+Netflix%3F&history=what\+did\+Spotify"))
    shared = page.url.removeprefix(site.url)
    visitor.ask("who uses GraphQL?")
    expect(page).to_have_url(re.compile(r"q=who\+uses\+GraphQL%3F$"))
    page.go_back()
    expect(page.locator(".turn").nth(1)).to_be_in_viewport()

    elsewhere = visit(site).open(shared)
    expect(elsewhere.locator(".turn .question")).to_have_text([QUESTION, "and Netflix?"])
    expect(elsewhere.locator(".turn").nth(1).locator(".understood-list")).to_contain_text("Netflix")
    expect(elsewhere.locator(".turn").nth(1).locator(".understood-list")).to_contain_text("autoscaling")
    elsewhere.reload()
    elsewhere.wait_for_selector("html[data-ready]")
    expect(elsewhere.locator(".turn .question")).to_have_text([QUESTION, "and Netflix?"])


def test_a_question_too_long_for_an_address_is_still_asked(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask("Кафка " * 300)
    expect(page.locator(".turn")).to_have_count(1)
    assert page.url == f"{site.url}/"


def test_a_question_can_be_edited_and_retried_in_its_place(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    visitor.ask(QUESTION)
    page.get_by_role("button", name="Edit").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value(QUESTION)
    box.fill("what did Netflix write about chaos engineering?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .question")).to_have_text(["what did Netflix write about chaos engineering?"])
    expect(page.locator(".turn:not(.pending)")).to_have_count(1)
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".turn:not(.pending)")).to_have_count(1)
    expect(page.locator(".turn .card").first).to_be_visible()


def test_a_question_in_flight_can_be_stopped_for_good(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    held: list[Any] = []
    page.route("**/gradio_api/run/predict*", lambda route: held.append(route))  # noqa: PLW0108 - a builtin will not do
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#stop-button").click()
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    expect(page.locator(".turn")).to_have_count(0)
    with page.expect_response("**/gradio_api/run/predict*"):
        held[0].continue_()
    page.unroute_all()
    page.wait_for_timeout(400)
    expect(page.locator(".turn")).to_have_count(0)
    visitor.open()
    expect(page.locator(".turn")).to_have_count(0)
    visitor.ask("who uses Vitess?")
    expect(page.locator(".turn .card").first).to_be_visible()


def test_a_server_that_does_not_answer_is_told(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    page.route("**/gradio_api/run/predict*", lambda route: route.fulfill(status=500, json={"error": "x"}))
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("did not answer")
    expect(page.locator(".turn")).to_have_count(0)
    visitor.errors.clear()  # the browser reports the failed request as an error


def test_an_answer_is_copied_exported_and_voted_on(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.ask(QUESTION)
    page.get_by_role("button", name="Copy answer").click()
    expect(page.locator("#toast")).to_contain_text("copied")
    assert "Autoscaling Pub/Sub Consumers" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("button", name="Cite in BibTeX").click()
    text = download.value.path().read_text("utf-8")
    assert text.startswith("@online{")
    assert "title = {{Autoscaling Pub/Sub Consumers}}" in text
    with page.expect_download() as download:
        page.get_by_role("button", name="Cite in Markdown").click()
    assert download.value.path().read_text("utf-8").startswith("1. [Autoscaling Pub/Sub Consumers](<https://")
    before = len(site.assistant.catalog.feedback())
    button = page.get_by_role("button", name="Not helpful")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    kept = site.assistant.catalog.feedback()[before:]
    assert [(thumb.question, thumb.helpful) for thumb in kept] == [(QUESTION, False)]
    assert kept[0].articles


def test_light_and_dark_can_be_switched_and_stay(site: Site, visit: Visit) -> None:
    page = visit(site).open()
    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
