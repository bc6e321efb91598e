"""The normal form of e-mail addresses, phone numbers and official numbers for comparing."""

import re
from typing import Final

from quanqu.know.matching.rules.names import fold_latin

__all__ = ["normal_email", "normal_number", "normal_phone", "normal_word"]

_NOT_DIGIT: Final = re.compile(r"\D")
_NOT_WORD: Final = re.compile(r"[^0-9A-Z\u3400-\u9fff]")
_PHONE_DIGITS: Final = 9  # the national part: country codes and trunk zeros stay outside


def normal_email(text: str) -> str:
    """Return an address in lower case without spaces, `mailto:` or a `+tag` before the @."""
    plain = fold_latin(text).replace(" ", "").removeprefix("mailto:")
    user, at, domain = plain.partition("@")
    return f"{user.partition('+')[0]}{at}{domain}" if at else plain


def normal_phone(text: str) -> str:
    """Return the last nine digits of a number, or an empty text below six digits."""
    digits = _NOT_DIGIT.sub("", fold_latin(text).removesuffix(".0"))
    return digits[-_PHONE_DIGITS:] if len(digits) >= 6 else ""


def normal_number(text: str) -> str:
    """Return an official number in upper case without marks."""
    return _NOT_WORD.sub("", fold_latin(text).removesuffix(".0").upper())


def normal_word(text: str) -> str:
    """Return any other detail (sex, occupation) in lower case with single spaces."""
    return " ".join(fold_latin(text).split())
