"""Words that stand for "no value", by the kind of field; a mapping may name others, or none."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["CODE_WORDS", "TEXT_WORDS", "VALUE_WORDS", "without_words"]

# What programs write for nothing. "Null" and "NA" are left to people, places and countries.
TEXT_WORDS: Final = (
    "nan", "NaN", "NAN", "<NA>", "NaT", "NULL", "null", "(null)", "(NULL)", "<null>", "None",
    "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!",
    "\\N", "nil", "undefined", "-", "--", "—", "–",
)  # fmt: skip
# A number, date, identifier or yes-or-no has no use for these either.
CODE_WORDS: Final = (*TEXT_WORDS, "NA", "Null", "none", "NONE", "Nan", "nat", "?", "/", ".")
VALUE_WORDS: Final = (*CODE_WORDS, "n.a.", "k.A.", "s/d", "无", "なし")


def without_words(column: pa.Array, words: tuple[str, ...]) -> pa.Array:
    """Return a text column with the words as null; other columns come back as they are."""
    if not words or not pa.types.is_string(column.type):
        return column
    found = pc.is_in(column, value_set=pa.array(words, pa.string()))
    if not pc.any(found).as_py():
        return column
    return pc.if_else(found, pa.scalar(None, pa.string()), column)
