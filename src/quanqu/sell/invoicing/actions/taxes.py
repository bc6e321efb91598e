"""Keep how companies are taxed: rules by day, items, the seller."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.sell.invoicing.contracts import (
    ItemTax,
    RulesTaken,
    Seller,
    SellerView,
    TaxRule,
)
from quanqu.sell.invoicing.models import Item
from quanqu.sell.invoicing.models import Seller as SellerRow
from quanqu.sell.invoicing.models import TaxRule as RuleRow
from quanqu.sell.invoicing.queries.rights import RULES, require_company
from quanqu.sell.invoicing.queries.taxes import rule_of, seller_json
from quanqu.sell.invoicing.rules.checking import check_item, check_rule, check_seller
from quanqu.sell.invoicing.rules.reading import read_items, read_rules

__all__ = [
    "import_items",
    "import_tax_rules",
    "save_items",
    "save_seller",
    "save_tax_rules",
]

_LOCK_CLASS: Final = 0x74617872  # "taxr"


def save_tax_rules(
    *, actor: Actor, company_key: int, rules: Sequence[TaxRule], now: datetime
) -> RulesTaken:
    """Write rules down, all of them or none; what is said already stays as it is.

    A rule is never changed: another one of the same day counts from now on, and invoices that were
    written keep what they say.  Locks: the company's rules.
    Raises: NotAllowedError, TaxCompanyError, TaxRuleError.
    """
    company = require_company(actor, RULES, company_key)
    told = [check_rule(one) for one in rules]
    with transaction.atomic():
        _lock(company_key)
        known = RuleRow.objects.filter(company_key=company_key)
        last = {
            (row["region"], row["category"]): row["last"]
            for row in known.values("region", "category").annotate(last=Max("version"))
        }
        latest: dict[tuple[str, str, date], TaxRule] = {}
        for row in known.order_by("key"):
            latest[row.region, row.category, row.valid_from] = rule_of(row)
        fresh = []
        for one in told:
            if latest.get((one.region, one.category, one.valid_from)) == one:
                continue
            version = last.get((one.region, one.category), 0) + 1
            last[one.region, one.category] = version
            latest[one.region, one.category, one.valid_from] = one
            fresh.append(_row(company_key, one, version, actor, now))
        RuleRow.objects.bulk_create(fresh)
        if fresh:
            record(
                actor=actor, action="invoicing.save_tax_rules", subject=company.id, now=now,
                after={"added": len(fresh)},
            )  # fmt: skip
    return RulesTaken(len(fresh), len(told) - len(fresh))


def import_tax_rules(
    *, actor: Actor, company_key: int, content: bytes, now: datetime
) -> RulesTaken:
    """Take in a CSV file of rules: every row, or none with the reasons.

    Raises: NotAllowedError, TaxCompanyError, TaxFileError.
    """
    require_company(actor, RULES, company_key)
    return save_tax_rules(actor=actor, company_key=company_key, rules=read_rules(content), now=now)


def save_items(
    *, actor: Actor, company_key: int, items: Sequence[ItemTax], now: datetime
) -> RulesTaken:
    """Say how items are taxed and called from now on, all of them or none.

    Locks: the company's rules.  Raises: NotAllowedError, TaxCompanyError, TaxRuleError.
    """
    company = require_company(actor, RULES, company_key)
    told = {one.sku: one for one in map(check_item, items)}
    with transaction.atomic():
        _lock(company_key)
        rows = {
            row.sku: row for row in Item.objects.filter(company_key=company_key, sku__in=list(told))
        }
        changed = [
            Item(
                company_key=company_key, sku=one.sku, category=one.category,
                class_code=one.class_code, name=one.name, unit=one.unit,
            )
            for one in told.values()
            if one.sku not in rows or _said(rows[one.sku]) != one
        ]  # fmt: skip
        Item.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["company_key", "sku"],
            update_fields=["category", "class_code", "name", "unit"],
        )
        if changed:
            record(
                actor=actor, action="invoicing.save_items", subject=company.id, now=now,
                after={"changed": len(changed)},
            )  # fmt: skip
    return RulesTaken(len(changed), len(told) - len(changed))


def import_items(*, actor: Actor, company_key: int, content: bytes, now: datetime) -> RulesTaken:
    """Take in a CSV file of items: every row, or none with the reasons.

    Raises: NotAllowedError, TaxCompanyError, TaxFileError.
    """
    require_company(actor, RULES, company_key)
    return save_items(actor=actor, company_key=company_key, items=read_items(content), now=now)


def save_seller(*, actor: Actor, company_key: int, seller: Seller, now: datetime) -> SellerView:
    """Say how a company writes invoices from now on; those written keep what they say.

    Raises: NotAllowedError, TaxCompanyError, SellerError.
    """
    company = require_company(actor, RULES, company_key)
    told = check_seller(seller)
    with transaction.atomic():
        _lock(company_key)
        row = SellerRow.objects.filter(company_key=company_key).first()
        body = seller_json(told)
        if row is None or row.body != body:
            record(
                actor=actor, action="invoicing.save_seller", subject=company.id, now=now,
                before=row.body if row else None, after=body,
            )  # fmt: skip
            row = SellerRow(company_key=company_key, body=body, changed_at=now, changed_by=actor.id)
            SellerRow.objects.bulk_create(
                [row],
                update_conflicts=True,
                unique_fields=["company_key"],
                update_fields=["body", "changed_at", "changed_by"],
            )
    return SellerView(company_key, told, row.changed_at, row.changed_by)


def _lock(company_key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, company_key])


def _said(row: Item) -> ItemTax:
    return ItemTax(row.sku, row.category, row.class_code, row.name, row.unit)


def _row(company_key: int, rule: TaxRule, version: int, actor: Actor, now: datetime) -> RuleRow:
    return RuleRow(
        company_key=company_key, region=rule.region, category=rule.category, version=version,
        treatment=rule.treatment.value, rate=rule.rate, is_included=rule.is_included,
        reason_code=rule.reason_code, reason=rule.reason, valid_from=rule.valid_from,
        source=rule.source, made_by=actor.id, made_at=now,
    )  # fmt: skip
