"""Names of months and halves of the day in the languages of trade, as English ones."""

import re
import unicodedata
from typing import Final

import pyarrow as pa

__all__ = ["in_english"]

_MONTHS: Final = {
    "Jan": "januar janner jan janvier janv enero ene gennaio gen janeiro january januari stycznia",
    "Feb": "februar feb fevrier fevr febrero febbraio fevereiro fev february februari lutego",
    "Mar": "marz mar mrz mars marzo marco march maart mrt marca",
    "Apr": "april apr avril avr abril abr aprile kwietnia",
    "May": "mai may mayo maggio mag maio mei maja",
    "Jun": "juni jun juin junio giugno giu junho june czerwca",
    "Jul": "juli jul juillet juil julio luglio lug julho july lipca",
    "Aug": "august aug aout agosto ago augustus sierpnia",
    "Sep": "september sep sept septembre septiembre settembre set setembro wrzesnia",
    "Oct": "oktober okt oct octobre octubre ottobre ott outubro out october pazdziernika",
    "Nov": "november nov novembre noviembre novembro listopada",
    "Dec": "dezember dez dec decembre diciembre dic dicembre dezembro december grudnia",
}
_ENGLISH: Final = {word: month for month, words in _MONTHS.items() for word in words.split()} | {
    "上午": "AM", "下午": "PM",
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]{3,}|上午|下午")
_DOTTED: Final = re.compile(r"([AaPp])\.[Mm]\.?")


def in_english(text: pa.Array) -> pa.Array:
    """Return texts with the names of months, "a.m." and 上午 as English abbreviations."""
    encoded = text.dictionary_encode()
    words = [None if word is None else _translated(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(encoded.indices)


def _translated(text: str) -> str:
    return _WORD.sub(_one, _DOTTED.sub(r"\1M", text))


def _one(match: "re.Match[str]") -> str:
    plain = unicodedata.normalize("NFD", match.group().lower())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return _ENGLISH.get(bare, match.group())
