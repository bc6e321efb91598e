"""Identifier values: one normal form per type, values that identify nobody, masks."""

import re
from collections.abc import Callable
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from quanqu.kernel.text import mask_email, mask_phone, normal_text
from quanqu.know.customers.contracts import KINDS, IdentifierType

LONGEST: Final = 512

# Placeholders seen in real feeds: they stand for "we do not know", never for one person.
NOBODY: Final = re.compile(
    r"0*|-+|\.+|x+|null|none|nil|nan|n/?a|undefined|unknown|anonymous|guest|test|tester|"
    r"customer|user|admin|empty|default|false|true|\[object object\]|无|未知|匿名|测试",
    re.IGNORECASE,
)
NOBODY_MAILBOX: Final = re.compile(
    r"(no-?reply|none|null|noemail|no-?mail|unknown|test|guest|anonymous)@.*|"
    r".*@(.*\.)?(test|invalid|localhost|none|null)",
)
_NOBODY_PHONE: Final = re.compile(r"\+\d{1,3}?(\d)\1{6,}|\+\d{0,3}123456789?0?|\+8613800138000")
PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
PUNYCODE: Final = "xn--"
# Hotlines and switchboards: whoever gives them shares them with many.
_COMPANY_LINES: Final = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
PSEUDONYMS: Final = frozenset(
    {IdentifierType.MEMBER_ID, IdentifierType.HOUSEHOLD_ID, IdentifierType.MARKETPLACE_BUYER_ID}
)
_SHOP_NUMBER: Final = re.compile(r"[A-Za-z]{0,3}-?\d{1,9}")
# Mobile numbers that need no look into the numbering plans: all of the form are possible ones.
PLAIN_MOBILE: Final = re.compile(r"\+(?:861[3-9][0-9]{9}|447[1-57-9][0-9]{8})")
_REGION_PREFIX: Final = re.compile(r"([A-Z]{2}):(.+)")


def normalise(type_: str, raw: str) -> str | None:
    """Return the normal form of an identifier value, or None when it identifies nobody.

    Phones: E.164; a number without "+" needs its region in front ("CN:13912345678"); hotlines and
    extensions identify nobody.  E-mail: lower case, also left of the @, domain in Unicode.  Types
    with a namespace: "<namespace>:<raw>", namespace in lower case.  Others keep their case.
    Raises: KeyError on an unknown type.
    """
    kind = KINDS[type_]
    text = normal_text(raw)
    if not text or len(text) > LONGEST or _is_masked(type_, text):
        return None
    if special := _SPECIAL.get(type_):
        return special(text)
    if kind.is_namespaced:
        namespace, _, bare = text.partition(":")
        namespace, bare = namespace.strip().lower(), bare.strip()
        return f"{namespace}:{bare}" if namespace and not _is_nobody(bare) else None
    return None if _is_nobody(text) else text


def searchable_part(type_: str, value: str) -> str | None:
    """Return the part of a normal value by which it is also found: the last four digits of a
    phone number, or what follows the namespace of a strong type; None when only the whole
    value finds it."""
    if type_ == IdentifierType.PHONE:
        return value[-4:]
    kind = KINDS[type_]
    return value.partition(":")[2] if kind.is_namespaced and kind.is_strong else None


def hint(type_: str, value: str) -> str:
    """Mask a normal value for display: enough to recognise it, too little to use it.

    A plain number a shop gave its customer is shown whole: it means nothing outside the shop.
    """
    if type_ == IdentifierType.PHONE:
        return mask_phone(value)
    if type_ == IdentifierType.EMAIL:
        return mask_email(value)
    bare = value.partition(":")[2] if KINDS[type_].is_namespaced else value
    if type_ in PSEUDONYMS and _SHOP_NUMBER.fullmatch(bare):
        return bare
    return f"{bare[0]}***{bare[-2:]}" if len(bare) > 4 else f"***{bare[-1:]}"


def _email(text: str) -> str | None:
    # the capital of i in Turkish, which lower() makes an i with a second dot
    lowered = text.lower().replace("i\u0307", "i")
    if not PLAIN_EMAIL.fullmatch(lowered) or PUNYCODE in lowered:
        try:
            checked = validate_email(lowered, check_deliverability=False)
        except EmailNotValidError:
            return None
        lowered = checked.normalized.lower()
    return None if NOBODY_MAILBOX.fullmatch(lowered) else lowered


def _phone(text: str) -> str | None:
    if PLAIN_MOBILE.fullmatch(text):
        return None if _NOBODY_PHONE.fullmatch(text) else text
    return _parsed_phone(text)


def _parsed_phone(text: str) -> str | None:
    prefixed = _REGION_PREFIX.fullmatch(text)
    region, digits = prefixed.groups() if prefixed else (None, text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None  # too short, too long, or without the area: "12345" is everybody's
    if number.extension or phonenumbers.number_type(number) in _COMPANY_LINES:
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None if _NOBODY_PHONE.fullmatch(e164) else e164


def _is_masked(type_: str, text: str) -> bool:
    """Tell what a channel shows in part only, as "138****8000": many share what is left of it."""
    return ("*" if type_ in _SPECIAL else "**") in text


def _is_nobody(bare: str) -> bool:
    return not bare or NOBODY.fullmatch(bare) is not None


_SPECIAL: Final[dict[str, Callable[[str], str | None]]] = {
    IdentifierType.EMAIL: _email,
    IdentifierType.PHONE: _phone,
}
