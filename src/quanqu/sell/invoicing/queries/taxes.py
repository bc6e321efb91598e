"""How companies are taxed: the rules in force and before, items, the seller."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.sell.invoicing.contracts import (
    ItemTax,
    NoSellerError,
    NoTaxRuleError,
    Regime,
    Rounding,
    Seller,
    SellerView,
    TaxRule,
    TaxRuleView,
    TaxTreatment,
)
from quanqu.sell.invoicing.models import Item
from quanqu.sell.invoicing.models import Seller as SellerRow
from quanqu.sell.invoicing.models import TaxRule as RuleRow
from quanqu.sell.invoicing.queries.rights import VIEW, require_company
from quanqu.sell.invoicing.rules.taxing import rule_on

__all__ = [
    "find_seller",
    "item_taxes",
    "items_of",
    "list_items",
    "list_tax_rules",
    "needed_rule",
    "needed_seller",
    "rule_of",
    "rules_of",
    "seller_json",
    "seller_of",
]

_BY_SKU: Final = Sorting("sku", "key", is_descending=False, read=read_number)


def list_tax_rules(*, actor: Actor, company_key: int, on: date) -> tuple[TaxRuleView, ...]:
    """Return every rule of a company by region and category, the newest first, and which are in
    force on a day.  Raises: NotAllowedError, TaxCompanyError."""
    require_company(actor, VIEW, company_key)
    rows = list(RuleRow.objects.filter(company_key=company_key).order_by("key"))
    rules = [rule_of(row) for row in rows]
    newest: dict[tuple[str, str], int] = {}
    for at, one in enumerate(rules):
        before = newest.get((one.region, one.category))
        is_here = one.valid_from <= on
        if is_here and (before is None or one.valid_from >= rules[before].valid_from):
            newest[one.region, one.category] = at
    in_force = set(newest.values())
    shown = [
        TaxRuleView(
            row.key, company_key, rule, row.version, at in in_force, row.made_by, row.made_at
        )
        for at, (row, rule) in enumerate(zip(rows, rules, strict=True))
    ]
    return tuple(sorted(shown, key=lambda one: (one.rule.region, one.rule.category, -one.version)))


def list_items(
    *, actor: Actor, company_key: int, cursor: str | None = None, limit: int = 50
) -> Page[ItemTax]:
    """Return a page of how items of a company are taxed, in the order they were told.

    Raises: NotAllowedError, TaxCompanyError.
    """
    require_company(actor, VIEW, company_key)
    found = Item.objects.filter(company_key=company_key)
    rows, following = _BY_SKU.page(found, cursor, limit)
    return Page(tuple(map(_item, rows)), following)


def find_seller(*, actor: Actor, company_key: int) -> SellerView | None:
    """Return how a company writes invoices. Raises: NotAllowedError, TaxCompanyError."""
    require_company(actor, VIEW, company_key)
    row = SellerRow.objects.filter(company_key=company_key).first()
    return None if row is None else _seller_view(row)


def needed_seller(company_key: int, name: str) -> Seller:
    """Return how a company writes invoices; no rights are checked here. Raises: NoSellerError."""
    row = SellerRow.objects.filter(company_key=company_key).first()
    if row is None:
        raise NoSellerError(company=name)
    return seller_of(row.body)


def rules_of(company_key: int, region: str, categories: Collection[str]) -> list[TaxRule]:
    """Return the rules of a region and its country for categories, as they were written down."""
    found = RuleRow.objects.filter(
        company_key=company_key,
        region__in={region, region.partition("-")[0]},
        category__in=list(categories),
    )
    return [rule_of(row) for row in found.order_by("key")]


def needed_rule(rules: Sequence[TaxRule], region: str, category: str, on: date) -> TaxRule:
    """Return the rule of a day. Raises: NoTaxRuleError."""
    found = rule_on(rules, region, category, on)
    if found is None:
        raise NoTaxRuleError(on=on.isoformat(), category=category, region=region)
    return found


def items_of(company_key: int, skus: Collection[str]) -> dict[str, ItemTax]:
    """Return how items are taxed by SKU, where something was said of them."""
    found = Item.objects.filter(company_key=company_key, sku__in=list(skus))
    return {row.sku: _item(row) for row in found}


def item_taxes(company_key: int, skus: Collection[str], seller: Seller) -> dict[str, ItemTax]:
    """Return how items are taxed by SKU: as was said of them, else as the seller's goods are."""
    found = items_of(company_key, skus)
    usual = {sku: ItemTax(sku, seller.category, seller.class_code, "", "") for sku in skus}
    return usual | found


def rule_of(row: RuleRow) -> TaxRule:
    """Return a row as a rule."""
    return TaxRule(
        row.region, row.category, TaxTreatment(row.treatment), Decimal(row.rate), row.valid_from,
        row.source, row.is_included, row.reason_code, row.reason,
    )  # fmt: skip


def seller_of(body: dict[str, Any]) -> Seller:
    """Return a seller as it was kept."""
    return Seller(
        **body | {"regime": Regime(body["regime"]), "rounding": Rounding(body["rounding"])}
    )


def seller_json(seller: Seller) -> dict[str, Any]:
    """Return a seller as it is kept."""
    return asdict(seller)


def _seller_view(row: SellerRow) -> SellerView:
    return SellerView(row.company_key, seller_of(row.body), row.changed_at, row.changed_by)


def _item(row: Item) -> ItemTax:
    return ItemTax(row.sku, row.category, row.class_code, row.name, row.unit)
