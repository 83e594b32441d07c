"""What is wrong with an input, told in plain words whatever pydantic calls it."""

from __future__ import annotations

import doctest
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import validation
from assistant.errors import InputInvalid
from assistant.validation import explained, refuse_unknown


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=5)] = "a"
    blank: Annotated[str, Field(pattern=r"\S")] = "a"
    coded: Annotated[str, Field(pattern=r"^[a-z]+$")] = "a"
    count: Annotated[int, Field(ge=1, le=2000)] = 1
    names: Annotated[list[str], Field(max_length=2)] = []
    kind: Literal["one", "other"] = "one"
    sure: bool = True
    share: Annotated[float, Field(gt=0)] = 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, "'name' must not be empty"),
        ({"name": "abcdef"}, "'name' must have at most 5 characters"),
        ({"name": 7}, "'name' must be text"),
        ({"blank": "  "}, "'blank' must not be blank"),
        ({"coded": "7"}, "'coded' has characters that it may not have"),
        ({"count": 2001}, "'count' must be at most 2,000"),
        ({"count": 1.5}, "'count' must be a whole number"),
        ({"names": "a"}, "'names' must be a list"),
        ({"names": ["a", "b", "c"]}, "'names' must name at most 2"),
        ({"names": ["a", 7]}, "'names' must be text"),
        ({"kind": "none"}, "'kind' must be 'one' or 'other'"),
        ({"sure": "maybe"}, "'sure' must be true or false"),
        ({"other": 1}, "'other' is not known here"),
        ({"count": 0, "kind": 1, "sure": 7}, "'count' must be at least 1, and 2 more break a rule"),
        ({"share": 0}, "'share' is refused: input should be greater than 0"),
        ([], "the input must be an object"),
    ],
)
def test_each_rule_is_said_in_plain_words(values: Any, expected: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Given.model_validate(values)
    assert explained(raised.value.errors()) == expected


def test_a_parameter_that_does_not_exist_is_refused_with_the_nearest_that_does() -> None:
    refuse_unknown(["company"], ["company", "limit"])
    with pytest.raises(InputInvalid, match="no parameter 'compny'") as near:
        refuse_unknown(["limit", "compny"], ["company", "limit"])
    assert near.value.hint == "Did you mean 'company'?"
    with pytest.raises(InputInvalid) as far:
        refuse_unknown(["zz"], ["company", "limit"])
    assert far.value.hint == "There are: company, limit."


def test_the_examples_hold() -> None:
    assert doctest.testmod(validation).failed == 0
