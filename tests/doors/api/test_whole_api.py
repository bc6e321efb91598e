"""Schemathesis over the whole document and a filled group: no 5xx, no answer outside of it.

QUANQU_FUZZ_EXAMPLES says how many calls of each operation are tried; the suite tries a few.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.builders.corners import make_corner, make_goods
from tests.builders.held import held_database, undone
from tests.builders.org import SYSTEM, make_company, make_key
from tests.builders.walks import PLAIN, SIDED

from quanqu.know.org.contracts import PlaceType

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

USUALLY = "2" if os.environ.get("QUANQU_TESTS") == "usual" else "10"
EXAMPLES = int(os.environ.get("QUANQU_FUZZ_EXAMPLES", USUALLY))

document = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
OPERATIONS = {each.ok().label: each.ok() for each in document.get_all_operations()}


@pytest.fixture(scope="module")
def group(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Return the header of an owner's key, and the ids of what is there."""
    home = tmp_path_factory.mktemp("whole")
    with held_database(django_db_blocker, home):
        company = make_company("ibis")
        web = make_corner("aardvark", company, PlaceType.WEB_SHOP, 1111, home)
        store = make_corner("badger", company, PlaceType.STORE, 2222, home)
        goods = make_goods("ibis", company, SYSTEM, web.place, store.place)
        yield f"Bearer {make_key().token}", {**web.known, **goods}


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_in_the_document(label: str, group: tuple[str, Mapping[str, str]]) -> None:
    bearer, known = group

    @given(case=OPERATIONS[label].as_strategy(), is_there=st.booleans())
    @effort(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="QUANQU_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: schemathesis.Case, is_there: bool) -> None:
        if is_there and case.path_parameters:
            for name in case.path_parameters:
                case.path_parameters[name] = known.get(SIDED.get(name, "")) or PLAIN[name]
        with undone():
            # A schema cannot say every rule, so a call that fits it may be refused; in our shape.
            case.call_and_validate(
                headers={"Authorization": bearer, "Host": "localhost"},
                excluded_checks=[positive_data_acceptance],
            )

    holds()
