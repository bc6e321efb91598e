"""What stands around a number: signs and codes of currencies, brackets, blanks, a minus behind."""

import re
import unicodedata
from typing import Final

__all__ = ["CURRENCY_OF_SIGN", "bare_number", "currency_sign"]

# Signs that stand for one currency; those of several ($, ¥, kr) are told by the context.
CURRENCY_OF_SIGN: Final = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND",
    "฿": "THB", "₪": "ILS", "₴": "UAH", "₦": "NGN", "₱": "PHP", "R$": "BRL", "zł": "PLN",
    "Kč": "CZK", "Ft": "HUF", "元": "CNY", "人民币": "CNY", "RMB": "CNY", "円": "JPY", "원": "KRW",
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD",
    "NT$": "TWD", "S$": "SGD", "NZ$": "NZD", "CHF": "CHF", "Fr.": "CHF", "лв": "BGN", "руб": "RUB",
}  # fmt: skip
_CODES: Final = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|KWD|"
    "MXN|MYR|NGN|NOK|NZD|PEN|PHP|PLN|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
_WORDS: Final = "|".join(
    sorted((re.escape(sign) for sign in (*CURRENCY_OF_SIGN, "kr.", "kr")), key=len, reverse=True)
)
_SIGN: Final = rf"(?:{_WORDS}|{_CODES}|[$¥￥€£])"
_AROUND: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[-+−－])?(?P<before>{_SIGN})?(?P<second>[-+−－])?"
    rf"(?P<number>\d[\d.,'’eE+-]*?|[.,]\d+)(?P<after>{_SIGN})?(?P<behind>[-−－])?(?P<close>\))?"
)
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009]")
_APOSTROPHES: Final = re.compile(r"(?<=\d)['’](?=\d{3})")


def bare_number(word: str) -> str:
    """Return a number without what stands around it: "(1 234,50 €)" is "-1234,50".

    What is no such number comes back without its blanks only.
    """
    found = _match(word)
    if found is None:
        return _BLANKS.sub("", word)
    if (found["open"] is None) != (found["close"] is None) or (found["before"] and found["after"]):
        return _BLANKS.sub("", word)
    number = _APOSTROPHES.sub("", found["number"])
    minuses = [found[name] for name in ("minus", "second", "behind") if found[name]]
    if found["open"]:
        minuses.append("-")
    if len(minuses) > 1:
        return _BLANKS.sub("", word)
    return f"{'+' if minuses == ['+'] else '-'}{number}" if minuses else number


def currency_sign(word: str) -> str:
    """Return the sign or code of a currency that stands at a number; empty when there is none."""
    found = _match(word)
    sign = (found["before"] or found["after"] or "") if found is not None else ""
    return "¥" if sign == "￥" else sign


def _match(word: str) -> "re.Match[str] | None":
    return _AROUND.fullmatch(_BLANKS.sub("", unicodedata.normalize("NFKC", word)))
