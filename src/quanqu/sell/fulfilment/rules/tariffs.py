"""Check prices before anybody relies on them, and read them from files."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import Final

from quanqu.kernel.geo import normal_postcode
from quanqu.kernel.money import Money, MoneyFormatError
from quanqu.sell.fulfilment.contracts import (
    ANYWHERE,
    LARGEST_G,
    LARGEST_MINOR,
    MOST_ROWS,
    Area,
    RejectedRow,
    Step,
    Surcharge,
    SurchargeKind,
    SurchargeWhen,
    TariffDraft,
    TariffError,
    TariffTable,
    ZoneTerms,
)

__all__ = ["COLUMNS", "check_tariff", "read_table"]

COLUMNS: Final = (
    "kind", "zone", "country", "postcode", "region", "up_to_g", "price", "min_days", "max_days",
    "extra_g", "code", "rate", "when",
)  # fmt: skip
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ZONE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DIVISORS: Final = (1_000, 20_000)
_LONGEST_DAYS: Final = 120
_LARGEST_RATE: Final = 100_000
_LONGEST_NAME: Final = 120
_LONGEST_PART: Final = 60
_MOST_SURCHARGES: Final = 50
_MOST_BYTES: Final = 5_000_000


def check_tariff(draft: TariffDraft) -> None:
    """Refuse prices that leave a parcel without an answer, or with two. Raises: TariffError."""
    _require(bool(_CODE.fullmatch(draft.service)), "service", "small letters, digits, - and _")
    _require(1 <= len(draft.name.strip()) <= _LONGEST_NAME, "name", "1 to 120 characters")
    _require(bool(_CURRENCY.fullmatch(draft.currency)), "currency", "three capital letters")
    table = draft.table
    low, high = _DIVISORS
    _require(
        table.divisor == 0 or low <= table.divisor <= high, "divisor", f"0, or {low} to {high}"
    )
    for number, area in enumerate(table.areas, 1):
        _check_area(area, f"area {number}")
    for number, step in enumerate(table.steps, 1):
        _check_step(step, f"step {number}")
    for number, terms in enumerate(table.terms, 1):
        _check_terms(terms, f"terms {number}")
    for number, one in enumerate(table.surcharges, 1):
        _check_surcharge(one, f"surcharge {number}")
    _check_whole(table)


def read_table(
    content: bytes, *, currency: str, divisor: int
) -> tuple[int, TariffTable, tuple[RejectedRow, ...]]:
    """Read prices from CSV in UTF-8 with a head; return how many rows it has, what they say, and
    which of them cannot be taken and why.

    `kind` says what a row is: area (zone, country, postcode, region), step (zone, up_to_g, price),
    terms (zone, min_days, max_days, extra_g, price), surcharge (code, price or rate in per cent,
    when, zone, up_to_g).  Raises: TariffError for what is no such file.
    """
    rows = _rows(content)
    found: dict[str, list[object]] = {kind: [] for kind in _READERS}
    rejected = []
    for number, row in enumerate(rows, 1):
        told = {name: (row.get(name) or "").strip() for name in COLUMNS}
        try:
            reader = _READERS.get(told["kind"])
            if reader is None:
                raise TariffError(at="kind", problem="area, step, terms or surcharge")
            found[told["kind"]].append(reader(told, currency))
        except (TariffError, MoneyFormatError) as error:
            values = tuple(told[name] for name in COLUMNS)
            rejected.append(RejectedRow(number, str(error), values))
    table = TariffTable(
        divisor=divisor,
        areas=tuple(found["area"]),  # type: ignore[arg-type] # each kind has its reader
        steps=tuple(found["step"]),  # type: ignore[arg-type]
        terms=tuple(found["terms"]),  # type: ignore[arg-type]
        surcharges=tuple(found["surcharge"]),  # type: ignore[arg-type]
    )
    return len(rows), table, tuple(rejected)


def _rows(content: bytes) -> list[dict[str, str]]:
    if len(content) > _MOST_BYTES:
        raise TariffError(at="file", problem=f"at most {_MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        head = reader.fieldnames or ()
        rows = [row for row in reader if any((value or "") for value in row.values())]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TariffError(at="file", problem=f"not CSV in UTF-8 ({error})") from None
    if "kind" not in head or "zone" not in head:
        raise TariffError(at="file", problem=f"the head names {', '.join(COLUMNS)}")
    if not 0 < len(rows) <= MOST_ROWS:
        raise TariffError(at="file", problem=f"1 to {MOST_ROWS} rows")
    return rows


def _area(told: dict[str, str], currency: str) -> Area:
    del currency
    area = Area(told["zone"], told["country"], normal_postcode(told["postcode"]), told["region"])
    _check_area(area, "area")
    return area


def _step(told: dict[str, str], currency: str) -> Step:
    step = Step(told["zone"], _whole(told, "up_to_g"), _minor(told, currency))
    _check_step(step, "step")
    return step


def _terms(told: dict[str, str], currency: str) -> ZoneTerms:
    extra = _whole(told, "extra_g") if told["extra_g"] else 0
    price = _minor(told, currency) if told["price"] else 0
    days = _whole(told, "min_days"), _whole(told, "max_days")
    terms = ZoneTerms(told["zone"], *days, extra_g=extra, extra_minor=price)
    _check_terms(terms, "terms")
    return terms


def _surcharge(told: dict[str, str], currency: str) -> Surcharge:
    _require(bool(told["rate"]) != bool(told["price"]), "surcharge", "a price or a rate")
    when = told["when"] or SurchargeWhen.ALWAYS.value
    _require(when in set(SurchargeWhen), "when", ", ".join(one.value for one in SurchargeWhen))
    one = Surcharge(
        code=told["code"],
        kind=SurchargeKind.RATE if told["rate"] else SurchargeKind.FLAT,
        amount=Money.parse(told["rate"], "CNY").minor if told["rate"] else _minor(told, currency),
        when=SurchargeWhen(when),
        zone=told["zone"],
        over_g=_whole(told, "up_to_g") if told["up_to_g"] else 0,
    )
    _check_surcharge(one, "surcharge")
    return one


_READERS: Final[dict[str, Callable[[dict[str, str], str], object]]] = {
    "area": _area,
    "step": _step,
    "terms": _terms,
    "surcharge": _surcharge,
}


def _whole(told: dict[str, str], name: str) -> int:
    text = told[name]
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    _require(is_number, name, "a whole number")
    return int(text)


def _minor(told: dict[str, str], currency: str) -> int:
    return Money.parse(told["price"], currency).minor


def _check_area(area: Area, at: str) -> None:
    _require(bool(_ZONE.fullmatch(area.zone)), at, "a zone has 1 to 40 letters and digits")
    is_anywhere = area.country == ANYWHERE and not area.postcode and not area.region
    is_country = bool(_COUNTRY.fullmatch(area.country))
    _require(is_anywhere or is_country, at, "a country by two capital letters, or * alone")
    _require(not (area.postcode and area.region), at, "a postcode or a region, not both")
    _require(area.postcode == normal_postcode(area.postcode), at, "a postcode of A-Z and 0-9")
    is_short = max(len(area.postcode), len(area.region)) <= _LONGEST_PART
    _require(is_short, at, f"at most {_LONGEST_PART} characters")


def _check_step(step: Step, at: str) -> None:
    _require(bool(_ZONE.fullmatch(step.zone)), at, "a zone has 1 to 40 letters and digits")
    _require(1 <= step.up_to_g <= LARGEST_G, at, f"1 to {LARGEST_G} grams")
    _require(0 <= step.price_minor <= LARGEST_MINOR, at, "a price from zero")


def _check_terms(terms: ZoneTerms, at: str) -> None:
    is_span = 0 <= terms.min_days <= terms.max_days <= _LONGEST_DAYS
    _require(is_span, at, f"days from 0 to {_LONGEST_DAYS}, the fewer first")
    _require(0 <= terms.extra_g <= LARGEST_G, at, f"0 to {LARGEST_G} grams")
    _require(0 <= terms.extra_minor <= LARGEST_MINOR, at, "a price from zero")


def _check_surcharge(one: Surcharge, at: str) -> None:
    _require(bool(_CODE.fullmatch(one.code)) and one.code != "carriage", at,
             "a code of small letters, digits, - and _; carriage is taken")  # fmt: skip
    most = _LARGEST_RATE if one.kind is SurchargeKind.RATE else LARGEST_MINOR
    _require(0 <= one.amount <= most, at, f"an amount from 0 to {most}")
    _require(bool(one.zone) == (one.when is SurchargeWhen.ZONE), at, "a zone for `zone` alone")
    has_weight = one.over_g > 0
    _require(has_weight == (one.when is SurchargeWhen.OVER_WEIGHT), at,
             "a weight for `over_weight` alone")  # fmt: skip


def _check_whole(table: TariffTable) -> None:
    """Every zone that an area names has prices and days, once each."""
    _require(len(table.areas) + len(table.steps) <= MOST_ROWS, "rows", f"at most {MOST_ROWS}")
    _require(len(table.surcharges) <= _MOST_SURCHARGES, "surcharges", f"at most {_MOST_SURCHARGES}")
    _once(((one.country, one.postcode, one.region.lower()) for one in table.areas), "areas")
    _once(((one.zone, one.up_to_g) for one in table.steps), "steps")
    _once((one.zone for one in table.terms), "terms")
    _once((one.code for one in table.surcharges), "surcharges")
    zones = {one.zone for one in table.areas}
    _require(bool(zones), "areas", "at least one")
    priced = {one.zone for one in table.steps}
    timed = {one.zone for one in table.terms}
    charged = {one.zone for one in table.surcharges if one.zone}
    for zone in sorted(zones):
        _require(zone in priced, f"zone {zone}", "it has no price")
        _require(zone in timed, f"zone {zone}", "it has no days")
    for zone in sorted((priced | timed | charged) - zones):
        _require(condition=False, at=f"zone {zone}", problem="no area is in it")


def _once(keys: Iterable[object], at: str) -> None:
    seen = set()
    for key in keys:
        _require(key not in seen, at, f"{key} is told twice")
        seen.add(key)


def _require(condition: bool, at: str, problem: str) -> None:
    if not condition:
        raise TariffError(at=at, problem=problem)
