"""Compares the names of columns with the vocabulary: spelled out, without accents, word by word."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from quanqu.doors.connectors.rules.guessing.vocabulary import ABBREVIATIONS, IGNORED, NAMES

__all__ = ["LEFT_OUT", "likenesses", "words_in"]

LEFT_OUT: Final = ""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|#|[^\W\d_a-zA-Z]+")
_UNITS: Final = frozenset(
    (
        "eur", "euro", "usd", "gbp", "cny", "rmb", "inr", "brl", "jpy", "chf", "in", "of",
        "the", "de", "du", "des", "la", "le", "les", "el", "los", "do", "da", "den", "der",
        "das", "incl", "inkl", "excl", "y", "e", "et", "und", "and", "to", "for", "ttc", "ht",
        "per", "pro",
    )
)  # fmt: skip
_SINGULAR: Final = re.compile(r"(?<=[a-z]{3})(?<!s)s$")
# Beside another word these make something else of it: last order, average price, cashback amount.
_SPOILERS: Final = frozenset(
    (
        "since", "last", "previous", "next", "avg", "average", "mean", "median", "std", "hike",
        "cashback", "refund", "refunded", "rank", "score", "flag", "is", "has", "days", "old",
        "change", "growth", "ratio", "target", "budget", "forecast", "max", "min", "likelihood",
        "probability", "rating", "comment", "review", "tenure", "lifetime",
    )
)  # fmt: skip
_COUNT_OF: Final = re.compile(r"(?i)num|(?:number|num|no|count)[ _]?of[ _]?\w+")
_LEAST_LATIN: Final = 4
_LEAST_HAN: Final = 2


def words_in(name: str) -> tuple[str, ...]:
    """Return the words of a name: "custNo" is customer, number; units and articles are left out."""
    plain = unicodedata.normalize("NFKC", name).replace("°", "").replace("ß", "ss")
    plain = plain.replace("№", " number ").replace("º", "o")
    bare = "".join(
        char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char)
    )
    bare = unicodedata.normalize("NFC", bare)
    found = [ABBREVIATIONS.get(word.lower(), word.lower()) for word in _WORD.findall(bare)]
    kept = [word for word in found if word not in _UNITS] or found
    return tuple(kept)


def likenesses(name: str) -> dict[str, float]:
    """Return how well a name fits each field, 0 to 1; LEFT_OUT is the field of what is ignored."""
    words = words_in(name)
    found: dict[str, float] = {}
    if _COUNT_OF.fullmatch(name.strip()):
        found["quantity"] = 0.75
    for field, known in _known():
        best = max((_likeness(words, entry, rank) for rank, entry in enumerate(known)), default=0.0)
        if best > 0:
            found[field] = max(found.get(field, 0.0), round(best, 3))
    return found


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    pairs = [*NAMES.items(), (LEFT_OUT, IGNORED)]
    return tuple((field, tuple(words_in(name) for name in names)) for field, names in pairs)


def _likeness(words: tuple[str, ...], entry: tuple[str, ...], rank: int) -> float:
    """Return 1 for the very name, less for a part of it and for the less usual names."""
    whole, known = "".join(words), "".join(entry)
    if whole == known or _singular(words) == _singular(entry):
        return 1.0 - min(0.003 * rank, 0.15)
    share = len(known) / max(len(whole), 1)
    if _follows(words, entry):
        ending = 0.1 if words[-len(entry) :] == entry else 0.0
        return min(0.45 + 0.4 * share + ending, 0.94) * _doubt(words, entry)
    if known in whole and len(known) >= (_LEAST_LATIN if known.isascii() else _LEAST_HAN):
        return 0.25 + 0.45 * share
    return 0.0


def _doubt(words: tuple[str, ...], entry: tuple[str, ...]) -> float:
    """Return less than 1 where the rest of a name may turn a part of it into something else."""
    rest = set(words) - set(entry)
    spoiled = 0.5 if rest & _SPOILERS else 1.0
    return spoiled * (0.75 if len(entry) == 1 and len(words) > 2 else 1.0)


def _singular(words: tuple[str, ...]) -> str:
    return "".join(_SINGULAR.sub("", word) for word in words)


def _follows(words: tuple[str, ...], entry: tuple[str, ...]) -> bool:
    """Tell whether the entry's words stand in the name one after the other."""
    size = len(entry)
    return any(words[at : at + size] == entry for at in range(len(words) - size + 1))
