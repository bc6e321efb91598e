"""What settled returns took of an order: units and money by line, for who writes its invoices."""

from uuid import UUID

from quanqu.kernel.ids import encode
from quanqu.kernel.money import allocate
from quanqu.sell.orders.contracts import OrderNotFoundError
from quanqu.sell.returns.contracts import (
    Sale,
    SaleNotFoundError,
    SettledReturn,
    SettledShare,
)
from quanqu.sell.returns.models import Return, ReturnLine
from quanqu.sell.returns.queries.sales import read_sale, require_sold

__all__ = ["settled_returns", "sold_order"]


def sold_order(*, order_id: UUID) -> Sale:
    """Return an order whose goods reached the buyer, as it stands; no rights are checked here.

    Raises: SaleNotFoundError, SaleStateError.
    """
    try:
        sale = read_sale(order_id)
    except OrderNotFoundError:
        raise SaleNotFoundError(ref=encode("ord", order_id)) from None
    require_sold(order_id, sale)
    return sale


def settled_returns(*, order_id: UUID) -> tuple[SettledReturn, ...]:
    """Return the settled returns of an order in their order; no rights are checked here.

    What a return gave back is shared over its lines, after their fees, and the shipping: the shares
    make its refund exactly.
    """
    rows = list(Return.objects.filter(order_id=order_id, state="settled").order_by("key"))
    lines: dict[int, list[ReturnLine]] = {row.key: [] for row in rows}
    for line in ReturnLine.objects.filter(return_key__in=list(lines)).order_by("line_no"):
        lines[line.return_key].append(line)
    return tuple(_settled(row, lines[row.key]) for row in rows)


def _settled(row: Return, lines: list[ReturnLine]) -> SettledReturn:
    weights = [max(line.goods_minor - line.fee_minor, 0) for line in lines]
    *amounts, shipping = allocate(row.refund_minor, [*weights, row.shipping_minor])
    units = [line.quantity if row.keeps_goods else line.accepted for line in lines]
    return SettledReturn(
        return_id=row.id,
        place_key=row.place_key,
        company_key=row.company_key,
        lines=tuple(
            SettledShare(line.line_no, line.variant_key, count, amount)
            for line, count, amount in zip(lines, units, amounts, strict=True)
        ),
        shipping_minor=shipping,
    )
