"""Decide proposals: change the quantity, dismiss, or accept as drafts of orders and transfers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.inventory.contracts import LARGEST_QUANTITY, TransferDraft, TransferItem
from quanqu.sell.inventory.contracts import MOST_LINES as MOST_TRANSFERRED
from quanqu.sell.inventory.facade import create_transfer
from quanqu.sell.replenishment.actions.allowed import MANAGE
from quanqu.sell.replenishment.actions.locking import lock_companies
from quanqu.sell.replenishment.contracts import (
    LONGEST_QUIET_DAYS,
    MOST_PROPOSALS,
    Accepted,
    Proposal,
    ProposalBatchError,
    ProposalKind,
    ProposalNotFoundError,
    ProposalQuantityError,
    ProposalReasonError,
    ProposalSourceError,
    ProposalState,
    ProposalStateError,
)
from quanqu.sell.replenishment.models import Proposal as ProposalRow
from quanqu.sell.replenishment.queries.proposals import proposal_info
from quanqu.sell.supply.contracts import MOST_LINES as MOST_ORDERED
from quanqu.sell.supply.contracts import PurchaseDraft, PurchaseLineDraft
from quanqu.sell.supply.facade import create_order

__all__ = ["accept_proposals", "change_quantity", "dismiss_proposals"]

Group = tuple[str, int, str, int]
_LONGEST_REASON: Final = 500


def change_quantity(*, actor: Actor, proposal_id: UUID, quantity: int, now: datetime) -> Proposal:
    """Put a person's quantity in the place of what was worked out.

    A later look leaves it, as long as the goods come from the same supplier.
    Raises: NotAllowedError, ProposalNotFoundError, ProposalStateError, ProposalQuantityError.
    """
    with transaction.atomic():
        (row,) = _locked(actor, [proposal_id])
        _require_open(row, "changed")
        told = row.figures
        is_bought = row.kind == ProposalKind.PURCHASE.value
        pack = told["pack_size"] if is_bought else 1
        least = told["minimum_quantity"] if is_bought else 1
        if not least <= quantity <= LARGEST_QUANTITY or quantity < 1 or quantity % pack:
            raise ProposalQuantityError(most=LARGEST_QUANTITY, pack=pack, least=least)
        row.asked = None if quantity == row.quantity else quantity
        row.updated_at = now
        row.save(update_fields=["asked", "updated_at"])
        return proposal_info(row)


def dismiss_proposals(
    *, actor: Actor, proposal_ids: Sequence[UUID], reason: str, quiet_days: int = 7, now: datetime
) -> int:
    """Say that these are not to be ordered, and why; nothing is proposed of them for some days.

    Those dismissed before stay as they are.  Returns how many were dismissed now.
    Raises: NotAllowedError, ProposalNotFoundError, ProposalStateError, ProposalBatchError,
    ProposalReasonError.
    """
    told = reason.strip()
    if not told or len(told) > _LONGEST_REASON or "\0" in told:
        problem = f"1 to {_LONGEST_REASON} characters"
        raise ProposalReasonError(field="reason", problem=problem)
    if not 0 <= quiet_days <= LONGEST_QUIET_DAYS:
        problem = f"a number from 0 to {LONGEST_QUIET_DAYS}"
        raise ProposalReasonError(field="quiet days", problem=problem)
    with transaction.atomic():
        rows = _locked(actor, proposal_ids)
        mine = [row for row in rows if row.state != ProposalState.DISMISSED.value]
        for row in mine:
            _require_open(row, "dismissed")
            row.state, row.reason = ProposalState.DISMISSED.value, told
            row.settled_at, row.settled_by = now, actor.id
            row.quiet_until = now.date() + timedelta(days=quiet_days)
        ProposalRow.objects.bulk_update(
            mine, ["state", "reason", "settled_at", "settled_by", "quiet_until"]
        )
        return len(mine)


def accept_proposals(
    *, actor: Actor, proposal_ids: Sequence[UUID], now: datetime
) -> tuple[Accepted, ...]:
    """Turn proposals into drafts of purchase orders and of transfers; all or none.

    Proposals of one supplier and place become one order, those between two places one transfer.
    Accepted once more, also at once by another, they name the documents there are already.
    Locks: the runs of the companies, then the proposals, then what orders and transfers lock.
    Raises: NotAllowedError, also without the right to move stock of the place that gives;
    ProposalNotFoundError, ProposalStateError, ProposalSourceError, ProposalBatchError; what drafts
    of orders and transfers refuse.
    """
    with transaction.atomic():
        rows = _locked(actor, proposal_ids)
        open_rows = [row for row in rows if row.state != ProposalState.ACCEPTED.value]
        for row in open_rows:
            _require_open(row, "accepted")
            if row.kind == ProposalKind.UNSOURCED.value:
                raise ProposalSourceError(ref=encode("rpl", row.id))
        for group in _groups(open_rows):
            document = _make(actor, group, now)
            for row in group:
                row.state, row.document_id = ProposalState.ACCEPTED.value, document
                row.settled_at, row.settled_by = now, actor.id
        ProposalRow.objects.bulk_update(
            open_rows, ["state", "document_id", "settled_at", "settled_by"]
        )
        return _told(rows)


def _locked(actor: Actor, proposal_ids: Sequence[UUID]) -> list[ProposalRow]:
    """Lock the companies' runs, then the proposals, all at places where the actor may buy."""
    actor.require(MANAGE)
    wanted = list(dict.fromkeys(proposal_ids))
    if not 1 <= len(wanted) <= MOST_PROPOSALS:
        raise ProposalBatchError(most=MOST_PROPOSALS, found=len(wanted))
    scope, found = actor.scope(MANAGE), ProposalRow.objects.filter(id__in=wanted)
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    lock_companies(list(found.values_list("company_key", flat=True)))
    rows = list(found.select_for_update().order_by("key"))
    missing = set(wanted) - {row.id for row in rows}
    if missing:
        raise ProposalNotFoundError(ref=encode("rpl", min(missing)))
    return rows


def _require_open(row: ProposalRow, wanted: str) -> None:
    if row.state != ProposalState.OPEN.value:
        raise ProposalStateError(ref=encode("rpl", row.id), state=row.state, wanted=wanted)


def _groups(rows: Sequence[ProposalRow]) -> list[list[ProposalRow]]:
    """Return what goes into one document each, no more than it takes."""
    found: dict[Group, list[ProposalRow]] = {}
    for row in rows:
        group = (row.kind, row.place_key, row.supplier_id, row.from_place_key or 0)
        found.setdefault(group, []).append(row)
    groups = []
    for (kind, *_), members in sorted(found.items()):
        most = MOST_ORDERED if kind == ProposalKind.PURCHASE.value else MOST_TRANSFERRED
        groups += [members[at : at + most] for at in range(0, len(members), most)]
    return groups


def _make(actor: Actor, rows: Sequence[ProposalRow], now: datetime) -> str:
    first = rows[0]
    note = "Replenishment"
    if first.from_place_key is not None:
        items = tuple(TransferItem(row.variant_key, row.asked or row.quantity) for row in rows)
        draft = TransferDraft(first.from_place_key, first.place_key, items, note)
        return encode("trf", create_transfer(actor=actor, draft=draft, now=now).id)
    lines = tuple(PurchaseLineDraft(row.variant_key, row.asked or row.quantity) for row in rows)
    return create_order(
        actor=actor,
        supplier_id=first.supplier_id,
        place_key=first.place_key,
        draft=PurchaseDraft(lines, _expected_on(rows, now), note),
        now=now,
    )


def _expected_on(rows: Sequence[ProposalRow], now: datetime) -> date:
    return now.date() + timedelta(days=max(row.figures["lead_days"] for row in rows))


def _told(rows: Sequence[ProposalRow]) -> tuple[Accepted, ...]:
    documents: dict[str, list[ProposalRow]] = {}
    for row in rows:
        documents.setdefault(row.document_id, []).append(row)
    return tuple(
        Accepted(
            document,
            ProposalKind(members[0].kind),
            members[0].place_key,
            members[0].from_place_key,
            members[0].supplier_id,
            tuple(row.id for row in members),
        )
        for document, members in documents.items()
    )
