"""Suppliers, what their items cost, and a company's rules of buying."""

import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.db.facade import Sorting
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.kernel.text import mask_email, mask_name, mask_phone
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.supply.contracts import (
    BuyingRules,
    ItemCost,
    Supplier,
    SupplierContact,
    SupplierFilters,
    SupplyPlaceError,
)
from quanqu.sell.supply.models import BuyingRule
from quanqu.sell.supply.models import ItemCost as CostRow
from quanqu.sell.supply.models import Supplier as SupplierRow
from quanqu.sell.supply.queries.scoping import VIEW, supplier_row, suppliers_in_scope

__all__ = [
    "CONTACT_PURPOSE",
    "clear_contact",
    "count_suppliers",
    "current_costs",
    "get_buying_rules",
    "get_supplier",
    "list_costs",
    "list_suppliers",
    "rules_of",
    "supplier_info",
]

CONTACT_PURPOSE: Final = "supply.contact"
_HIDDEN: Final = "***"
_BY_NAME: Final = Sorting("name", "name", is_descending=False)
_MOST_COSTS: Final = 5_000


def list_suppliers(
    *, actor: Actor, filters: SupplierFilters, cursor: str | None = None, limit: int = 50
) -> Page[Supplier]:
    """Return a page of suppliers by name, contacts masked. Raises: NotAllowedError."""
    rows, following = _BY_NAME.page(_filtered(actor, filters), cursor, limit)
    return Page(tuple(map(supplier_info, rows)), following)


def count_suppliers(*, actor: Actor, filters: SupplierFilters) -> int:
    """Return how many suppliers the filters leave. Raises: NotAllowedError."""
    return _filtered(actor, filters).count()


def _filtered(actor: Actor, filters: SupplierFilters) -> "QuerySet[SupplierRow]":
    found = suppliers_in_scope(actor)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(code__istartswith=filters.text))
    if filters.company_keys is not None:
        found = found.filter(company_key__in=filters.company_keys)
    if filters.is_active is not None:
        found = found.filter(is_active=filters.is_active)
    return found


def get_supplier(*, actor: Actor, supplier_id: str) -> Supplier:
    """Return a supplier, its contact masked. Raises: SupplierNotFoundError."""
    return supplier_info(supplier_row(actor, supplier_id))


def list_costs(
    *, actor: Actor, supplier_id: str, today: date, variant_key: int | None = None
) -> tuple[ItemCost, ...]:
    """Return what a supplier's items cost and did cost, by item, the latest first.

    At most 5,000 lines.  Raises: SupplierNotFoundError.
    """
    supplier = supplier_row(actor, supplier_id)
    found = CostRow.objects.filter(supplier=supplier)
    if variant_key is not None:
        found = found.filter(variant_key=variant_key)
    rows = list(found.order_by("variant_key", "-valid_from", "-key")[:_MOST_COSTS])
    current = {row.key for row in _current(rows, today)}
    return tuple(_cost(row, supplier, row.key in current) for row in rows)


def current_costs(
    supplier: SupplierRow, variant_keys: Collection[int], today: date
) -> dict[int, ItemCost]:
    """Return what items cost at a supplier on a day, by item; what it does not sell is left out."""
    rows = CostRow.objects.filter(supplier=supplier, variant_key__in=variant_keys)
    latest = _current(rows.order_by("variant_key", "-valid_from", "-key"), today)
    return {row.variant_key: _cost(row, supplier, is_current=True) for row in latest}


def get_buying_rules(*, actor: Actor, company_key: int) -> BuyingRules:
    """Return how a company buys. Raises: NotAllowedError; SupplyPlaceError out of scope."""
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    if not (scope.everything or company_key in scope.companies):
        raise SupplyPlaceError(ref=company_key)
    return rules_of(company_key)


def rules_of(company_key: int) -> BuyingRules:
    """Return how a company buys, as told or as usual. Raises: SupplyPlaceError."""
    row = BuyingRule.objects.filter(company_key=company_key).first()
    if row is not None:
        return BuyingRules(company_key, row.currency, row.approval_limit_minor, row.over_rate)
    company = companies_by_key(keys=[company_key]).get(company_key)
    if company is None:
        raise SupplyPlaceError(ref=company_key)
    return BuyingRules(company_key, company.currency)


def supplier_info(row: SupplierRow) -> Supplier:
    """Return a supplier's row as a contract, its contact masked."""
    clear = clear_contact(row)
    return Supplier(
        key=row.key,
        id=encode("sup", row.id),
        company_key=row.company_key,
        code=row.code,
        name=row.name,
        currency=row.currency,
        lead_time_days=row.lead_time_days,
        minimum=Money(row.minimum_minor, row.currency),
        contact=SupplierContact(
            name=mask_name(clear.name) if clear.name else "",
            email=mask_email(clear.email) if clear.email else "",
            phone=mask_phone(clear.phone) if clear.phone else "",
            address=_HIDDEN if clear.address else "",
            is_masked=True,
        ),
        is_active=row.is_active,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def clear_contact(row: SupplierRow) -> SupplierContact:
    """Return the contact of a supplier in clear."""
    if row.contact is None:
        return SupplierContact()
    return SupplierContact(**json.loads(decrypt(bytes(row.contact), purpose=CONTACT_PURPOSE)))


def _current(rows: Iterable[CostRow], today: date) -> list[CostRow]:
    """Return the line that counts of each item, of lines by item with the latest first."""
    found: dict[int, CostRow] = {}
    for row in rows:
        if row.valid_from <= today:
            found.setdefault(row.variant_key, row)
    return [row for row in found.values() if row.valid_to is None or row.valid_to >= today]


def _cost(row: CostRow, supplier: SupplierRow, is_current: bool) -> ItemCost:
    return ItemCost(
        supplier_id=encode("sup", supplier.id),
        variant_key=row.variant_key,
        supplier_code=row.supplier_code,
        cost=Money(row.cost_minor, supplier.currency),
        pack_size=row.pack_size,
        minimum_quantity=row.minimum_quantity,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        is_current=is_current,
    )
