"""From a table as it came to a table of details in normal form, one column a detail."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.matching.rules.addresses import (
    AddressParts,
    normal_place,
    normal_postcode,
    normal_street,
    split_address,
)
from quanqu.know.matching.rules.contacts import (
    normal_email,
    normal_number,
    normal_phone,
    normal_word,
)
from quanqu.know.matching.rules.dates import is_month_first, normal_date
from quanqu.know.matching.rules.names import (
    NameParts,
    is_han,
    normal_name,
    romanised,
    split_full_name,
)

__all__ = ["ROW", "prepare_details"]

ROW: Final = "row"
_PLAIN: Final = {
    "national_id": ("national", normal_number),
    "email": ("email", normal_email),
    "phone": ("phone", normal_phone),
    "postcode": ("postcode", normal_postcode),
    "street_number": ("street_number", normal_number),
    "street": ("street", normal_street),
    "street_2": ("street_2", normal_street),
    "locality": ("locality", normal_place),
    "region": ("region", normal_place),
    "gender": ("gender", normal_word),
}
_NAMES: Final = ("given", "surname")

Mapped = Callable[[str], str]


def prepare_details(
    table: pa.Table, roles: Mapping[str, str], to_pinyin: Callable[[str], str]
) -> pa.Table:
    """Return the details of every row in normal form; what is empty or unreadable is null.

    Shapes: one row for one, numbered in the column `row`; text columns given, surname, middle,
    birth (YYYYMMDD), national, email, phone, postcode, street_number, street, street_2, locality,
    region, gender, attribute_0 …; `given_han` and `surname_han` beside pinyin where names are Han.
    Columns without any value are left out.
    """
    by_role = {role: column for column, role in roles.items()}
    found: dict[str, pa.ChunkedArray] = {}
    _add_names(found, table, by_role)
    if "date_of_birth" in by_role:
        values = _texts(table, by_role["date_of_birth"])
        month_first = is_month_first(pc.unique(values).drop_null().to_pylist()[:100_000])
        found["birth"] = _mapped(values, lambda text: normal_date(text, is_month_first=month_first))
    for role, (detail, normal) in _PLAIN.items():
        if role in by_role:
            found[detail] = _mapped(_texts(table, by_role[role]), normal)
    if "address" in by_role:
        _add_address(found, _texts(table, by_role["address"]))
    others = [column for column, role in roles.items() if role == "attribute"]
    for number, column in enumerate(others):
        found[f"attribute_{number}"] = _mapped(_texts(table, column), normal_word)
    _add_pinyin(found, to_pinyin)
    kept = {name: values for name, values in found.items() if values.null_count < len(values)}
    return pa.table({ROW: np.arange(table.num_rows, dtype=np.int64), **kept})


def _texts(table: pa.Table, column: str) -> pa.ChunkedArray:
    return pc.cast(table.column(column), pa.string())


def _mapped(values: pa.ChunkedArray, normal: Mapped) -> pa.ChunkedArray:
    """Normalise every distinct text once."""
    flat = values.combine_chunks()
    coded = (flat.chunk(0) if isinstance(flat, pa.ChunkedArray) else flat).dictionary_encode()
    words = pa.array([normal(text) or None for text in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([pc.take(words, coded.indices)])


def _add_names(
    found: dict[str, pa.ChunkedArray], table: pa.Table, by_role: Mapping[str, str]
) -> None:
    for role, detail in (("given_name", "given"), ("surname", "surname")):
        if role in by_role:
            found[detail] = _mapped(_texts(table, by_role[role]), normal_name)
    if "full_name" not in by_role:
        return
    whole = _texts(table, by_role["full_name"])
    if "given" in found and "surname" in found:
        found["middle"] = _rest_of_name(whole, found["given"], found["surname"])
        return
    for detail in ("given", "middle", "surname"):
        if detail not in found:
            found[detail] = _mapped(whole, _part(split_full_name, detail))


def _part(split: Callable[[str], NameParts | AddressParts], name: str) -> Mapped:
    return lambda text: str(getattr(split(text), name))


def _rest_of_name(
    whole: pa.ChunkedArray, given: pa.ChunkedArray, surname: pa.ChunkedArray
) -> pa.ChunkedArray:
    """Return the words of the whole name that the two known parts do not hold."""
    normal = _mapped(whole, normal_name).to_pylist()
    rest = []
    for full, first, last in zip(normal, given.to_pylist(), surname.to_pylist(), strict=True):
        known = {*(first or "").split(), *(last or "").split()}
        words = [] if full is None or is_han(full) else full.split()
        rest.append(" ".join(word for word in words if word not in known) or None)
    return pa.chunked_array([pa.array(rest, pa.string())])


def _add_address(found: dict[str, pa.ChunkedArray], values: pa.ChunkedArray) -> None:
    names = {"number": "street_number", "street": "street", "rest": "street_2"}
    for part, detail in {**names, "locality": "locality", "region": "region"}.items():
        if detail not in found:
            found[detail] = _mapped(values, _part(split_address, part))


def _add_pinyin(found: dict[str, pa.ChunkedArray], to_pinyin: Callable[[str], str]) -> None:
    for detail in _NAMES:
        values = found.get(detail)
        if values is None:
            continue
        if any(is_han(text) for text in pc.unique(values).drop_null().to_pylist()):
            found[f"{detail}_han"] = _mapped(values, lambda text: text if is_han(text) else "")
            found[detail] = _mapped(values, lambda text: romanised(text, to_pinyin))
