"""What the units of an order are worth when they come back, to the minor unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quanqu.kernel.money import allocate
from quanqu.sell.orders.contracts import LineKind, LineRow, OrderDetail, RefundLineRow

__all__ = ["Worths", "goods_of", "taken_back", "worth_of_units", "worths"]

_GOODS = frozenset({LineKind.GOODS, LineKind.GIFT_CARD})


@dataclass(frozen=True, slots=True)
class Worths:
    """What goods are worth by line, each line's share of the shipping, and the shipping in all."""

    goods: Mapping[int, int]
    shipping: Mapping[int, int]
    shipping_minor: int


def goods_of(detail: OrderDetail) -> list[LineRow]:
    """Return the lines that can come back: goods of at least one unit and not below nothing."""
    return [
        line
        for line in detail.lines
        if line.kind in _GOODS and line.quantity > 0 and line.amount.minor >= 0
    ]


def worths(detail: OrderDetail) -> Worths:
    """Spread discounts, adjustments and tax of an order over its goods, by largest remainder.

    Fees are not given back.  The goods and the shipping make the total without fees, except where
    discounts exceed a line.  Source: docs/rules/returns.md#worth.
    """
    lines = goods_of(detail)
    amounts = [line.amount.minor for line in lines]
    spread = detail.goods.minor - sum(amounts)  # discounts and adjustments are negative lines
    parts = allocate(spread, amounts) if lines else []
    net = [max(amount + part, 0) for amount, part in zip(amounts, parts, strict=True)]
    shipping = max(detail.shipping.minor, 0)
    if not detail.is_tax_included and detail.tax.minor > 0 and lines:
        *taxes, on_shipping, _ = allocate(
            detail.tax.minor, [*net, shipping, max(detail.fee.minor, 0)]
        )
        net = [worth + tax for worth, tax in zip(net, taxes, strict=True)]
        shipping += on_shipping
    shares = allocate(shipping, net) if lines else []
    numbers = [line.line_no for line in lines]
    return Worths(
        goods=dict(zip(numbers, net, strict=True)),
        shipping=dict(zip(numbers, shares, strict=True)),
        shipping_minor=shipping,
    )


def worth_of_units(total: int, units: int, *, before: int, count: int) -> int:
    """Return what `count` units are worth after `before` of `units` were given back.

    The units of a line share its worth by largest remainder, the first get the odd minor units: all
    of them together are worth exactly `total`, in whatever portions they come.
    """
    each, odd = divmod(total, units)

    def until(number: int) -> int:
        return number * each + min(number, odd)

    return until(before + count) - until(before)


def taken_back(lines: Sequence[LineRow], refunds: Sequence[RefundLineRow]) -> dict[int, int]:
    """Return how many units of each line the channel took back itself, by line number.

    A refund's line is counted to the first lines of the same item that still have units.
    """
    taken = {line.line_no: 0 for line in lines}
    for refund in refunds:
        left = max(refund.quantity, 0)
        for line in lines:
            is_same = (
                refund.variant_key == line.variant_key
                if refund.variant_key is not None
                else bool(refund.sku) and refund.sku == line.sku
            )
            if is_same and left:
                part = min(left, line.quantity - taken[line.line_no])
                taken[line.line_no] += part
                left -= part
    return taken
