"""Every error Byline raises on purpose, in one tree; catching `BylineError` catches them all.

    BylineError                   root: `message` says what is wrong, `hint` what to do next
    ├── InputInvalid              the caller's input breaks a rule
    │   ├── ArticleInvalid        a record breaks a rule of the article (names field and rule)
    │   ├── FilterInvalid         a filter's value cannot be meant
    │   ├── QuestionInvalid       a question is empty or too long
    │   └── SettingInvalid        a setting has a value outside its range
    ├── NotFound                  no article, source or file has that name
    ├── CatalogError              the catalog cannot be opened, read or written
    ├── SourceError               a source cannot be fetched or understood
    └── DependencyMissing         an optional package is not installed (names the install command)

Errors of the index and of the encoder live in `embeddings.errors`; they share the shape (`message`, `hint`) through
`embeddings.errors.EmbeddingError`, which is a `BylineError` to anyone who catches that.
"""

from __future__ import annotations

from embeddings.errors import BylineError, DependencyMissing

__all__ = [
    "ArticleInvalid",
    "BylineError",
    "CatalogError",
    "DependencyMissing",
    "FilterInvalid",
    "InputInvalid",
    "NotFound",
    "QuestionInvalid",
    "SettingInvalid",
    "SourceError",
]


class InputInvalid(BylineError):
    """The caller's input breaks a rule; nothing was changed."""


class ArticleInvalid(InputInvalid):
    """A record is not an article; `field` and `rule` say why."""

    def __init__(self, field: str, rule: str, hint: str = "Correct the field or leave it out.") -> None:
        super().__init__(f"article field '{field}': {rule}", hint)
        self.field = field
        self.rule = rule


class FilterInvalid(InputInvalid):
    """A filter's value cannot be meant, such as a date that does not exist."""


class QuestionInvalid(InputInvalid):
    """A question is empty or too long to be a question."""


class SettingInvalid(InputInvalid):
    """A setting has a value outside its range."""


class NotFound(BylineError):
    """No article, source or file has that name."""


class CatalogError(BylineError):
    """The catalog cannot be opened, read or written."""


class SourceError(BylineError):
    """A source cannot be fetched or understood."""
