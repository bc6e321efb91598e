"""Text: one normal form, masks for personal data, and cells safe to open in a spreadsheet."""

import re
import unicodedata
from typing import Final

__all__ = ["mask_email", "mask_name", "mask_phone", "normal_text", "safe_cell"]

_SPACES: Final = re.compile(r"\s+")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def normal_text(text: str) -> str:
    """Return the text in Unicode NFKC with runs of white space folded to one space and trimmed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def mask_name(name: str) -> str:
    """Mask a name for a reader without the right to it: 张*, A*** B***."""
    text = normal_text(name)
    if _HAN.search(text) and " " not in text:
        return text[:1] + "*" * max(len(text) - 1, 1)
    return " ".join(word[:1] + "***" for word in text.split(" ") if word)


def mask_email(email: str) -> str:
    """Mask an e-mail address: a***@example.com."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain}"


def mask_phone(phone: str) -> str:
    """Mask a phone number but for its last four digits: ****5678."""
    return f"****{phone[-4:]}"


def safe_cell(text: str) -> str:
    """Disarm text that a spreadsheet would run as a formula, by a leading apostrophe.

    Plain numbers stay as they are.  Source: OWASP, CSV Injection.
    """
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
