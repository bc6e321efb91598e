"""The normal form of addresses, Latin and Chinese, and their parts."""

import re
from dataclasses import dataclass
from typing import Final

from quanqu.know.matching.rules.names import fold_latin, is_han

__all__ = ["AddressParts", "normal_place", "normal_postcode", "normal_street", "split_address"]

_MARKS: Final = re.compile(r"[^\w/ ]+|_")
_APOSTROPHES: Final = re.compile(r"['’‘`]")
_ABBREVIATIONS: Final = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue",
    "ln": "lane",
    "dr": "drive", "drv": "drive", "ct": "court", "crt": "court", "cl": "close", "pl": "place",
    "cres": "crescent", "cr": "crescent", "blvd": "boulevard", "bvd": "boulevard", "hwy": "highway",
    "pde": "parade", "tce": "terrace", "ter": "terrace", "sq": "square", "cct": "circuit",
    "cir": "circle", "gr": "grove", "gdns": "gardens", "pkwy": "parkway", "apt": "apartment",
    "vlge": "village", "retrmnt": "retirement", "mt": "mount", "ft": "fort",
    "n": "north", "s": "south", "e": "east", "w": "west",
}  # fmt: skip
_CHINESE: Final = re.compile(
    r"^(?P<province>[^省市区县]{2,8}?(?:省|自治区|特别行政区))?"
    r"(?P<city>[^省市区县]{2,10}?(?:市|自治州|地区|盟))?"
    r"(?P<district>[^省市区县路街]{1,10}?(?:区|县|旗|市))?"
    r"(?P<street>[^路街巷道号]{1,20}?(?:大道|大街|路|街|巷|道|弄|胡同))?"
    r"(?P<number>\d+(?:[-之]\d+)?)?号?(?P<rest>.*)$"
)
_LEADING_NUMBER: Final = re.compile(
    r"^(?:(?:unit|flat|apartment|no)\s+)?(\d+[a-z]?(?:[/-]\d+[a-z]?)?)\s+(.*)$"
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address in normal form; empty where not known."""

    number: str
    street: str
    rest: str
    locality: str
    region: str


def normal_street(text: str) -> str:
    """Return a street line in normal form: abbreviations written out, marks off."""
    folded = _MARKS.sub(" ", _APOSTROPHES.sub("", fold_latin(text)))
    if is_han(folded):
        return folded.replace(" ", "")
    return " ".join(_ABBREVIATIONS.get(word, word) for word in folded.split())


def normal_place(text: str) -> str:
    """Return a town, district or province in normal form: 北京市 and 北京 are one."""
    plain = normal_street(text)
    if is_han(plain):
        return re.sub(r"(?<=..)(省|市|区|县|自治区|特别行政区)$", "", plain)
    return plain


def normal_postcode(text: str) -> str:
    """Return a postcode in upper case without spaces or marks."""
    return re.sub(r"[^0-9A-Z]", "", fold_latin(text).upper().removesuffix(".0"))


def split_address(text: str) -> AddressParts:
    """Split a whole address line: Chinese by 省市区路号, Latin by commas and the leading number."""
    if is_han(text):
        return _split_chinese(fold_latin(text))
    lines = [normal_street(line) for line in text.split(",")]
    lines = [line for line in lines if line]
    if not lines:
        return AddressParts("", "", "", "", "")
    match = _LEADING_NUMBER.match(lines[0])
    number, street = match.groups() if match else ("", lines[0])
    locality = lines[-1] if len(lines) > 1 else ""
    return AddressParts(number, street, " ".join(lines[1:-1]), locality, "")


def _split_chinese(text: str) -> AddressParts:
    plain = re.sub(r"[\s,，.。]", "", text)
    match = _CHINESE.match(plain)
    if match is None:
        return AddressParts("", plain, "", "", "")
    found = {name: value or "" for name, value in match.groupdict().items()}
    locality = normal_place(found["city"]) + normal_place(found["district"])
    return AddressParts(
        found["number"], found["street"], found["rest"], locality, normal_place(found["province"])
    )
