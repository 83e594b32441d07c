"""Takes the pictures of the README from a running server.

byline serve --port 7860 &
python docs/take_screenshots.py --url http://127.0.0.1:7860
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
QUESTION = "What did Spotify write about autoscaling?"
DECLINED = "Best restaurants in Stockholm"
COMPARISON = "Compare how Datadog and Monzo use Kafka"


@contextmanager
def opened(browser: Browser, url: str, size: Any, scheme: Any = "light") -> Iterator[Page]:
    """A page of its own at one and a half times the pixels, ready to be used."""
    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1.5, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(600)
    yield page
    context.close()


def take(url: str, folder: Path, chromium: str) -> list[Path]:
    """Take every picture; the files written."""
    shots = {
        "welcome": ("/", WIDE, "light"),
        "chat": (f"/?{urlencode({'q': QUESTION})}", WIDE, "light"),
        "decline": (f"/?{urlencode({'q': DECLINED})}", WIDE, "light"),
        "comparison": (f"/?{urlencode({'q': COMPARISON})}", WIDE, "light"),
        "browse": ("/?company=spotify&technology=kubernetes", WIDE, "light"),
        "index": ("/?view=browse", WIDE, "light"),
        "phone": (f"/?{urlencode({'q': QUESTION})}", PHONE, "light"),
        "phone-browse": ("/?company=spotify&technology=kubernetes", PHONE, "dark"),
        "dark": (f"/?{urlencode({'q': COMPARISON})}", WIDE, "dark"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (address, size, scheme) in shots.items():
            with opened(browser, url + address, size, scheme) as page:
                file = folder / f"{name}.png"
                page.screenshot(path=file)
                written.append(file)
        with opened(browser, url + "/?view=browse", WIDE) as page:
            page.locator(".heat").scroll_into_view_if_needed()
            page.evaluate("document.querySelector('.heat').scrollIntoView({block: 'center'})")
            page.wait_for_timeout(200)
            page.screenshot(path=folder / "heat-map.png")
            written.append(folder / "heat-map.png")
        browser.close()
    return written


def main() -> None:
    """Take the pictures and name them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "screenshots")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    for file in take(given.url, given.folder, given.chromium):
        print(f"{file} ({file.stat().st_size // 1024} KB)")


if __name__ == "__main__":
    main()
