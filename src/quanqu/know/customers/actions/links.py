"""Merge by hand and undo: a link is one more piece of evidence, an unlink withdraws one."""

from datetime import datetime
from uuid import UUID

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
from quanqu.know.customers.contracts import (
    KINDS,
    AmbiguousLinkError,
    EvidenceWithdrawnError,
    HeldApartError,
)
from quanqu.know.customers.models import Apart, Customer, Evidence, Identifier
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.components import BY_HAND, Edge


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
        apply_plan(plan, first_seen_us={}, create=_nothing, cause=made.source, now=now)
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
        apply_plan(plan, first_seen_us={}, create=_nothing, cause=cause, now=now)
        subject = f"evidence:{evidence_key}"
        record(actor=actor, action="customers.unmerge", subject=subject, now=now)


def _nothing() -> None:
    """No identifier is new here."""


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


def _may_manage(actor: Actor, evidence: Evidence) -> bool:
    """Both ends must belong to customers in the actor's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_key FROM customers_identifier WHERE key = ANY(%s)",
            [[evidence.left_id, evidence.right_id]],
        )
        keys = [row[0] for row in cursor.fetchall()]
    visible = Customer.objects.visible_to(actor.scope("customers.manage"))
    return visible.filter(key__in=keys).count() == len(keys)
