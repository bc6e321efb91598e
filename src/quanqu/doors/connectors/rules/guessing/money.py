"""Which currency the amounts are in, and how an amount is made of the columns there are."""

import re
from collections import Counter
from typing import Any, Final

from quanqu.doors.connectors.rules.guessing.plan import Plan, Spec
from quanqu.doors.connectors.rules.guessing.profile import Profile
from quanqu.doors.connectors.rules.signs import CURRENCY_OF_SIGN

__all__ = ["line_amount", "settle_currency"]

_MONEY: Final = ("amount", "gross", "price", "order_total")
_CODE: Final = re.compile(r"[A-Z]{3}")
_IN_NAME: Final = re.compile(
    r"(?<![A-Za-z])(EUR|USD|GBP|CNY|RMB|JPY|CHF|AUD|CAD|BRL|INR|SEK|NOK|DKK|PLN|CZK|HUF|HKD|TWD|SGD|KRW|"
    r"MXN|TRY|ZAR)(?![A-Za-z])|([€£₹])|[(（](元|円)[)）]"
)
_KANA: Final = re.compile(r"[\u3041-\u30fe]")
_DOLLARS: Final = frozenset(
    ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"]
)


def settle_currency(plan: Plan, place_currency: str) -> None:
    """Tell the currency: by column, signs at the amounts or the header, else the place's."""
    if plan.hints.currency:
        plan.currency = plan.hints.currency
        return
    if plan.has("currency"):
        return
    columns = [plan.one(name) for name in _MONEY if name in plan.fields]
    signs: Counter[str] = Counter()
    for column in columns:
        signs.update(dict(column.numbers.signs) if column.numbers is not None else {})
    is_japanese = any(_KANA.search(f"{c.name}{''.join(c.samples)}") for c in _all(plan))
    told = {sign: _code(sign, place_currency, is_japanese) for sign in signs}
    if len(set(told.values())) == 1:
        plan.currency = next(iter(told.values()))
        plan.note("currency_told", currency=plan.currency, sign=next(iter(signs)))
    elif told:
        plan.signs = told
        plan.note("currency_by_row", signs=" ".join(signs))
    elif named := _named(columns):
        plan.currency = named
        plan.note("currency_told", currency=named, sign=named)
    else:
        plan.note("currency_assumed", currency=place_currency)


def line_amount(plan: Plan, *, in_line: bool, digits: int) -> Spec | None:
    """Return how a line's amount is made, or None when only a total of the order is told."""
    if plan.has("amount"):
        return _told_amount(plan, in_line=in_line, digits=digits)
    if plan.has("gross"):
        return _less_discount(plan, in_line=in_line)
    if not plan.has("price"):
        return None
    if not plan.has("quantity") or _has_fractions(plan):
        spec = plan.number("price", in_line=in_line, digits=digits, required=True)
        return spec if not plan.has("quantity") else _product(plan, in_line=in_line)
    return _product(plan, in_line=in_line)


def _told_amount(plan: Plan, *, in_line: bool, digits: int) -> Spec:
    column = plan.one("amount")
    net = bool(re.search(r"(?i)\bnet\b|\bnetto\b|\bht\b|excl|不含税", column.name))
    if net and plan.has("tax") and not plan.is_total:
        names = [plan.ref(column, in_line=in_line), plan.ref(plan.one("tax"), in_line=in_line)]
        plan.note("tax_added", amount=column.name, tax=plan.one("tax").name)
        return {"add": names, "round": "half_up", "required": True} | plan.sign()
    spec = plan.number("amount", in_line=in_line, digits=digits, required=True)
    if spec.get("round"):
        plan.note("amounts_rounded", column=column.name)
    return spec


def _less_discount(plan: Plan, *, in_line: bool) -> Spec:
    """Return the line's amount before discounts less the discount.

    In an export that is known, a line that tells none is 0.
    """
    spec: dict[str, Any] = {"add": [plan.ref(plan.one("gross"), in_line=in_line)]} | plan.sign()
    if plan.has("discount"):
        name = plan.ref(plan.one("discount"), in_line=in_line)
        if plan.is_discount_below:
            spec["add"].append(name)
        else:
            spec["subtract"] = [name]
        plan.note("discount_off", amount=plan.one("gross").name, discount=plan.one("discount").name)
    blank: Spec = {"default": 0} if plan.is_known else {"required": True}
    return spec | {"round": "half_up"} | blank


def _product(plan: Plan, *, in_line: bool) -> Spec:
    names = [plan.ref(plan.one(name), in_line=in_line) for name in ("quantity", "price")]
    spec: dict[str, Any] = {"times": names, "required": True} | plan.sign()
    if not plan.has("discount"):
        return spec
    column = plan.one("discount")
    numbers = column.numbers
    if plan.is_rate:
        spec["off"] = plan.ref(column, in_line=in_line)
        if numbers is not None and (numbers.is_percent or numbers.highest > 1):
            spec["off_percent"] = True
        plan.note("discount_is_rate", column=column.name)
    elif plan.is_discount_below:
        spec["add"] = [plan.ref(column, in_line=in_line)]
    else:
        spec["subtract"] = [plan.ref(column, in_line=in_line)]
    return spec


def _has_fractions(plan: Plan) -> bool:
    numbers = plan.one("quantity").numbers
    return numbers is not None and numbers.digits > 0


def _all(plan: Plan) -> list[Profile]:
    return [column for choice in plan.fields.values() for column in choice.columns]


def _code(sign: str, place_currency: str, is_japanese: bool) -> str:
    """Return the currency of a sign; $ and ¥ are those of the place where it has one of them."""
    if sign == "¥":
        return "JPY" if is_japanese or place_currency == "JPY" else "CNY"
    if sign == "$":
        return place_currency if place_currency in _DOLLARS else "USD"
    if sign in ("kr", "kr."):
        return place_currency if place_currency in ("SEK", "NOK", "DKK") else "SEK"
    return CURRENCY_OF_SIGN.get(sign, sign)


def _named(columns: list[Profile]) -> str:
    for column in columns:
        if found := _IN_NAME.search(column.name):
            sign = found.group(1) or found.group(2) or found.group(3)
            code = CURRENCY_OF_SIGN.get(sign, sign)
            return code if _CODE.fullmatch(code) else ""
    return ""
