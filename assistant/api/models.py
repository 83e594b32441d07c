"""What the HTTP API takes and gives, as pydantic models; they check its input and describe it at /docs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.limits import (
    DATE_PATTERN,
    MAX_FILTER_NAMES,
    MAX_HISTORY,
    MAX_LIMIT,
    MAX_MINUTES,
    MAX_NAME,
    MAX_PAGE,
    MAX_QUESTION,
)


def _whole(text: object) -> object:
    """Text with half surrogate pairs replaced: they have no UTF-8 form, so nothing could store or send them."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_whole)]
QuestionText = Annotated[Text, Field(min_length=1, max_length=MAX_QUESTION, pattern=r"\S")]
Name = Annotated[Text, Field(min_length=1, max_length=MAX_NAME)]
Names = Annotated[list[Name], Field(max_length=MAX_FILTER_NAMES)]
Date = Annotated[
    str,
    Field(
        pattern=DATE_PATTERN,
        description="A day, a month or a year.",
        examples=["2023", "2024-05"],
    ),
]
ArticleId = Annotated[str, Field(max_length=MAX_NAME, pattern=r"^[\w.:-]+$")]


class FiltersGiven(BaseModel):
    """Restrictions beside those in the question; keys as in `data/questions/README.md`."""

    model_config = ConfigDict(extra="forbid")

    companies: Names = []
    exclude_companies: Names = []
    technologies: Names = []
    exclude_technologies: Names = []
    authors: Names = []
    includes_code: bool | None = None
    published_from: Date | None = None
    published_to: Date | None = None
    min_minutes: Annotated[int, Field(ge=0, le=MAX_MINUTES)] | None = None
    max_minutes: Annotated[int, Field(ge=0, le=MAX_MINUTES)] | None = None
    all_technologies: bool = False


class AskGiven(BaseModel):
    """A question, with the conversation's earlier ones (oldest first)."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText = Field(examples=["What did Spotify write about autoscaling?"])
    history: Annotated[list[QuestionText], Field(max_length=MAX_HISTORY)] = []
    filters: FiltersGiven | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = None
    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] | None = None


class FeedbackGiven(BaseModel):
    """Whether an answer helped."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    helpful: bool
    history: Annotated[list[QuestionText], Field(max_length=MAX_HISTORY)] = []
    articles: Annotated[list[ArticleId], Field(max_length=MAX_LIMIT)] = Field(
        [], description="Ids of the articles that were cited."
    )
    comment: Annotated[Text, Field(max_length=2000)] | None = None


class ArticleShown(BaseModel):
    """One article; null and empty mean unknown."""

    id: str
    company: str
    title: str | None = None
    url: str | None = None
    authors: list[str] = []
    published: str | None = Field(None, description="A day, a month or a year.")
    reading_minutes: int | None = None
    technologies: list[str] = []
    topics: list[str] = []
    includes_code: bool | None = None
    summary: str | None = None
    summary_source: Literal["given", "extracted", "none"] = "none"
    derived: list[str] = Field([], description="Fields that were inferred rather than given.")
    source: str | None = None
    read_at: str | None = None


class ArticlePage(BaseModel):
    """A page of articles; `next` is the cursor of the following page, null on the last."""

    articles: list[ArticleShown]
    total: int
    next: str | None = None


class CardShown(BaseModel):
    """One cited article. `evidence` is the sentence of its summary nearest to the question."""

    number: int
    id: str
    title: str | None
    url: str | None
    company: str
    authors: list[str]
    published: str | None
    reading_minutes: int | None
    technologies: list[str]
    includes_code: bool | None
    summary: str | None
    evidence: str | None
    score: float
    probability: float
    group: Literal["answer", "related"]
    why: list[str]


class AnswerShown(BaseModel):
    """An answer; `[1]` in its text is the card with that number."""

    question: str
    answer: str
    intent: str
    declined: bool
    decline_reason: str | None
    confidence: float
    caveat: bool
    filters: dict[str, object]
    topic: str
    count: int | None
    remaining: int
    cards: list[CardShown]
    suggestions: list[str]
    took_ms: float


class FacetsShown(BaseModel):
    """How many of the matching articles each name has, most first."""

    companies: dict[str, int]
    technologies: dict[str, int]
    authors: dict[str, int]
    topics: dict[str, int]
    years: dict[str, int]
    with_code: int
    with_summary: int
    total: int


class Kept(BaseModel):
    """That feedback was kept."""

    kept: bool = True


class Health(BaseModel):
    """That the server is up, or ready to answer."""

    status: Literal["ok", "ready"]
    articles: int | None = None
    version: str
