"""Words and tones of the catalogue: states of products and listings, kinds of finding."""

from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.doors.console.rules.numbers import money_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import Money
from quanqu.sell.catalog.contracts import (
    FindingKind,
    FindingRow,
    FindingState,
    ListingStatus,
    ProductGap,
    ProductStatus,
    Severity,
)

__all__ = [
    "FINDING_KINDS",
    "FINDING_STATES",
    "LISTING_STATES",
    "PRODUCT_GAPS",
    "PRODUCT_STATES",
    "SEVERITIES",
    "price_gap",
    "product_title",
    "shown_values",
]

PRODUCT_STATES: Final[dict[ProductStatus, tuple[Promise, Tone]]] = {
    ProductStatus.DRAFT: (_("Draft"), ""),
    ProductStatus.ACTIVE: (_("Active"), "good"),
    ProductStatus.ARCHIVED: (_("Archived"), "hollow"),
}
LISTING_STATES: Final[dict[ListingStatus, tuple[Promise, Tone]]] = {
    ListingStatus.ACTIVE: (_("On sale"), "good"),
    ListingStatus.INACTIVE: (_("Not on sale"), ""),
    ListingStatus.DRAFT: (_("Draft"), ""),
    ListingStatus.REMOVED: (_("Removed"), "hollow"),
}
FINDING_KINDS: Final[dict[FindingKind, Promise]] = {
    FindingKind.NAME_DIFFERS: _("Names differ"),
    FindingKind.PRICE_DIFFERS: _("Prices differ"),
    FindingKind.DESCRIPTION_DIFFERS: _("Descriptions differ"),
    FindingKind.MISSING_LISTING: _("Missing on a channel"),
    FindingKind.STATUS_DIFFERS: _("States differ"),
    FindingKind.DUPLICATE_LISTING: _("Listed twice"),
    FindingKind.GTIN_INVALID: _("Barcode is not valid"),
    FindingKind.GTIN_SHARED: _("Barcode is shared"),
}
PRODUCT_GAPS: Final[dict[ProductGap, Promise]] = {
    ProductGap.NAME: _("Name"),
    ProductGap.BRAND: _("Brand"),
    ProductGap.CATEGORY: _("Category"),
}
FINDING_STATES: Final[dict[FindingState, tuple[Promise, Tone]]] = {
    FindingState.OPEN: (_("Open"), "warn"),
    FindingState.ACCEPTED: (_("Accepted"), "info"),
    FindingState.RESOLVED: (_("Resolved"), "good"),
}
SEVERITIES: Final[dict[Severity, tuple[Promise, Tone, str]]] = {
    Severity.HIGH: (_("High"), "bad", "circle-alert"),
    Severity.MEDIUM: (_("Medium"), "warn", "triangle-alert"),
    Severity.LOW: (_("Low"), "", "info"),
}
_NAMELESS: Final = frozenset({"", "nan", "none", "null", "n/a"})


def product_title(name: str | None, sku: str = "") -> str:
    """Return what to call a product; one whose source wrote no name goes by its SKU."""
    if (name or "").strip().casefold() not in _NAMELESS:
        return str(name)
    return gettext("No name (%(sku)s)") % {"sku": sku} if sku else gettext("No name")


def shown_values(row: FindingRow, frame: Frame) -> list[tuple[str, str]]:
    """Return what each place shows, prices as money: (place, value)."""
    said = []
    for value in row.values:
        place = frame.places.get(value.place_key) if value.place_key else None
        shown = value.value or gettext("nothing")
        if value.price is not None:
            shown = money_text(value.price.minor, value.price.currency)
        said.append((place.name if place else "", shown))
    return said


def price_gap(prices: Sequence[Money]) -> float | None:
    """Return (highest - lowest) / highest of prices in one currency, 0-1; else None."""
    if len({price.currency for price in prices}) != 1:
        return None
    highest = max(price.minor for price in prices)
    lowest = min(price.minor for price in prices)
    return (highest - lowest) / highest if highest > 0 else None
