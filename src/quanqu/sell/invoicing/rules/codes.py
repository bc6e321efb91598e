"""Codes on invoices: the unified social credit code, the tax classification code, VAT numbers."""

import re
from typing import Final

__all__ = ["is_class_code", "is_credit_code", "is_vat_number"]

_CREDIT_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 2: digits and capitals without I, O, S, V, Z."""
_CREDIT_WEIGHTS: Final = tuple(pow(3, at, 31) for at in range(17))
"""GB 32100-2015, annex A: W(i) = 3^(i-1) mod 31."""
_CLASS_DIGITS: Final = 19
_VAT: Final = re.compile(
    r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"[0-9A-Z+*]{2,12}"
)


def is_credit_code(text: str) -> bool:
    """Tell whether a text is a unified social credit code with its right check character.

    Eighteen characters; the last is (31 - sum of value x weight mod 31) mod 31.
    Source: GB 32100-2015, annex A.
    """
    if len(text) != 18 or any(letter not in _CREDIT_LETTERS for letter in text):
        return False
    values = [_CREDIT_LETTERS.index(letter) for letter in text]
    told = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=False))
    return values[17] == -told % 31


def is_class_code(text: str) -> bool:
    """Tell whether a text has the form of a tax classification code: 19 digits."""
    return len(text) == _CLASS_DIGITS and text.isascii() and text.isdigit()


def is_vat_number(text: str) -> bool:
    """Tell whether a text has the form of a VAT number of the European Union.

    The prefix of a member state (Greece: EL) and 2 to 12 characters.
    Source: Directive 2006/112/EC, article 215; the forms of VIES.
    """
    return _VAT.fullmatch(text) is not None
