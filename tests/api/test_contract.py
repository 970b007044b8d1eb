"""The API keeps to its OpenAPI file, whatever a program sends: no 5xx, no answer that the file does not describe."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = 200 if os.environ.get("LONG") == "1" else 3
"""Of each route; ≥ 200 in `make test-long`."""
HELD = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def contract(api):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api.app)


def test_every_route_keeps_to_the_file(contract):
    operations = [each.ok() for each in contract.get_all_operations()]
    for operation in operations:
        how = {"max_examples": CASES, "deadline": None, "derandomize": True, "database": None}

        @settings(**how, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def keeps(case):
            _now_and_then_in_a_real_sale(case)
            case.call_and_validate(checks=HELD)

        keeps()
    assert len(operations) >= 7


def _now_and_then_in_a_real_sale(case) -> None:
    """An address that was drawn is hardly ever one of a sale; every other one is made to be."""
    parameters = case.path_parameters or {}
    if len(str(parameters.get("slug", ""))) % 2:
        parameters["slug"] = "sale"
        if "lot" in parameters:
            parameters["lot"] = "1"
