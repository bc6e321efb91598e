"""The mappings of files that tell no sales: products, customers, events."""

from typing import Final

from quanqu.doors.connectors.contracts.canonical import EntityKind
from quanqu.doors.connectors.rules.guessing.plan import DIGEST, Plan, Spec
from quanqu.doors.connectors.rules.guessing.sales import category
from quanqu.doors.connectors.rules.guessing.statuses import GENDERS
from quanqu.kernel.money import exponent

__all__ = ["customers", "events", "products"]

_PERSON: Final = {
    "customer_name": "name", "email": "email", "phone": "phone", "street": "street",
    "ship_street": "street", "city": "city", "region": "region", "postcode": "postcode",
    "country": "country", "company_name": "company_name", "language": "language",
}  # fmt: skip
_GOODS: Final = {
    "product_name": "name", "description": "description", "brand": "brand", "gtin": "gtin",
    "image": "image_urls",
}  # fmt: skip
_SHOWN: Final = {"active": "active", "draft": "draft", "archived": "archived", "上架": "active",
                 "下架": "archived", "在售": "active", "inactive": "archived"}  # fmt: skip


_EVENTS: Final = {
    "pv": "Product Viewed", "view": "Product Viewed", "click": "Product Clicked",
    "fav": "Product Added to Wishlist", "favorite": "Product Added to Wishlist",
    "cart": "Product Added", "addtocart": "Product Added", "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed", "buy": "Order Completed", "purchase": "Order Completed",
    "transaction": "Order Completed", "浏览": "Product Viewed", "收藏": "Product Added to Wishlist",
    "加购": "Product Added", "购买": "Order Completed",
}  # fmt: skip


def customers(plan: Plan) -> Spec:
    """Return the entities of a file of people."""
    fields = plan.plain(_PERSON)
    parts = [name for name in ("first_name", "last_name") if name in plan.fields]
    if parts and not plan.has("customer_name"):
        columns = [plan.ref(plan.one(name), in_line=False) for name in parts]
        fields["name"] = {"from": columns, "join": " "}
    for name in ("birth_on", "member_since_on"):
        if plan.has(name):
            fields[name] = plan.time(name)
    if plan.has("gender"):
        fields["gender"] = _gender(plan)
    entity: Spec = {"entity": EntityKind.CUSTOMERS.value, "fields": fields}
    entity["identifiers"] = plan.identifiers()
    traits = _kept(plan)
    return {"entities": [entity | ({"traits": traits} if traits else {})]}


def products(plan: Plan) -> Spec:
    """Return the entities of a file of goods: the products, and listings where it tells prices."""
    key_field = next(name for name in ("sku", "gtin", "product_name") if name in plan.fields)
    key = plan.text(key_field, required=True)
    if key_field == "product_name":
        plan.note("sku_is_name", column=plan.one(key_field).name)
    fields: Spec = {"external_product": key, "sku": key, **plan.plain(_GOODS)}
    fields |= category(plan, in_line=False)
    if plan.has("status"):
        fields["status"] = plan.text("status", case="lower", otherwise="drop", map=_SHOWN)
    traits = _kept(plan)
    goods: Spec = {"entity": EntityKind.PRODUCTS.value, "fields": fields}
    entities = [goods | ({"traits": traits} if traits else {})]
    if plan.has("price"):
        entities.append(_listing(plan, key, "price"))
    return {"entities": entities}


def events(plan: Plan) -> Spec:
    """Return the entities of a file of behaviour: one event a row, named as Segment names it."""
    fields: Spec = {
        "message_id": {"from": DIGEST, "prefix": "file-", "required": True},
        "event": _event(plan),
        "occurred_at": plan.time("date", required=True),
    }
    kinds = {"customer_id": "member_id", "email": "email", "phone": "phone",
             "session_id": "anonymous_id"}  # fmt: skip
    who = {kind: plan.text(name) for name, kind in kinds.items() if name in plan.fields}
    told = {"sku": "product_id", "product_name": "name", "category": "category"}
    traits = plan.plain(told) | _kept(plan)
    entity: Spec = {"entity": EntityKind.EVENTS.value, "fields": fields, "identifiers": who}
    return {"entities": [entity | ({"traits": traits} if traits else {})]}


def _event(plan: Plan) -> Spec:
    words = [word.lower() for word in plan.one("event").words]
    known = {word: _EVENTS[word] for word in words if word in _EVENTS}
    spec = plan.text("event", required=True)
    base = spec if isinstance(spec, dict) else {"from": spec}
    return base | ({"case": "lower", "otherwise": "keep", "map": known} if known else {})


def _listing(plan: Plan, key: Spec | str, price: str) -> Spec:
    digits = exponent(plan.currency) if plan.currency else 2
    column = plan.ref(plan.one(price), in_line=False)
    fields: Spec = {
        "external_id": key,
        "external_product": key,
        "price_minor": plan.number(price, digits=digits, minimum=0),
        "status": {"const": "active"},
    }
    if plan.has("product_name"):
        fields["title"] = plan.text("product_name")
    if plan.has("currency"):
        fields["currency"] = plan.text("currency", case="upper")
    elif plan.currency:
        fields["currency"] = {"const": plan.currency}
    when = {"column": column, "missing": False}
    return {"entity": EntityKind.LISTINGS.value, "when": when, "fields": fields}


def _gender(plan: Plan) -> Spec:
    words = {word.lower() for word in plan.one("gender").words}
    known = {word: GENDERS[word] for word in sorted(words & GENDERS.keys())}
    if words == {"h", "m"}:  # hombre, mujer
        known = {"h": "male", "m": "female"}
    spec = plan.text("gender", case="lower", otherwise="keep", map=known)
    return spec if isinstance(spec, dict) else {"from": spec}


def _kept(plan: Plan) -> Spec:
    """Return the columns kept as they are: `trait` may be given many."""
    columns = plan.fields["trait"].columns if "trait" in plan.fields else ()
    return {column.name: plan.ref(column, in_line=False) for column in columns}
