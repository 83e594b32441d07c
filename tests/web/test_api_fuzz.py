"""The API against its own description, with inputs that nobody thought of."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from tests.web.conftest import Site


def test_no_input_breaks_the_server(site: Site) -> None:
    """schemathesis' own pytest decorator does not know this pytest yet, so its strategies are used here without it."""
    schema = schemathesis.openapi.from_url(f"{site.url}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 8
    for operation in operations:
        _fuzz(operation)


def _fuzz(operation: Any) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        reply = case.call(timeout=30)
        assert reply.status_code < 500, case.as_curl_command()
        if reply.status_code == 200:
            operation.validate_response(reply)

    call()
