"""One turn of the conversation as HTML: the question, what was understood, the answer, its cards and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.cards import html
from assistant.cards.html import button, escape, tag
from assistant.web.address import question_address
from assistant.web.understood import Chip, understood
from assistant.wording import sentence

_DECLINES = {
    "company_not_here": "Not in this catalog",
    "company_without_topic": "Nothing from them on this",
    "nothing_matches": "No article answers this",
    "out_of_scope": "Outside what these blogs cover",
    "not_a_question": "That does not read as a question",
}


def render(answer: Answer, place: int, history: Sequence[str] = ()) -> str:
    """The turn number `place` (from 0) of a conversation; `history` are the earlier questions that it built on."""
    anchor = f"t{place + 1}"
    chatted = answer.intent in ("greeting", "help")
    kind = "chatted" if chatted else "declined" if answer.declined else "caveat" if answer.caveat else "answered"
    said = html.text(answer, anchor)
    label = _DECLINES.get(answer.decline_reason or "", "No article answers this") if kind == "declined" else ""
    if kind == "caveat":
        label = "A weak match"
    note = f'<p class="verdict-label">{label}</p>' if label else ""
    goes_on = any(mention.kept for mention in answer.mentions)
    before = history if goes_on else ()
    cited = [card.id for card in answer.cards if card.group == "answer"]
    content = (
        _chips(understood(answer)),
        tag("div", note + said, class_="said"),
        html.cards(answer.cards, anchor),
        _actions(answer, votes=not chatted),
        _suggestions(answer),
        _hidden("ol", "asked-before", "".join(tag("li", escape(question)) for question in before)),
        _hidden("ol", "cited", "".join(tag("li", escape(id_)) for id_ in cited)),
    )
    return _section(place, kind, answer.question, "".join(content), before)


def problem(question: str, place: int, message: str, hint: str) -> str:
    """A turn whose question could not be answered for a reason that is not the question's topic."""
    label = '<p class="verdict-label">That did not work</p>'
    said = tag("div", f"{label}<p>{escape(message)}</p><p>{escape(hint)}</p>", class_="said", role="alert")
    actions = button("Try again", data_act="retry") + button("Edit question", data_act="edit")
    return _section(place, "failed", question, said + tag("div", actions, class_="actions"))


def _section(place: int, kind: str, question: str, content: str, history: Sequence[str] = ()) -> str:
    anchor = f"t{place + 1}"
    heading = tag("h2", escape(question), class_="question", id=f"{anchor}-q", tabindex=-1)
    return tag(
        "section",
        heading + content,
        class_=f"turn {kind}",
        id=anchor,
        data_turn=place,
        data_address=question_address(question, history),
        aria_labelledby=f"{anchor}-q",
    )


def _chips(chips: Sequence[Chip]) -> str:
    if not chips:
        return ""
    return f'<ul class="chips understood-list" aria-label="What was understood">{"".join(map(_chip, chips))}</ul>'


def _chip(chip: Chip) -> str:
    text = f'<span class="chip-kind">{escape(chip.kind)}</span> {escape(chip.label)}'
    if chip.kept:
        text += ' <span class="kept">kept</span>'
    if not chip.without:
        return tag("li", tag("span", text, class_="chip understood"))
    text += '<span class="x" aria-hidden="true">×</span>'
    said = f"Remove {chip.kind} {chip.label} and ask again"
    return tag("li", _asking(text, chip.without, class_="chip understood", data_fresh=1, aria_label=said))


def _asking(content: str, question: str, **attributes: object) -> str:
    return button(content, data_act="ask", data_question=question, **attributes)


def _hidden(name: str, css: str, content: str, **attributes: object) -> str:
    return tag(name, content, hidden=True, class_=css, **attributes)


def _actions(answer: Answer, *, votes: bool) -> str:
    both = _vote("Helpful", 1, "up") + _vote("Not helpful", 0, "down")
    parts = [tag("span", both, class_="votes")] if votes else []
    parts.append(button("Copy answer", data_act="copy"))
    if answer.cards:
        parts.append(_save("Cite in Markdown", "citations", "citations.md"))
        parts.append(_save("Cite in BibTeX", "bibtex", "citations.bib"))
    parts += [button("Retry", data_act="retry"), button("Edit", data_act="edit")]
    return tag("div", "".join(parts), class_="actions", role="group", aria_label="This answer")


def _vote(label: str, helpful: int, which: str) -> str:
    return button(
        _icon(which), data_act="vote", data_helpful=helpful, aria_pressed="false", aria_label=label, title=label
    )


def _save(label: str, kind: str, name: str) -> str:
    return button(label, data_act="save", data_kind=kind, data_name=name, title=f"Save as {name}")


def _suggestions(answer: Answer) -> str:
    if not answer.suggestions:
        return ""
    buttons = "".join(
        tag("li", _asking(escape(sentence(each.question)), each.question, class_="suggestion"))
        for each in answer.suggestions
    )
    chatted = answer.intent in ("greeting", "help")
    title = "For example" if chatted else "Try instead" if answer.declined else "Ask next"
    return f'<div class="suggestions"><h3>{title}</h3><ul>{buttons}</ul></div>'


def _icon(which: str) -> str:
    flip = ' style="transform:rotate(180deg)"' if which == "down" else ""
    return (
        '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8" '
        f'stroke-linejoin="round" aria-hidden="true"{flip}><path d="M7 10.5v9H4v-9zM7 10.5l4.2-7c1.5 0 2.4 1.2 2.1 2.6'
        'l-.7 3.4h5.2c1.3 0 2.2 1.2 1.9 2.4l-1.5 6c-.2.9-1 1.6-2 1.6H7"/></svg>'
    )
