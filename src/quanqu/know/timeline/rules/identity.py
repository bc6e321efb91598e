"""Whom an event is about: the identifiers it carries, and the profile an identify call tells.

Source: docs/rules/timeline.md#identity.
"""

from datetime import date
from typing import Any, Final

from quanqu.kernel.geo import read_point
from quanqu.know.timeline.contracts import EventType
from quanqu.know.timeline.rules.envelope import MAX_TEXT_CHARS, WireEvent

Claim = tuple[str, str]

_GROUP: Final = EventType.GROUP.value
_ALIAS: Final = EventType.ALIAS.value

# context.externalIds types of the Segment specification, and those of the Chinese channels.
_EXTERNAL: Final = {
    "user_id": "user_id", "email": "email", "phone": "phone", "member_id": "member_id",
    "loyalty_card": "loyalty_card", "wechat_unionid": "wechat_unionid",
    "wechat_openid": "wechat_openid", "marketplace_buyer_id": "marketplace_buyer_id",
    "household_id": "household_id", "ios.idfa": "device_id", "ios.id": "device_id",
    "android.idfa": "device_id", "android.id": "device_id", "ga_client_id": "cookie",
}  # fmt: skip
_NAMESPACED: Final = frozenset(
    {"user_id", "member_id", "loyalty_card", "marketplace_buyer_id", "household_id"}
)


def claims_of(
    event: WireEvent,
    properties: dict[str, Any],
    context: dict[str, Any],
    *,
    company: str,
    source: str,
    country: str = "",
) -> tuple[Claim, ...]:
    """Return the (type, value) identifiers observed together in one event, strongest first.

    `company` and `source` are the codes that name-space identifiers which are not global.  A phone
    number without its country's code is one of `country`.  The `properties` of an identify call
    are its traits; those of a group call speak of the group.
    """
    found: list[Claim] = []
    if event.user_id not in (None, ""):
        found.append(("user_id", f"{company}:{event.user_id}"))
    told = context.get("traits")
    if event.type != _GROUP:
        _add_contacts(found, properties, country)
    if isinstance(told, dict):
        _add_contacts(found, told, country)
    if "externalIds" in context:
        _add_external(found, context["externalIds"], company, country)
    if event.anonymous_id not in (None, ""):
        found.append(("anonymous_id", f"{source}:{event.anonymous_id}"))
    if event.type == _ALIAS and event.previous_id not in (None, ""):
        found.append(("user_id", f"{company}:{event.previous_id}"))
        found.append(("anonymous_id", f"{source}:{event.previous_id}"))
    return tuple(found)


def profile_of(traits: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return the profile fields an identify call tells, under the names of know.customers.

    Source: Segment specification, "Identify", reserved traits.
    """
    address = traits.get("address")
    place = address if isinstance(address, dict) else {}
    company = traits.get("company")
    employer = company.get("name") if isinstance(company, dict) else company
    fields = {
        "name": _full_name(traits),
        "email": _text(traits.get("email")),
        "phone": _text(traits.get("phone")),
        "street": _text(place.get("street")),
        "city": _text(place.get("city") or traits.get("city")),
        "region": _text(place.get("state") or traits.get("state")),
        "postcode": _text(place.get("postalCode") or traits.get("postalCode")),
        "country": _text(place.get("country") or traits.get("country")),
        "language": _text(traits.get("language") or context.get("locale")),
        "gender": _text(traits.get("gender")),
        "birth_on": _day(traits.get("birthday")),
        "company_name": _text(employer),
        "member_since_on": _day(traits.get("createdAt")),
    }
    return {name: value for name, value in fields.items() if value}


def coordinates_of(traits: dict[str, Any]) -> dict[str, float]:
    """Return where an identify call says that somebody lives: for the profile alone, the lake's
    copy of the event has no coordinates."""
    address = traits.get("address")
    for told in (traits, address if isinstance(address, dict) else {}):
        point = read_point(told.get("latitude"), told.get("longitude"))
        if point is not None:
            return {"latitude": point.latitude, "longitude": point.longitude}
    return {}


def _add_contacts(found: list[Claim], told: dict[str, Any], country: str) -> None:
    email = told.get("email")
    if email.__class__ is str and 0 < len(email) <= MAX_TEXT_CHARS and "\0" not in email:
        found.append(("email", email))
    if "phone" in told and (phone := _text(told["phone"])):
        found.append(("phone", _in_country(phone, country)))


def _in_country(phone: str, country: str) -> str:
    return f"{country}:{phone}" if country else phone


def _add_external(found: list[Claim], listed: Any, company: str, country: str) -> None:
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict):
            continue
        kind, value = _EXTERNAL.get(str(entry.get("type"))), _text(entry.get("id"))
        if kind == "phone":
            value = value and _in_country(value, country)
        elif kind in _NAMESPACED:
            value = value and f"{company}:{value}"
        if kind and value:
            found.append((kind, value))


def _full_name(traits: dict[str, Any]) -> str:
    whole = _text(traits.get("name"))
    if whole:
        return whole
    parts = (_text(traits.get("firstName")), _text(traits.get("lastName")))
    return " ".join(part for part in parts if part)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if len(text) <= MAX_TEXT_CHARS and "\0" not in text else ""


def _day(value: Any) -> str:
    """Return the ISO date of a date or time text; anything else is empty."""
    try:
        return date.fromisoformat(_text(value)[:10]).isoformat()
    except ValueError:
        return ""
