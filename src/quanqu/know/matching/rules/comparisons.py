"""How two rows are compared: for every detail a few levels, from the same to different.

The conditions are DuckDB SQL over a left and a right row (`given_l`, `given_r`), read by Splink.
"""

from collections.abc import Collection
from typing import Final

from quanqu.know.matching.contracts import Comparison, Level

__all__ = ["comparisons_for"]


def _either_missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _same(column: str) -> Level:
    return Level("same", f"{column}_l = {column}_r", column)


def _jaro(column: str, least: float, code: str) -> Level:
    return Level(code, f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}")


def _one_edit(column: str) -> Level:
    # swapped neighbours are two edits to Levenshtein, one to Damerau, which is ten times slower
    pair = f"({column}_l, {column}_r)"
    return Level(
        "one_letter",
        f"CASE WHEN abs(length({column}_l) - length({column}_r)) <= 1 AND levenshtein{pair} <= 2"
        f" THEN damerau_levenshtein{pair} <= 1 ELSE FALSE END",
    )


def _two_edits(column: str) -> Level:
    return Level("two_letters", f"levenshtein({column}_l, {column}_r) <= 2")


def _name(column: str, other: str, columns: Collection[str]) -> Comparison:
    levels = [_same(column)]
    if f"{column}_han" in columns:
        han = f"{column}_han"
        levels.insert(0, Level("same_han", f"{han}_l = {han}_r", han))
    levels.append(
        Level(
            "one_letter",
            f"CASE WHEN least(length({column}_l), length({column}_r)) >= 4"
            f" AND abs(length({column}_l) - length({column}_r)) <= 1"
            f" AND levenshtein({column}_l, {column}_r) <= 2"
            f" THEN damerau_levenshtein({column}_l, {column}_r) <= 1 ELSE FALSE END",
        )
    )
    levels.append(_jaro(column, 0.88, "close"))
    if other in columns:
        levels.append(Level("swapped", f"{column}_l = {other}_r OR {column}_r = {other}_l"))
    levels.append(
        Level(
            "part",
            f"(starts_with({column}_l, {column}_r) OR starts_with({column}_r, {column}_l))",
        )
    )
    levels.append(_jaro(column, 0.7, "alike"))
    return Comparison(column, _either_missing(column), tuple(levels))


def _birth(column: str) -> Comparison:
    left, right = f"{column}_l", f"{column}_r"
    year = f"substr({left}, 1, 4) = substr({right}, 1, 4)"
    return Comparison(
        column,
        _either_missing(column),
        (
            _same(column),
            Level(
                "day_month_swapped",
                f"{year} AND substr({left}, 5, 2) = substr({right}, 7, 2)"
                f" AND substr({left}, 7, 2) = substr({right}, 5, 2)",
            ),
            _one_edit(column),
            Level("year_only", f"{year} AND ({left} LIKE '%0101' OR {right} LIKE '%0101')"),
            _two_edits(column),
            Level("same_year", year),
            Level(
                "decade",
                f"abs(CAST(left({left}, 4) AS INT) - CAST(left({right}, 4) AS INT)) <= 10",
            ),
        ),
    )


def _postcode(column: str) -> Comparison:
    return Comparison(
        column,
        _either_missing(column),
        (
            _same(column),
            _one_edit(column),
            Level("prefix", f"substr({column}_l, 1, 3) = substr({column}_r, 1, 3)"),
            _two_edits(column),
        ),
    )


def _street(column: str, other: str, columns: Collection[str]) -> Comparison:
    levels = [_same(column), _jaro(column, 0.88, "close")]
    if other in columns:
        levels.append(Level("swapped", f"{column}_l = {other}_r OR {column}_r = {other}_l"))
    return Comparison(column, _either_missing(column), tuple(levels))


def _place(column: str) -> Comparison:
    return Comparison(
        column,
        _either_missing(column),
        (
            _same(column),
            _jaro(column, 0.88, "close"),
            Level(
                "part",
                f"(contains({column}_l, {column}_r) OR contains({column}_r, {column}_l))",
            ),
        ),
    )


def _number(column: str) -> Comparison:
    return Comparison(
        column,
        _either_missing(column),
        (_same(column), _one_edit(column), _two_edits(column)),
    )


def _email(column: str) -> Comparison:
    user = "split_part({column}_{side}, '@', 1)"
    left, right = user.format(column=column, side="l"), user.format(column=column, side="r")
    return Comparison(
        column,
        _either_missing(column),
        (
            _same(column),
            Level("same_user", f"{left} = {right}"),
            _two_edits(column),
            _jaro(column, 0.88, "close"),
        ),
    )


def _choice(column: str) -> Comparison:
    return Comparison(column, _either_missing(column), (_same(column), _one_edit(column)))


def _words(column: str) -> Comparison:
    return Comparison(column, _either_missing(column), (_same(column),))


_BY_COLUMN: Final = (
    "given", "surname", "middle", "birth", "national", "email", "phone", "postcode",
    "street_number", "street", "street_2", "locality", "region", "gender",
)  # fmt: skip


def comparisons_for(columns: Collection[str]) -> tuple[Comparison, ...]:
    """Return the comparison of every known column that the table has, in a fixed order."""
    found = [_one(column, columns) for column in _BY_COLUMN if column in columns]
    found += [_words(column) for column in sorted(columns) if column.startswith("attribute_")]
    return tuple(found)


def _one(column: str, columns: Collection[str]) -> Comparison:
    crossed = {"given": "surname", "surname": "given", "street": "street_2", "street_2": "street"}
    if column in _PLAIN:
        return _PLAIN[column](column)
    shape = _name if column in {"given", "surname"} else _street
    return shape(column, crossed[column], columns)


_PLAIN: Final = {
    "middle": _place,
    "locality": _place,
    "birth": _birth,
    "email": _email,
    "postcode": _postcode,
    "region": _choice,
    "gender": _choice,
    **dict.fromkeys(("national", "phone", "street_number"), _number),
}
