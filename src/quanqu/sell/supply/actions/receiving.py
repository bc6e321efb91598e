"""Take goods in that came for an order, and share the costs beside them out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import decode, encode
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory.contracts import Posting
from quanqu.sell.inventory.facade import post_movements
from quanqu.sell.supply.actions.allowed import MANAGE, VIEW, lock_order
from quanqu.sell.supply.actions.drafting import write_history
from quanqu.sell.supply.contracts import (
    ChargeDraft,
    GoodsReceived,
    OrderAct,
    OrderMoveError,
    PurchaseState,
    Receipt,
    ReceiptDraft,
    ReceiptNotFoundError,
    ReceiptReferenceError,
    ShareBasis,
    SupplyPlaceError,
)
from quanqu.sell.supply.models import Charge, ChargeShare, PurchaseLine, PurchaseOrder, ReceiptLine
from quanqu.sell.supply.models import Receipt as ReceiptRow
from quanqu.sell.supply.queries.orders import line_info
from quanqu.sell.supply.queries.receipts import receipt_infos
from quanqu.sell.supply.rules.costing import share_out
from quanqu.sell.supply.rules.machine import follow, state_after_receipt
from quanqu.sell.supply.rules.receiving import (
    check_receipt,
    check_time,
    receipt_movements,
    rest_of,
)

__all__ = ["receive_goods", "record_charge"]


def receive_goods(*, actor: Actor, order_id: str, draft: ReceiptDraft, now: datetime) -> Receipt:
    """Take a delivery in: on hand, off what is incoming, damaged units apart, in one posting.

    The same reference of an order with the same lines again is the receipt that is there.
    Locks: the order, then levels.  Emits: GoodsReceived.
    Raises: PurchaseOrderNotFoundError, OrderMoveError, ReceiptLineError, OverDeliveryError,
    ReceiptReferenceError; NotAllowedError, also without stock.manage at the place.
    """
    with transaction.atomic():
        order = lock_order(actor, VIEW, order_id)
        _require_stock(actor, order)
        there = order.receipts.filter(reference=draft.reference.strip()).first()
        if there is not None:
            return _again(there, draft)
        state = PurchaseState(order.state)
        if follow(state, OrderAct.RECEIVE) is None:
            raise OrderMoveError(ref=order.number, state=state.value)
        rows = {row.line_no: row for row in order.lines.select_for_update()}
        lines = {number: line_info(row, order.currency) for number, row in rows.items()}
        check_receipt(draft, lines)
        check_time(draft.received_at, sent_at=order.sent_at, now=now)
        receipt = _write(actor, order, draft, rows, now)
        posting = Posting(
            receipt_movements(draft, lines, order.place_key),
            draft.received_at,
            "supply",
            reason=order.number,
            ref=encode("pur", order.id),
            once=encode("rcp", receipt.id),
        )
        post_movements(actor=actor, posting=posting, now=now)
        order.state = state_after_receipt([row.waiting for row in rows.values()]).value
        order.updated_at = now
        order.save(update_fields=["state", "updated_at"])
        write_history(order, actor, OrderAct.RECEIVE, now, reason=receipt.reference)
        came = [one.line_no for one in draft.lines if one.good]
        emit(
            GoodsReceived(
                receipt_id=encode("rcp", receipt.id),
                order_id=encode("pur", order.id),
                place_key=order.place_key,
                variant_keys=sorted(rows[number].variant_key for number in came),
            ),
            now=now,
        )
    return receipt_infos([receipt])[0]


def record_charge(*, actor: Actor, receipt_id: str, draft: ChargeDraft, now: datetime) -> Receipt:
    """Share freight, duty, insurance or another cost out over the lines of a receipt.

    Weights the catalogue knows need not be told.  A wrong cost is undone by the same below zero.
    Raises: ReceiptNotFoundError, NotAllowedError, ChargeError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    with transaction.atomic():
        locked = ReceiptRow.objects.select_for_update(of=("self",))
        row = locked.select_related("order__supplier").filter(id=decode("rcp", receipt_id)).first()
        if row is None or not (scope.everything or row.place_key in scope.places):
            raise ReceiptNotFoundError(ref=receipt_id)
        (info,) = receipt_infos([row])
        shares = share_out(draft, info.lines, _weights(draft, info))
        charge = Charge.objects.create(
            receipt=row,
            kind=draft.kind.value,
            amount_minor=draft.amount_minor,
            basis=draft.basis.value,
            reference=draft.reference,
            recorded_at=now,
            actor_name=actor.name,
        )
        lines = {line.line.line_no: line for line in row.lines.select_related("line")}
        ChargeShare.objects.bulk_create(
            ChargeShare(charge=charge, line=lines[number], share_minor=share)
            for number, share in shares.items()
        )
        record(
            actor=actor,
            action="supply.record_charge",
            subject=receipt_id,
            after={"kind": draft.kind.value, "amount_minor": draft.amount_minor},
            now=now,
        )
        return receipt_infos([row])[0]


def _require_stock(actor: Actor, order: PurchaseOrder) -> None:
    actor.require("stock.manage")
    scope = actor.scope("stock.manage")
    if not (scope.everything or order.place_key in scope.places):
        raise SupplyPlaceError(ref=order.place_key)


def _again(row: ReceiptRow, draft: ReceiptDraft) -> Receipt:
    (there,) = receipt_infos([row])
    told = {one.line_no: (one.good, one.damaged) for one in draft.lines if one.good or one.damaged}
    if told != {line.line_no: (line.good, line.damaged) for line in there.lines}:
        raise ReceiptReferenceError(ref=draft.reference)
    return there


def _write(
    actor: Actor,
    order: PurchaseOrder,
    draft: ReceiptDraft,
    rows: Mapping[int, PurchaseLine],
    now: datetime,
) -> ReceiptRow:
    receipt = ReceiptRow.objects.create(
        order=order,
        company_key=order.company_key,
        place_key=order.place_key,
        reference=draft.reference.strip(),
        received_at=draft.received_at,
        recorded_at=now,
        actor_name=actor.name,
        note=draft.note,
    )
    came = [one for one in draft.lines if one.good or one.damaged]
    for one in came:
        row = rows[one.line_no]
        row.received += one.good + one.damaged
        row.damaged += one.damaged
        row.waiting = rest_of(row.ordered, row.received)
    PurchaseLine.objects.bulk_update(
        [rows[one.line_no] for one in came], ["received", "damaged", "waiting"]
    )
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            line=rows[one.line_no],
            good=one.good,
            damaged=one.damaged,
            unit_cost_minor=rows[one.line_no].unit_cost_minor,
        )
        for one in came
    )
    return receipt


def _weights(draft: ChargeDraft, receipt: Receipt) -> dict[int, int]:
    if draft.basis is not ShareBasis.WEIGHT:
        return {}
    labels = variant_labels(variant_keys={line.variant_key for line in receipt.lines})
    found = {
        line.line_no: label.weight_g
        for line in receipt.lines
        if (label := labels.get(line.variant_key)) and label.weight_g
    }
    return {**found, **draft.weights_g}
