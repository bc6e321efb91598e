"""Schemathesis over customers and audiences: no 5xx, and no answer outside the document."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck
from hypothesis import settings as effort
from pytest_django import Settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.builders.org import make_company, make_key, make_person, make_place

MINE = "^/api/v1/(customers|audiences)"

document = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.fixture
def bearer(transactional_db: None, settings: Settings) -> str:
    """Return the header of a key that may do everything, over a small group."""
    settings.API_RATE = (10**9, 10.0**9)
    make_place("web", company=make_company())
    make_person("Ann")
    return f"Bearer {make_key().token}"


@document.include(path_regex=MINE).parametrize()
@effort(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_answer_is_in_the_document(case: schemathesis.Case, bearer: str) -> None:
    # A schema cannot say every rule, so a call that fits it may be refused; only in our own shape.
    case.call_and_validate(
        headers={"Authorization": bearer, "Host": "localhost"},
        excluded_checks=[positive_data_acceptance],
    )
