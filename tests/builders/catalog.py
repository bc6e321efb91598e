"""Builders of catalogue batches and actors."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant, Scope
from quanqu.sell.catalog.contracts import LISTING_SCHEMA, PRODUCT_SCHEMA
from quanqu.sell.catalog.facade import record_listings, record_products

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
COMPANY = 7
SHOP, MARKET, STORE = 71, 72, 73


def make_products(*rows: dict[str, Any]) -> pa.Table:
    """Return a product batch: rows of PRODUCT_SCHEMA, mappings as JSON."""
    return pa.Table.from_pylist([_plain(row) for row in rows], schema=PRODUCT_SCHEMA)


def make_listings(*rows: dict[str, Any]) -> pa.Table:
    """Return a listing batch: rows of LISTING_SCHEMA."""
    return pa.Table.from_pylist([_plain(row) for row in rows], schema=LISTING_SCHEMA)


def record(*rows: dict[str, Any], source: str = "shop", now: datetime = NOW) -> list[int]:
    """Record products of COMPANY and return the variant keys."""
    mapping = record_products(
        products=make_products(*rows), company_key=COMPANY, source=source, now=now
    )
    return mapping["variant_key"].to_pylist()


def show(variant_key: int, place_key: int, now: datetime = NOW, **overrides: Any) -> None:
    """Record one listing of a variant at a place."""
    row = {
        "variant_key": variant_key,
        "place_key": place_key,
        "external_id": f"{place_key}-{variant_key}",
        "title": "White mug",
        "description": "A white mug of stoneware, 300 ml.",
        "price_minor": 1250,
        "currency": "GBP",
        "status": "active",
    }
    record_listings(listings=make_listings(row | overrides), now=now)


def make_actor(
    *permissions: str,
    companies: Iterable[int] = (COMPANY,),
    places: Iterable[int] = (SHOP, MARKET, STORE),
) -> Actor:
    """Return a person with permissions over some companies and places."""
    scope = Scope(False, frozenset(places), frozenset(companies))
    return Actor(ActorKind.PERSON, "per_1", "Ada", (Grant(frozenset(permissions), scope),))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, sort_keys=True) if isinstance(value, dict) else value
        for name, value in row.items()
    }
