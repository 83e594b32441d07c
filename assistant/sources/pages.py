"""The pages behind a feed's entries that come without a summary or a text of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.errors import SourceError
from assistant.sources import detect, page, reader
from assistant.sources.fetcher import Fetcher
from assistant.sources.parsed import Context, Draft, Problem

_FAILURES = 3  # in a row; then the site (or the network) is left alone


def fill_from_pages(
    drafts: Sequence[Draft],
    context: Context,
    fetcher: Fetcher,
    is_known: Callable[[str], bool],
    name: str,
    tell: Callable[[str, str, int, int], None],
) -> tuple[list[Draft], list[Problem]]:
    """The drafts, those without a summary completed from their pages; what a feed says stands over what its page says.

    Pages of articles that `is_known` knows with a summary are not read. A page that cannot be read is a remark, no loss.
    """
    out = list(drafts)
    problems: list[Problem] = []
    bare = [
        place for place, draft in enumerate(drafts) if _needs_page(draft) and not is_known(str(draft.record["url"]))
    ]
    failures = 0
    for number, place in enumerate(bare, 1):
        tell(name, "reading pages", number, len(bare))
        if failures == _FAILURES:
            rest = len(bare) - number + 1
            problems.append(Problem(name, f"{rest} more pages were not tried after {_FAILURES} failures in a row"))
            break
        try:
            out[place] = _completed(drafts[place], context, fetcher)
            failures = 0
        except SourceError as error:
            failures += 1
            problems.append(Problem(name, f"has no summary: {error.message}", entry=drafts[place].entry))
    return out, problems


def _needs_page(draft: Draft) -> bool:
    return bool(draft.record.get("url")) and not draft.record.get("summary") and not draft.text


def _completed(draft: Draft, context: Context, fetcher: Fetcher) -> Draft:
    url = str(draft.record["url"])
    material = reader.fetched_material(url, fetcher.fetch(url))
    detect.refuse_binary(material)
    found = page.parse(material, context).drafts[0]
    extra = {key: value for key, value in found.record.items() if key not in ("url", "company", "derived")}
    return replace(draft, record={**extra, **draft.record}, text=found.text, code=draft.code or found.code)
