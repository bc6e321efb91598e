"""Scores how well one column fits each field, by its name and by what it holds."""

import re
from typing import Final

from quanqu.doors.connectors.rules.guessing.names import likenesses, words_in
from quanqu.doors.connectors.rules.guessing.profile import Profile
from quanqu.doors.connectors.rules.guessing.statuses import known_statuses

__all__ = ["ID_WORDS", "NAME_WORDS", "counted_format", "scores_of"]

Scores = dict[str, float]

_MOSTLY: Final = 0.9
_NEARLY: Final = 0.85
_OF_RECORDS: Final = frozenset(
    (
        "order_id", "date", "customer_id", "customer_name", "first_name", "last_name", "email",
        "phone", "street", "ship_name", "ship_street", "city", "region", "postcode", "country",
        "currency", "status", "store", "order_total", "shipping", "refunded", "note", "gender",
        "birth_on",
        "member_since_on", "company_name", "language",
    )
)  # fmt: skip
_OF_LINES: Final = frozenset(
    (
        "line_id", "sku", "product_name", "quantity", "price", "amount", "discount", "brand",
        "category", "subcategory", "gtin", "description", "image",
    )
)  # fmt: skip
_KEYS: Final = frozenset(("order_id", "sku", "customer_id", "line_id", "store", "postcode"))
_NUMBERS: Final = frozenset(
    (
        "quantity", "price", "amount", "gross", "order_total", "discount", "refunded", "tax",
        "shipping",
    )
)  # fmt: skip
_TIMES: Final = frozenset(["date", "birth_on", "member_since_on"])
_NAMES: Final = frozenset(
    (
        "customer_name", "first_name", "last_name", "ship_name", "product_name", "city", "region",
        "country", "category", "subcategory", "brand", "company_name", "gender", "language",
        "status", "street", "ship_street", "note", "description", "event",
    )
)  # fmt: skip
NAME_WORDS: Final = frozenset(
    (
        "name", "names", "title", "名称", "名字", "姓名", "bezeichnung", "nom", "nombre", "nome",
    )
)  # fmt: skip
ID_WORDS: Final = frozenset(
    (
        "id", "number", "code", "key", "uid", "uuid", "sn", "编号", "编码", "代码",
    )
)  # fmt: skip
_COUNTED: Final = frozenset(("orders", "transactions", "receipts", "tickets", "invoices"))
_PERSON: Final = re.compile(r"[^\d@]+ [^\d@]+|[\u4e00-\u9fff]{2,4}")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")


def scores_of(profile: Profile, has_lines: bool) -> Scores:
    """Return by field how well a column fits it, from 0 to 1; what it cannot be is left out."""
    found = likenesses(profile.name)
    words = words_in(profile.name)
    if profile.level or "." in profile.name:
        leaf = likenesses(re.split(r"\.|\[\]", profile.name)[-1])
        found = {f: max(found.get(f, 0), 0.9 * leaf.get(f, 0)) for f in {*found, *leaf}}
    for field in list(found):
        found[field] *= _fitness(field, profile)
    _told_apart(found, profile)
    _one_money(found)
    if not profile.level and _COUNTED & {*words}:
        found.pop("order_id", None)  # how many orders, not which
    if has_lines:
        level = bool(profile.level)
        wrong = _OF_RECORDS if level else _OF_LINES
        if not level and found.get("amount", 0) > found.get("order_total", 0):
            found["order_total"] = found["amount"]
        found = {f: (0.3 if f in wrong else 1.0) * score for f, score in found.items()}
    if profile.level:
        found = _leaf_names(found, profile)
    elif has_lines and len(words) == 1 and {"reference", *ID_WORDS}.intersection(words):
        found["order_id"] = max(found.get("order_id", 0), 0.6)
    return found


def _fitness(field: str, profile: Profile) -> float:
    """Return how well what a column holds goes with a field: 0 where it cannot be."""
    holds = profile.holds
    if holds == "nothing":
        return 0.6
    if field in _TIMES:
        return _as_time(profile)
    if field in _NUMBERS:
        if profile.numbers is None:
            return 0.0
        filled = 0.8 + 0.2 * profile.filled_rate if field == "price" else 1.0
        return filled * _surely(profile.numbers.share)
    if field in _NAMES:
        return 1.0 if holds == "text" else 0.2
    if field in _KEYS:
        return _as_key(field, profile)
    if field == "currency":
        return float(all(_CURRENCY.fullmatch(word) for word in profile.samples))
    if field == "phone" and holds != "phone":
        return 0.8 if _is_long(profile) else 0.0
    wanted = {"email": ("email",), "gtin": ("number", "phone")}.get(field, (holds,))
    return float(holds in wanted)


def _surely(share: float) -> float:
    return 1.0 if share > _MOSTLY else 0.85


def _as_time(profile: Profile) -> float:
    if profile.dates is not None:
        return _surely(profile.dates.share)
    return 0.9 if _may_count_time(profile) else 0.0


def _as_key(field: str, profile: Profile) -> float:
    """Return how well a column serves to tell things apart: no times, no parts of numbers."""
    if profile.holds == "email":
        return 0.7 if field == "customer_id" else 0.0
    numbers = profile.numbers if profile.holds == "number" and not profile.unwrap else None
    return float(profile.holds != "time" and (numbers is None or numbers.digits == 0))


def _may_count_time(profile: Profile) -> bool:
    """Tell whether numbers can be seconds, milliseconds or a spreadsheet's days."""
    numbers = profile.numbers
    return (
        profile.holds == "number"
        and numbers is not None
        and counted_format(numbers.lowest, numbers.highest) != ""
    )


def counted_format(lowest: float, highest: float) -> str:
    """Return the format of times told as one number of the range; empty when there is none."""
    ranges = {
        "excel": (20_000, 80_000), "unix_s": (3e8, 5e9), "unix_ms": (3e11, 5e12),
    }  # fmt: skip
    return next((n for n, (low, high) in ranges.items() if low <= lowest <= highest <= high), "")


def _is_long(profile: Profile) -> bool:
    return all(sum(c.isdigit() or c == "*" for c in word) >= 7 for word in profile.samples)


def _told_apart(found: Scores, profile: Profile) -> None:
    """Decide by the values between a thing's code and its name, a state of an order and a land."""
    if profile.holds == "text":
        _swap(found, "customer_id", "customer_name", _mostly_people(profile))
        _swap(found, "customer_name", "customer_id", profile.is_codes)
        _swap(found, "sku", "product_name", not profile.is_codes and _has_blanks(profile))
        _swap(found, "product_name", "sku", profile.is_codes and not _says_name(profile))
    elif profile.holds in ("number", "phone"):
        _swap(found, "product_name", "sku", not _says_name(profile))
        _swap(found, "customer_name", "customer_id", not _says_name(profile))
    known = known_statuses(profile.words)
    if known > 0.5 and ("status" in found or "region" in found):
        found["status"] = max(found.get("status", 0), 0.8)
        found.pop("region", None)
    elif "status" in found and profile.words and not known:
        found["status"] *= 0.6


def _one_money(found: Scores) -> None:
    """An amount named a discount or a tax is none of the sale, however much "amount" is in it."""
    money = {field: found[field] for field in _NUMBERS - {"quantity"} if field in found}
    best = max(money.values(), default=0.0)
    for field, score in money.items():
        if score < _NEARLY * best:
            del found[field]


def _swap(found: Scores, wrong: str, right: str, is_right: bool) -> None:
    if is_right and found.get(wrong, 0) > found.get(right, 0):
        found[right] = max(found.get(right, 0), 0.9 * found[wrong])
        found[wrong] = 0.3 * found[wrong]


def _mostly_people(profile: Profile) -> bool:
    people = sum(_PERSON.fullmatch(word) is not None for word in profile.samples)
    is_id = bool(ID_WORDS.intersection(words_in(profile.name)))
    return not is_id and people >= 0.6 * max(len(profile.samples), 1)


def _has_blanks(profile: Profile) -> bool:
    return any(" " in word for word in profile.samples) or not profile.name.isascii()


def _says_name(profile: Profile) -> bool:
    return bool(NAME_WORDS.intersection(words_in(profile.name)))


def _leaf_names(found: Scores, profile: Profile) -> Scores:
    """A line's own `name` and `id` are those of what is sold."""
    words = set(words_in(re.split(r"\.|\[\]", profile.name)[-1]))
    if words & NAME_WORDS and profile.holds == "text":
        found["product_name"] = max(found.get("product_name", 0), 0.7)
    if words & ID_WORDS:
        found["sku"] = max(found.get("sku", 0), 0.55)
    return found
