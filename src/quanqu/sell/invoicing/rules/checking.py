"""What rules, sellers, buyers and items must look like; every check returns the normal form."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from quanqu.kernel.text import normal_text
from quanqu.sell.invoicing.contracts import (
    Buyer,
    BuyerError,
    BuyerKind,
    ItemTax,
    Regime,
    Rounding,
    Seller,
    SellerError,
    TaxRule,
    TaxRuleError,
    TaxTreatment,
)
from quanqu.sell.invoicing.rules.codes import is_class_code, is_credit_code, is_vat_number

__all__ = ["check_buyer", "check_item", "check_rule", "check_seller"]

_REGION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CATEGORY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_REASON_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,39}")
_SERIES: Final = re.compile(r"[A-Z0-9][A-Z0-9/-]{0,11}")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s.,;<>\"]{2,24}")
_LONGEST: Final = 200
_MOST_DAYS: Final = 365
_FREE: Final = frozenset(TaxTreatment) - {TaxTreatment.STANDARD}
_UNREASONED: Final = frozenset({TaxTreatment.STANDARD, TaxTreatment.ZERO})


def check_rule(rule: TaxRule) -> TaxRule:
    """Return a rule in its normal form. Raises: TaxRuleError.

    A rate above zero is for S alone, and S has one; all others but Z state why (EN 16931,
    BR-S-10, BR-Z-10, BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
    """
    told = replace(
        rule,
        source=normal_text(rule.source),
        reason=normal_text(rule.reason),
        reason_code=rule.reason_code.strip().upper(),
        rate=Decimal(rule.rate),
    )
    if not _REGION.fullmatch(told.region):
        raise TaxRuleError(field="region", problem="it is a country like CN, or a part like ES-CN")
    if not _CATEGORY.fullmatch(told.category):
        raise TaxRuleError(field="category", problem="up to 40 of a to z, 0 to 9, _ and -")
    if not told.rate.is_finite() or not 0 <= told.rate < 1 or told.rate != round(told.rate, 4):
        raise TaxRuleError(field="rate", problem="it is from 0 to 1 with at most four decimals")
    if (told.rate > 0) is (told.treatment in _FREE):
        raise TaxRuleError(field="rate", problem="S has a rate above zero, all others have none")
    is_told = bool(told.reason_code or told.reason)
    if is_told is (told.treatment in _UNREASONED):
        raise TaxRuleError(
            field="reason", problem="E, AE, K, G and O state why; S and Z have no reason"
        )
    if told.reason_code and not _REASON_CODE.fullmatch(told.reason_code):
        raise TaxRuleError(field="reason_code", problem="it is a code like VATEX-EU-132")
    if not told.source:
        raise TaxRuleError(field="source", problem="name the law that says so")
    if max(len(told.source), len(told.reason)) > _LONGEST:
        raise TaxRuleError(field="source", problem="at most 200 characters")
    return told


def check_item(item: ItemTax) -> ItemTax:
    """Return an item in its normal form. Raises: TaxRuleError."""
    told = replace(
        item, sku=item.sku.strip(), name=normal_text(item.name), unit=normal_text(item.unit)
    )
    if not told.sku or len(told.sku) > 100:
        raise TaxRuleError(field="sku", problem="from 1 to 100 characters")
    if not _CATEGORY.fullmatch(told.category):
        raise TaxRuleError(field="category", problem="up to 40 of a to z, 0 to 9, _ and -")
    if told.class_code and not is_class_code(told.class_code):
        raise TaxRuleError(field="class_code", problem="it has 19 digits")
    if len(told.name) > _LONGEST or len(told.unit) > 20:
        raise TaxRuleError(field="name", problem="at most 200 characters, 20 for the unit")
    return told


def check_seller(seller: Seller) -> Seller:
    """Return a seller in its normal form. Raises: SellerError."""
    texts = ("name", "street", "city", "postcode", "phone", "bank", "bank_account", "unit")
    changed: dict[str, Any] = {name: normal_text(getattr(seller, name)) for name in texts}
    told = replace(seller, **changed, tax_id=seller.tax_id.strip().upper().replace(" ", ""))
    if not told.name:
        raise SellerError(field="name", problem="it is missing")
    for name in texts:
        if len(getattr(told, name)) > _LONGEST:
            raise SellerError(field=name, problem="at most 200 characters")
    if not _REGION.fullmatch(told.region) or told.region[:2] != told.country:
        raise SellerError(field="region", problem="it is the seller's country, or a part of it")
    _check_seller_numbers(told)
    _check_seller_codes(told)
    if not _SERIES.fullmatch(told.series) or not _SERIES.fullmatch(told.red_series):
        raise SellerError(field="series", problem="up to 12 of A to Z, 0 to 9, / and -")
    if told.series == told.red_series:
        raise SellerError(field="series", problem="red invoices have a series of their own")
    if not 0 <= told.payment_days <= _MOST_DAYS:
        raise SellerError(field="payment_days", problem="from 0 to 365")
    return told


def _check_seller_codes(told: Seller) -> None:
    for name in ("category", "shipping_category"):
        if not _CATEGORY.fullmatch(getattr(told, name)):
            raise SellerError(field=name, problem="up to 40 of a to z, 0 to 9, _ and -")
    for name in ("class_code", "shipping_class_code"):
        code = getattr(told, name)
        if code and not is_class_code(code):
            raise SellerError(field=name, problem="it has 19 digits")


def _check_seller_numbers(told: Seller) -> None:
    if told.regime is Regime.FAPIAO:
        if told.country != "CN":
            raise SellerError(field="country", problem="a fapiao is of China")
        if not is_credit_code(told.tax_id):
            raise SellerError(
                field="tax_id", problem="no unified social credit code with a right check character"
            )
        return
    if not is_vat_number(told.tax_id):
        raise SellerError(field="tax_id", problem="no VAT number like DE123456789")
    if told.rounding is not Rounding.DOCUMENT:
        raise SellerError(
            field="rounding", problem="EN 16931 rounds tax once for each rate (BR-CO-17)"
        )


def check_buyer(buyer: Buyer, regime: Regime, country: str) -> Buyer:
    """Return a buyer in its normal form; `country` of the seller where none is told.

    Raises: BuyerError.
    """
    texts = ("title", "street", "city", "postcode", "phone", "bank", "bank_account")
    changed: dict[str, Any] = {name: normal_text(getattr(buyer, name)) for name in texts}
    told = replace(
        buyer,
        **changed,
        tax_id=buyer.tax_id.strip().upper().replace(" ", ""),
        email=buyer.email.strip(),
        country=(buyer.country or country).strip().upper(),
    )
    if not told.title:
        raise BuyerError(field="title", problem="it is missing")
    for name in texts:
        if len(getattr(told, name)) > _LONGEST:
            raise BuyerError(field=name, problem="at most 200 characters")
    if told.email and not _EMAIL.fullmatch(told.email):
        raise BuyerError(field="email", problem="it is no e-mail address")
    if not re.fullmatch(r"[A-Z]{2}", told.country):
        raise BuyerError(field="country", problem="it is a country like CN")
    _check_buyer_number(told, regime)
    return told


def _check_buyer_number(told: Buyer, regime: Regime) -> None:
    if told.kind is BuyerKind.PERSONAL:
        if told.tax_id:
            raise BuyerError(field="tax_id", problem="a person has none; choose company")
    elif regime is Regime.FAPIAO:
        if not is_credit_code(told.tax_id):
            raise BuyerError(
                field="tax_id", problem="no unified social credit code with a right check character"
            )
    elif told.tax_id and not is_vat_number(told.tax_id):
        raise BuyerError(field="tax_id", problem="no VAT number like DE123456789")
