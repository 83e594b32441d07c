"""Many users asking at once, against a running server: over the HTTP API, or as the page itself asks.

byline serve --port 7860 &
python benchmarks/load.py --url http://127.0.0.1:7860 --users 50 --seconds 60 --through page
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

QUESTIONS = (
    "What did Spotify write about autoscaling?",
    "Which companies use Apache Kafka?",
    "How does Netflix do chaos engineering?",
    "Compare how Uber and Lyft use Envoy",
    "How do teams migrate a monolith to services?",
    "Articles about Kubernetes since 2023",
    "What did Monzo write about incident response?",
    "best pasta recipe",
    "newest article by Cloudflare",
    "how many articles does Etsy have with code?",
)


@dataclass
class Tally:
    """What came of the requests; times in seconds."""

    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def report(self, seconds: float) -> dict[str, Any]:
        """The figures, times in ms."""
        ordered = sorted(self.times) or [0.0]
        return {
            "answers": len(self.times),
            "errors": sum(self.errors.values()),
            "errors_by_kind": dict(self.errors),
            "answers_per_second": round(len(self.times) / seconds, 1),
            "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
            "p95_ms": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
            "p99_ms": round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 1),
            "max_ms": round(1000 * ordered[-1], 1),
        }


async def ask_api(client: httpx.AsyncClient, question: str) -> None:
    """One question over the HTTP API."""
    reply = await client.get("/api/ask", params={"q": question})
    reply.raise_for_status()
    if reply.json()["question"] != question:
        raise ValueError("another question's answer")


async def ask_page(client: httpx.AsyncClient, question: str) -> None:
    """One question as the page asks it: the event of its Ask button."""
    body = {"data": [question, [], False], "fn_index": 0, "session_hash": uuid.uuid4().hex[:11]}
    reply = await client.post("/gradio_api/run/predict", json=body)
    reply.raise_for_status()
    if 'class="turn' not in reply.json()["data"][0]:
        raise ValueError("no turn in the answer")


async def user(number: int, client: httpx.AsyncClient, tally: Tally, until: float, through: str) -> None:
    """One user, who asks again as soon as the answer is there."""
    ask = ask_page if through == "page" else ask_api
    turn = number
    while time.perf_counter() < until:
        start = time.perf_counter()
        try:
            await ask(client, QUESTIONS[turn % len(QUESTIONS)])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            tally.errors[f"{type(error).__name__}: {error}"[:120]] += 1
        else:
            tally.times.append(time.perf_counter() - start)
        turn += 1


async def run(url: str, users: int, seconds: float, through: str) -> dict[str, Any]:
    """The load, and its figures."""
    tally = Tally()
    limits = httpx.Limits(max_connections=2 * users, max_keepalive_connections=2 * users)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        start = time.perf_counter()
        await asyncio.gather(*(user(number, client, tally, start + seconds, through) for number in range(users)))
        return {"through": through, "users": users, "seconds": seconds, **tally.report(time.perf_counter() - start)}


def main() -> None:
    """Run and print one JSON object; exit 1 where any request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--through", choices=("api", "page"), default="page")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    figures = asyncio.run(run(given.url, given.users, given.seconds, given.through))
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    sys.exit(1 if figures["errors"] else 0)


if __name__ == "__main__":
    main()
