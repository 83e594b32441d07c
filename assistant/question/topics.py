"""What a question is about, once its restrictions and its frame are taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.question.frames import (
    AFTER_SUBJECT,
    ASIDES,
    EDGES,
    HOW_IT_WORKS,
    LEFT,
    LEFT_PHRASES,
    PLAIN_USING,
    RIGHT,
    USING,
)
from assistant.question.names import FoundName
from assistant.question.patterns import lazy
from assistant.question.sentence import Reading, Sentence
from assistant.words import phrase, word_set

_OF_COMPANIES = word_set("engineering tech technology team teams blog blogs engineers stuff new")
_BEING_DOWN = lazy(r"(?:(?:go|goes|going|gone|went) )?(?:down|offline)|unavailable")
"""Topics too short to be searched for as they stand: "why did Slack go down?" asks for its outages."""
_OUTAGE = lazy(
    r"^(?:(?:happened|happens) (?:when|while|after|as|(?:on )?the (?:day|time|night)(?: that| when)?) )?"
    r"(?:(?:go|goes|going|gone|went|was|were|is|being) (?:down|offline|dark)"
    r"|(?:takes?|taken|took|brings?|brought|knock(?:s|ed)) (?:down|offline)"
    r"|fell over|broke|broken)(?=$| (?:because|due|after|when|on|in|last|this|for|by|from)\b)"
)
"""The fall of a company, whose name was taken out of "what happened when Slack went down in 2021?"."""
_ADDS_NOTHING = word_set(
    "down up out off back away over deal dealt solve solved handle handled fix fixed tackle tackled manage managed"
)
"""What may be left of a second sentence: "their cloud bill: how did they bring it down?", "tests are flaky. who dealt with this?"."""
_MAKER = lazy(r"^(?:Apache|Amazon|AWS|Google Cloud|Google) ")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the topic: what to write, where it stood, and whether it is a technology that filters."""

    text: str
    place: int
    technology: bool = False


_GAP = _Piece("", -1)
_BREAK = _Piece("", -2)
_TIED_WORDS = {"mortem": ("post",), "mortems": ("post",), "rid": ("get", "gets", "got", "getting"), "call": ("on",)}
_TIES = ("-", "/", "&", "+", ".", "_", "‐", "‑", "'", "’")


def compose(
    sentence: Sentence, found: Iterable[FoundName], readings: Iterable[Reading], fixes: Mapping[int, str]
) -> tuple[str, str]:
    """The topic without and with its technologies: (`Question.topic`, `Question.search_text`)."""
    found = list(found)
    pieces = _pieces(sentence, found, list(readings), fixes)
    search = _trimmed(pieces)
    topic = _trimmed(
        [_GAP if piece.technology else piece for piece in search], framed=bool(search) and search[0].technology
    )
    if all(piece is _GAP or piece.text.lower() in _OF_COMPANIES for piece in search):
        return "", ""
    about, words = _joined(sentence, topic), _joined(sentence, search)
    of_company = any(item.name.kind == "companies" for item in found)
    if _BEING_DOWN.fullmatch(words.lower()) or (of_company and _OUTAGE.fullmatch(words)):
        return "outages", "outages"
    return (_OUTAGE.sub("outage", about), _OUTAGE.sub("outage", words)) if of_company else (about, words)


def _pieces(
    sentence: Sentence, found: list[FoundName], readings: list[Reading], fixes: Mapping[int, str]
) -> list[_Piece]:
    removed = _removed(sentence, found, readings)
    technologies = {item.start: item for item in found if item.name.kind == "technologies" and item.role == "wanted"}
    pieces: list[_Piece] = []
    place = 0
    while place < len(sentence):
        if place and _ends_sentence(sentence, place):
            pieces.append(_BREAK)
        item = technologies.get(place)
        end = place + 1
        if item is not None:
            pieces.append(_Piece(_spelt(item), place, technology=True))
            end = item.end
        elif removed[place]:
            if not pieces or pieces[-1] is not _GAP:
                pieces.append(_GAP)
        else:
            while (
                end < len(sentence)
                and not removed[end]
                and end not in technologies
                and end not in fixes
                and _is_tied(sentence, end)
            ):
                end += 1
            typed = sentence.text[sentence.tokens[place].start : sentence.tokens[end - 1].end]
            pieces.append(_Piece(fixes.get(place, typed) if end == place + 1 else typed, place))
        place = end
    return pieces


def _is_tied(sentence: Sentence, place: int) -> bool:
    """Whether the word at `place` is one with the word before, as in "a/b", "key-value", "post mortem" or "got rid"."""
    if sentence.words[place - 1] in _TIED_WORDS.get(sentence.words[place], ()):
        return True
    return sentence.plain[sentence.tokens[place - 1].end : sentence.tokens[place].start] in _TIES


def _ends_sentence(sentence: Sentence, place: int) -> bool:
    between = sentence.plain[sentence.tokens[place - 1].end : sentence.tokens[place].start]
    return len(between) > 1 and any(sign in between for sign in ".?!:;")


def _removed(sentence: Sentence, found: list[FoundName], readings: list[Reading]) -> list[bool]:
    spans = [(reading.start, reading.end) for reading in readings]
    spans += [found.span() for found in ASIDES.finditer(sentence.plain)]
    spans += [found.span("verb") for found in HOW_IT_WORKS.finditer(sentence.plain)]
    for item in found:
        if item.role in ("contrast", "example") or (item.name.kind == "technologies" and item.role == "wanted"):
            continue
        start = sentence.tokens[item.start].start
        spans.append((start if item.lead is None else item.lead, sentence.tokens[item.end - 1].end))
    spans += [_suffix(sentence, item) for item in found if item.name.kind == "technologies"]
    return [any(start < token.end and token.start < end for start, end in spans) for token in sentence.tokens]


def _suffix(sentence: Sentence, item: FoundName) -> tuple[int, int]:
    """Where the "based" of "Kafka-based" stands; empty where there is none."""
    token = sentence.tokens[item.end] if item.end < len(sentence) else None
    if (
        token is None
        or not token.joined
        or item.role != "wanted"
        or token.plain not in ("based", "native", "backed", "powered", "related")
    ):
        return 0, 0
    return token.start, token.end


def _spelt(item: FoundName) -> str:
    """The technology's name as articles write it: without its maker where the question left that out."""
    value = item.name.value
    without_maker = _MAKER.sub("", value)
    if phrase(without_maker) == item.name.words:
        return without_maker
    words = value.split()[-len(item.name.words) :]
    return " ".join(words) if phrase(" ".join(words)) == item.name.words else short_name(value)


def short_name(technology: str) -> str:
    """A technology's name as articles write it: "Kafka" for "Apache Kafka"."""
    return technology.removeprefix("Apache ") or technology


def _trimmed(pieces: list[_Piece], *, framed: bool = True) -> list[_Piece]:
    """`pieces` without the frame of each sentence (where it still has one) and without what hangs beside a gap."""
    kept: list[_Piece] = []
    segment: list[_Piece] = []
    for piece in [*pieces, _BREAK]:
        if piece is not _BREAK:
            segment.append(piece)
            continue
        unframed = _unframed(segment, framed)
        if kept and all(piece.text.lower() in _ADDS_NOTHING for piece in unframed):
            unframed = []
        kept.extend([_GAP, *unframed] if kept and unframed else unframed)
        segment = []
    return kept


def _unframed(pieces: list[_Piece], framed: bool) -> list[_Piece]:
    pieces = _without_edges(_without_frame(pieces) if framed else pieces)
    while pieces and (pieces[-1] is _GAP or (not pieces[-1].technology and pieces[-1].text.lower() in RIGHT)):
        pieces = pieces[:-1]
    return pieces


def _without_frame(pieces: list[_Piece]) -> list[_Piece]:
    start, asked, subject = 0, False, False
    while start < len(pieces):
        piece = pieces[start]
        word = piece.text.lower()
        if piece.technology:
            break
        if piece is _GAP or word in (AFTER_SUBJECT if subject else LEFT):
            subject = subject or (piece is _GAP and asked)
            asked = asked or word in _QUESTIONS
            start += 1
        elif (
            word in USING
            and start + 1 < len(pieces)
            and ((asked and word in PLAIN_USING) or _is_name(pieces[start + 1]))
        ):
            start += 1
        elif (length := _phrase_length(pieces, start)) and (asked or length > 1):
            start += length
        else:
            break
    return pieces[start:]


def _is_name(piece: _Piece) -> bool:
    """Whether a technology stands there, or something that was taken out."""
    return piece.technology or piece is _GAP


_QUESTIONS = word_set("how what why which when where do does did are is was were has have had can could who")


def _phrase_length(pieces: list[_Piece], start: int) -> int:
    words = tuple(piece.text.lower() for piece in pieces[start : start + 3])
    lengths = (len(phrase) for phrase in LEFT_PHRASES if words[: len(phrase)] == phrase)
    return max(lengths, default=0)


def _without_edges(pieces: list[_Piece]) -> list[_Piece]:
    """`pieces` without words left hanging on either side of a gap."""
    kept: list[_Piece] = []
    for piece in pieces:
        hangs = not piece.technology and piece.text.lower() in EDGES
        if piece is _GAP:
            while kept and not kept[-1].technology and kept[-1] is not _GAP and kept[-1].text.lower() in EDGES | USING:
                kept.pop()
        elif hangs and (not kept or kept[-1] is _GAP):
            continue
        kept.append(piece)
    return kept


def _joined(sentence: Sentence, pieces: list[_Piece]) -> str:
    """The pieces with one space between them; a comma that stood between neighbours is kept."""
    text = ""
    said: set[str] = set()
    for before, piece in zip([_GAP, *pieces], pieces, strict=False):
        if piece is _GAP or (piece.technology and piece.text in said):
            continue
        said.update([piece.text] if piece.technology else [])
        if text and before is not _GAP and piece.place > 0 and not before.technology:
            between = sentence.plain[sentence.tokens[piece.place - 1].end : sentence.tokens[piece.place].start]
            text += "," if between.startswith(",") else ""
        text += f" {piece.text}"
    return " ".join(text.split())
