"""Invoices for tests, how their sellers are taxed, and what they break."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.builders.goods import NOW, Shop

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode, encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.invoicing.contracts import (
    Buyer,
    BuyerKind,
    InvoiceDraft,
    InvoiceRow,
    Regime,
    Rounding,
    Seller,
    TaxRule,
    TaxTreatment,
)
from quanqu.sell.invoicing.facade import issue_invoice, save_seller, save_tax_rules
from quanqu.sell.invoicing.queries.laws import (
    gaps_in_series,
    reds_beyond_blues,
    sums_unlike_the_lines,
)

__all__ = ["CODE", "breaches", "buyer", "draft", "invoiced", "make_seller", "rule", "seller"]

CODE = "91350100M000100Y43"
"""The example of GB 32100-2015."""
VAT = "DE123456789"


def rule(category: str = "goods", rate: str = "0.13", **more: Any) -> TaxRule:
    """Return a rule of China, or of the region that is told."""
    told = {
        "region": "CN",
        "treatment": TaxTreatment.STANDARD,
        "valid_from": date(2019, 4, 1),
        "source": "a law",
    } | more
    return TaxRule(category=category, rate=Decimal(rate), **told)


def seller(regime: Regime = Regime.FAPIAO, **more: Any) -> Seller:
    """Return how a company writes invoices."""
    is_cn = regime is Regime.FAPIAO
    told = Seller(
        regime=regime,
        region="CN" if is_cn else "DE",
        name="北方商贸有限公司" if is_cn else "Nord Handel GmbH",
        tax_id=CODE if is_cn else VAT,
        country="CN" if is_cn else "DE",
        category="goods",
        shipping_category="delivery",
        rounding=Rounding.LINE if is_cn else Rounding.DOCUMENT,
        class_code="1030201010000000000" if is_cn else "",
        unit="件" if is_cn else "",
    )
    return replace(told, **more)


def make_seller(shop: Shop, regime: Regime = Regime.FAPIAO, now: datetime = NOW) -> None:
    """Say how a shop's company writes invoices, and how goods and delivery are taxed."""
    make_company(shop.company.key, "", regime, now)


def of_corner(word: str, place: PlaceInfo, order_id: str) -> str:
    """Write an invoice of what was bought at a place, and return its id."""
    make_company(place.company_key, f"{place.company_code} trade")
    made = invoiced(decode("ord", order_id), buyer=buyer(BuyerKind.PERSONAL, title=f"{word} buyer"))
    return encode("inv", made.id)


def make_company(
    company_key: int, name: str, regime: Regime = Regime.FAPIAO, now: datetime = NOW
) -> None:
    """Say how a company writes invoices, and how goods and delivery are taxed."""
    told = seller(regime, **({"name": name} if name else {}))
    save_seller(actor=SYSTEM, company_key=company_key, seller=told, now=now)
    region, rates = ("CN", ("0.13", "0.06")) if regime is Regime.FAPIAO else ("DE", ("0.19",) * 2)
    rules = [
        rule(category, rate, region=region)
        for category, rate in zip(("goods", "delivery"), rates, strict=True)
    ]
    save_tax_rules(actor=SYSTEM, company_key=company_key, rules=rules, now=now)


def buyer(kind: BuyerKind = BuyerKind.COMPANY, **more: Any) -> Buyer:
    """Return who an invoice is made out to."""
    told = (
        Buyer(kind, "海蓝科技有限公司", CODE)
        if kind is BuyerKind.COMPANY
        else Buyer(kind, "王小明")
    )
    return replace(told, **more)


def draft(order_id: UUID, **more: Any) -> InvoiceDraft:
    """Return an invoice to write."""
    told: dict[str, Any] = {"id": uuid4(), "buyer": buyer()} | more
    return InvoiceDraft(order_id=order_id, **told)


def invoiced(order_id: UUID, **more: Any) -> InvoiceRow:
    """Write an invoice."""
    actor, now = more.pop("actor", SYSTEM), more.pop("now", NOW)
    return issue_invoice(actor=actor, draft=draft(order_id, **more), now=now)


def breaches() -> list[str]:
    """Return what breaks a law of invoices."""
    return [*sums_unlike_the_lines(), *gaps_in_series(), *reds_beyond_blues()]
