"""What a source does not say and its text shows: a summary, technologies, reading time, code. All of it is marked."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from assistant.article import MAX_MINUTES, Article
from assistant.sources.parsed import Draft, Names
from assistant.sources.summary import Encode, extract, still_of

# Silent reading of English non-fiction: Brysbaert (2019), "How many words do we read per minute?", 238 words a minute.
WORDS_PER_MINUTE = 238
_FEWEST_WORDS = 150  # less than this is a teaser, whose length says nothing of the article's
_MENTIONS = 3  # a technology named less often in a long text is mentioned, not written about
_MOST_TECHNOLOGIES = 12


def complete(draft: Draft, names: Names, encode: Encode, known: Article | None) -> dict[str, Any]:
    """The draft's record with what its text shows in the place of what is missing.

    `known` is the same article as the catalog has it: a summary that was extracted from this text before is kept as it is.
    """
    record = dict(draft.record)
    derived = [name for name in record.get("derived", ()) if record.get(name)]
    # Rows of Byline's own (an export) are complete: what they leave out was unknown then and is unknown now.
    own = "id" in record
    words = len(draft.text.split())
    if not record.get("summary") and draft.text:
        record["summary"] = _summary(draft.text, encode, known)
        record["summary_source"] = "extracted"
    if not record.get("technologies") and not own and (found := _technologies(record, draft.text, names)):
        record["technologies"] = found
        derived.append("technologies")
    if record.get("reading_minutes") is None and words >= _FEWEST_WORDS:
        record["reading_minutes"] = min(MAX_MINUTES, math.ceil(words / WORDS_PER_MINUTE))
        derived.append("reading_minutes")
    if record.get("includes_code") is None and draft.code:
        record["includes_code"] = True
        derived.append("includes_code")
    return {**record, "derived": derived}


def _summary(text: str, encode: Encode, known: Article | None) -> str:
    if known and known.summary and (known.summary_source == "given" or still_of(known.summary, text)):
        return known.summary
    return extract(text, encode)


def _technologies(record: dict[str, Any], text: str, names: Names) -> list[str]:
    """Those named in the title or the given summary, and those named often in the text."""
    head = f"{record.get('title') or ''}\n{record.get('summary') or ''}"
    found = dict.fromkeys(names.technologies_in(head))
    often = Counter(names.technologies_in(text)) if text else Counter()
    found.update(dict.fromkeys(name for name, count in often.most_common() if count >= _MENTIONS))
    return list(found)[:_MOST_TECHNOLOGIES]
