"""The published rules: ten that a builder asks, and two hundred audiences that share many rules."""

from typing import Any

from bench._audience_data import CATEGORIES, COUNTRIES

VIEW, CART, BUY, OPEN, VISIT, COUPON = (
    "Product Viewed",
    "Product Added",
    "Order Completed",
    "Email Opened",
    "Store Visited",
    "Coupon Applied",
)
Rule = dict[str, Any]


def event(name: str, *, days: int = 0, where: list[Rule] | None = None, **more: Any) -> Rule:
    """Write an event rule."""
    window = {"window": {"last_days": days}} if days else {}
    return {"kind": "event", "event": name, **window, "where": where or [], **more}


def category(*names: str) -> list[Rule]:
    """Write a condition on the category."""
    return [{"field": "category", "op": "in", "value": list(names)}]


def lives_in(*codes: str) -> Rule:
    """Write a condition on the country."""
    return {"kind": "profile", "field": "country", "op": "in", "value": list(codes)}


def tag(name: str) -> Rule:
    """Write a condition on a tag."""
    return {"kind": "profile", "field": "tags", "op": "contains", "value": name}


def both(*nodes: Rule) -> Rule:
    """All of these."""
    return {"kind": "and", "nodes": list(nodes)}


def either(*nodes: Rule) -> Rule:
    """Any of these."""
    return {"kind": "or", "nodes": list(nodes)}


def no(node: Rule) -> Rule:
    """None of this."""
    return {"kind": "not", "node": node}


def count(least: int) -> Rule:
    """Write the comparison of a count."""
    return {"op": "gte", "value": least}


TEN: list[Rule] = [
    both(
        event(BUY, days=90, where=category(*CATEGORIES[:3]), **count(2)),
        either(event(OPEN, days=30), tag("vip")),
        no(event(VISIT)),
    ),
    both(event(BUY, days=365), no(event(BUY, days=90))),
    both(event(CART, days=7), no(event(BUY, days=7))),
    both(event(OPEN, days=90, **count(3)), no(event(BUY, days=90))),
    event(BUY, measure="sum", of="quantity", op="gte", value=5, days=365),
    both(lives_in("GB", "FR"), event(VIEW, days=30, **count(5))),
    event(BUY, measure="recency", op="between", value=[30, 60]),
    event(VIEW, measure="distinct_days", op="gte", value=3, days=30),
    {
        "kind": "sequence",
        "steps": [
            {"event": COUPON},
            {"event": BUY, "within": {"number": 7, "unit": "days"}},
        ],
        "window": {"last_days": 90},
    },
    both(event(BUY, window={"festival": {"code": "november_11", "days_before": 3}}), tag("new")),
]


def two_hundred() -> list[Rule]:
    """Return two hundred audiences of a retailer: by category, country, recency and value."""
    made = list(TEN)
    for number, name in enumerate(CATEGORIES):
        days = (30, 60, 90, 180)[number % 4]
        country = lives_in(COUNTRIES[number % 5])
        fans = event(BUY, days=days, where=category(name), **count(1 + number % 2))
        made.append(both(fans, country))
        made.append(both(event(VIEW, days=30, where=category(name)), no(event(BUY, days=30))))
        made.append(both(event(BUY, days=365, where=category(name)), no(event(BUY, days=days))))
    for days in (7, 14, 30, 60, 90, 180):
        for name in (VIEW, CART, BUY, OPEN, VISIT):
            made.append(both(event(name, days=days), no(event(BUY, days=days))))
            made.append(both(event(name, days=days, **count(2)), tag("vip")))
    for number in range(200 - len(made)):
        spent = event(BUY, measure="sum", of="quantity", op="gte", value=3 + number, days=365)
        made.append(both(spent, event(OPEN, measure="recency", op="lte", value=30)))
    return made[:200]
