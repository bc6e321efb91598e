"""The trail is append-only and shows each reader what is theirs to see."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries, record
from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CLERK = Actor(ActorKind.PERSON, "per_1", "Clerk")


def note(actor, subject="ord_1"):
    record(
        actor=actor,
        action="orders.cancel",
        subject=subject,
        before={"status": "paid"},
        after={"status": "cancelled"},
        now=NOW,
    )


@pytest.mark.django_db
def test_a_change_is_told_with_before_and_after():
    note(CLERK)

    entry = list_entries(actor=SYSTEM, filters=AuditFilters(subject="ord_1")).items[0]
    assert (entry.actor_id, entry.before, entry.after) == (
        "per_1",
        {"status": "paid"},
        {"status": "cancelled"},
    )


@pytest.mark.django_db
def test_without_the_right_one_sees_only_one_s_own_changes():
    note(SYSTEM)
    note(CLERK)

    assert len(list_entries(actor=SYSTEM, filters=AuditFilters()).items) == 2
    assert [e.actor_id for e in list_entries(actor=CLERK, filters=AuditFilters()).items] == [
        "per_1"
    ]


@pytest.mark.django_db
def test_pages_follow_one_another_without_gap_or_overlap():
    for number in range(5):
        note(SYSTEM, subject=f"ord_{number}")

    first = list_entries(actor=SYSTEM, filters=AuditFilters(), limit=3)
    second = list_entries(actor=SYSTEM, filters=AuditFilters(), limit=3, cursor=first.next_cursor)
    assert [e.subject for e in first.items + second.items] == [f"ord_{n}" for n in (4, 3, 2, 1, 0)]
    assert second.next_cursor is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["DELETE FROM audit_record", "UPDATE audit_record SET action='x'"]
)
def test_the_database_refuses_to_change_the_trail(statement):
    note(CLERK)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditRecord.objects.count() == 1
