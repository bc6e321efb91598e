"""Consents from a CSV file: good lines are recorded once, wrong ones told by their number."""

import pytest
from ninja.testing import TestClient
from tests.builders.consent import NOW, answers
from tests.builders.customers import make_actor

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.consent.actions.law import chain_breaches
from quanqu.know.consent.api import router
from quanqu.know.consent.contracts import ConsentFileError, ImportedConsents
from quanqu.know.consent.facade import import_consents
from quanqu.know.customers.facade import find_customers

pytestmark = pytest.mark.django_db
HEAD = "identifier_type,identifier,purpose,channel,status,observed_at,valid_until\n"
FILE = (
    HEAD + "email,ann@shop.org,marketing,email,granted,2026-01-02T00:00:00Z,\n"
    "email,ann@shop.org,marketing,sms,denied,2026-01-02T00:00:00Z,\n"
    "email,bob@shop.org,marketing,email,granted,2026-01-02T00:00:00Z,2026-02-01T00:00:00Z\n"
    "email,x@shop.org,spying,email,granted,2026-01-02T00:00:00Z,\n"
    "fax,1,marketing,email,granted,2026-01-02T00:00:00Z,\n"
    "email,x@shop.org,marketing,email,granted,yesterday,\n"
    "email,null,marketing,email,granted,2026-01-02T00:00:00Z,\n"
    "email,x@shop.org,marketing,email,granted,2199-01-02T00:00:00Z,\n"
    "email,x@shop.org,marketing,email,denied,2026-01-02T00:00:00Z,2026-03-01T00:00:00Z\n"
)


def _import(text: str | bytes = FILE) -> ImportedConsents:
    content = text if isinstance(text, bytes) else text.encode()
    return import_consents(actor=make_actor(), content=content, source="Old CRM", now=NOW)


def test_good_lines_are_recorded_once_and_others_told() -> None:
    done, again = _import(), _import()

    assert (done.made, done.known) == (3, 0)
    assert (again.made, again.known) == (0, 3)
    assert [one.line for one in done.rejected] == [5, 6, 7, 8, 9, 10]
    assert "'spying' is not a purpose." in done.rejected[0].reason
    assert again.rejected == done.rejected
    (ann,) = find_customers(actor=SYSTEM, value="ann@shop.org")
    (bob,) = find_customers(actor=SYSTEM, value="bob@shop.org")
    keys = [row.identifiers[0].subject_key for row in (ann, bob)]
    assert [row["reason"] for row in answers(keys)] == ["granted", "expired"]
    assert chain_breaches() == []


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", HEAD.encode() + b'"a'])
def test_a_file_that_cannot_be_read_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ConsentFileError):
        _import(content)


def test_the_call_takes_the_file_as_its_body() -> None:
    client = TestClient(router)
    path = "/consent/imports?origin=Old%20CRM"

    told = client.post(path, data=FILE, content_type="text/csv", quanqu_actor=make_actor())

    assert told.json()["made"] == 3
    assert len(told.json()["rejected"]) == 6
    with pytest.raises(NotAllowedError):
        client.post(path, data=FILE, quanqu_actor=make_actor(places=[1]))
