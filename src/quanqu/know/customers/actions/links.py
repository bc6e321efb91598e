"""Merge by hand and undo: a link is one more piece of evidence, an unlink withdraws one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Q

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.customers.actions.apply import apply_plan
from quanqu.know.customers.actions.graph import HAND
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.actions.structure import make_plan
from quanqu.know.customers.actions.verdicts import hold_apart, lift_apart
from quanqu.know.customers.contracts import (
    KINDS,
    AmbiguousLinkError,
    EvidenceWithdrawnError,
    HeldApartError,
    NothingLeftError,
    VerdictLiftedError,
)
from quanqu.know.customers.models import Apart, Customer, Evidence, Identifier
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.components import BY_HAND, Edge

LONGEST: Final = 200


def merge_customers(
    *, actor: Actor, customer_id: UUID, other_id: UUID, now: datetime, reason: str = ""
) -> int:
    """Say that two customers are one and return the key of the evidence, which undoes it.

    Locks: the identity lock.  Emits: CustomersMerged.
    Raises: NotAllowedError, NotFoundError, AmbiguousLinkError.
    """
    actor.require("customers.manage")
    with transaction.atomic():
        lock_identity()
        customers = _customer_key(actor, customer_id), _customer_key(actor, other_id)
        if customers[0] == customers[1]:
            raise AmbiguousLinkError
        _refuse_apart(*customers)
        left, right = map(_strongest, customers)
        pair = {"left_id": min(left, right), "right_id": max(left, right)}
        Evidence.objects.filter(**pair).update(withdrawn_at=None)
        made, _ = Evidence.objects.update_or_create(
            left_id=pair["left_id"],
            right_id=pair["right_id"],
            source=f"person:{actor.id}",
            rule=HAND,
            defaults={
                "confidence": 1.0,
                "event_ref": reason or None,
                "observed_at": now,
                "withdrawn_at": None,
            },
        )
        edge = Edge(left, right, int(now.timestamp() * 1_000_000), BY_HAND)
        plan = make_plan(rules=active_rules().rules, fresh={}, edges=[edge])
        apply_plan(plan, cause=made.source, now=now)
        after = {"with": encode("cus", other_id), "evidence": made.key, "reason": reason}
        subject = encode("cus", customer_id)
        record(actor=actor, action="customers.merge", subject=subject, after=after, now=now)
    return made.key


def withdraw_evidence(*, actor: Actor, evidence_key: int, now: datetime) -> None:
    """Withdraw the evidence between two identifiers and take apart what it alone held together.

    Everything stated of that pair, by any source and from now on, counts no longer.
    Locks: the identity lock.  Emits: CustomersSplit.
    Raises: NotAllowedError, NotFoundError, EvidenceWithdrawnError.
    """
    actor.require("customers.manage")
    with transaction.atomic():
        lock_identity()
        found = Evidence.objects.filter(key=evidence_key).first()
        if found is None or not _may_manage(actor, found):
            raise NotFoundError(kind="Evidence", ref=evidence_key)
        if found.withdrawn_at is not None:
            raise EvidenceWithdrawnError(key=evidence_key)
        ends = (found.left_id, found.right_id)
        Evidence.objects.filter(left_id=ends[0], right_id=ends[1]).update(withdrawn_at=now)
        plan = make_plan(rules=active_rules().rules, fresh={}, edges=[], loosened=ends)
        cause = f"person:{actor.id}"
        apply_plan(plan, cause=cause, now=now)
        subject = f"evidence:{evidence_key}"
        record(actor=actor, action="customers.unmerge", subject=subject, now=now)


def split_identifiers(
    *, actor: Actor, customer_id: UUID, identifier_ids: Sequence[UUID], reason: str, now: datetime
) -> int:
    """Say that identifiers of a customer are somebody else's: they leave it and stay away, also
    when the same feed states again that they belong together.  Returns the key of a verdict,
    which undoes it (`lift_verdict`).

    Locks: the identity lock.  Emits: CustomersSplit.
    Raises: NotAllowedError, NotFoundError, NothingLeftError.
    """
    actor.require("customers.manage")
    with transaction.atomic():
        lock_identity()
        key = _customer_key(actor, customer_id)
        held = dict(Identifier.objects.filter(customer_id=key).values_list("id", "key"))
        if unknown := set(identifier_ids) - held.keys():
            raise NotFoundError(kind="Identifier", ref=encode("idn", min(unknown)))
        off = {held[one] for one in identifier_ids}
        stays = set(held.values()) - off
        if not off or not stays:
            raise NothingLeftError
        pairs = sorted((min(one, two), max(one, two)) for one in off for two in stays)
        table = pa.table(
            {
                "left_subject": pa.array([pair[0] for pair in pairs], pa.int64()),
                "right_subject": pa.array([pair[1] for pair in pairs], pa.int64()),
            }
        )
        source = f"person:{actor.id}"
        hold_apart(actor=actor, pairs=table, source=source, reason=reason[:LONGEST], now=now)
        (left, right) = pairs[0]
        made = Apart.objects.get(left=left, right=right, source=source, lifted_at=None)
    return made.key


def lift_verdict(*, actor: Actor, verdict_key: int, now: datetime) -> None:
    """Lift a verdict "not the same" with all that were given in the same breath; what the evidence
    joins comes together again.

    Locks: the identity lock.  Emits: CustomersMerged.
    Raises: NotAllowedError, NotFoundError, VerdictLiftedError.
    """
    actor.require("customers.manage")
    with transaction.atomic():
        lock_identity()
        found = Apart.objects.filter(key=verdict_key).first()
        if found is None or not _may_manage(actor, found):
            raise NotFoundError(kind="Verdict", ref=verdict_key)
        if found.lifted_at is not None:
            raise VerdictLiftedError(key=verdict_key)
        given = Apart.objects.filter(source=found.source, at=found.at, lifted_at=None)
        pairs = list(given.order_by("key").values_list("left_id", "right_id"))
        table = pa.table(
            {
                "left_subject": pa.array([pair[0] for pair in pairs], pa.int64()),
                "right_subject": pa.array([pair[1] for pair in pairs], pa.int64()),
            }
        )
        lift_apart(actor=actor, pairs=table, source=found.source, now=now)


def _customer_key(actor: Actor, customer_id: UUID) -> int:
    visible = Customer.objects.visible_to(actor.scope("customers.manage"))
    key = visible.filter(id=customer_id).values_list("key", flat=True).first()
    if key is None:
        raise NotFoundError(kind="Customer", ref=encode("cus", customer_id))
    return key


def _refuse_apart(one: int, other: int) -> None:
    """Refuse to unite what a verdict holds apart. Raises: HeldApartError."""
    sides = Q(left__customer_id=one, right__customer_id=other) | Q(
        left__customer_id=other, right__customer_id=one
    )
    found = Apart.objects.filter(sides, lifted_at__isnull=True).order_by("at").first()
    if found is not None:
        raise HeldApartError(since=format_time(found.at))


def _strongest(customer_key: int) -> int:
    held = Identifier.objects.filter(customer_id=customer_key).values_list("type", "key")
    return min((KINDS[type_].rank, key) for type_, key in held)[1]


def _may_manage(actor: Actor, evidence: Evidence | Apart) -> bool:
    """Both ends must belong to customers in the actor's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_key FROM customers_identifier WHERE key = ANY(%s)",
            [[evidence.left_id, evidence.right_id]],
        )
        keys = [row[0] for row in cursor.fetchall()]
    visible = Customer.objects.visible_to(actor.scope("customers.manage"))
    return visible.filter(key__in=keys).count() == len(keys)
