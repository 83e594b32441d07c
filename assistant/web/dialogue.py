"""The conversation that a browser keeps: read as hostile input, asked on, and told again after a reload of the page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import BylineError, QuestionInvalid
from assistant.limits import MAX_QUESTION
from assistant.web import turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MOST_TURNS = 30
"""Turns that a conversation keeps; the oldest make way."""


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """One question of the conversation; `fresh` where it builds on none before it. Numbers only grow, oldest first."""

    question: str
    fresh: bool = False
    number: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As the browser keeps it."""
        return {"question": self.question, "fresh": self.fresh, "number": self.number}


def read(kept: Any) -> list[AskedTurn]:
    """The conversation as the browser sent it, without whatever is not one."""
    if not isinstance(kept, list):
        return []
    turns: list[AskedTurn] = []
    for item in kept[-MOST_TURNS:]:
        question = item.get("question") if isinstance(item, dict) else None
        if isinstance(question, str) and 0 < len(question.strip()) <= MAX_QUESTION:
            turns.append(AskedTurn(whole(question), item.get("fresh") is True, _number(item.get("number"), turns)))
    return turns


def asked(turns: Sequence[AskedTurn], question: str, fresh: bool = False) -> AskedTurn:
    """The conversation's next question."""
    return AskedTurn(whole(question), fresh, turns[-1].number + 1 if turns else 0)


def ending_with(turns: Sequence[AskedTurn], questions: Sequence[str]) -> list[AskedTurn]:
    """The conversation where it ends with these questions; else with them asked behind it, the first of them afresh."""
    if [" ".join(turn.question.split()) for turn in turns[-len(questions) :]] == list(questions):
        return list(turns)
    longer = list(turns)
    for place, question in enumerate(questions):
        longer.append(asked(longer, question, fresh=place == 0))
    return longer[-MOST_TURNS:]


def whole(question: str) -> str:
    """The question without space around it and with half surrogate pairs replaced, which have no UTF-8 form."""
    return question.strip().encode("utf-8", "replace").decode()


def written(turns: Sequence[AskedTurn]) -> list[dict[str, Any]]:
    """The conversation as the browser keeps it."""
    return [asked.to_dict() for asked in turns[-MOST_TURNS:]]


def history(turns: Sequence[AskedTurn]) -> list[str]:
    """The earlier questions that a next one builds on: those since the last fresh one, that one included."""
    found: list[str] = []
    for asked in reversed(turns):
        found.insert(0, asked.question)
        if asked.fresh:
            break
    return found


def ask(assistant: Assistant, turns: Sequence[AskedTurn], asked: AskedTurn) -> str:
    """The turn that answers `asked` after `turns`, as HTML; what goes wrong becomes a turn that says so."""
    earlier = [] if asked.fresh else history(turns)
    place = asked.number
    try:
        if len(asked.question) > MAX_QUESTION:
            raise QuestionInvalid(
                f"the question has {len(asked.question)} characters", f"Ask in at most {MAX_QUESTION} characters."
            )
        answer = assistant.ask(asked.question, earlier)
    except BylineError as error:
        return turn.problem(asked.question[:MAX_QUESTION], place, error.message, error.hint)
    return turn.render(answer, place, earlier)


def retell(assistant: Assistant, turns: Sequence[AskedTurn]) -> str:
    """Every turn of the conversation as HTML, answered from the catalog as it is now."""
    return "".join(ask(assistant, turns[:place], asked) for place, asked in enumerate(turns))


def parcel(content: str, mode: str, serial: int) -> str:
    """HTML for the page's script to put in place; `serial` makes two equal ones differ, so that both are noticed."""
    return f'<div data-mode="{html.escape(mode)}" data-serial="{serial}">{content}</div>'


def _number(given: Any, before: Sequence[AskedTurn]) -> int:
    least = before[-1].number + 1 if before else 0
    return given if isinstance(given, int) and least <= given < 1_000_000 else least
