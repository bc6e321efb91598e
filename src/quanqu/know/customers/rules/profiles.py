"""Profiles: the latest value of each field wins, and what of them may leave for the lake."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.kernel.text import mask_email, mask_name, mask_phone, normal_text
from quanqu.know.customers.contracts import PROFILE_FIELDS, MalformedClaimsError

Ints = npt.NDArray[np.int64]
LONGEST_TEXT: Final = 500
LONGEST_TRAIT: Final = 120
DATES: Final = ("birth_on", "member_since_on")

_PRIVATE_KEY: Final = re.compile(
    r"name|mail|phone|mobile|tel(?:$|[_-])|fax|address|street|postal|postcode|zip|birth|"
    r"passport|licen[cs]e|national|social|ssn|tax|iban|card|account|password|passwd|secret|token|"
    r"(?:^|[_-])ip(?:$|[_-])|lat(?:$|itude)|lng|lon(?:$|gitude)|geo|wechat|weixin|openid|unionid|"
    r"avatar|photo|picture|device|cookie|"
    r"姓名|名字|昵称|电话|手机|邮箱|地址|街道|生日|证件|身份证|护照|微信|头像|密码|银行卡",
    re.IGNORECASE,
)
_PRIVATE_VALUE: Final = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+?\d[\d\s().-]{6,}\d|https?://\S+")
_GENDERS: Final = {
    "f": "female", "female": "female", "w": "female", "woman": "female", "女": "female",
    "女性": "female", "m": "male", "male": "male", "man": "male", "男": "male", "男性": "male",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProfileBatch:
    """One row per subject: the latest value of each field of a batch and when it was observed.

    Shapes: `values` and `observed_us` by field, as long as `subject_key`; null and 0 where the
    batch says nothing.  Units: microseconds since 1970.
    """

    subject_key: Ints
    values: Mapping[str, pa.Array]
    observed_us: Mapping[str, Ints]
    traits: list[str | None]


def read_profiles(profiles: pa.Table, *, now_us: int, source: str) -> ProfileBatch:
    """Collapse a table of profiles to one row per subject.

    Shapes: `subject_key` and any of the profile fields, `traits` (JSON object text) and
    `observed_at` (default: now).  Of equal times the later row wins.
    Raises: MalformedClaimsError.
    """
    if "subject_key" not in profiles.column_names:
        raise MalformedClaimsError(what="profiles", problem="no column subject_key")
    table = profiles.filter(pc.is_valid(profiles["subject_key"]))
    keys = np.asarray(table["subject_key"].cast(pa.int64()).to_numpy(), dtype=np.int64)
    observed = _observed(table, now_us)
    subjects, where = np.unique(keys, return_inverse=True)
    order = np.lexsort((np.arange(len(keys)), observed, where))
    values, times = {}, {}
    for field in PROFILE_FIELDS:
        if field in table.column_names:
            column = _clean(field, table[field])
            values[field], times[field] = _last_of_each(
                column, observed, where, order, len(subjects)
            )
    traits = _collapsed_traits(table, observed, where, order, len(subjects), source)
    return ProfileBatch(subjects, values, times, traits)


def _observed(table: pa.Table, now_us: int) -> Ints:
    if "observed_at" not in table.column_names:
        return np.full(table.num_rows, now_us, dtype=np.int64)
    column = table["observed_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(column, now_us).to_numpy(), dtype=np.int64)


def _clean(field: str, column: pa.ChunkedArray) -> pa.Array:
    if field in DATES:
        return _combined(column.cast(pa.date32()))
    text = pc.utf8_slice_codeunits(column.cast(pa.string()), 0, LONGEST_TEXT)
    text = pc.utf8_trim_whitespace(text)
    encoded = _combined(pc.if_else(pc.equal(text, ""), None, text)).dictionary_encode()
    tidy = [_tidy(field, value) for value in encoded.dictionary.to_pylist()]
    return pa.array(tidy, pa.string()).take(encoded.indices)


def _tidy(field: str, value: str) -> str | None:
    text = normal_text(value)
    if field == "gender":
        return _GENDERS.get(text.lower(), "other" if text else None)
    if field == "country" and len(text) == 2:
        return text.upper()
    return text or None


def _last_of_each(
    column: pa.Array, observed: Ints, where: Ints, order: Ints, subjects: int
) -> tuple[pa.Array, Ints]:
    given = order[np.asarray(column.is_valid())[order]]
    last = np.full(subjects, -1, dtype=np.int64)
    last[where[given]] = given
    taken = column.take(pa.array(last, mask=last < 0))
    return taken, np.where(last < 0, 0, observed[last]) if len(observed) else last


def _collapsed_traits(
    table: pa.Table, observed: Ints, where: Ints, order: Ints, subjects: int, source: str
) -> list[str | None]:
    merged: list[dict[str, Any]] = [{} for _ in range(subjects)]
    if "traits" not in table.column_names:
        return [None] * subjects
    texts = table["traits"].cast(pa.string()).to_pylist()
    for at in order:
        if texts[at]:
            found = _object(texts[at])
            time = int(observed[at])
            merged[where[at]].update({key: [value, time, source] for key, value in found.items()})
    return [json.dumps(found, ensure_ascii=False) if found else None for found in merged]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise MalformedClaimsError(what="profiles", problem="traits are not JSON") from None
    if not isinstance(found, dict):
        raise MalformedClaimsError(what="profiles", problem="traits are not a JSON object")
    return {key: value for key, value in found.items() if value is not None and "\0" not in key}


def _combined(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def mask(field: str, value: str) -> str:
    """Mask the value of a contact field; other fields stay as they are."""
    if field == "name":
        return mask_name(value)
    if field == "email":
        return mask_email(value)
    if field == "phone":
        return mask_phone(value)
    return "***" if field == "street" else value


def mask_trait(key: str, value: Any) -> str:
    """Return a trait as text; of degrees, which tell where somebody lives, one decimal."""
    if key in ("latitude", "longitude"):
        try:
            return f"{float(value):.1f}"
        except (TypeError, ValueError):
            return "***"
    return str(value)


def postcode_area(postcode: str | None) -> str | None:
    """Return the coarse part of a postcode: the outward code of a spaced one, else its first
    three characters."""
    if not postcode:
        return None
    outward, space, _ = postcode.partition(" ")
    return (outward if space else postcode[:3]).upper()


def latest_traits(stored: Iterable[Mapping[str, list[Any]]]) -> dict[str, list[Any]]:
    """Unite traits kept as [value, µs, source]: of each key the latest, of equals the greater
    source name."""
    latest: dict[str, list[Any]] = {}
    for traits in stored:
        for key, found in traits.items():
            if key not in latest or found[1:] > latest[key][1:]:
                latest[key] = found
    return latest


def scrub_traits(traits: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Keep of traits what says nothing about who the person is.

    Allowed: booleans, numbers and short text, under keys that do not name personal data, with
    text that does not look like an e-mail address, a phone number or a link.
    """
    return {
        key: value
        for key, value in traits.items()
        if not _PRIVATE_KEY.search(key) and _is_harmless(value)
    }


def _is_harmless(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TRAIT and not _PRIVATE_VALUE.search(value)
    return isinstance(value, bool | int | float)
