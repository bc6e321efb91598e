"""Each law of consent finds its breach."""

import pytest
from django.db import connection
from tests.builders.consent import make_subjects, record, said

from quanqu.infra.laws.facade import laws
from quanqu.know.consent.actions import law as checks
from quanqu.know.consent.models import ChainHead, Standing

pytestmark = pytest.mark.django_db


def _forge(statement: str) -> None:
    """Change the ledger as one who owns the database could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consent_record DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consent_record ENABLE TRIGGER USER")


def _three() -> list[int]:
    keys = make_subjects(3)
    record(*(said(key, "denied", at + 1) for at, key in enumerate(keys)))
    assert checks.chain_breaches() == []
    return keys


def test_the_laws_are_registered() -> None:
    codes = {law.code for law in laws()}
    assert {"L4.consent_merge", "L4.consent_chain", "L4.consent_standing"} <= codes


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE consent_record SET status = 'granted' WHERE key = 2", "Record 2"),
        ("UPDATE consent_record SET observed_at = now() WHERE key = 1", "Record 1"),
        ("UPDATE consent_record SET source = 'x', proof = proof WHERE key = 3", "Record 3"),
        ("DELETE FROM consent_record WHERE key = 2", "Record 2"),
        ("DELETE FROM consent_record WHERE key = 3", "ends at record 2"),
    ],
)
def test_the_chain_finds_what_was_forged(statement: str, told: str) -> None:
    _three()
    _forge(statement)

    (breach,) = checks.chain_breaches()

    assert told in breach


def test_the_chain_finds_a_moved_head() -> None:
    _three()
    ChainHead.objects.update(records=4)

    assert len(checks.chain_breaches()) == 1


def test_a_standing_that_does_not_follow_is_found() -> None:
    keys = _three()
    Standing.objects.filter(subject_key=keys[0]).update(status="granted")
    Standing.objects.filter(subject_key=keys[1]).delete()

    assert len(checks.standing_breaches()) == 2


def test_a_gate_that_widens_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = _three()
    assert checks.merge_breaches() == []
    true_gate = checks.decide_customers

    def wide(*args: object, **named: object) -> object:
        found = true_gate(*args, **named)  # type: ignore[arg-type] # passed on as they are
        yes = [True] * found.num_rows
        return found.set_column(1, "is_allowed", [yes])

    monkeypatch.setattr(checks, "decide_customers", wide)

    assert len(checks.merge_breaches()) == len(keys)
