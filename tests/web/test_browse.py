"""The catalog's pages in a real browser: headlines, neighbours, facets, pictures, and everything by address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.conftest import VISITS, Site, Visit


@pytest.mark.parametrize(("width", "scheme"), VISITS)
def test_a_company_and_a_technology_have_a_page(site: Site, visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(site, width, scheme)
    page = visitor.open("/?company=spotify&technology=kubernetes")
    expect(page.locator("#browse-head h1")).to_have_text("How Spotify uses Kubernetes")
    expect(page.locator("#browse-head .lead")).to_have_text(
        "27 engineering articles about Kubernetes from Spotify’s engineering team"
    )
    expect(page.get_by_role("heading", name="Other Spotify technologies")).to_be_visible()
    expect(page.get_by_role("heading", name="Other companies using Kubernetes")).to_be_visible()
    expect(page.locator("#browse-main .card")).to_have_count(20)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#browse-main .card")).to_have_count(27)
    expect(page.locator("#browse-main .ending")).to_have_text("You've reached the end! All 27 articles loaded.")
    titles = page.locator("#browse-main .card").evaluate_all("cards => cards.map(card => card.id)")
    assert len(set(titles)) == 27
    assert visitor.overflow() <= 0


def test_neighbours_lead_from_page_to_page_and_back(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=spotify&technology=kubernetes")
    page.locator("#browse-main section", has_text="Other companies using").get_by_role("link", name="Lyft").click()
    expect(page.locator("#browse-head h1")).to_have_text("How Lyft uses Kubernetes")
    assert page.url.endswith("/?company=lyft&technology=kubernetes")
    expect(page).to_have_title("How Lyft uses Kubernetes · Byline")
    page.go_back()
    expect(page.locator("#browse-head h1")).to_have_text("How Spotify uses Kubernetes")
    page.go_forward()
    page.reload()
    expect(page.locator("#browse-head h1")).to_have_text("How Lyft uses Kubernetes")


def test_the_start_page_lists_every_company_and_technology(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?view=browse")
    facets = site.assistant.catalog.facets()
    expect(page.locator(".tile")).to_have_count(len(facets.companies))
    listed = page.locator("#browse-main section", has=page.get_by_role("heading", name="Technologies", exact=True))
    expect(listed.locator("a.chip")).to_have_count(len(facets.technologies))
    expect(page.locator(".years a")).to_have_count(len(facets.years))
    cell = page.get_by_label("Spotify and Kubernetes: 27 articles")
    cell.click()
    expect(page.locator("#browse-head h1")).to_have_text("How Spotify uses Kubernetes")


def test_words_filter_as_they_are_typed(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=spotify")
    page.locator("#words input, #words textarea").press_sequentially("autoscal", delay=20)
    expect(page.locator("#browse-head .lead")).to_contain_text("matching “autoscal”")
    expect(page.locator("#browse-main .card-title").first).to_contain_text("Autoscaling")
    assert "words=autoscal" in page.url
    expect(page.locator("#words input, #words textarea")).to_be_focused()
    page.reload()
    expect(page.locator("#words input, #words textarea")).to_have_value("autoscal")


def test_words_that_are_deleted_widen_the_list_again(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=spotify&words=autoscaling")
    field = page.locator("#words input, #words textarea")
    field.press("End")
    for _ in "autoscaling":
        field.press("Backspace")
    expect(page.locator("#browse-head .lead")).not_to_contain_text("matching")
    assert "words=" not in page.url
    field.press_sequentially("kafka")
    expect(page.locator("#browse-head .lead")).to_contain_text("matching “kafka”")


def test_of_clicks_in_quick_succession_the_last_one_counts(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?view=browse")
    page.evaluate("""() => {
        const links = ["netflix", "etsy", "spotify"].map((name) => document.querySelector(`a[href="/?company=${name}"]`));
        for (const link of links) link.click();
    }""")
    expect(page.locator("#browse-head h1")).to_have_text("Engineering at Spotify")
    page.wait_for_timeout(300)
    expect(page.locator("#browse-head h1")).to_have_text("Engineering at Spotify")
    assert page.url.endswith("/?company=spotify")


def test_a_name_in_the_address_that_is_not_held_is_told_with_the_nearest(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=spotfy&technology=kubernetes")
    expect(page.locator(".empty-results")).to_contain_text(
        "The catalog holds no company “spotfy”. Did you mean Spotify?"
    )
    page.locator(".empty-results").get_by_role("link", name="Spotify").click()
    expect(page.locator("#browse-head h1")).to_have_text("How Spotify uses Kubernetes")


def test_a_view_that_does_not_exist_shows_the_chat(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?view=elsewhere")
    expect(page.locator(".welcome")).to_be_visible()


def test_facets_narrow_and_chips_widen_again(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?technology=kubernetes")
    side = page.locator("#browse-side")
    side.get_by_role("link", name="Includes Code").click()
    expect(page.locator("#browse-head .lead")).to_contain_text("with code")
    side.locator(".facet", has_text="Year").get_by_role("link", name=re.compile(r"^2023")).click()
    expect(page.locator("#browse-head .lead")).to_contain_text("from 2023")
    expect(page.locator("#browse-main .badge").first).to_be_visible()
    page.locator("#browse-head .active").get_by_role("link", name="Includes Code").click()
    expect(page.locator("#browse-head .lead")).not_to_contain_text("with code")


def test_articles_are_sorted_as_chosen(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=netflix")
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".sorting [aria-current]")).to_have_text("Oldest")
    years = page.locator("#browse-main time").evaluate_all("times => times.map(time => time.dateTime.slice(0, 4))")
    assert years == sorted(years)
    assert "sort=oldest" in page.url


def test_a_page_without_articles_helps_onward(site: Site, visit: Visit) -> None:
    page = visit(site).open("/?company=spotify&words=zzzzqqq")
    expect(page.locator(".empty-results")).to_contain_text("No article matches")
    page.get_by_role("link", name="see everything").click()
    expect(page.locator("#browse-head h1")).to_have_text("Everything in the catalog")
