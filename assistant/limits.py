"""How much one question or one listing may ask for, and how long a name may be: the same for every way in."""

from __future__ import annotations

MAX_QUESTION = 2000
"""Characters of a question."""
MAX_HISTORY = 50
"""Earlier questions that are read, the newest; the others no longer bear on what is asked."""
MAX_LIMIT = 50
"""Cards in one answer."""
MAX_PAGE = 100_000
MAX_FILTER_NAMES = 20
"""Companies, technologies or authors in one restriction."""
MAX_NAME = 200
"""Characters of an article's company, author, tag or id, or of the words that a listing is searched for."""
MAX_MINUTES = 100_000
DATE_PATTERN = r"^[1-9][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?$"
"""A year, a month or a day; whether there is such a day is checked by `filters`."""
