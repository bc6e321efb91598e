"""An independent reading of the definitions, in plain Python over plain rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from statistics import mean, median
from typing import Any

from quanqu.kernel.time import Period

Rows = list[dict[str, Any]]
_GIVEN_BACK = ("return", "refund", "cancellation")


class Oracle:
    """Computes every metric over the tables of a random group for the places seen."""

    def __init__(self, world: Mapping[str, Rows], places: frozenset[int] | None) -> None:
        def seen(name: str) -> Rows:
            return [r for r in world[name] if places is None or r["place_key"] in places]

        self.told = seen("fact_order")
        self.orders = [o for o in self.told if o["status"] not in ("cancelled", "draft")]
        self.lines = [
            line
            for line in seen("fact_order_line")
            if line["status"] not in ("cancelled", "draft") and line["kind"] == "goods"
        ]
        self.refunds = seen("fact_refund")
        self.refund_lines = seen("fact_refund_line")
        self.payments = seen("fact_payment")
        owner = {r["subject_key"]: r["customer_key"] for r in world["dim_identity"]}
        self.history: dict[int, list[date]] = defaultdict(list)
        for order in self.orders:
            order["customer"] = owner.get(order["subject_key"])
            if order["customer"] is not None:
                self.history[order["customer"]].append(order["business_date"])
        for days in self.history.values():
            days.sort()

    def money(self, code: str, period: Period, channel: str | None) -> dict[str, float]:
        """Return a metric of money by currency; currencies without any amount are left out."""
        sold = _by_currency(self._in(self.orders, period, channel), "total_minor")
        refunds = self._in(self.refunds, period, channel)
        back = _by_currency((r for r in refunds if r["kind"] in _GIVEN_BACK), "amount_minor")
        items = _by_currency(self._in(self.lines, period, channel), "amount_minor")
        given = _by_currency(
            (
                line
                for line in self._in(self.refund_lines, period, channel)
                if line["kind"] in _GIVEN_BACK and line["line_kind"] == "goods"
            ),
            "amount_minor",
        )
        paid = (
            p
            for p in self._in(self.payments, period, channel)
            if p["status"] in ("captured", "refunded")
        )
        adjusted = (r for r in refunds if r["kind"] == "adjustment")
        orders = self._in(self.orders, period, channel)
        return {
            "discounts_amount": lambda: _by_currency(orders, "discount_minor"),
            "shipping_amount": lambda: _by_currency(orders, "shipping_minor"),
            "tax_amount": lambda: _by_currency(orders, "tax_minor"),
            "gross_sales": lambda: sold,
            "refunds_amount": lambda: back,
            "net_sales": lambda: _minus(sold, back),
            "adjustments_amount": lambda: _by_currency(adjusted, "amount_minor"),
            "payments_total": lambda: _by_currency(paid, "amount_minor"),
            "product_sales": lambda: items,
            "product_refunds": lambda: given,
            "net_product_sales": lambda: _minus(items, given),
        }[code]()

    def count(self, code: str, period: Period, channel: str | None) -> float | None:
        """Return a metric that has no currency."""
        orders = self._in(self.orders, period, channel)
        times: dict[int, int] = defaultdict(int)
        for order in orders:
            if order["customer"] is not None:
                times[order["customer"]] += 1
        first = {customer: days[0] for customer, days in self.history.items()}
        told = self._in(self.told, period, channel)
        cancelled = [order for order in told if order["status"] == "cancelled"]
        refunds = [r for r in self._in(self.refunds, period, channel) if r["kind"] in _GIVEN_BACK]
        figures: dict[str, Callable[[], float | None]] = {
            "orders_of_any_status": lambda: len(told),
            "cancelled_orders": lambda: len(cancelled),
            "cancellation_rate": lambda: _per(
                len(cancelled), sum(order["status"] != "draft" for order in told)
            ),
            "guest_order_rate": lambda: _per(
                sum(order["subject_key"] is None for order in orders), len(orders)
            ),
            "discounted_order_rate": lambda: _per(
                sum(order["discount_minor"] > 0 for order in orders), len(orders)
            ),
            "refunds": lambda: len(refunds),
            "refund_delay_days": lambda: self._delay(refunds),
            "units_returned": lambda: sum(
                line["quantity"]
                for line in self._in(self.refund_lines, period, channel)
                if line["kind"] in _GIVEN_BACK and line["line_kind"] == "goods"
            ),
            "products_sold": lambda: len(self._products(period, channel)),
            "products_sold_once": lambda: sum(
                len(found) == 1 for found in self._products(period, channel).values()
            ),
            "orders_per_customer": lambda: _per(sum(times.values()), len(times)),
            "multichannel_customers": lambda: self._crossers(period, channel),
            "multichannel_customer_rate": lambda: _per(self._crossers(period, channel), len(times)),
            "orders": lambda: len(orders),
            "units_sold": lambda: sum(o["item_count"] for o in orders),
            "items_per_order": lambda: (
                sum(o["item_count"] for o in orders) / len(orders) if orders else None
            ),
            "customers": lambda: len(times),
            "new_customers": lambda: sum(first[c] >= period.first for c in times),
            "returning_customers": lambda: sum(first[c] < period.first for c in times),
            "repeat_purchase_rate": lambda: (
                sum(n >= 2 for n in times.values()) / len(times) if times else None
            ),
        }
        return figures[code]()

    def spending(
        self, period: Period, channel: str | None
    ) -> dict[str, tuple[float, float | None]]:
        """Return by currency: what a customer spent on average, the share of the best tenth."""
        spent: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for order in self._in(self.orders, period, channel):
            if order["customer"] is not None:
                spent[order["currency"]][order["customer"]] += order["total_minor"]
        found = {}
        for currency, of in spent.items():
            ranked, total = sorted(of.values(), reverse=True), sum(of.values())
            best = sum(ranked[: -(-len(ranked) // 10)])
            found[currency] = (total / len(ranked), _per(best, total))
        return found

    def _delay(self, refunds: Rows) -> float | None:
        ordered = {order["order_key"]: order["business_date"] for order in self.told}
        linked = [r for r in refunds if r["order_key"] in ordered]
        days = [(r["business_date"] - ordered[r["order_key"]]).days for r in linked]
        return mean(days) if days else None

    def _products(self, period: Period, channel: str | None) -> dict[int, set[int]]:
        orders: dict[int, set[int]] = defaultdict(set)
        for line in self._in(self.lines, period, channel):
            if line["product_key"] is not None:
                orders[line["product_key"]].add(line["order_key"])
        return orders

    def _crossers(self, period: Period, channel: str | None) -> int:
        channels: dict[int, set[str]] = defaultdict(set)
        for order in self._in(self.orders, period, channel):
            if order["customer"] is not None:
                channels[order["customer"]].add(order["channel"])
        return sum(len(found) >= 2 for found in channels.values())

    def gaps(self, period: Period) -> tuple[float | None, float | None]:
        """Return the mean and the median of days between consecutive orders."""
        found = [
            (later - earlier).days
            for days in self.history.values()
            for earlier, later in pairwise(days)
            if period.first <= later <= period.last
        ]
        return (mean(found), float(median(found))) if found else (None, None)

    def repeaters(self) -> dict[date, int]:
        """Return by month of first order how many customers ordered again."""
        counts: dict[date, int] = defaultdict(int)
        for days in self.history.values():
            counts[days[0].replace(day=1)] += len(days) >= 2
        return dict(counts)

    def cohorts(self) -> dict[tuple[date, int], int]:
        """Return customers by month of first order and months since."""
        counts: dict[tuple[date, int], int] = defaultdict(int)
        for days in self.history.values():
            first = days[0].replace(day=1)
            for month in {day.replace(day=1) for day in days}:
                counts[first, (month.year - first.year) * 12 + month.month - first.month] += 1
        return dict(counts)

    def rfm(self, period: Period) -> dict[tuple[int, int, int, str], int]:
        """Return customers by fifths of recency, frequency and money, and main currency."""
        spent: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        last: dict[int, date] = {}
        for order in self._in(self.orders, period, None):
            if (customer := order["customer"]) is not None:
                spent[customer][order["currency"]].append(order["total_minor"])
                last[customer] = max(order["business_date"], last.get(customer, date.min))
        main = {c: min(of, key=lambda x: (-len(of[x]), x)) for c, of in spent.items()}
        often = {c: sum(map(len, of.values())) for c, of in spent.items()}
        worth = {c: sum(spent[c][main[c]]) for c in spent}
        counts: dict[tuple[int, int, int, str], int] = defaultdict(int)
        for customer in spent:
            peers = [worth[c] for c in spent if main[c] == main[customer]]
            key = (
                _fifth(last[customer], list(last.values())),
                _fifth(often[customer], list(often.values())),
                _fifth(worth[customer], peers),
                main[customer],
            )
            counts[key] += 1
        return dict(counts)

    def _in(self, rows: Rows, period: Period, channel: str | None) -> Rows:
        return [
            row
            for row in rows
            if period.first <= row["business_date"] <= period.last
            and channel in (None, row["channel"])
        ]


def _fifth(value: Any, values: list[Any]) -> int:
    return sum(other < value for other in values) * 5 // len(values) + 1


def _per(above: float, below: float) -> float | None:
    return above / below if below else None


def _by_currency(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, float]:
    totals: dict[str, float] = defaultdict(int)
    for row in rows:
        totals[row["currency"]] += row[column]
    return {currency: total for currency, total in totals.items() if total}


def _minus(left: Mapping[str, float], right: Mapping[str, float]) -> dict[str, float]:
    return {c: left.get(c, 0) - right.get(c, 0) for c in {*left, *right}}
