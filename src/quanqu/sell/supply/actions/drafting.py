"""Make purchase orders and change them: a draft freely, what was sent only to less or later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.catalog.facade import variant_keys, variant_labels
from quanqu.sell.inventory.contracts import Posting
from quanqu.sell.inventory.facade import post_movements
from quanqu.sell.supply.actions.allowed import MANAGE, lock_order, require_place
from quanqu.sell.supply.contracts import (
    ItemCost,
    OrderAct,
    OrderChangeError,
    OrderMoveError,
    PurchaseDraft,
    PurchaseLineError,
    PurchaseState,
    SupplierFieldError,
    SupplierNotFoundError,
)
from quanqu.sell.supply.models import (
    BuyingRule,
    OrderHistory,
    PurchaseLine,
    PurchaseOrder,
    Supplier,
)
from quanqu.sell.supply.queries.orders import line_info
from quanqu.sell.supply.queries.scoping import supplier_row
from quanqu.sell.supply.queries.suppliers import current_costs, rules_of
from quanqu.sell.supply.rules.checks import check_draft
from quanqu.sell.supply.rules.machine import follow, state_after_receipt
from quanqu.sell.supply.rules.receiving import check_shrinking, incoming, most_of, rest_of

__all__ = ["change_order", "create_order", "write_history"]


def create_order(
    *, actor: Actor, supplier_id: str, place_key: int, draft: PurchaseDraft, now: datetime
) -> str:
    """Make a draft of a purchase order to a place, and return its id.

    Lines without a cost get what the supplier's item costs today.
    Raises: NotAllowedError, SupplyPlaceError, SupplierNotFoundError (also of another company),
    SupplierFieldError, PurchaseLineError.
    """
    place = require_place(actor, MANAGE, place_key)
    supplier = supplier_row(actor, supplier_id)
    if supplier.company_key != place.company_key:
        raise SupplierNotFoundError(ref=supplier_id)
    if not supplier.is_active:
        raise SupplierFieldError(field="supplier", reason="it is not active")
    with transaction.atomic():
        order = PurchaseOrder.objects.create(
            company_key=place.company_key,
            place_key=place_key,
            supplier=supplier,
            number=_next_number(place.company_key),
            state=PurchaseState.DRAFT.value,
            currency=supplier.currency,
            created_at=now,
            updated_at=now,
        )
        _replace_lines(order, supplier, draft, now)
        write_history(order, actor, OrderAct.CREATE, now)
    return encode("pur", order.id)


def change_order(*, actor: Actor, order_id: str, draft: PurchaseDraft, now: datetime) -> None:
    """Replace what is ordered.

    A draft changes freely.  What was submitted or approved becomes a draft again, of the next
    version.  What was sent takes fewer units and other days only, as its next version; incoming
    stock follows.
    Raises: PurchaseOrderNotFoundError, NotAllowedError, OrderMoveError, OrderChangeError,
    PurchaseLineError.
    """
    with transaction.atomic():
        order = lock_order(actor, MANAGE, order_id)
        state = PurchaseState(order.state)
        to = follow(state, OrderAct.CHANGE)
        if to is None:
            raise OrderMoveError(ref=order.number, state=state.value)
        before = _said(order)
        if state is not PurchaseState.DRAFT:
            order.version += 1
        if to is PurchaseState.DRAFT:
            order.state, order.submitted_by = to.value, ""
            _replace_lines(order, order.supplier, draft, now)
        else:
            _shrink(actor, order, draft, now)
        write_history(
            order, actor, OrderAct.CHANGE, now, lines=[] if state is PurchaseState.DRAFT else before
        )


def write_history(
    order: PurchaseOrder,
    actor: Actor,
    act: OrderAct,
    now: datetime,
    *,
    reason: str = "",
    lines: Sequence[dict[str, Any]] = (),
) -> None:
    """Note what was done to an order."""
    OrderHistory.objects.create(
        order=order,
        at=now,
        actor_id=actor.id,
        actor_name=actor.name,
        act=act.value,
        state=order.state,
        version=order.version,
        reason=reason,
        lines=list(lines),
    )


def _next_number(company_key: int) -> str:
    rules = rules_of(company_key)
    BuyingRule.objects.get_or_create(company_key=company_key, defaults={"currency": rules.currency})
    row = BuyingRule.objects.filter(company_key=company_key)
    row.update(last_number=F("last_number") + 1)
    return f"PO-{row.values_list('last_number', flat=True).get():06d}"


def _replace_lines(
    order: PurchaseOrder, supplier: Supplier, draft: PurchaseDraft, now: datetime
) -> None:
    keys = [line.variant_key for line in draft.lines]
    costs = current_costs(supplier, keys, now.date())
    check_draft(draft, costs)
    _require_items(order.company_key, keys)
    rate = rules_of(order.company_key).over_rate
    order.lines.all().delete()
    lines = []
    for number, line in enumerate(draft.lines, 1):
        cost: ItemCost | None = costs.get(line.variant_key)
        unit = line.unit_cost_minor
        lines.append(
            PurchaseLine(
                order=order,
                line_no=number,
                variant_key=line.variant_key,
                supplier_code=cost.supplier_code if cost else "",
                ordered=line.quantity,
                most=most_of(line.quantity, rate),
                unit_cost_minor=unit if unit is not None else cost.cost.minor if cost else 0,
                expected_on=line.expected_on,
            )
        )
    PurchaseLine.objects.bulk_create(lines)
    _head(order, draft, sum(line.ordered * line.unit_cost_minor for line in lines), now)


def _shrink(actor: Actor, order: PurchaseOrder, draft: PurchaseDraft, now: datetime) -> None:
    rows = list(order.lines.select_for_update().order_by("line_no"))
    wanted = check_shrinking(draft, [line_info(row, order.currency) for row in rows])
    if not any(wanted.values()):
        raise OrderChangeError(line=1, reason="nothing would be left: cancel the order")
    rate, days = (
        rules_of(order.company_key).over_rate,
        {line.variant_key: line.expected_on for line in draft.lines},
    )
    changes: dict[int, int] = {}
    for row in rows:
        quantity = wanted[row.line_no]
        rest = rest_of(quantity, row.received)
        changes[row.variant_key] = rest - row.waiting
        row.most = max(min(row.most, most_of(quantity, rate)), row.received)
        row.ordered, row.waiting = quantity, rest
        row.expected_on = days.get(row.variant_key, row.expected_on)
    PurchaseLine.objects.bulk_update(rows, ["ordered", "most", "waiting", "expected_on"])
    if any(row.received for row in rows):
        order.state = state_after_receipt([row.waiting for row in rows]).value
    movements = incoming(changes, order.place_key)
    if movements:
        posting = Posting(movements, now, "supply", reason="changed", ref=encode("pur", order.id))
        post_movements(actor=actor, posting=posting, now=now)
    _head(order, draft, sum(row.ordered * row.unit_cost_minor for row in rows), now)


def _head(order: PurchaseOrder, draft: PurchaseDraft, total_minor: int, now: datetime) -> None:
    order.expected_on, order.note = draft.expected_on, draft.note
    order.total_minor, order.updated_at = total_minor, now
    order.save()


def _require_items(company_key: int, keys: Sequence[int]) -> None:
    labels = variant_labels(variant_keys=set(keys))
    skus = [label.sku for label in labels.values()]
    own = set(variant_keys(company_key=company_key, skus=skus)["variant_key"].to_pylist())
    for number, key in enumerate(keys, 1):
        if key not in own:
            raise PurchaseLineError(line=number, reason="the company sells no such item")


def _said(order: PurchaseOrder) -> list[dict[str, Any]]:
    names = ("line_no", "variant_key", "ordered", "received", "unit_cost_minor")
    return [
        {name: getattr(line, name) for name in names} for line in order.lines.order_by("line_no")
    ]
