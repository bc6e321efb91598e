"""Read files of tax rules and items: every row or none."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from quanqu.kernel.errors import InvalidError
from quanqu.sell.invoicing.contracts import (
    LARGEST_ROWS,
    ItemTax,
    RejectedTaxRow,
    TaxFileError,
    TaxRule,
    TaxRuleError,
    TaxTreatment,
)
from quanqu.sell.invoicing.rules.checking import check_item, check_rule

__all__ = ["ITEM_COLUMNS", "RULE_COLUMNS", "read_items", "read_rules"]

RULE_COLUMNS: Final = (
    "region", "category", "treatment", "rate", "is_included", "reason_code", "reason",
    "valid_from", "source",
)  # fmt: skip
ITEM_COLUMNS: Final = ("sku", "category", "class_code", "name", "unit")
_NEEDED_OF_RULES: Final = frozenset(
    {"region", "category", "treatment", "rate", "valid_from", "source"}
)
_NEEDED_OF_ITEMS: Final = frozenset({"sku", "category"})
_WORDS: Final = {"yes": True, "true": True, "1": True, "": True, "no": False, "false": False,
                 "0": False}  # fmt: skip
_SHOWN: Final = 100
Row = TypeVar("Row")


def read_rules(content: bytes) -> list[TaxRule]:
    """Return the rules of a CSV file with a head (RULE_COLUMNS). Raises: TaxFileError."""
    found = _read(content, RULE_COLUMNS, _NEEDED_OF_RULES, _rule)
    _once(found, lambda one: f"{one.region} {one.category} {one.valid_from}")
    return found


def read_items(content: bytes) -> list[ItemTax]:
    """Return the items of a CSV file with a head (ITEM_COLUMNS). Raises: TaxFileError."""
    found = _read(content, ITEM_COLUMNS, _NEEDED_OF_ITEMS, _item)
    _once(found, lambda one: one.sku)
    return found


def _rule(row: Mapping[str, str]) -> TaxRule:
    treatment = row["treatment"].upper()
    if treatment not in set(TaxTreatment):
        raise TaxRuleError(field="treatment", problem="one of S, Z, E, AE, K, G and O")
    word = row.get("is_included", "").lower()
    if word not in _WORDS:
        raise TaxRuleError(field="is_included", problem="yes or no")
    return check_rule(
        TaxRule(
            region=row["region"].upper(),
            category=row["category"],
            treatment=TaxTreatment(treatment),
            rate=_rate(row["rate"]),
            valid_from=_day(row["valid_from"]),
            source=row["source"],
            is_included=_WORDS[word],
            reason_code=row.get("reason_code", ""),
            reason=row.get("reason", ""),
        )
    )


def _item(row: Mapping[str, str]) -> ItemTax:
    return check_item(
        ItemTax(
            row["sku"], row["category"], row.get("class_code", ""), row.get("name", ""),
            row.get("unit", ""),
        )
    )  # fmt: skip


def _rate(text: str) -> Decimal:
    """Read 0.13 or 13%."""
    is_percent = text.endswith("%")
    try:
        told = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise TaxRuleError(field="rate", problem="it is a number like 0.13 or 13%") from None
    return told.scaleb(-2) if is_percent else told


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TaxRuleError(field="valid_from", problem="it is a day like 2026-01-01") from None


def _read(
    content: bytes,
    columns: tuple[str, ...],
    needed: frozenset[str],
    make: Callable[[Mapping[str, str]], Row],
) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused([RejectedTaxRow(1, "it is not UTF-8")]) from None
    if "\x00" in text:
        raise _refused([RejectedTaxRow(1, "it holds a NUL character")])
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise _refused([RejectedTaxRow(1, f"it is no CSV: {error}")]) from None
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    problem = _head_problem(head, columns, needed)
    if problem or len(rows) - 1 > LARGEST_ROWS:
        raise _refused([RejectedTaxRow(1, problem or f"it has more than {LARGEST_ROWS} rows")])
    found, rejected = [], []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) != len(head):
                raise TaxRuleError(field="row", problem=f"{len(cells)} cells, not {len(head)}")
            told = dict(zip(head, (cell.strip() for cell in cells), strict=True))
            found.append(make(told))
        except InvalidError as error:
            rejected.append(RejectedTaxRow(number, str(error)))
    if rejected or not found:
        raise _refused(rejected or [RejectedTaxRow(2, "there is no row")])
    return found


def _head_problem(head: list[str], columns: tuple[str, ...], needed: frozenset[str]) -> str:
    if missing := needed - set(head):
        return f"these columns are missing: {', '.join(sorted(missing))}"
    if unknown := set(head) - set(columns):
        return f"these columns are unknown: {', '.join(sorted(unknown))}"
    return "a column is there twice" if len(set(head)) != len(head) else ""


def _once(found: list[Row], name: Callable[[Row], str]) -> None:
    seen: set[str] = set()
    for one in found:
        if name(one) in seen:
            raise _refused([RejectedTaxRow(0, f"{name(one)} is there twice")])
        seen.add(name(one))


def _refused(rows: list[RejectedTaxRow]) -> TaxFileError:
    return TaxFileError(
        count=len(rows), rows=[{"row": one.row, "reason": one.reason} for one in rows[:_SHOWN]]
    )
