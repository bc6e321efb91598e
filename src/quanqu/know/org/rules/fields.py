"""What each field must look like; every check returns the field in its one normal form."""

import re
from dataclasses import replace
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from quanqu.kernel.text import normal_text
from quanqu.know.org.contracts import (
    LANGUAGES,
    ChannelCode,
    OrgInputError,
    PlaceDetails,
    PlaceType,
)
from quanqu.know.org.rules.geography import check_catchment

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LENGTHS: Final = {"region": 120, "city": 120, "postcode": 20}

# The first channel of a type is its usual one; a warehouse or a supplier meets no customer.
_CHANNELS: Final[dict[PlaceType, tuple[ChannelCode, ...]]] = {
    PlaceType.WEB_SHOP: (ChannelCode.WEB,),
    PlaceType.APP: (ChannelCode.APP,),
    PlaceType.MINI_PROGRAM: (ChannelCode.MINI_PROGRAM,),
    PlaceType.STORE: (ChannelCode.STORE,),
    PlaceType.WAREHOUSE: (),
    PlaceType.SUPPLIER: (),
    PlaceType.MARKETPLACE: (ChannelCode.MARKETPLACE,),
    PlaceType.SOCIAL: (ChannelCode.SOCIAL, ChannelCode.LIVE),
    PlaceType.MESSAGING: (
        ChannelCode.EMAIL,
        ChannelCode.SMS,
        ChannelCode.PUSH,
        ChannelCode.CHAT,
    ),
    PlaceType.CALL_CENTRE: (ChannelCode.PHONE, ChannelCode.VOICE, ChannelCode.CHAT),
}


def check_code(text: str) -> str:
    """Return a unit's code: letters, digits, dot, dash, underscore. Raises: OrgInputError."""
    if not _CODE.fullmatch(text):
        raise OrgInputError(field="code", reason="use 1 to 64 letters, digits, dots or dashes")
    return text


def check_name(text: str, *, longest: int = 200) -> str:
    """Return a name with its white space folded. Raises: OrgInputError."""
    name = normal_text(text)
    if not name or len(name) > longest or not name.isprintable():
        raise OrgInputError(field="name", reason=f"give 1 to {longest} characters")
    return name


def check_currency(text: str) -> str:
    """Return an ISO 4217 code. Raises: OrgInputError."""
    if not _CURRENCY.fullmatch(text):
        raise OrgInputError(field="currency", reason="give a three-letter ISO 4217 code")
    return text


def check_zone(text: str) -> str:
    """Return the name of a zone of the IANA database. Raises: OrgInputError."""
    if text not in _zones():
        raise OrgInputError(field="time_zone", reason="give an IANA zone such as Asia/Shanghai")
    return text


def check_language(text: str) -> str:
    """Return the code of a language the product speaks. Raises: OrgInputError."""
    if text not in LANGUAGES:
        raise OrgInputError(field="language", reason=f"choose one of {', '.join(LANGUAGES)}")
    return text


def check_email(text: str) -> str:
    """Return an e-mail address in lower case (RFC 5321 syntax). Raises: OrgInputError."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise OrgInputError(field="email", reason="this is no e-mail address") from None
    return found.normalized.lower()


def check_details(details: PlaceDetails) -> PlaceDetails:
    """Return what to record about a place, with its channel filled in. Raises: OrgInputError."""
    check_currency(details.currency)
    check_zone(details.time_zone)
    if details.country and not _COUNTRY.fullmatch(details.country):
        raise OrgInputError(field="country", reason="give a two-letter ISO 3166 code")
    for field, longest in _LENGTHS.items():
        if len(getattr(details, field)) > longest or not getattr(details, field).isprintable():
            raise OrgInputError(field=field, reason=f"give at most {longest} characters")
    _check_point(details)
    return replace(check_catchment(details), channel=_channel_of(details))


def _channel_of(details: PlaceDetails) -> ChannelCode | None:
    allowed = _CHANNELS[details.place_type]
    if details.channel is None:
        return allowed[0] if allowed else None
    if details.channel not in allowed:
        names = ", ".join(allowed) or "none"
        raise OrgInputError(
            field="channel", reason=f"a {details.place_type} may have the channel {names}"
        )
    return details.channel


def _check_point(details: PlaceDetails) -> None:
    if (details.latitude is None) != (details.longitude is None):
        raise OrgInputError(field="latitude", reason="give latitude and longitude, or neither")
    for field, bound in (("latitude", 90), ("longitude", 180)):
        degrees = getattr(details, field)
        if degrees is not None and not (degrees.is_finite() and abs(degrees) <= bound):
            raise OrgInputError(field=field, reason=f"give degrees from -{bound} to {bound}")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
