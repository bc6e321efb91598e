"""Words and icons of events: the names of the Segment vocabulary people meet most."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["event_icon", "event_title", "titled_events"]

_TITLES: Final[dict[str, Promise]] = {
    "Order Completed": _("Order completed"),
    "Order Refunded": _("Order refunded"),
    "Order Cancelled": _("Order cancelled"),
    "Product Viewed": _("Product viewed"),
    "Product Added": _("Product added to the cart"),
    "Product Removed": _("Product removed from the cart"),
    "Product List Viewed": _("Product list viewed"),
    "Products Searched": _("Products searched"),
    "Product Reviewed": _("Product reviewed"),
    "Product Added to Wishlist": _("Product put on the wish list"),
    "Cart Viewed": _("Cart viewed"),
    "Checkout Started": _("Checkout started"),
    "Coupon Applied": _("Coupon applied"),
    "Campaign Targeted": _("Targeted by a campaign"),
    "Email Delivered": _("E-mail delivered"),
    "Email Opened": _("E-mail opened"),
    "Email Link Clicked": _("E-mail link clicked"),
    "Email Bounced": _("E-mail bounced"),
    "Unsubscribed": _("Unsubscribed"),
    "Push Notification Received": _("Push message received"),
    "Push Notification Tapped": _("Push message tapped"),
    "Application Opened": _("App opened"),
    "Application Installed": _("App installed"),
    "Store Visited": _("Store visited"),
    "Signed Up": _("Signed up"),
    "Signed In": _("Signed in"),
}
_TYPES: Final[dict[str, Promise]] = {
    "page": _("Page viewed"),
    "screen": _("Screen viewed"),
    "identify": _("Identified"),
    "group": _("Joined a group"),
    "alias": _("Identifiers joined"),
}
_ICONS: Final = (
    ("Order Refunded", "rotate-ccw"),
    ("Order Cancelled", "x"),
    ("Order", "shopping-bag"),
    ("Cart", "shopping-cart"),
    ("Checkout", "credit-card"),
    ("Coupon", "tag"),
    ("Campaign", "megaphone"),
    ("Email", "mail"),
    ("Push", "smartphone"),
    ("Application", "smartphone"),
    ("Store", "store"),
    ("Products Searched", "search"),
    ("Product", "package"),
)
_TYPE_ICONS: Final = {
    "page": "globe",
    "screen": "smartphone",
    "identify": "fingerprint",
    "group": "users-round",
    "alias": "git-merge",
}


def event_title(event: str, type_: str) -> str:
    """Name an event in the reader's language; an unknown track call keeps its own name."""
    return str(_TYPES[type_] if type_ in _TYPES else _TITLES.get(event, event))


def titled_events() -> tuple[str, ...]:
    """Return the events that have a name of ours."""
    return tuple(_TITLES)


def event_icon(event: str, type_: str) -> str:
    """Return the icon of an event."""
    if type_ in _TYPE_ICONS:
        return _TYPE_ICONS[type_]
    return next((icon for start, icon in _ICONS if event.startswith(start)), "activity")
