"""Words the pages share: channels, kinds of unit, ages."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from quanqu.doors.console.rules.times import absolute, age
from quanqu.know.org.contracts import PlaceType, RoleCode, UnitKind
from quanqu.know.org.facade import channels

__all__ = [
    "PLACE_TYPE_TITLES",
    "ROLE_TITLES",
    "UNIT_ICONS",
    "UNIT_TITLES",
    "age_text",
    "channel_titles",
    "moment_text",
]

PLACE_TYPE_TITLES: Final[dict[str, Promise]] = {
    PlaceType.WEB_SHOP: gettext_lazy("Web shop"),
    PlaceType.APP: gettext_lazy("App"),
    PlaceType.MINI_PROGRAM: gettext_lazy("Mini-program"),
    PlaceType.STORE: gettext_lazy("Store"),
    PlaceType.WAREHOUSE: gettext_lazy("Warehouse"),
    PlaceType.SUPPLIER: gettext_lazy("Supplier"),
    PlaceType.MARKETPLACE: gettext_lazy("Marketplace account"),
    PlaceType.SOCIAL: gettext_lazy("Social account"),
    PlaceType.MESSAGING: gettext_lazy("Messaging account"),
    PlaceType.CALL_CENTRE: gettext_lazy("Call centre"),
}
ROLE_TITLES: Final[dict[str, Promise]] = {
    RoleCode.OWNER: gettext_lazy("Owner"),
    RoleCode.ADMINISTRATOR: gettext_lazy("Administrator"),
    RoleCode.MARKETER: gettext_lazy("Marketer"),
    RoleCode.ANALYST: gettext_lazy("Analyst"),
    RoleCode.MERCHANDISER: gettext_lazy("Merchandiser"),
    RoleCode.STORE_MANAGER: gettext_lazy("Store manager"),
    RoleCode.ASSOCIATE: gettext_lazy("Store associate"),
    RoleCode.SERVICE_AGENT: gettext_lazy("Service agent"),
    RoleCode.INTEGRATOR: gettext_lazy("Integration engineer"),
    RoleCode.VIEWER: gettext_lazy("Viewer"),
    RoleCode.SUPPLIER: gettext_lazy("Supplier"),
}
UNIT_TITLES: Final[dict[str, Promise]] = {
    UnitKind.GROUP: pgettext_lazy("organisation", "Group"),
    UnitKind.BRAND: gettext_lazy("Brand"),
    UnitKind.COMPANY: gettext_lazy("Company"),
    UnitKind.PLACE: gettext_lazy("Place"),
}
UNIT_ICONS: Final[dict[str, str]] = {
    UnitKind.GROUP: "layers",
    UnitKind.BRAND: "tag",
    UnitKind.COMPANY: "building-2",
    UnitKind.PLACE: "store",
}


def age_text(moment: datetime, now: datetime) -> str | None:
    """Return "12 min ago", or None once it is a day or more."""
    found = age(moment, now)
    if found is None:
        return None
    if found.unit == "now":
        return _("just now")
    if found.unit == "minutes":
        return ngettext("%(n)s min ago", "%(n)s min ago", found.count) % {"n": found.count}
    return ngettext("%(n)s hour ago", "%(n)s hours ago", found.count) % {"n": found.count}


def moment_text(moment: datetime, *, now: datetime, zone: str, language: str) -> str:
    """Write a time relative under a day and absolute after."""
    return age_text(moment, now) or absolute(moment, zone, language)


def channel_titles() -> dict[str, str]:
    """Return the names of the channels by code, in the reader's language."""
    return {channel.code.value: channel.name for channel in channels()}
