"""The mapping of a file of sales: orders and their lines, returns, customers, products."""

from typing import Any, Final

from quanqu.doors.connectors.contracts.canonical import EntityKind
from quanqu.doors.connectors.rules.guessing.money import line_amount
from quanqu.doors.connectors.rules.guessing.parts import currency, goods, order_id, quantity, sku
from quanqu.doors.connectors.rules.guessing.plan import DIGEST, Plan, Spec
from quanqu.doors.connectors.rules.guessing.returns import (
    given_back,
    is_return,
    negative,
    refunded,
    returns,
)
from quanqu.doors.connectors.rules.guessing.statuses import REFUNDED, STATUSES
from quanqu.kernel.money import exponent

__all__ = ["sales"]

_HEAD: Final = {
    "country": "country", "region": "region", "city": "city", "postcode": "postcode_area",
    "note": "note", "ship_name": "ship_name", "ship_street": "ship_street",
}  # fmt: skip
_PERSON: Final = {
    "customer_name": "name", "email": "email", "phone": "phone", "street": "street",
    "country": "country", "region": "region", "city": "city", "postcode": "postcode",
    "company_name": "company_name", "language": "language",
}  # fmt: skip
_USUAL: Final = (
    "pending", "placed", "paid", "processing", "shipped", "delivered", "completed", "cancelled",
    "canceled",
)  # fmt: skip


def sales(plan: Plan) -> Spec:
    """Return the entities (and grouping) of a file of sales."""
    digits = exponent(plan.currency) if plan.currency else 2
    amount = line_amount(plan, in_line=True, digits=digits)
    entities: list[Spec] = [_orders(plan, digits), _lines(plan, amount, digits)]
    if amount is None:
        plan.note("total_without_lines", column=plan.one("order_total").name)
    elif plan.is_total:
        plan.note("total_told", column=plan.one("order_total").name)
    entities += _shipping(plan, digits) + returns(plan, amount)
    entities += given_back(plan, digits) or refunded(plan, amount, digits)
    who = plan.identifiers()
    if who:
        entities.append(_customers(plan, who))
    entities += _products(plan)
    made: Spec = {"entities": entities}
    if plan.is_total:
        made["balance"] = True
    if plan.is_payload:
        return made
    return {"group_by": _keys(plan), **made}


def _keys(plan: Plan) -> list[Any]:
    if plan.basis == "row":
        return [DIGEST]
    names = ("order_id",) if plan.basis == "id" else ("customer_id", "date")
    return [column.path for name in names for column in plan.fields[name].columns]


def _orders(plan: Plan, digits: int) -> Spec:
    fields: Spec = {
        "external_id": order_id(plan, required=True),
        "placed_at": plan.time("date", required=True, group="min"),
        "status": _status(plan),
    }
    if plan.has("status"):
        fields["channel_status"] = plan.text("status")
    fields |= currency(plan)
    fields |= plan.plain(_HEAD)
    if plan.has("store"):
        fields["place"] = plan.text("store", prefix="store-")
    if plan.is_total:
        fields["total_minor"] = plan.number("order_total", digits=digits)
    entity: Spec = {"entity": EntityKind.ORDERS.value, "fields": fields}
    if not plan.is_payload and negative(plan):
        entity["when"] = {"not": is_return(plan)}
    who = plan.identifiers()
    return entity | ({"identifiers": who} if who else {})


def _status(plan: Plan) -> Spec:
    """Map the file's own words; those nobody knows count as completed, and are named."""
    words = [word.lower() for word in plan.one("status").words] if plan.has("status") else []
    if not words:
        return {"const": "completed"}
    known = {word: STATUSES[word] for word in _USUAL}
    known |= {w: "completed" if w in REFUNDED else STATUSES.get(w, "completed") for w in words}
    unknown = [word for word in words if word not in STATUSES and word not in REFUNDED]
    if unknown:
        plan.note("statuses_unknown", words=", ".join(unknown[:8]))
    spec = plan.text("status", case="lower", default="completed", map=known)
    return spec if isinstance(spec, dict) else {"from": spec}


def _lines(plan: Plan, amount: Spec | None, digits: int) -> Spec:
    fields = goods(plan)
    fields["quantity"] = quantity(plan)
    if plan.has("price"):
        fields["unit_price_e4"] = _unit_price(plan)
    if plan.has("discount") and plan.has("amount") and not plan.is_rate:
        fields["discount_minor"] = plan.number(
            "discount", in_line=True, digits=digits, absolute=True
        )
    fields["amount_minor"] = {"const": 0} if amount is None else amount
    entity = _in_lines(plan, EntityKind.LINES, fields)
    if not plan.is_payload and negative(plan):
        entity["when"] = {"not": is_return(plan)}
    return entity


def _in_lines(plan: Plan, kind: EntityKind, fields: Spec) -> Spec:
    entity: Spec = {"entity": kind.value}
    if plan.is_payload and plan.way:
        entity["each"] = list(plan.way)
    return entity | {"fields": fields}


def _unit_price(plan: Plan) -> Spec:
    numbers = plan.one("price").numbers
    if numbers is not None and numbers.has_negative and plan.has("amount"):
        return plan.number("price", in_line=True, absolute=True)
    return plan.number("price", in_line=True, minimum=0)


def _shipping(plan: Plan, digits: int) -> list[Spec]:
    """Return a shipping line where nothing else holds what was paid for it."""
    if not plan.has("shipping") or plan.is_total or plan.is_payload:
        return []
    if not plan.has_many and plan.has("amount"):
        plan.note("shipping_within", column=plan.one("shipping").name)
        return []
    column = plan.one("shipping")
    fields = {
        "name": {"const": "Shipping"},
        "kind": {"const": "shipping"},
        "quantity": {"const": 1},
        "amount_minor": plan.number("shipping", digits=digits, group="first"),
    }
    plan.note("shipping_once", column=column.name)
    when = {"column": column.path, "greater_than": 0} | plan.sign()
    return [{"entity": EntityKind.LINES.value, "per": "group", "when": when, "fields": fields}]


def _customers(plan: Plan, who: Spec) -> Spec:
    columns = [
        plan.ref(column, in_line=False)
        for name in ("customer_id", "email", "phone") if name in plan.fields
        for column in plan.fields[name].columns
    ]  # fmt: skip
    fields = plan.plain(_PERSON) | _name_of_parts(plan)
    fields["observed_at"] = plan.time("date", group="min")
    told = [{"column": column, "missing": False} for column in columns]
    when = told[0] if len(told) == 1 else {"any": told}
    return {
        "entity": EntityKind.CUSTOMERS.value,
        "when": when,
        "fields": fields,
        "identifiers": who,
    }


def _name_of_parts(plan: Plan) -> Spec:
    parts = [name for name in ("first_name", "last_name") if name in plan.fields]
    if plan.has("customer_name") or not parts:
        return {}
    refs = [plan.ref(plan.one(name), in_line=False) for name in parts]
    return {"name": {"from": refs, "join": " "}}


def _products(plan: Plan) -> list[Spec]:
    """Describe what was sold where the lines tell more of it than its name."""
    more = {"brand": "brand", "gtin": "gtin", "description": "description"}
    if not plan.has("sku") or not ({*more, "category"} & plan.fields.keys()):
        return []
    key = sku(plan)
    fields: Spec = {"external_product": key, "sku": key}
    fields |= plan.plain({"product_name": "name", **more}, in_line=True)
    fields |= category(plan, in_line=True)
    entity = _in_lines(plan, EntityKind.PRODUCTS, fields)
    return [{"entity": entity["entity"], "per": "distinct", **entity}]


def category(plan: Plan, *, in_line: bool) -> Spec:
    """Return the path of categories, the wider first."""
    names = [name for name in ("category", "subcategory") if name in plan.fields]
    if not names:
        return {}
    refs = [plan.ref(plan.one(name), in_line=in_line) for name in names]
    spec: Spec = {"from": refs, "join": " > "}
    return {"category_path": spec if len(refs) > 1 else refs[0]}
