"""One table of settings: environment, arguments, ranges, and the README that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingInvalid
from assistant.settings import Settings, table

README = Path(__file__).parents[1] / "README.md"


def test_arguments_win_over_the_environment_and_that_over_defaults():
    environ = {"BYLINE_PORT": "8000", "BYLINE_LIMIT": "7"}
    settings = Settings.load(environ, port=9000, host=None)
    assert (settings.port, settings.limit, settings.host) == (9000, 7, "127.0.0.1")


@pytest.mark.parametrize(
    "environ",
    [
        {"BYLINE_PORT": "70000"},
        {"BYLINE_PORT": "web"},
        {"BYLINE_BACKEND": "cuda"},
        {"BYLINE_STARTER": "no"},
        {"BYLINE_LIMIT": "0"},
    ],
)
def test_a_value_outside_its_range_names_the_variable(environ):
    with pytest.raises(SettingInvalid) as caught:
        Settings.load(environ)
    assert next(iter(environ)) in str(caught.value)


def test_the_readme_shows_every_setting_with_its_default():
    text = README.read_text(encoding="utf-8")
    for _, variable, default, _ in table():
        assert f"| `{variable}` | {f'`{default}`' if default else ''}" in text
