"""A small group with something on every page: two companies, four channels, a year of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from tests.builders import catalog, orders
from tests.builders.org import make_company, make_group, make_person, make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel import ids
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.customers.facade import list_customers
from quanqu.know.org.contracts import PersonInfo, PlaceInfo, PlaceType, RoleCode
from quanqu.know.timeline.contracts import SourceDraft
from quanqu.know.timeline.facade import ensure_source, settle_everything
from quanqu.sell.catalog.contracts import ProductFilters
from quanqu.sell.catalog.facade import audit_listings, list_products, record_products
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import list_orders

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_MEMBERS = ("ada", "bea", "cyd", "dan", "eve", "fay")
_SKUS = ("MUG-W", "TEA-T", "LAMP-S")


@dataclass(frozen=True, slots=True)
class World:
    """The group as tests name it."""

    owner: PersonInfo
    viewer: PersonInfo
    places: dict[str, PlaceInfo]
    customer_id: str
    order_id: str
    product_id: str


def make_world() -> World:
    """Make the group, record its orders, settle and publish."""
    make_group(currency="GBP")
    places = _places()
    for place in places.values():
        ensure_source(draft=SourceDraft(place.code, place.code, place.key), now=NOW)
    with transaction.atomic():
        subjects = [orders.make_subject(f"{name}@example.com") for name in _MEMBERS]
    _products(places)
    for code, place in places.items():
        batch = [_order(place, code, at, subjects) for at in range(24)]
        refunds = [_refund(place, code)]
        orders.record(*batch, refunds=refunds, source=code, now=NOW)
    settle_everything(now=NOW)
    publish_dirty(now=NOW)
    found = list_orders(actor=SYSTEM, filters=OrderFilters(), limit=1).items[0]
    product = list_products(actor=SYSTEM, filters=ProductFilters(text="White mug")).items[0]
    customer = list_customers(actor=SYSTEM, filters=CustomerFilters()).items[0]
    company = places["web"].company_id
    return World(
        make_person("Mei", role=RoleCode.OWNER),
        make_person("Sam", role=RoleCode.VIEWER, unit_id=company),
        places,
        ids.encode("cus", customer.id),
        found.id,
        product.id,
    )


def _places() -> dict[str, PlaceInfo]:
    home = make_company("hearth", currency="GBP")
    away = make_company("loom", currency="BRL")
    kinds: Sequence[tuple[str, PlaceType, Any, dict[str, Any]]] = (
        ("web", PlaceType.WEB_SHOP, home, {"currency": "GBP"}),
        ("store", PlaceType.STORE, home, {"currency": "GBP", "is_simulated": True}),
        ("app", PlaceType.APP, home, {"currency": "GBP"}),
        ("market", PlaceType.MARKETPLACE, away, {"currency": "BRL"}),
    )
    return {
        code: make_place(code, company=company, place_type=kind, **details)
        for code, kind, company, details in kinds
    }


def _products(places: dict[str, PlaceInfo]) -> None:
    names = ("White mug", "Tea towel", "Lamp, small")
    rows = [
        {"external_product": sku, "sku": sku, "name": name, "category_path": "Home > Kitchen"}
        for sku, name in zip(_SKUS, names, strict=True)
    ]
    mapping = record_products(
        products=catalog.make_products(*rows),
        company_key=places["web"].company_key,
        source="web",
        now=NOW,
    )
    for key in mapping["variant_key"].to_pylist():
        for code in ("web", "app"):
            title = "White mug" if code == "web" else "White mug, new"
            catalog.show(key, places[code].key, external_id=f"{code}-{key}", title=title)
    audit_listings(actor=SYSTEM, company_key=places["web"].company_key, now=NOW)


def _order(place: PlaceInfo, code: str, at: int, subjects: list[int]) -> dict[str, Any]:
    placed = NOW - timedelta(days=14 * at + 1)
    return orders.make_order(
        place,
        external_id=f"{code}-{at:03d}",
        number=f"{code.upper()}{at:03d}",
        placed_at=placed,
        business_date=placed.date(),
        subject_key=subjects[at % len(subjects)] if at % 5 else None,
        status="cancelled" if at == 7 else "completed",
        country="GB",
        region="England",
        city="Leeds" if at % 2 else "York",
        lines=[orders.make_line(sku=_SKUS[at % 3], quantity=1 + at % 3)],
        payments=[],
    )


def _refund(place: PlaceInfo, code: str) -> dict[str, Any]:
    day = NOW - timedelta(days=2)
    return orders.make_refund(
        place,
        external_id=f"{code}-r1",
        order_external_id=f"{code}-001",
        refunded_at=day,
        business_date=day.date(),
    )
