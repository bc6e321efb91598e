"""What the rows themselves show: which amounts are an order's, which discounts are rates."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.rules.columns import text_of
from quanqu.doors.connectors.rules.guessing.names import words_in
from quanqu.doors.connectors.rules.guessing.plan import Plan
from quanqu.doors.connectors.rules.guessing.profile import Profile
from quanqu.doors.connectors.rules.missing import CODE_WORDS, without_words
from quanqu.doors.connectors.rules.numbers import scaled
from quanqu.doors.connectors.rules.times import to_instant

__all__ = ["Look", "settle_dates", "settle_decimals", "settle_orders", "settle_totals"]

Look = Callable[[Profile], pa.Array]

_ALMOST: Final = 0.98
_SURE_GROUPS: Final = 5
_PERCENT_WORDS: Final = frozenset(["percent", "rate", "pct", "percentage", "率", "折扣率"])


def settle_decimals(plan: Plan, profiles: Sequence[Profile]) -> None:
    """Tell the sign before decimals of the whole file from the columns that show it."""
    shown = [p.numbers.decimal for p in profiles if p.numbers is not None and p.numbers.decimal]
    comma = shown.count(",")
    plan.decimal = plan.hints.decimal or ("," if comma > len(shown) - comma else ".")


def settle_dates(plan: Plan, profiles: Sequence[Profile], look: Look) -> None:
    """Tell whether day or month comes first; where no value shows it, the likelier, with a note."""
    if "date" not in plan.fields:
        return
    column = plan.one("date")
    style = column.dates
    if style is not None and style.is_mixed:
        plan.note("dates_mixed", column=column.name)
    if style is None or not style.is_open or plan.hints.date_order:
        plan.order = plan.hints.date_order
        return
    others = {p.dates.order for p in profiles if p.dates and p.dates.order and not p.dates.is_open}
    plan.order = others.pop() if len(others) == 1 else _likely_order(plan, column, look(column))
    if not others:
        code = "month_first_assumed" if plan.order == "mdy" else "day_first_assumed"
        plan.note(code, column=column.name, sample=column.samples[0])


def _likely_order(plan: Plan, column: Profile, values: pa.Array) -> str:
    """Choose the order in which the rows run through time, else by the manner of writing."""
    rising: dict[str, float] = {}
    for order in ("dmy", "mdy"):
        plan.order = order
        times = to_instant(values, list(plan.formats(column)), "UTC").values.drop_null()
        steps = np.diff(times.cast(pa.int64()).to_numpy(zero_copy_only=False))
        rising[order] = float(np.mean(steps >= 0)) if len(steps) else 0.0
    if max(rising.values()) > _ALMOST > min(rising.values()):
        return max(rising, key=lambda order: rising[order])
    signs = {sign for choice in plan.fields.values() for c in choice.columns for sign in _signs(c)}
    american = any(name.endswith("%p") for name in plan.formats(column)) or "$" in signs
    dotted = any("%d.%m" in name for name in (column.dates.formats if column.dates else ()))
    named = column.name.isascii() and not {"datum", "fecha", "data"} & set(words_in(column.name))
    return "mdy" if american and named and not dotted and plan.decimal == "." else "dmy"


def _signs(column: Profile) -> Sequence[str]:
    return [sign for sign, _ in column.numbers.signs] if column.numbers is not None else []


def settle_orders(plan: Plan, look: Look) -> None:
    """Tell what makes an order: its number, a customer's day, or each row by itself."""
    if plan.is_payload and plan.way:
        plan.has_many = True
        return
    if plan.has("order_id"):
        counts = pc.value_counts(_keys(plan, look, "order_id"))
        plan.has_many = len(counts) > 0 and pc.max(counts.field("counts")).as_py() > 1
        if plan.one("order_id").is_damaged:
            plan.note("damaged_ids", column=plan.one("order_id").name)
        return
    if plan.has("customer_id", "date") and ("sku" in plan.fields or "product_name" in plan.fields):
        keys = _keys(plan, look, "customer_id", "date")
        repeated = len(pc.unique(keys)) < len(keys)
        if not keys.null_count and repeated and plan.hints.fields.get("order_id") != ():
            plan.basis, plan.has_many = "customer_day", True
            names = {"customer": plan.one("customer_id").name, "date": plan.one("date").name}
            plan.note("orders_by_customer_and_day", **names)
            return
    plan.basis = "row"
    plan.note("orders_by_row")


def _keys(plan: Plan, look: Look, *names: str) -> pa.Array:
    columns = [c for name in names for c in plan.fields[name].columns]
    texts = [without_words(text_of(look(column)), CODE_WORDS) for column in columns]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "\x1f")


def settle_totals(plan: Plan, look: Look) -> None:
    """Tell a line's amount from a total repeated on each line of its order, rates from sums."""
    fields = plan.fields
    if plan.has("amount") and "order_total" not in fields and _is_repeated(plan, look, "amount"):
        fields["order_total"] = fields.pop("amount")
    is_of_rows = not plan.is_payload and not _is_repeated(plan, look, "order_total")
    if plan.has("order_total") and is_of_rows:
        total = fields.pop("order_total")
        fields.setdefault("amount", total)
    plan.is_total = plan.has("order_total")
    if plan.is_total and plan.has("amount", "price") and _is_same(plan, look):
        del fields["amount"]  # the order's total under another name
    if plan.has("refunded") and plan.has_many:
        plan.is_refund_of_order = _is_repeated(plan, look, "refunded")
    if plan.has("discount"):
        plan.is_rate = not plan.is_known and _is_rate(plan.one("discount"))
        plan.is_discount_below = _is_below(plan, look)


def _is_below(plan: Plan, look: Look) -> bool:
    """Tell whether discounts of sales are told as negative numbers (of returns as positive)."""
    base = next((name for name in ("gross", "quantity") if plan.has(name)), "discount")
    if plan.is_payload:
        numbers = plan.one("discount").numbers
        return numbers is not None and numbers.lowest < 0 and numbers.highest <= 0
    found = _amounts(plan, look, "discount")
    is_sale = pc.greater(_amounts(plan, look, base), 0) if base != "discount" else found.is_valid()
    below = pc.sum(pc.and_(is_sale, pc.less(found, 0)).cast(pa.int64())).as_py() or 0
    above = pc.sum(pc.and_(is_sale, pc.greater(found, 0)).cast(pa.int64())).as_py() or 0
    return bool(below > above)


def _is_same(plan: Plan, look: Look) -> bool:
    """Tell whether the lines of orders of several rows all tell the order's total as theirs."""
    if plan.basis != "id" or not plan.has_many or plan.is_payload:
        return False
    amount, total = (_amounts(plan, look, name) for name in ("amount", "order_total"))
    codes = _keys(plan, look, "order_id").dictionary_encode().indices
    groups = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False)
    counts = np.bincount(groups[groups >= 0])
    several = (groups >= 0) & (counts[groups] > 1)
    alike = pc.fill_null(pc.equal(amount, total), False).to_numpy(zero_copy_only=False)
    return bool(several.any()) and bool(alike[several].all())


def _amounts(plan: Plan, look: Look, name: str) -> pa.Array:
    return scaled(look(plan.one(name)), 4, rounding="half_up", decimal=plan.decimal).values


def _is_repeated(plan: Plan, look: Look, name: str) -> bool:
    """Tell whether an amount is its order's: the same on all rows, or told on one of them only."""
    if plan.basis != "id" or not plan.has_many or plan.is_payload:
        return False
    if not plan.has("order_id", name):
        return False
    codes = _keys(plan, look, "order_id").dictionary_encode().indices
    amounts = _amounts(plan, look, name)
    if _is_on_one_row(codes, amounts):
        return True
    known = pc.and_(codes.is_valid(), amounts.is_valid()).to_numpy(zero_copy_only=False)
    groups = pc.fill_null(codes, 0).to_numpy(zero_copy_only=False)[known]
    values = pc.fill_null(amounts, 0).to_numpy(zero_copy_only=False)[known]
    if not len(groups):
        return False
    return _same_within(groups.astype(np.int64), np.asarray(values, np.int64), plan, name)


def _is_on_one_row(codes: pa.Array, amounts: pa.Array) -> bool:
    """Tell whether every order of several rows has the amount on one of them and no other."""
    valid = codes.is_valid().to_numpy(zero_copy_only=False)
    groups = pc.fill_null(codes, 0).to_numpy(zero_copy_only=False)[valid]
    told = amounts.is_valid().to_numpy(zero_copy_only=False)[valid]
    rows, filled = np.bincount(groups), np.bincount(groups, weights=told)
    several = rows > 1
    return bool(several.any()) and bool((filled[several] == 1).all())


def _same_within(
    groups: npt.NDArray[np.int64], values: npt.NDArray[np.int64], plan: Plan, name: str
) -> bool:
    order = np.argsort(groups, kind="stable")
    groups, values = groups[order], values[order]
    starts = np.flatnonzero(np.concatenate(([True], np.diff(groups) != 0)))
    sizes = np.diff(np.append(starts, len(groups)))
    least, most = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    several = sizes > 1
    if name == "refunded":
        several &= most != 0
    if not several.any():
        return False
    same = float(np.mean((least == most)[several]))
    sure = int(several.sum()) >= _SURE_GROUPS or name in ("order_total", "refunded")
    has_lines = plan.has("price") or plan.has("sku") or plan.has("product_name")
    return same >= _ALMOST and sure and has_lines


def _is_rate(column: Profile) -> bool:
    """Tell a discount in parts of one or per cent from one in money."""
    numbers = column.numbers
    if numbers is None or numbers.lowest == numbers.highest == 0:
        return False
    named = bool(_PERCENT_WORDS & set(words_in(column.name))) or "%" in column.name
    small = numbers.lowest >= 0 and numbers.highest <= 1
    return numbers.is_percent or small or (named and 0 <= numbers.lowest <= numbers.highest <= 100)
