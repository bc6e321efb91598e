"""Transfers that arrived short or over, as an actor may see them, and their decisions."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.catalog.facade import variants_called
from quanqu.sell.inventory.contracts import (
    Decision,
    DecisionKind,
    DecisionState,
    DecisionStep,
    Discrepancy,
    DiscrepancyFilters,
    StockState,
    TransferNotFoundError,
    TransferState,
)
from quanqu.sell.inventory.models import Transfer, TransferDecision, TransferDecisionStep
from quanqu.sell.inventory.models import TransferLine as LineRow
from quanqu.sell.inventory.queries.levels import VIEW
from quanqu.sell.inventory.queries.transfers import lines_of, may_know, transfer_view

__all__ = [
    "count_discrepancies",
    "discrepancies_of",
    "get_discrepancy",
    "happened_since",
    "list_discrepancies",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)
_SINCE: Final = """
WITH own AS (
    SELECT s.posting_id, s.decision_key FROM inventory_transfer_decision_step s
    JOIN inventory_transfer_decision d ON d.key = s.decision_key
    WHERE d.transfer_key = %(transfer)s AND s.posting_id IS NOT NULL
        AND (d.state = 'undone' OR d.key = %(decision)s)
)
SELECT EXISTS (
    SELECT FROM unnest(%(places)s::int[], %(states)s::text[]) AS t(place, state)
    JOIN inventory_movement m ON m.place_key = t.place AND m.variant_key = %(item)s
        AND m.state = t.state
    WHERE m.key > (
        SELECT max(o.key) FROM inventory_movement o JOIN own USING (posting_id)
        WHERE o.place_key = t.place AND o.variant_key = %(item)s
            AND own.decision_key = %(decision)s
    )
    AND (t.state <> 'in_transit' OR m.ref = %(ref)s)
    AND m.posting_id NOT IN (SELECT posting_id FROM own)
)
"""


def list_discrepancies(
    *, actor: Actor, filters: DiscrepancyFilters, cursor: str | None = None, limit: int = 50
) -> Page[Discrepancy]:
    """Return a page of transfers that differ, the newest first.

    A transfer differs that arrived in part, with surplus, or about which something was decided.
    Raises: NotAllowedError, UnitNotFoundError.
    """
    rows, following = _NEWEST.page(_filtered(actor, filters), cursor, limit)
    return Page(discrepancies_of(rows), following)


def count_discrepancies(*, actor: Actor, filters: DiscrepancyFilters) -> int:
    """Return how many transfers that differ match. Raises: NotAllowedError, UnitNotFoundError."""
    return _filtered(actor, filters).count()


def get_discrepancy(*, actor: Actor, transfer_id: UUID) -> Discrepancy:
    """Return a transfer with its decisions. Raises: NotAllowedError, TransferNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    row = Transfer.objects.filter(id=transfer_id).first()
    if row is None or not may_know(scope, row):
        raise TransferNotFoundError(ref=encode("trf", transfer_id))
    return discrepancies_of([row])[0]


def discrepancies_of(rows: Sequence[Transfer]) -> tuple[Discrepancy, ...]:
    """Return transfers with their lines and decisions."""
    lines = lines_of(rows)
    steps: dict[int, list[TransferDecisionStep]] = {}
    for step in TransferDecisionStep.objects.filter(
        decision__transfer__in=[row.key for row in rows]
    ).order_by("key"):
        steps.setdefault(step.decision_id, []).append(step)
    found: dict[int, list[Decision]] = {row.key: [] for row in rows}
    for one in TransferDecision.objects.filter(transfer__in=list(found)).order_by("number"):
        found[one.transfer_id].append(_decision(one, steps.get(one.key, ())))
    return tuple(
        Discrepancy(transfer_view(row, lines[row.key]), tuple(found[row.key])) for row in rows
    )


def happened_since(
    row: Transfer, decision_key: int, variant_key: int, ats: Collection[tuple[int, StockState]]
) -> bool:
    """Tell whether stock that a decision changed has moved since; the levels are locked.

    What was taken back since does not count; of what is in transit, only this transfer does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SINCE,
            {
                "transfer": row.key,
                "decision": decision_key,
                "item": variant_key,
                "places": [place for place, _state in ats],
                "states": [state.value for _place, state in ats],
                "ref": encode("trf", row.id),
            },
        )
        (answer,) = cursor.fetchone() or (True,)
    return bool(answer)


def _filtered(actor: Actor, filters: DiscrepancyFilters) -> "QuerySet[Transfer]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=filters.unit_id)
    lines = LineRow.objects.filter(transfer=OuterRef("key"))
    decisions = TransferDecision.objects.filter(transfer=OuterRef("key"))
    short = Q(state=TransferState.PARTLY_RECEIVED.value)
    found = Transfer.objects.filter(
        short | Q(Exists(lines.filter(surplus__gt=0))) | Exists(decisions)
    )
    if not scope.everything:
        found = found.filter(_at(scope.places))
    if filters.place_key is not None:
        found = found.filter(_at([filters.place_key]))
    if filters.is_open is not None:
        is_open = (
            short
            | Q(Exists(lines.filter(surplus__gt=F("surplus_decided"))))
            | Exists(decisions.filter(state=DecisionState.OPEN.value))
        )
        found = found.filter(is_open if filters.is_open else ~is_open)
    if filters.since is not None:
        found = found.filter(sent_at__gte=filters.since)
    if filters.until is not None:
        found = found.filter(sent_at__lt=filters.until)
    if filters.text:
        found = found.filter(_called(filters.text, scope))
    return found


def _called(text: str, scope: Scope) -> Q:
    try:
        return Q(id=decode("trf", text))
    except MalformedIdError:
        items = variants_called(
            text=text, company_keys=None if scope.everything else scope.companies
        )
        named = LineRow.objects.filter(transfer=OuterRef("key"), variant_key__in=items)
        return Q(note__icontains=text) | Q(Exists(named))


def _at(place_keys: Collection[int]) -> Q:
    keys = list(place_keys)
    return Q(from_place_key__in=keys) | Q(to_place_key__in=keys)


def _decision(row: TransferDecision, steps: Sequence[TransferDecisionStep]) -> Decision:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, row.currency)

    return Decision(
        number=row.number,
        line_no=row.line_no,
        kind=DecisionKind(row.kind),
        quantity=row.quantity,
        note=row.note,
        amount=money(row.amount_minor),
        state=DecisionState(row.state),
        steps=tuple(
            DecisionStep(
                DecisionState(one.state),
                one.note,
                money(one.amount_minor),
                one.by,
                one.actor_name,
                one.at,
            )
            for one in steps
        ),
    )
