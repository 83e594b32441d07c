"""From a question sent to its cards painted, in a real browser, against a running server; and what the page weighs.

byline serve --port 7860 &
python benchmarks/page.py --url http://127.0.0.1:7860
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

QUESTIONS = (
    "What did Spotify write about autoscaling?",
    "Which companies use Apache Kafka?",
    "How does Netflix do chaos engineering?",
    "Compare how Uber and Lyft use Envoy",
    "How do teams migrate a monolith to services?",
    "Articles about Kubernetes since 2023",
    "What did Monzo write about incident response?",
    "How does Cloudflare use Rust?",
)
# From the key press to the second frame after the cards stand in the document: what is in the first has been painted by then.
_TIME = """
(question) => new Promise((resolve, reject) => {
  const area = document.querySelector("#question textarea");
  area.value = question;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const before = document.querySelectorAll(".turn:not(.pending)").length;
  setTimeout(() => {
    const start = performance.now();
    const give_up = setTimeout(() => reject(new Error("no answer within 20 s")), 20000);
    const watch = new MutationObserver(() => {
      if (document.querySelectorAll(".turn:not(.pending)").length <= before) return;
      watch.disconnect();
      clearTimeout(give_up);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    });
    watch.observe(document.querySelector("#log"), { childList: true });
    area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    area.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
  }, 150);
})
"""


def measure(url: str, rounds: int, chromium: str) -> dict[str, Any]:
    """Times in ms and sizes in bytes of the page at `url`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        received: list[float] = []
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        ready = page.evaluate("performance.now()")
        page.wait_for_timeout(1000)
        weight, requests = sum(received), len(received)
        times = []
        for _ in range(rounds):
            times += [float(page.evaluate(_TIME, question)) for question in QUESTIONS]
            page.evaluate("window.byline && document.querySelector('#forget-button').click()")
            page.wait_for_timeout(200)
        browser.close()
    ordered = sorted(times)
    return {
        "questions": len(times),
        "sent_to_painted_ms_p50": round(statistics.median(times), 1),
        "sent_to_painted_ms_p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "page_ready_ms": round(ready),
        "page_bytes_received": int(weight),
        "page_requests": requests,
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    text = json.dumps(measure(given.url, given.rounds, given.chromium), indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
