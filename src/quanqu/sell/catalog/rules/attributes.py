"""What type an attribute is, as far as its values show."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from quanqu.sell.catalog.contracts import AttributeType


def infer_types(objects: Iterable[Mapping[str, object]]) -> dict[str, AttributeType]:
    """Return the narrowest type that every value of a code has; null values say nothing."""
    found: dict[str, AttributeType] = {}
    for attributes in objects:
        for code, value in attributes.items():
            if value is None:
                continue
            kind = _type_of(value)
            found[code] = widen(found.get(code, kind), kind)
    return found


def widen(known: AttributeType, seen: AttributeType) -> AttributeType:
    """Return the type that holds values of both: the same, or text."""
    return known if known is seen else AttributeType.TEXT


def fits(value: object, kind: AttributeType, choices: tuple[str, ...] = ()) -> bool:
    """Tell whether a value is of a declared type; null fits all, and text of a number is one."""
    if value is None:
        return True
    if kind is AttributeType.CHOICE:
        return value in choices
    if kind is AttributeType.TEXT:
        return isinstance(value, str)
    if kind is AttributeType.NUMBER:
        return _is_number(value)
    return _type_of(value) is kind


def _type_of(value: object) -> AttributeType:
    if isinstance(value, bool):
        return AttributeType.BOOLEAN
    if isinstance(value, int | float):
        return AttributeType.NUMBER
    if isinstance(value, str) and _is_date(value):
        return AttributeType.DATE
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return AttributeType.MONEY
    return AttributeType.TEXT


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    if len(text) != len("2026-11-22"):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
