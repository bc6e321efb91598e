"""What goods cost that go between companies."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from quanqu.sell.intercompany.contracts import (
    MOST_AMOUNTS,
    Priced,
    PriceKind,
    TransferRule,
    TransferRuleError,
    Unpriced,
)

__all__ = ["check_rule", "given_back", "price", "rule_on"]

_LARGEST: Final = 10**15
_MOST_RATE: Final = {PriceKind.COST_PLUS: Decimal(10), PriceKind.SALES_SHARE: Decimal(1)}


def rule_on(rules: Sequence[TransferRule], on: date) -> TransferRule | None:
    """Return the rule of a day: of the latest day that has come, the last that was written down.

    Shapes: rules of one pair in the order they were written down.
    """
    found = [(one.valid_from, at) for at, one in enumerate(rules) if one.valid_from <= on]
    return rules[max(found)[1]] if found else None


def price(
    rule: TransferRule | None, *, sku: str, quantity: int, sales_minor: int, currency: str
) -> Priced:
    """Return what the goods cost, half up to the minor unit, or why they have no price.

    Source: docs/rules/intercompany.md#prices.
    """
    if rule is None:
        return Priced(None, Unpriced.NO_RULE)
    if rule.currency != currency:
        return Priced(None, Unpriced.CURRENCY)
    if rule.kind is PriceKind.SALES_SHARE:
        return Priced(_rounded(sales_minor * rule.rate))
    amount = rule.amounts.get(sku)
    if amount is None:
        return Priced(None, Unpriced.NO_AMOUNT)
    if rule.kind is PriceKind.FIXED:
        return Priced(amount * quantity)
    return Priced(_rounded(amount * quantity * (1 + rule.rate)))


def given_back(amount_minor: int, *, units: int, before: int, count: int) -> int:
    """Return what `count` units cost that go back after `before` of `units` did.

    However they go back, all of them cost exactly what was charged.
    """

    def until(number: int) -> int:
        return _rounded(Decimal(amount_minor) * number / units)

    return until(min(before + count, units)) - until(min(before, units))


def check_rule(rule: TransferRule) -> TransferRule:
    """Return the rule. Raises: TransferRuleError."""
    if rule.from_company_key == rule.to_company_key:
        raise TransferRuleError(field="company", problem="two different companies")
    if len(rule.currency) != 3 or not (rule.currency.isascii() and rule.currency.isupper()):
        raise TransferRuleError(field="currency", problem="a code like CNY")
    most = _MOST_RATE.get(rule.kind, Decimal(0))
    if not rule.rate.is_finite() or not 0 <= rule.rate <= most or rule.rate != round(rule.rate, 4):
        raise TransferRuleError(field="rate", problem=f"from 0 to {most}, at most four decimals")
    if rule.kind is PriceKind.SALES_SHARE and (rule.amounts or not rule.rate):
        raise TransferRuleError(field="rate", problem="a share above zero, and no amounts")
    if rule.kind is not PriceKind.SALES_SHARE and not rule.amounts:
        raise TransferRuleError(field="amounts", problem="an amount for each item")
    if len(rule.amounts) > MOST_AMOUNTS:
        raise TransferRuleError(field="amounts", problem=f"at most {MOST_AMOUNTS}")
    for sku, amount in rule.amounts.items():
        if not sku.strip() or len(sku) > 100 or not 0 <= amount <= _LARGEST:
            raise TransferRuleError(field="amounts", problem=f"{sku[:100]!r} has no right amount")
    return rule


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
