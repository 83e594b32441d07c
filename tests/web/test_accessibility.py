"""The page for everyone: axe finds nothing serious, and the keyboard alone is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Site, Visit

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe calls serious or critical, with the places."""
    page.wait_for_timeout(400)  # colours in transition are measured wrongly
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        {"rule": item["id"], "help": item["help"], "where": [node["html"][:160] for node in item["nodes"][:4]]}
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious_in_the_chat(site: Site, visit: Visit, scheme: str, width: int) -> None:
    visitor = visit(site, width, scheme)
    page = visitor.open()
    assert violations(page) == []
    visitor.ask("what did Spotify write about autoscaling?")
    visitor.ask("what did Roblox write about Kubernetes?")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/?view=browse", "/?company=spotify&technology=kubernetes&year=2023"])
def test_axe_finds_nothing_serious_in_the_catalog(site: Site, visit: Visit, scheme: str, address: str) -> None:
    page = visit(site, 1280, scheme).open(address)
    expect(page.locator("#browse-main .card").first).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_serious_in_the_api_page(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    visitor.page.goto(site.url + "/docs")
    expect(visitor.page.get_by_role("heading", name="HTTP API")).to_be_visible()
    assert violations(visitor.page) == []


def press_until(page: Page, selector: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until the focus is on an element that matches."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement?.matches(selector) || false", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_keyboard_alone_asks_and_opens_a_card(site: Site, visit: Visit) -> None:
    page = visit(site).open()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type("what did Spotify write about autoscaling?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .card").first).to_be_visible()
    press_until(page, ".cite", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card:focus")).to_have_count(1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.card-title a')")
    with page.context.expect_page() as opened:
        page.context.route("https://**", lambda route: route.abort())
        page.keyboard.press("Enter")
    opened.value.close()


def test_the_keyboard_alone_browses(site: Site, visit: Visit) -> None:
    page = visit(site).open()
    page.evaluate("document.activeElement.blur()")
    press_until(page, '[data-view-link="browse"]')
    page.keyboard.press("Enter")
    expect(page.locator("#browse-head h1")).to_have_text("Everything in the catalog")
    press_until(page, ".tile")
    page.keyboard.press("Enter")
    expect(page.locator("#browse-head h1")).to_have_text("Engineering at Spotify")
    expect(page.locator("#browse-head h1")).to_be_focused()
    press_until(page, "#browse-main a.chip")
    page.keyboard.press("Enter")
    expect(page.locator("#browse-head h1")).to_contain_text("How Spotify uses")
