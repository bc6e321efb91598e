"""Writes of the catalogue: one transaction each, one writer per company at a time."""

from quanqu.sell.catalog.actions.attributes import define_attribute
from quanqu.sell.catalog.actions.auditing import audit_listings, decide_findings, set_policy
from quanqu.sell.catalog.actions.listings import record_listings
from quanqu.sell.catalog.actions.products import record_products
from quanqu.sell.catalog.actions.variants import ensure_variants

__all__ = [
    "audit_listings",
    "decide_findings",
    "define_attribute",
    "ensure_variants",
    "record_listings",
    "record_products",
    "set_policy",
]
