"""The columns of a fact that are promoted out of its properties and context.

Source: Segment specification, e-commerce v2 and e-mail events; docs/rules/timeline.md#columns.
"""

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from quanqu.kernel.money import to_minor
from quanqu.know.timeline.contracts import EventType
from quanqu.know.timeline.rules.clicks import click_id_of
from quanqu.know.timeline.rules.envelope import MAX_TEXT_CHARS, WireEvent

_LARGEST: Final = 1 << 53
_WORTH: Final = frozenset({
    "order_id", "orderId", "product_id", "sku", "category", "products", "revenue", "total",
    "value", "currency", "quantity",
})  # fmt: skip
_TELLING: Final = frozenset({"campaign", "campaign_name", "path", "referrer", "search"})
_TRACK: Final = EventType.TRACK.value
_NAMES: Final = {
    EventType.PAGE.value: "Page Viewed",
    EventType.SCREEN.value: "Screen Viewed",
    EventType.IDENTIFY.value: "User Identified",
    EventType.GROUP.value: "Group Joined",
    EventType.ALIAS.value: "User Aliased",
}


class Promoted(NamedTuple):
    """The promoted columns of the properties, in the order of the lake's columns."""

    order_ref: str
    product_ref: str
    category: str
    revenue_minor: int | None
    currency: str
    quantity: int | None


class Touch(NamedTuple):
    """The promoted columns of the context: where the visitor came from and was."""

    campaign: str
    utm_source: str
    utm_medium: str
    page_path: str
    referrer_host: str
    click_id: str


def event_name(event: WireEvent) -> str:
    """Return the name of an event: a track call's own, a fixed one for the other types."""
    if event.type == _TRACK:
        return event.event or ""
    return _NAMES[event.type or ""]


def promote(properties: dict[str, Any], *, currency: str) -> Promoted:
    """Return the promoted columns of an event's properties.

    Units: revenue in minor units of the event's currency, or of `currency`, its place's; null
    when neither is known or the amount is no number.  Revenue is `revenue`, else `total`, else
    `value`.  Quantity is the event's own, else the sum over its products.
    """
    if _WORTH.isdisjoint(properties):
        return Promoted("", "", "", None, currency, None)
    told = properties.get
    products = told("products")
    items = products if isinstance(products, list) else ()
    only = items[0] if len(items) == 1 and isinstance(items[0], dict) else properties
    own = told("currency")
    coin = own.upper() if isinstance(own, str) and len(own) == 3 and own.isalpha() else currency
    amount = told("revenue")
    if amount is None:
        amount = told("total")
    if amount is None:
        amount = told("value")
    return Promoted(
        _text(told("order_id") or told("orderId")),
        _text(only.get("product_id") or only.get("sku")),
        _text(only.get("category")),
        None if amount is None else _minor(amount, coin),
        coin,
        _quantity(properties, items),
    )


def touch(context: dict[str, Any]) -> Touch:
    """Return the promoted columns of a context."""
    campaign, page = _object(context.get("campaign")), _object(context.get("page"))
    return Touch(
        _text(campaign.get("name")),
        _text(campaign.get("source")),
        _text(campaign.get("medium")),
        _text(page.get("path")),
        _host(page.get("referrer")),
        click_id_of(page.get("search") or page.get("url")),
    )


def own_touch(base: Touch, properties: dict[str, Any]) -> Touch:
    """Return the columns with what an event's own properties tell better than its context."""
    if not _TELLING.isdisjoint(properties):
        campaign = _object(properties.get("campaign"))
        name = _text(properties.get("campaign_name") or campaign.get("name"))
        return base._replace(
            campaign=name or base.campaign,
            utm_source=_text(campaign.get("source")) or base.utm_source,
            utm_medium=_text(campaign.get("medium")) or base.utm_medium,
            page_path=_text(properties.get("path")) or base.page_path,
            referrer_host=_host(properties.get("referrer")) or base.referrer_host,
            click_id=click_id_of(properties.get("search")) or base.click_id,
        )
    return base


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if value.__class__ is str:
        return str(value) if len(value) <= MAX_TEXT_CHARS else ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def _minor(amount: Any, currency: str) -> int | None:
    if not currency or isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    return _exact_minor(amount, currency)


@lru_cache(maxsize=8_192)
def _exact_minor(amount: float | str, currency: str) -> int | None:
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact) > _LARGEST:
        return None
    minor = to_minor(exact, currency)
    return minor if abs(minor) <= _LARGEST else None


def _quantity(properties: dict[str, Any], items: Any) -> int | None:
    own = properties.get("quantity")
    if own is not None:
        return _whole(own)
    if not items:
        return None
    counts = [_whole(item.get("quantity")) for item in items if isinstance(item, dict)]
    known = [count for count in counts if count is not None]
    return _whole(sum(known)) if known else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) <= _LARGEST and value == int(value) else None


def _host(referrer: Any) -> str:
    if not isinstance(referrer, str) or "//" not in referrer:
        return ""
    try:
        return _text(urlsplit(referrer).hostname or "")
    except ValueError:
        return ""
