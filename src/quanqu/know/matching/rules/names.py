"""The normal form of personal names, Latin and Han, and their order."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["NameParts", "fold_latin", "is_han", "normal_name", "romanised", "split_full_name"]

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_NOT_NAME: Final = re.compile(r"[^\w ]+|_")
_APOSTROPHES: Final = re.compile(r"['’‘`´.·•・]")
_SPACES: Final = re.compile(r"\s+")
# titles stand before or after a name in both scripts and never tell two people apart
_HONORIFICS: Final = frozenset(
    [
        *(
            "mr",
            "mrs",
            "ms",
            "miss",
            "mx",
            "dr",
            "prof",
            "professor",
            "sir",
            "dame",
            "lady",
            "lord",
        ),
        *("rev", "reverend", "hon", "esq", "jr", "sr", "mme", "mlle", "herr", "frau"),
    ]
)
_HAN_HONORIFICS: Final = re.compile(
    r"(先生|女士|小姐|太太|同学|老师|博士|教授|经理|师傅|阿姨|叔叔)$"
)
# the compound surnames of 百家姓 still borne today; all others are one character
_WRITTEN: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于"
    "司空闾丘子车亓官司寇令狐第五轩辕呼延拓跋夹谷宰父谷梁百里东郭南门西门左丘梁丘东门羊舌微生海陵纳兰納蘭歐陽司馬東方南宮諸葛"
    "尉遲赫連澹臺鍾離長孫鮮于軒轅"
)
_COMPOUND: Final = frozenset(_WRITTEN[at : at + 2] for at in range(0, len(_WRITTEN), 2))
_PARTICLES: Final = frozenset(
    [
        *("de", "da", "di", "du", "del", "della", "van", "von", "der", "den"),
        *("la", "le", "bin", "ibn", "al", "el", "st"),
    ]
)
# stroke and letter folds that Unicode does not decompose
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name in normal form: lower case, one space between words; empty where not known."""

    given: str
    middle: str
    surname: str


def is_han(text: str) -> bool:
    """Tell whether the text holds a Han character."""
    return _HAN.search(text) is not None


def fold_latin(text: str) -> str:
    """Return the text in NFKC (full width to half width), lower case, accents off Latin letters."""
    wide = unicodedata.normalize("NFKC", text).lower().translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", wide) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def normal_name(text: str) -> str:
    """Return one part of a name in normal form: titles and marks off, Han without inner spaces."""
    folded = _APOSTROPHES.sub("", fold_latin(text))
    words = [w for w in _NOT_NAME.sub(" ", folded).split() if w not in _HONORIFICS]
    plain = " ".join(words)
    if is_han(plain):
        han = _SPACES.sub("", plain)
        return _HAN_HONORIFICS.sub("", han) or han
    return plain


def split_full_name(text: str, *, is_surname_first: bool = False) -> NameParts:
    """Split a whole name: Han by surname, `Surname, Given` by the comma, else by the last word.

    Latin names of people with Han names may be written either way round (`Wang Wei`, `Wei Wang`);
    what this split gets wrong the comparison of swapped names sets right.
    """
    before, comma, after = text.partition(",")
    if not comma:
        before, comma, after = text.partition("，")
    whole = normal_name(text)
    if is_han(whole):
        return _split_han(whole)
    if comma and after.strip() and len(normal_name(before).split()) == 1:
        return _parts(normal_name(after).split(), normal_name(before))
    words = whole.split()
    if len(words) < 2:
        return NameParts(whole, "", "")
    if is_surname_first:
        return _parts(words[1:], words[0])
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return _parts(words[:start], " ".join(words[start:]))


def _split_han(whole: str) -> NameParts:
    length = 2 if whole[:2] in _COMPOUND and len(whole) > 2 else 1
    return NameParts(whole[length:], "", whole[:length])


def _parts(given: list[str], surname: str) -> NameParts:
    return NameParts(given[0] if given else "", " ".join(given[1:]), surname)


def romanised(text: str, to_pinyin: Callable[[str], str]) -> str:
    """Return a name for comparing across scripts: Han as pinyin without spaces, Latin as it is."""
    return to_pinyin(text) if is_han(text) else text
