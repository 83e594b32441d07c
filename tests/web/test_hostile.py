"""Hostile text everywhere: as a question, and in every field of the articles. Nothing of it may run or break the page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.hostile_strings import HOSTILE
from tests.web.conftest import TEMPLATE_TITLE, Site, Visit

# Elements and attributes that no article or question may bring into the page.
_FOREIGN = """
(root) => {
  const out = [];
  for (const element of document.querySelectorAll(`${root} *`)) {
    const foreign = /^(script|iframe|img|object|embed|video|audio|form|input|style|link|meta|base|math|marquee)$/i;
    if (foreign.test(element.tagName)) {
      if (!element.closest("#question, #words")) out.push(element.tagName);
    }
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) out.push(`${element.tagName} ${name}`);
      if (/^(href|src|action)$/i.test(name) && !/^(https?:|\\/|#)/i.test(value)) out.push(`${name}=${value.slice(0, 60)}`);
    }
  }
  return out;
}
"""
# Asks as a suggestion's button does, and waits until the page has the answer in place.
_ASK_ALL = """
async (questions) => {
  for (const question of questions) {
    const done = new Promise((resolve, reject) => {
      document.addEventListener("byline:delivered", resolve, { once: true });
      setTimeout(() => reject(new Error(`no answer to ${question.slice(0, 80)}`)), 15000);
    });
    const button = document.createElement("button");
    button.dataset.act = "ask";
    button.dataset.fresh = "1";
    button.dataset.question = question;
    document.body.append(button);
    button.click();
    button.remove();
    await done;
  }
}
"""


def test_articles_full_of_naughty_strings_are_only_shown(hostile_site: Site, visit: Visit) -> None:
    visitor = visit(hostile_site, 390)
    page = visitor.open("/?company=naughty")
    total = hostile_site.assistant.catalog.count()
    assert total > len(HOSTILE) - 1
    more = page.locator("[data-more]")
    shown = 20
    while more.count():
        more.click()
        shown = min(shown + 20, total)
        expect(page.locator("#browse-main .card")).to_have_count(shown)
    expect(page.locator(".ending")).to_have_text(f"You've reached the end! All {total} articles loaded.")
    assert page.evaluate(_FOREIGN, "#browse-view") == []
    assert visitor.overflow() <= 0
    page.set_viewport_size({"width": 1280, "height": 860})
    assert visitor.overflow() <= 0


def test_template_text_in_a_title_stays_text(hostile_site: Site, visit: Visit) -> None:
    visitor = visit(hostile_site)
    page = visitor.open("/?company=naughty&words=%24%7B1%2B1%7D")
    expect(page.locator(".card-title").first).to_contain_text(TEMPLATE_TITLE)
    expect(page.locator(".summary").first).to_contain_text("How ${config.env} works in {{value}} templates.")
    page.get_by_role("link", name="Ask", exact=True).click()
    visitor.ask(f"what about {TEMPLATE_TITLE} ${{alert(1)}}?")
    expect(page.locator(".turn .question").last).to_have_text(f"what about {TEMPLATE_TITLE} ${{alert(1)}}?")


def test_every_naughty_string_can_be_asked(hostile_site: Site, visit: Visit, naughty: list[str]) -> None:
    visitor = visit(hostile_site)
    page = visitor.open()
    questions = [text for text in naughty if re.search(r"[^\s\ufeff]", text)]  # what is blank to a browser is not asked
    for start in range(0, len(questions), 25):
        part = questions[start : start + 25]
        page.evaluate(_ASK_ALL, part)
        asked = page.locator(".turn .question").evaluate_all("items => items.map(item => item.textContent)")
        assert len(asked) == len(part)
        assert page.evaluate(_FOREIGN, "#ask-view") == []
        assert visitor.overflow() <= 0
        page.evaluate("document.querySelector('#forget-button').click()")
        expect(page.locator(".turn")).to_have_count(0)
        page.wait_for_timeout(100)


def test_a_conversation_that_was_tampered_with_is_left_out(site: Site, visit: Visit) -> None:
    visitor = visit(site)
    page = visitor.open()
    page.evaluate("localStorage.setItem('byline-conversation', '<img src=x onerror=alert(1)>')")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    visitor.ask("who uses Vitess?")
    expect(page.locator(".turn .card").first).to_be_visible()
    visitor.errors.clear()  # Gradio reports that it could not read what was stored
