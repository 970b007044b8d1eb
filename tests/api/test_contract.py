"""The API keeps to its OpenAPI file, whatever programs send: no 5xx, no answer that the file does not describe, and
nothing of a sale that a caller has nothing to do with."""

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from auction.people.accounts import Role
from auction.people.tokens import Scope

CASES = 200 if os.environ.get("LONG") == "1" else 2
"""Of each route; ≥ 200 in `make test-long`."""
HELD = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
SECRETS = ("@test.invalid", "草稿", "777123", "7,771.23")
"""Addresses of the staged sale's bidders; the title and the reserve of a draft."""


@pytest.fixture(scope="module")
def contract(api):
    """The file as it is told, but that an answer may have no other names: then a name that it forgets is found."""
    file = api.app.extensions["openapi"]
    closed = json.loads(file.raw)
    for shape in closed["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
    file.__dict__["raw"] = json.dumps(closed).encode()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api.app)


@pytest.fixture(scope="module")
def callers(api):
    """Tokens of two who work for different sales, of a bidder, and none."""
    stranger = api.parts.accounts.create("stranger@elsewhere.test", "Stranger", Role.ORGANIZER)
    api.parts.staff.assign(api.parts.sales.find("other").id, stranger, None)
    of = {name: api.cast.users[name] for name in ("organizer", "auctioneer", "bidder1")} | {"stranger": stranger}
    made = {name: api.parts.tokens.make(user, "a test", list(Scope), 1).secret for name, user in of.items()}
    object.__setattr__(api.parts.limits.program, "count", 10**9)
    return {None: None, **made}


def test_every_route_keeps_to_the_file_and_tells_a_stranger_nothing(contract, callers):
    operations = [each.ok() for each in contract.get_all_operations()]
    for operation in operations:
        how = {"max_examples": CASES, "deadline": None, "derandomize": True, "database": None}

        @settings(**how, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), slug=st.sampled_from(["sale", "draft", "other", None]), lot=st.booleans())
        def keeps(case, slug, lot):
            parameters = case.path_parameters or {}
            if slug is not None and "slug" in parameters:
                parameters["slug"] = slug
            if lot and "lot" in parameters:
                parameters["lot"] = "1"
            for name, secret in callers.items():
                case.headers.pop("Authorization", None)
                if secret is not None:
                    case.headers["Authorization"] = f"Bearer {secret}"
                answer = case.call()
                case.validate_response(answer, checks=HELD)
                if slug in ("sale", "draft") and name in (None, "stranger"):
                    assert not [each for each in SECRETS if each in answer.text], (case.method, case.path, slug)

        keeps()
    assert len(operations) > 20
