"""Ready beginnings of audiences: title, what for, definition; those the data can answer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from quanqu.know.audiences.contracts import VERSION

__all__ = ["DISCOUNTS", "Starter", "starters"]

_BUY, _VIEW, _CART = "Order Completed", "Product Viewed", "Product Added"
_OPEN = "Email Opened"
_CHAMPION_MINOR, _SPENT_MINOR = 50_000, 100_000
# How orders tell of a discount (Segment e-commerce v2): a coupon, or an amount taken off.
DISCOUNTS: Final = ("properties.coupon", "properties.discount")


@dataclass(frozen=True, slots=True)
class Starter:
    """A beginning: its code, its words, the events it asks for, and the rule."""

    code: str
    title: str
    text: str
    needed: tuple[str, ...]
    match: dict[str, Any]

    @property
    def definition(self) -> dict[str, Any]:
        """The whole definition."""
        return {"version": VERSION, "match": self.match}


def starters(
    found: Collection[str], currency: str, discounts: Collection[str] = ()
) -> list[Starter]:
    """Return the beginnings whose events are in the data.

    `currency` is what amounts are in; `discounts` are those of DISCOUNTS that orders have.
    """
    told = [*_by_value(currency), *_by_time(), *_by_habit(discounts), *_by_contact()]
    return [one for one in told if set(one.needed) <= set(found)]


def _by_value(currency: str) -> Iterator[Starter]:
    if currency:
        yield Starter(
            "champions",
            _("Champions"),
            _("Recent, frequent and high spend: within 30 days, four orders, 500 in a year."),
            (_BUY,),
            _all(
                _recency("lte", 30),
                _event(_BUY, 365, value=4),
                _spent(currency, _CHAMPION_MINOR),
            ),
        )
        yield Starter(
            "spent_most",
            _("Spent most"),
            _("Orders for 1,000 or more within a year."),
            (_BUY,),
            _spent(currency, _SPENT_MINOR),
        )
    yield Starter(
        "bought_again",
        _("Bought again"),
        _("Two orders or more in a year: those who come back."),
        (_BUY,),
        _event(_BUY, 365, value=2),
    )
    yield Starter(
        "one_time",
        _("One-time buyers"),
        _("One order ever: win the second one."),
        (_BUY,),
        {**_event(_BUY, None), "op": "eq"},
    )


def _by_time() -> Iterator[Starter]:
    yield Starter(
        "new",
        _("New this month"),
        _("The first order within the last 30 days: welcome them."),
        (_BUY,),
        {
            "kind": "event",
            "event": _BUY,
            "measure": "first",
            "op": "within_last",
            "value": 30,
        },
    )
    yield Starter(
        "lapsing",
        _("Lapsing"),
        _("Two orders or more in a year, but none within 90 days: win them back."),
        (_BUY,),
        _all(_event(_BUY, 365, value=2), _not(_event(_BUY, 90))),
    )
    yield Starter(
        "at_risk",
        _("At risk"),
        _("Four orders or more ever, the last one 180 days ago or earlier."),
        (_BUY,),
        _all(_event(_BUY, None, value=4), _recency("gte", 180)),
    )
    yield Starter(
        "festival",
        _("Bought at the last shopping festival"),
        _("An order from 3 days before to 3 days after it."),
        (_BUY,),
        {
            "kind": "event",
            "event": _BUY,
            "window": {
                "festival": {"code": "shopping_festival", "days_before": 3, "days_after": 3}
            },
        },
    )


def _by_habit(discounts: Collection[str]) -> Iterator[Starter]:
    yield Starter(
        "cart_left",
        _("Left the cart"),
        _("Put something into the cart within 7 days without an order."),
        (_CART, _BUY),
        _all(_event(_CART, 7), _not(_event(_BUY, 7))),
    )
    yield Starter(
        "looked",
        _("Looked, did not buy"),
        _("Viewed products within 30 days without an order."),
        (_VIEW, _BUY),
        _all(_event(_VIEW, 30), _not(_event(_BUY, 30))),
    )
    yield Starter(
        "store_only",
        _("Store only"),
        _("Buys in stores and nowhere else: invite them to the web shop."),
        (_BUY,),
        _all(
            _ordered({"field": "channel", "value": "store"}),
            _not(_ordered({"field": "channel", "op": "ne", "value": "store"})),
        ),
    )
    if "properties.coupon" in discounts:
        with_it: dict[str, Any] = {"field": "properties.coupon", "op": "exists"}
        without: list[dict[str, Any]] = [{"field": "properties.coupon", "op": "not_exists"}]
    else:
        with_it = {"field": "properties.discount", "op": "gt", "value": 0}
        without = [
            {"field": "properties.discount", "op": "lte", "value": 0},
            {"field": "properties.discount", "op": "not_exists"},
        ]
    if discounts:
        yield Starter(
            "discount_only",
            _("Discount only"),
            _("Every order came with a discount: spare the margin."),
            (_BUY,),
            _all(_ordered(with_it), *(_not(_ordered(one)) for one in without)),
        )


def _by_contact() -> Iterator[Starter]:
    yield Starter(
        "reachable",
        _("Reachable by e-mail"),
        _("Allows marketing by e-mail and has an address."),
        (),
        {"kind": "consent", "purpose": "marketing", "channel": "email", "is_reachable": True},
    )
    yield Starter(
        "birthday",
        _("Birthday soon"),
        _("A birthday within the next 14 days: a greeting and a gift."),
        (),
        {"kind": "birthday", "to_days": 14},
    )
    yield Starter(
        "reads",
        _("Reads but does not buy"),
        _("Opened e-mails within 90 days without an order."),
        (_OPEN, _BUY),
        _all(_event(_OPEN, 90), _not(_event(_BUY, 90))),
    )


def _all(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "and", "nodes": list(nodes)}


def _not(node: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "not", "node": node}


def _event(name: str, days: int | None, *, value: int = 1) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "event", "event": name, "op": "gte", "value": value}
    return {**rule, "window": {"last_days": days}} if days else rule


def _ordered(where: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "event", "event": _BUY, "where": [where]}


def _recency(op: str, days: int) -> dict[str, Any]:
    return {"kind": "event", "event": _BUY, "measure": "recency", "op": op, "value": days}


def _spent(currency: str, minor: int) -> dict[str, Any]:
    return {
        **_event(_BUY, 365, value=minor),
        "measure": "sum",
        "of": "revenue_minor",
        "where": [{"field": "currency", "op": "eq", "value": currency}],
    }
