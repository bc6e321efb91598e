"""Parts that sales and returns are both made of: the order's id, what was sold, how many."""

from typing import Any, Final

from quanqu.doors.connectors.rules.guessing.plan import DIGEST, Plan, Spec

__all__ = ["currency", "goods", "order_id", "quantity", "sku"]

_UNNAMED: Final = "Sale"


def order_id(plan: Plan, *, in_line: bool = False, **more: Any) -> Spec:
    """Return what an order is known by: its number, a customer's day, or a digest of the row."""
    if plan.basis == "row":
        return {"from": DIGEST, **more}
    if plan.basis == "customer_day":
        names = ("customer_id", "date")
        columns = [column for name in names for column in plan.fields[name].columns]
        return {"from": [column.path for column in columns], "join": " ", **more}
    spec = plan.text("order_id", in_line=in_line, **more)
    return spec if isinstance(spec, dict) else {"from": spec}


def currency(plan: Plan) -> Spec:
    """Return the currency of each order: its column's, or that of the sign at its amounts."""
    if plan.has("currency"):
        spec = plan.text("currency", case="upper", fill=True)
        return {"currency": spec}
    if not plan.signs:
        return {}
    names = ("amount", "gross", "price", "order_total")
    column = plan.one(next(name for name in names if plan.has(name)))
    signs = "|".join(sorted(map(_escaped, plan.signs), key=len, reverse=True))
    spec = {
        "from": plan.ref(column, in_line=False),
        "extract": f"(?P<value>{signs})",
        "map": dict(plan.signs),
    }
    return {"currency": spec}


def _escaped(sign: str) -> str:
    return "".join(f"\\{char}" if char in "$." else char for char in sign)


def goods(plan: Plan) -> Spec:
    """Return what was sold: its SKU, or its name in the place of one."""
    fields: Spec = {"kind": {"const": "goods"}}
    if plan.has("sku"):
        fields["sku"] = sku(plan)
    elif plan.has("gtin"):
        fields["sku"] = plan.text("gtin", in_line=True, required=True)
    elif plan.has("product_name"):
        fields["sku"] = plan.text("product_name", in_line=True, required=True)
        plan.note("sku_is_name", column=plan.one("product_name").name)
    if plan.has("product_name"):
        fields["name"] = plan.text("product_name", in_line=True)
    elif not plan.has("sku"):
        fields["name"] = {"const": _UNNAMED}
    return fields


def sku(plan: Plan) -> Spec | str:
    """Return the SKU of a line; the name stands in where some lines have none."""
    column = plan.one("sku")
    if not plan.has("product_name") or column.filled_rate == 1.0 or column.unwrap:
        return plan.text("sku", in_line=True, required=True)
    columns = (*plan.fields["sku"].columns, *plan.fields["product_name"].columns)
    if len(columns) > 2:
        return plan.text("sku", in_line=True, required=True)
    return {"from": [plan.ref(each, in_line=True) for each in columns], "required": True}


def quantity(plan: Plan, **more: Any) -> Spec:
    """Return how many were sold: one where nothing tells, or where it is told in parts."""
    if not plan.has("quantity"):
        return {"const": 1}
    numbers = plan.one("quantity").numbers
    if numbers is not None and numbers.digits > 0:
        plan.note("quantity_in_parts", column=plan.one("quantity").name)
        return {"const": 1}
    spec = plan.number("quantity", in_line=True, digits=9, required=True)
    return spec | more
