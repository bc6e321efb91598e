"""Check what is typed about suppliers, costs and orders before anything is written."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from quanqu.sell.supply.contracts import (
    LARGEST_AMOUNT,
    MOST_LINES,
    BuyingRules,
    ItemCost,
    ItemCostDraft,
    PurchaseDraft,
    PurchaseLineDraft,
    PurchaseLineError,
    SupplierDraft,
    SupplierFieldError,
)

__all__ = ["check_cost", "check_draft", "check_rules", "check_supplier"]

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST_LEAD: Final = 730
_LARGEST_COUNT: Final = 1_000_000
LARGEST_QUANTITY: Final = 10_000_000


def check_supplier(draft: SupplierDraft) -> None:
    """Refuse a supplier that cannot be. Raises: SupplierFieldError."""
    contact = draft.contact
    texts = (contact.name, contact.email, contact.phone, contact.address)
    wrong = {
        "code": not _CODE.fullmatch(draft.code) and "1 to 40 letters, digits, dots and dashes",
        "name": not 1 <= len(draft.name.strip()) <= 120 and "1 to 120 characters",
        "currency": not _CURRENCY.fullmatch(draft.currency) and "three capital letters (ISO 4217)",
        "lead_time_days": not 0 <= draft.lead_time_days <= _LONGEST_LEAD
        and f"0 to {_LONGEST_LEAD} days",
        "minimum": not 0 <= draft.minimum_minor <= LARGEST_AMOUNT and "an amount from zero",
        "contact": any(len(text) > 300 or "\0" in text for text in texts)
        and "up to 300 characters each",
    }
    _refuse(wrong)


def check_cost(draft: ItemCostDraft) -> None:
    """Refuse a cost that cannot be. Raises: SupplierFieldError."""
    ends = draft.valid_to
    wrong = {
        "cost": not 0 <= draft.cost_minor <= LARGEST_AMOUNT and "an amount from zero",
        "pack_size": not 1 <= draft.pack_size <= _LARGEST_COUNT and "a number from 1",
        "minimum_quantity": not 1 <= draft.minimum_quantity <= _LARGEST_COUNT and "a number from 1",
        "supplier_code": len(draft.supplier_code) > 80 and "up to 80 characters",
        "valid_to": ends is not None and ends < draft.valid_from and "not before valid_from",
    }
    _refuse(wrong)


def check_rules(rules: BuyingRules) -> None:
    """Refuse rules of buying that cannot be. Raises: SupplierFieldError."""
    limit = rules.approval_limit_minor
    wrong = {
        "approval_limit": limit is not None
        and not 0 <= limit <= LARGEST_AMOUNT
        and "an amount from zero",
        "currency": not _CURRENCY.fullmatch(rules.currency) and "three capital letters (ISO 4217)",
        "over_rate": not Decimal(0) <= rules.over_rate <= Decimal(1) and "a rate from 0 to 1",
    }
    _refuse(wrong)


def check_draft(draft: PurchaseDraft, costs: Mapping[int, ItemCost]) -> None:
    """Refuse lines that cannot be ordered, by their number from 1.

    `costs`: what the supplier's items cost now, by item.  Raises: PurchaseLineError.
    """
    if len(draft.lines) > MOST_LINES:
        problem = f"an order has at most {MOST_LINES} lines"
        raise PurchaseLineError(line=MOST_LINES + 1, reason=problem)
    if len(draft.note) > 1000 or "\0" in draft.note:
        raise SupplierFieldError(field="note", reason="up to 1000 characters")
    seen: set[int] = set()
    for number, line in enumerate(draft.lines, 1):
        problem = _wrong_with(line, costs.get(line.variant_key))
        if not problem and line.variant_key in seen:
            problem = "the item is on another line already"
        if problem:
            raise PurchaseLineError(line=number, reason=problem)
        seen.add(line.variant_key)


def _wrong_with(line: PurchaseLineDraft, cost: ItemCost | None) -> str:
    if not 1 <= line.quantity <= LARGEST_QUANTITY:
        return f"the quantity is a number from 1 to {LARGEST_QUANTITY}"
    if line.unit_cost_minor is None and cost is None:
        return "the supplier has no cost for the item: give one"
    unit = line.unit_cost_minor if line.unit_cost_minor is not None else 0
    if unit < 0 or unit * line.quantity > LARGEST_AMOUNT:
        return "the cost is below zero or too large"
    if cost is None:
        return ""
    if line.quantity % cost.pack_size:
        return f"the item comes in packs of {cost.pack_size}"
    if line.quantity < cost.minimum_quantity:
        return f"the supplier delivers {cost.minimum_quantity} or more of the item"
    return ""


def _refuse(wrong: Mapping[str, object]) -> None:
    for field, problem in wrong.items():
        if problem:
            raise SupplierFieldError(field=field, reason=problem)
