"""The names of channels, kinds of place, levels and roles, in the reader's language."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.know.org.contracts import ChannelCode, PlaceType, RoleCode, UnitKind

CHANNEL_NAMES: Final = {
    ChannelCode.WEB: _("Web shop"),
    ChannelCode.APP: _("App"),
    ChannelCode.MINI_PROGRAM: _("Mini-program"),
    ChannelCode.STORE: _("Store"),
    ChannelCode.MARKETPLACE: _("Marketplace"),
    ChannelCode.SOCIAL: _("Social"),
    ChannelCode.LIVE: _("Live shopping"),
    ChannelCode.EMAIL: _("E-mail"),
    ChannelCode.SMS: _("SMS"),
    ChannelCode.PUSH: _("Push message"),
    ChannelCode.CHAT: _("Chat"),
    ChannelCode.PHONE: _("Phone"),
    ChannelCode.VOICE: _("Voice assistant"),
}
PLACE_TYPE_NAMES: Final = {
    PlaceType.WEB_SHOP: _("Web shop"),
    PlaceType.APP: _("App"),
    PlaceType.MINI_PROGRAM: _("Mini-program"),
    PlaceType.STORE: _("Store"),
    PlaceType.WAREHOUSE: _("Warehouse"),
    PlaceType.SUPPLIER: _("Supplier"),
    PlaceType.MARKETPLACE: _("Marketplace account"),
    PlaceType.SOCIAL: _("Social account"),
    PlaceType.MESSAGING: _("Messaging account"),
    PlaceType.CALL_CENTRE: _("Call centre"),
}
UNIT_KIND_NAMES: Final = {
    UnitKind.GROUP: pgettext_lazy("organisation", "Group"),
    UnitKind.BRAND: _("Brand"),
    UnitKind.COMPANY: _("Company"),
    UnitKind.PLACE: _("Place"),
}
ROLE_NAMES: Final = {
    RoleCode.OWNER: _("Owner"),
    RoleCode.ADMINISTRATOR: _("Administrator"),
    RoleCode.MARKETER: _("Marketer"),
    RoleCode.ANALYST: _("Analyst"),
    RoleCode.MERCHANDISER: _("Merchandiser"),
    RoleCode.STORE_MANAGER: _("Store manager"),
    RoleCode.ASSOCIATE: _("Store associate"),
    RoleCode.SERVICE_AGENT: _("Service agent"),
    RoleCode.INTEGRATOR: _("Integration engineer"),
    RoleCode.VIEWER: _("Viewer"),
    RoleCode.SUPPLIER: _("Supplier"),
}
