"""Record what a person said to somebody of the house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.consent.actions.ledger import Author, append
from quanqu.know.consent.contracts import (
    STATEMENTS,
    ConsentInputError,
    Recorded,
    Statement,
)
from quanqu.know.consent.rules.statements import check_statements, own_reference
from quanqu.know.customers.contracts import CustomerDetail
from quanqu.know.customers.facade import get_customer

MANAGE: Final = "customers.manage"
MOST_NOTE: Final = 1_000
MOST_STATEMENTS: Final = 200


def record_consents(
    *,
    actor: Actor,
    customer_id: UUID,
    statements: Sequence[Statement],
    now: datetime,
    note: str | None = None,
) -> Recorded:
    """Record what a customer said, for every identifier known to be theirs.

    It is said through their strongest identifier and counts for the others as long as they belong
    to the same customer: an unmerge gives back what was.  `note` tells how it can be proven; it
    rests encrypted, the ledger holds a hash of it.
    Raises: NotAllowedError, NotFoundError, ConsentInputError, UnknownPurposeError,
    UnknownChannelError, ConsentTextNotFoundError, ReferenceTakenError.
    """
    actor.require(MANAGE)
    customer = manageable_customer(actor, customer_id)
    if not 1 <= len(statements) <= MOST_STATEMENTS:
        raise ConsentInputError(problem=f"there are 1 to {MOST_STATEMENTS} statements")
    if note is not None and (not 1 <= len(note) <= MOST_NOTE or "\0" in note):
        raise ConsentInputError(problem=f"the note has 1 to {MOST_NOTE} characters")
    keys = customer.subject_keys
    table = statement_table(statements, subjects=keys, via=keys[0])
    with transaction.atomic():
        done = append(check_statements(table, now=now), Author(actor.name, now, note))
        if done.made:
            after = {
                "records": done.made,
                "purposes": sorted({one.purpose.value for one in statements}),
            }
            subject = encode("cus", customer.row.id)
            record(actor=actor, action="consent.record", subject=subject, after=after, now=now)
    return done


def manageable_customer(actor: Actor, customer_id: UUID) -> CustomerDetail:
    """Return a customer that the actor may manage. Raises: NotAllowedError, NotFoundError."""
    actor.require(MANAGE)
    granted = tuple(grant for grant in actor.grants if MANAGE in grant.permissions)
    return get_customer(actor=replace(actor, grants=granted), customer_id=customer_id)


def statement_table(
    statements: Sequence[Statement], *, subjects: Sequence[int], via: int
) -> pa.Table:
    """Return statements of one person as a table, one row for each of their subjects."""
    rows = [
        {
            "subject_key": subject,
            "via_key": via,
            "purpose": one.purpose,
            "channel": one.channel,
            "basis": one.basis,
            "status": one.status,
            "text_version": one.text_version,
            "language": one.language,
            "source_kind": one.source_kind,
            "source": one.source,
            "reference": one.reference or own_reference(via, one),
            "observed_at": one.observed_at,
            "valid_until": one.valid_until,
        }
        for one in statements
        for subject in subjects
    ]
    return pa.Table.from_pylist(rows, schema=STATEMENTS)
