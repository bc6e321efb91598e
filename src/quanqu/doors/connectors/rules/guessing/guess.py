"""From the columns of an unseen file to a mapping: what it lacks and what was assumed is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from quanqu.doors.connectors.contracts import ColumnInfo, GuessNote, Hints, UnknownFieldError
from quanqu.doors.connectors.rules.guessing.choice import Choice
from quanqu.doors.connectors.rules.guessing.choose import choose
from quanqu.doors.connectors.rules.guessing.exports import known_export, with_export
from quanqu.doors.connectors.rules.guessing.facts import (
    Look,
    settle_dates,
    settle_decimals,
    settle_orders,
    settle_totals,
)
from quanqu.doors.connectors.rules.guessing.money import settle_currency
from quanqu.doors.connectors.rules.guessing.others import customers, events, products
from quanqu.doors.connectors.rules.guessing.plan import ROW_WORD, Plan
from quanqu.doors.connectors.rules.guessing.profile import Profile
from quanqu.doors.connectors.rules.guessing.sales import sales
from quanqu.doors.connectors.rules.guessing.sums import sum_rows
from quanqu.doors.connectors.rules.guessing.vocabulary import NAMES

__all__ = ["FIELDS", "NEEDED", "SHAPES", "Given", "Guess", "guess"]

FIELDS: Final = (*NAMES, "trait")
SHAPES: Final = ("order_lines", "orders", "products", "customers", "events")
_SALE: Final = (("date",), ("amount", "price", "order_total", "gross"))
NEEDED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "order_lines": _SALE,
    "orders": _SALE,
    "products": (("sku", "product_name", "gtin"),),
    "customers": (("customer_id", "email", "phone"),),
    "events": (("event",), ("date",), ("customer_id", "email", "phone", "session_id")),
}
_MAKERS: Final = {
    "order_lines": sales, "orders": sales, "products": products, "customers": customers,
    "events": events,
}  # fmt: skip
_PERSON: Final = (
    "customer_id", "customer_name", "first_name", "last_name", "email", "phone", "street",
    "ship_street", "city", "region", "postcode", "country", "gender", "birth_on",
    "member_since_on", "company_name", "language", "trait",
)  # fmt: skip
_OF_SHAPE: Final[dict[str, tuple[str, ...]]] = {
    "customers": _PERSON,
    "products": (
        "sku", "product_name", "gtin", "brand", "category", "subcategory", "description", "image",
        "status", "price", "currency", "trait",
    ),
    "events": (
        "event", "date", "customer_id", "email", "phone", "session_id", "sku", "product_name",
        "category", "trait",
    ),
}  # fmt: skip
_SALES: Final = ("order_lines", "orders")
_GOODS: Final = ("sku", "product_name", "gtin")
_MONEY: Final = ("amount", "price", "order_total", "gross")


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be guessed at: its columns, their values, and how its records are nested.

    `way`: the lists from a record of a payload to its lines; empty for tables.
    """

    name: str
    profiles: Sequence[Profile]
    look: Look
    is_payload: bool = False
    records: str | None = None
    way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What came of it. While a field is missing the mapping names `FILL_IN_field` in its place."""

    shape: str
    columns: tuple[ColumnInfo, ...]
    mapping: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    notes: tuple[GuessNote, ...] = ()
    score: float = 0.0


def guess(given: Given, hints: Hints, *, place_currency: str) -> Guess:
    """Return the mapping of a file as data, what it lacks, and what was assumed.

    Raises: UnknownFieldError (a field or column of the hints that there is not).
    """
    _check(given, hints)
    told = _without_row_word(hints)
    names = [profile.name for profile in given.profiles]
    export = None if hints.only_told or given.is_payload else known_export(names)
    if export is not None:
        told = with_export(told, export, names)
    plan = Plan(
        told, choose(given.profiles, told), given.is_payload, given.records, given.way,
    )  # fmt: skip
    if export is not None:
        plan.is_known = True
        plan.note("known_export", program=export.name)
    if hints.fields.get("order_id") == (ROW_WORD,):
        plan.fields.pop("order_id", None)
    shape = hints.shape or _shape(plan)
    needed = (*NEEDED[shape], *((("order_id",),) if given.way and shape in _SALES else ()))
    missing = tuple(options[0] for options in needed if not {*options} & plan.fields.keys())
    score = _score(plan)
    settle_decimals(plan, given.profiles)
    for name in missing:
        plan.fields[name] = Choice((_placeholder(name),), 0.0)
    made = _made(plan, given, shape, place_currency)
    columns = _columns(given, plan, shape)
    if shape == "order_lines" and not any(name in plan.fields for name in _GOODS):
        shape = "orders"
    return Guess(shape, columns, made, missing, tuple(plan.notes), score)


def _placeholder(name: str) -> Profile:
    """Return a column that is not there, for a draft that a person fills in."""
    return Profile(
        name=f"FILL_IN_{name}", path=f"FILL_IN_{name}", level=(), holds="nothing",
        filled_rate=0.0, samples=(), words=(), distinct=0, told=0,
    )  # fmt: skip


def _made(plan: Plan, given: Given, shape: str, place_currency: str) -> dict[str, Any]:
    settle_dates(plan, given.profiles, given.look)
    if shape in _SALES:
        settle_orders(plan, given.look)
        settle_totals(plan, given.look)
    if shape not in ("customers", "events") and any(name in plan.fields for name in _MONEY):
        settle_currency(plan, place_currency)
    head: dict[str, Any] = {
        "name": given.name, "version": 1, "kind": "payload" if given.is_payload else "table",
    }  # fmt: skip
    if plan.currency:
        head["currency"] = plan.currency
    if plan.hints.zone:
        head["zone"] = plan.hints.zone
    if given.is_payload and given.records is not None:
        head["records"] = given.records
    head |= sum_rows(plan, given.profiles, given.look, shape)
    return head | _MAKERS[shape](plan)


def _check(given: Given, hints: Hints) -> None:
    names = [profile.name for profile in given.profiles]
    for name in hints.fields:
        if name not in FIELDS:
            raise UnknownFieldError(kind="field", name=name, known=", ".join(FIELDS))
    if hints.shape and hints.shape not in SHAPES:
        raise UnknownFieldError(kind="kind of row", name=hints.shape, known=", ".join(SHAPES))
    told = [name for columns in hints.fields.values() for name in columns]
    for name in (*told, *sorted(hints.left_out)):
        if name not in names and name != ROW_WORD:
            raise UnknownFieldError(kind="column", name=name, known=", ".join(names))


def _without_row_word(hints: Hints) -> Hints:
    fields = {f: tuple(c for c in names if c != ROW_WORD) for f, names in hints.fields.items()}
    return Hints(
        fields, hints.left_out, hints.shape, hints.layout, hints.date_order, hints.decimal,
        hints.currency, hints.zone, hints.only_told,
    )  # fmt: skip


def _shape(plan: Plan) -> str:
    """Return what a row is: a sale where there is money, and a time or an order's number."""
    has = plan.fields.keys()
    money, goods = has & {*_MONEY}, has & {*_GOODS}
    people = has & {"customer_id", "email", "phone", "customer_name", "birth_on"}
    if "event" in has and "date" in has and not money:
        return "events"
    if ("date" in has and money) or ("order_id" in has and (money or goods or "date" in has)):
        return "order_lines" if goods else "orders"
    if "date" in has and goods and (people or "session_id" in has):
        return "order_lines"
    if people and "sku" not in has and "gtin" not in has and not ("product_name" in has and money):
        return "customers"
    return "products" if goods else "order_lines"


def _columns(given: Given, plan: Plan, shape: str) -> tuple[ColumnInfo, ...]:
    taken = {
        column.name: (field, choice.confidence)
        for field, choice in plan.fields.items()
        if field in _OF_SHAPE.get(shape, FIELDS)
        for column in choice.columns
    }
    return tuple(
        ColumnInfo(
            name=profile.name,
            holds="time" if taken.get(profile.name, ("", 0))[0] == "date" else profile.holds,
            filled_rate=profile.filled_rate,
            samples=profile.samples,
            guess=taken.get(profile.name, (None, 0.0))[0],
            confidence=round(taken.get(profile.name, (None, 0.0))[1], 2),
        )
        for profile in given.profiles
    )


def _score(plan: Plan) -> float:
    return sum(choice.confidence for choice in plan.fields.values())
