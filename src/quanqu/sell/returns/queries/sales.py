"""Orders as far as they can come back: what was paid, what came back, what it is worth."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.models import Sum

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import decode, encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_categories
from quanqu.sell.checkout.contracts import LiveOrderNotFoundError
from quanqu.sell.checkout.facade import get_live_order
from quanqu.sell.orders.contracts import (
    CAPTURED,
    GIVEN_BACK,
    NOT_SOLD,
    OrderDetail,
    OrderFilters,
    OrderNotFoundError,
    OrderStatus,
    RefundRow,
)
from quanqu.sell.orders.facade import get_order, list_orders, orders_by_id
from quanqu.sell.payments.contracts import PaymentView
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.returns.contracts import (
    Sale,
    SaleLine,
    SaleNotFoundError,
    SaleStateError,
    SaleTender,
)
from quanqu.sell.returns.models import Entry, Return, ReturnLine
from quanqu.sell.returns.models import Sale as SaleRow
from quanqu.sell.returns.models import SaleLine as SaleLineRow
from quanqu.sell.returns.queries.policies import companies_taken_back_at
from quanqu.sell.returns.queries.rights import MANAGE, may_at, require_place
from quanqu.sell.returns.rules.worth import goods_of, taken_back, worths

__all__ = ["currency_of", "find_sale", "get_sale", "payments_of", "read_sale", "require_sold"]

_ORDERS: Final = "orders.view"
_ARRIVING: Final = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED})
_MOST: Final = 20


def get_sale(*, actor: Actor, order_id: UUID, place_key: int, proof: int | None = None) -> Sale:
    """Return an order that may come back to a place, as far as it can.

    An order of another place than those whose orders the actor may see is shown to who knows its
    total (`proof`, minor units), as its receipt tells it.
    Raises: NotAllowedError, ReturnPlaceError, SaleNotFoundError, SaleStateError.
    """
    place = require_place(actor, MANAGE, place_key)
    ref = encode("ord", order_id)
    try:
        sale = read_sale(order_id)
    except OrderNotFoundError:
        raise SaleNotFoundError(ref=ref) from None
    is_known = may_at(actor, _ORDERS, sale.place_key) or proof == sale.total_minor
    if sale.company_key not in companies_taken_back_at(place.company_key) or not is_known:
        raise SaleNotFoundError(ref=ref)
    require_sold(order_id, sale)
    return sale


def find_sale(
    *, actor: Actor, text: str, place_key: int, proof: int | None = None
) -> tuple[Sale, ...]:
    """Return the orders of a number or outside id that may come back to a place, newest first.

    Those of other places than the actor's are found by their whole number and total alone.
    Raises: NotAllowedError, ReturnPlaceError.
    """
    place = require_place(actor, MANAGE, place_key)
    filters = OrderFilters(
        text=text.strip(), company_keys=companies_taken_back_at(place.company_key)
    )
    if not filters.text:
        return ()
    found = list_orders(actor=SYSTEM, filters=filters, limit=_MOST).items
    seen = [
        row
        for row in found
        if row.status not in NOT_SOLD
        and (
            may_at(actor, _ORDERS, row.place_key)
            or (proof == row.total.minor and filters.text in (row.number, row.external_id))
        )
    ]
    return tuple(read_sale(decode("ord", row.id)) for row in seen[:5])


def currency_of(*, order_id: UUID) -> str:
    """Return the currency of an order, to read amounts in; empty where there is no such order."""
    found = orders_by_id(order_ids=[order_id]).get(order_id)
    return found.total.currency if found else ""


def read_sale(order_id: UUID) -> Sale:
    """Return an order as far as it can come back; no rights are checked here.

    Raises: OrderNotFoundError.
    """
    detail = get_order(actor=SYSTEM, order_id=encode("ord", order_id))
    order, lines = detail.order, goods_of(detail)
    row = SaleRow.objects.filter(order_id=order_id).first()
    known = (
        {one.line_no: one for one in SaleLineRow.objects.filter(sale_key=row.key)} if row else {}
    )
    payments = payments_of(order_id)
    is_live = bool(payments) or _is_live(order_id)
    others = [] if is_live else _others(detail.refunds)
    elsewhere = taken_back(lines, [line for one in others for line in one.lines])
    given, told = _by_channel(row) if row and not is_live else (0, {})
    elsewhere = {no: max(count - told.get(no, 0), 0) for no, count in elsewhere.items()}
    worth = worths(detail)
    keys = {line.variant_key for line in lines if line.variant_key is not None}
    categories = variant_categories(variant_keys=keys)
    place = places_by_key(keys=[order.place_key])[order.place_key]
    refunded = row.refunded_minor if row else 0
    return Sale(
        order_id=order_id,
        number=order.number,
        place_key=order.place_key,
        company_key=order.company_key,
        channel=str(place.channel or ""),
        currency=order.total.currency,
        bought_on=order.business_date,
        subject_key=order.subject_key,
        is_live=is_live,
        paid_minor=_paid_here(payments, row) if is_live else _paid(detail, others, given),
        refunded_minor=refunded,
        total_minor=order.total.minor,
        shipping_minor=worth.shipping_minor,
        shipping_refunded_minor=row.shipping_refunded_minor if row else 0,
        lines=tuple(
            SaleLine(
                line_no=line.line_no,
                variant_key=line.variant_key,
                sku=line.sku,
                name=line.name,
                category=categories.get(line.variant_key or 0, ""),
                bought=line.quantity,
                claimed=known[line.line_no].claimed if line.line_no in known else 0,
                settled=known[line.line_no].settled if line.line_no in known else 0,
                elsewhere=elsewhere[line.line_no],
                worth_minor=worth.goods[line.line_no],
                shipping_minor=worth.shipping[line.line_no],
            )
            for line in lines
        ),
        tenders=tuple(
            SaleTender(one.id, one.tender, max(one.refundable_minor, 0)) for one in payments
        ),
    )


def payments_of(order_id: UUID) -> list[PaymentView]:
    """Return the payments of an order that was placed here; none where it was not."""
    name = encode("ord", order_id)
    return get_payments(actor=SYSTEM, references=[name])[name]


def require_sold(order_id: UUID, sale: Sale) -> None:
    """Refuse an order whose goods never reached anybody. Raises: SaleStateError."""
    status = get_order(actor=SYSTEM, order_id=encode("ord", order_id)).order.status
    if status in NOT_SOLD or (sale.is_live and status not in _ARRIVING):
        raise SaleStateError(ref=sale.number or encode("ord", order_id), state=status.value)


def _is_live(order_id: UUID) -> bool:
    """Tell whether an order without payments was placed here."""
    try:
        get_live_order(actor=SYSTEM, order_id=order_id)
    except LiveOrderNotFoundError:
        return False
    return True


def _others(refunds: Sequence[RefundRow]) -> list[RefundRow]:
    """Return what the channel gave back itself: all but what returns recorded there."""
    return [
        one for one in refunds if one.kind in GIVEN_BACK and not one.external_id.startswith("ret_")
    ]


def _by_channel(row: SaleRow) -> tuple[int, dict[int, int]]:
    """Return what returns left to the channel to give back: the money, and units by line.

    The channel tells of it in its own time, which must not count a second time.
    """
    entries = Entry.objects.filter(
        tender="channel", return_key__in=Return.objects.filter(sale=row).values("key")
    )
    amounts = dict(entries.values_list("return_key").annotate(Sum("amount_minor")).order_by())
    keeping = set(
        Return.objects.filter(key__in=list(amounts), keeps_goods=True).values_list("key", flat=True)
    )
    units: dict[int, int] = {}
    for line in ReturnLine.objects.filter(return_key__in=list(amounts)):
        count = line.quantity if line.return_key in keeping else line.accepted
        units[line.line_no] = units.get(line.line_no, 0) + count
    return sum(amounts.values()), units


def _paid(detail: OrderDetail, others: Sequence[RefundRow], given: int) -> int:
    """What a channel took and did not give back itself; its total where it told no payments.

    `given`: what returns left to it to give back.
    """
    taken = sum(one.amount.minor for one in detail.payments if one.status in CAPTURED)
    paid = taken if detail.payments else detail.order.total.minor
    return max(paid - max(sum(one.amount.minor for one in others) - given, 0), 0)


def _paid_here(payments: Sequence[PaymentView], row: SaleRow | None) -> int:
    """What payments took and did not give back but for returns."""
    gone = sum(one.refunded_minor + one.refunding_minor for one in payments)
    asked = row.asked_minor if row else 0
    return sum(one.captured_minor for one in payments) - max(gone - asked, 0)
