"""What was given back: rows of negative amounts, and orders whose state says so."""

from quanqu.doors.connectors.contracts.canonical import EntityKind
from quanqu.doors.connectors.rules.guessing.parts import currency, goods, order_id, quantity
from quanqu.doors.connectors.rules.guessing.plan import Plan, Spec
from quanqu.doors.connectors.rules.guessing.statuses import REFUNDED

__all__ = ["given_back", "is_return", "negative", "refunded", "returns"]


def negative(plan: Plan) -> str:
    """Return the field whose negative values are returns; empty when there are none."""
    for name in ("amount", "gross", "quantity"):
        if plan.has(name):
            numbers = plan.one(name).numbers
            if numbers is not None and numbers.has_negative:
                return name
    return ""


def is_return(plan: Plan) -> Spec:
    """Return the condition of a row that is a return."""
    return {"column": plan.one(negative(plan)).path, "less_than": 0} | plan.sign()


def returns(plan: Plan, amount: Spec | None) -> list[Spec]:
    """Return the documents that give back what rows of negative amounts or quantities tell."""
    name = negative(plan)
    if not name or plan.is_payload or amount is None:
        return []
    plan.note("returns_found", column=plan.one(name).name)
    flipped = {**amount, "negate": True}
    if name == "amount":
        flipped = {**amount, "absolute": True}
    return _give_back(plan, is_return(plan), "", "return", flipped)


def given_back(plan: Plan, digits: int) -> list[Spec]:
    """Return the refunds that a column of their own tells: of the order, or line by line."""
    if not plan.has("refunded") or plan.is_payload:
        return []
    column = plan.one("refunded")
    told: Spec = {"column": column.path, "equals_number": 0} | plan.sign()
    when: Spec = {"all": [{"column": column.path, "missing": False}, {"not": told}]}
    if negative(plan):
        when["all"].append({"not": is_return(plan)})
    group = "first" if plan.is_refund_of_order else "sum"
    amount = plan.number("refunded", digits=digits, absolute=True, group=group)
    plan.note("refunded_told", column=column.name)
    head = _refund_head(plan, "refund/", "refund") | {"amount_minor": amount}
    return [_refund(plan, when, head)]


def refunded(plan: Plan, amount: Spec | None, digits: int) -> list[Spec]:
    """Give the money of orders back that their status says was."""
    words = plan.one("status").words if plan.has("status") else ()
    back = [word for word in words if word.lower() in REFUNDED]
    if not back or plan.is_payload:
        return []
    plan.note("refunds_found", words=", ".join(back))
    when: Spec = {"column": plan.one("status").path, "in": back}
    if negative(plan):
        when = {"all": [when, {"not": is_return(plan)}]}
    if amount is None:
        total = plan.number("order_total", digits=digits)
        head = _refund_head(plan, "refund/", "refund") | {"amount_minor": total}
        return [_refund(plan, when, head)]
    return _give_back(plan, when, "refund/", "refund", amount)


def _give_back(plan: Plan, when: Spec, prefix: str, kind: str, amount: Spec) -> list[Spec]:
    lines = goods(plan) | {
        "refund_external_id": order_id(plan, required=True, **_prefixed(prefix)),
        "quantity": quantity(plan, absolute=True),
        "amount_minor": amount,
    }
    entity = {"entity": EntityKind.REFUND_LINES.value, "when": when, "fields": lines}
    return [_refund(plan, when, _refund_head(plan, prefix, kind)), entity]


def _refund_head(plan: Plan, prefix: str, kind: str) -> Spec:
    return {
        "external_id": order_id(plan, required=True, **_prefixed(prefix)),
        "order_external_id": order_id(plan),
        "refunded_at": plan.time("date", required=True, group="min"),
        "kind": {"const": kind},
        **currency(plan),
    }


def _refund(plan: Plan, when: Spec, head: Spec) -> Spec:
    entity: Spec = {"entity": EntityKind.REFUNDS.value, "when": when, "fields": head}
    who = plan.identifiers()
    return entity | ({"identifiers": who} if who else {})


def _prefixed(prefix: str) -> Spec:
    return {"prefix": prefix} if prefix else {}
