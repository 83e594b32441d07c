"""The HTTP API: what it gives, how it pages, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web.conftest import Site


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=30) as opened:
        yield opened


def problem(reply: httpx.Response, status: int) -> dict[str, Any]:
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert body["status"] == status
    assert body["title"]
    return body


def test_a_question_is_answered_the_same_by_get_and_post(client: httpx.Client) -> None:
    question = "what did Spotify write about autoscaling?"
    got = client.get("/api/ask", params={"q": question}).json()
    posted = client.post("/api/ask", json={"question": question}).json()
    for answer in (got, posted):
        answer.pop("took_ms")
    assert got == posted
    assert got["cards"][0]["title"] == "Autoscaling Pub/Sub Consumers"
    assert got["filters"] == {"companies": ["Spotify"]}
    assert not got["declined"]


def test_history_filters_and_limit_are_heeded(client: httpx.Client) -> None:
    first = "what did Spotify write about Kubernetes?"
    answer = client.get("/api/ask", params={"q": "and Lyft?", "history": [first], "limit": 2}).json()
    assert answer["filters"]["companies"] == ["Lyft"]
    assert {card["company"] for card in answer["cards"]} == {"Lyft"}
    assert len(answer["cards"]) <= 2
    filtered = client.post("/api/ask", json={"question": "kubernetes", "filters": {"companies": ["Lyft"]}}).json()
    assert {card["company"] for card in filtered["cards"]} == {"Lyft"}


def test_an_answer_comes_as_text_where_asked(client: httpx.Client) -> None:
    question = {"q": "what did Spotify write about autoscaling?"}
    written = client.get("/api/ask", params=question | {"format": "markdown"})
    assert written.headers["content-type"].startswith("text/markdown")
    assert written.text.startswith("**what did Spotify write about autoscaling?**")
    cited = client.get("/api/ask", params=question | {"format": "citations"})
    assert cited.text.startswith("1. [Autoscaling Pub/Sub Consumers](<https://")
    entries = client.post("/api/ask?format=bibtex", json={"question": question["q"]})
    assert entries.text.startswith("@online{")


def test_articles_are_paged_to_the_end_without_gaps(client: httpx.Client) -> None:
    seen: list[str] = []
    parameters: dict[str, Any] = {"company": "spotify", "technology": "kubernetes", "limit": 10}
    while True:
        page = client.get("/api/articles", params=parameters).json()
        assert page["total"] == 27
        seen += [article["id"] for article in page["articles"]]
        if page["next"] is None:
            break
        parameters["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 27


def test_filters_repeat_and_combine(client: httpx.Client) -> None:
    two = client.get("/api/articles", params={"company": ["Lyft", "Uber"], "limit": 100}).json()
    assert {article["company"] for article in two["articles"]} == {"Lyft", "Uber"}
    dated = client.get("/api/articles", params={"since": "2023", "until": "2023-12", "limit": 100}).json()
    assert {article["published"][:4] for article in dated["articles"]} == {"2023"}
    short = client.get("/api/articles", params={"max_minutes": 5, "with_code": True, "sort": "longest"}).json()
    assert all(article["reading_minutes"] <= 5 and article["includes_code"] for article in short["articles"])
    words = client.get("/api/articles", params={"q": "autoscaling pub/sub"}).json()
    assert words["articles"][0]["title"] == "Autoscaling Pub/Sub Consumers"


def test_an_article_has_an_etag_that_spares_the_body(client: httpx.Client) -> None:
    listed = client.get("/api/articles", params={"limit": 1}).json()["articles"][0]
    reply = client.get(f"/api/articles/{listed['id']}")
    assert reply.json() == listed
    again = client.get(
        f"/api/articles/{listed['id']}", headers={"If-None-Match": f'W/"other", {reply.headers["etag"]}'}
    )
    assert again.status_code == 304
    assert again.content == b""
    assert client.get(f"/api/articles/{listed['id']}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_facets_count_what_matches(client: httpx.Client) -> None:
    every = client.get("/api/facets").json()
    assert every["total"] == 415
    assert every["companies"]["Spotify"] == 56
    spotify = client.get("/api/facets", params={"company": "Spotify"}).json()
    assert spotify["companies"] == {"Spotify": 56}
    assert spotify["technologies"]["Kubernetes"] == 27


def test_feedback_is_kept_as_given(client: httpx.Client, site: Site) -> None:
    given = {"question": "who uses Vitess?", "helpful": True, "history": ["hi"], "articles": ["a-1"], "comment": "<b>"}
    assert client.post("/api/feedback", json=given).status_code == 201
    kept = site.assistant.catalog.feedback()[-1]
    assert (kept.question, kept.helpful, kept.history, kept.articles, kept.comment) == (
        "who uses Vitess?",
        True,
        ("hi",),
        ("a-1",),
        "<b>",
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/ask", 422),
        ("/api/ask?q=", 422),
        ("/api/ask?q=+++", 422),
        ("/api/ask?q=" + "x" * 2001, 422),
        ("/api/ask?q=x&limit=0", 422),
        ("/api/ask?q=x" + "&history=y" * 51, 422),
        ("/api/articles?limit=101", 422),
        ("/api/articles?since=2023-02-30", 400),
        ("/api/articles?since=2024&until=2023", 400),
        ("/api/articles?cursor=nonsense", 400),
        ("/api/articles?sort=best", 422),
        ("/api/articles/no-such-article", 404),
        ("/api/nothing", 404),
        ("/api/articles?q=" + "x" * 9000, 414),
    ],
)
def test_what_cannot_be_meant_is_refused_as_a_problem(client: httpx.Client, path: str, status: int) -> None:
    problem(client.get(path), status)


@pytest.mark.parametrize(
    ("path", "detail", "hint"),
    [
        ("/api/ask", "'q' is missing", "/docs"),
        ("/api/ask?q=", "'q' must not be empty", "/docs"),
        ("/api/ask?q=x&limit=0", "'limit' must be at least 1", "/docs"),
        ("/api/ask?q=x&limit=many", "'limit' must be a whole number", "/docs"),
        ("/api/ask?q=x&compny=Spotify", "there is no parameter 'compny'", "Did you mean 'company'?"),
        ("/api/facets?until=2023&zz=1", "there is no parameter 'zz'", "There are: q, company, technology, "),
        ("/api/articles?since=yesterday", "'since' must be a date: YYYY, YYYY-MM or YYYY-MM-DD", "/docs"),
        ("/api/articles?sort=best", "'sort' must be 'newest', 'oldest', 'shortest', 'longest' or 'relevance'", "/docs"),
        (
            "/api/articles?with_code=maybe&limit=101",
            "'with_code' must be true or false, and 1 more breaks a rule",
            "/docs",
        ),
        ("/api/articles?company=Spotfy", "the catalog holds no company 'Spotfy'", "Did you mean Spotify?"),
        ("/api/articles?company=Xyzzy", "the catalog holds no company 'Xyzzy'", "It holds Airbnb, "),
        ("/api/facets?technology=Xyzzy", "the catalog holds no technology 'Xyzzy'", "It holds "),
        ("/api/articles/none", "there is no article 'none'", "Ids stand on the cards"),
    ],
)
def test_a_problem_says_in_plain_words_what_is_wrong(client: httpx.Client, path: str, detail: str, hint: str) -> None:
    told = client.get(path).json()
    assert told["detail"] == detail
    assert hint in told["hint"]


def test_listings_and_facets_take_names_as_questions_do(client: httpx.Client) -> None:
    one, other = (client.get("/api/articles", params={"technology": name}).json() for name in ("k8s", "Kubernetes"))
    assert one == other
    assert client.get("/api/facets", params={"company": "facebook"}).json()["companies"].keys() == {"Meta"}


def test_bodies_are_checked(client: httpx.Client) -> None:
    problem(client.post("/api/ask", content=b"{"), 422)
    problem(client.post("/api/ask", json={"question": "x", "else": 1}), 422)
    problem(client.post("/api/feedback", json={"question": "x"}), 422)
    problem(client.post("/api/ask", json={"question": "x" * 300_000}), 413)
    problem(client.put("/api/ask"), 405)


def test_half_a_surrogate_pair_harms_nothing(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/api/ask", content=b'{"question": "caf\\ud800 kubernetes"}', headers=headers).status_code == 200
    body = b'{"question": "\\udfff", "helpful": true, "comment": "\\ud800"}'
    assert client.post("/api/feedback", content=body, headers=headers).status_code == 201


def test_health_and_readiness_answer(client: httpx.Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["articles"] == 415


def test_the_description_and_its_page_need_no_other_host(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    assert {"/api/ask", "/api/articles", "/api/articles/{id}", "/api/facets", "/api/feedback"} <= set(schema["paths"])
    assert "Problem" in schema["components"]["schemas"]
    page = client.get("/docs")
    assert "http://" not in page.text.replace(str(client.base_url), "")
    assert "https://" not in page.text
    assert "<script" not in page.text
    for path in schema["paths"]:
        assert path in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.com",
        "/gradio_api/run/ask",
        "/gradio_api/api/predict",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/call/ask",
        "/gradio_api/component_server",
        "/gradio_api/deep_link",
        "/gradio_api/vibe-edit",
        "/gradio_api/runs",
        "/gradio_api/mcp",
        "/monitoring",
        "/manifest.json",
        "/login",
        "/file=/etc/passwd",
        "/custom_component/x",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/index.html",
    ],
)
def test_gradios_own_endpoints_are_shut(client: httpx.Client, path: str) -> None:
    for method in ("GET", "POST"):
        assert client.request(method, path).status_code in (404, 405)


def test_every_response_carries_the_safety_headers(client: httpx.Client) -> None:
    for path in ("/", "/docs", "/api/facets", "/api/nothing", "/byline/byline.css"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_the_page_names_no_other_host_and_allows_no_inline_script(client: httpx.Client) -> None:
    page = client.get("/?deep_link=../../etc/passwd")
    policy = page.headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert "'sha256-" in scripts
    for host in ("fonts.googleapis", "gstatic", "raw.githubusercontent", "cdnjs", "huggingface.co"):
        assert host not in page.text
