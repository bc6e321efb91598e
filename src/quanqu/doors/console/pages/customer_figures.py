"""What the customers of a page bought, in cells."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

from quanqu.doors.console.kit.cells import Cell, count_cell, day_cell, money_cell, text_cell
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.money import Money
from quanqu.know.customers.contracts import CustomerRow
from quanqu.sell.orders.contracts import BuyerTotals
from quanqu.sell.orders.facade import buyer_totals

__all__ = ["Bought"]


class Bought:
    """Orders, net sales and last order of some customers, read at once."""

    def __init__(self, frame: Frame, rows: Sequence[CustomerRow]) -> None:
        self._frame = frame
        self._found: dict[int, list[BuyerTotals]] = defaultdict(list)
        if not frame.person.can("orders.view"):
            return
        owner = {one.subject_key: row.key for row in rows for one in row.identifiers}
        for found in buyer_totals(actor=frame.actor, subject_keys=owner.keys()):
            self._found[owner[found.subject_key]].append(found)

    def orders(self, row: CustomerRow) -> Cell:
        """Tell how many orders a customer placed; leads to them."""
        count = sum(found.order_count for found in self._found.get(row.key, ()))
        customer = ids.encode("cus", row.id)
        href = self._frame.link(reverse("console:orders"), customer=customer)
        return count_cell(count, href=href) if count else Cell("–", plain=0)

    def sales(self, row: CustomerRow) -> Cell:
        """Tell net sales, each currency apart."""
        net: dict[str, int] = defaultdict(int)
        for one in self._found.get(row.key, ()):
            net[one.net.currency] += one.net.minor
        amounts = [
            money_cell(Money(minor, code), with_code=len(net) > 1)
            for code, minor in sorted(net.items())
        ]
        return amounts[0] if len(amounts) == 1 else text_cell(" · ".join(c.text for c in amounts))

    def last(self, row: CustomerRow) -> Cell:
        """Tell the business day of the last order."""
        days = [found.last_on for found in self._found.get(row.key, ())]
        return day_cell(max(days, default=None), self._frame.language)
