"""Words of customers: kinds of identifier, fields of the profile, why two belong together."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.know.customers.contracts import IdentifierType

__all__ = ["EVIDENCE_RULES", "FIELD_TITLES", "IDENTIFIER_ICONS", "IDENTIFIER_TITLES"]

EVIDENCE_RULES: Final[dict[str, Promise]] = {
    "together": _("Seen together"),
    "hand": _("Joined by hand"),
    "review": _("Reviewed: the same"),
    "model": _("Model"),
}

IDENTIFIER_TITLES: Final[dict[str, Promise]] = {
    IdentifierType.MEMBER_ID: _("Member number"),
    IdentifierType.USER_ID: _("User account"),
    IdentifierType.LOYALTY_CARD: _("Loyalty card"),
    IdentifierType.PHONE: _("Phone"),
    IdentifierType.EMAIL: _("E-mail address"),
    IdentifierType.WECHAT_UNIONID: _("WeChat union id"),
    IdentifierType.WECHAT_OPENID: _("WeChat open id"),
    IdentifierType.MARKETPLACE_BUYER_ID: _("Marketplace buyer"),
    IdentifierType.CUSTOM: _("Other number"),
    IdentifierType.HOUSEHOLD_ID: _("Household"),
    IdentifierType.CARD_TOKEN: _("Payment card"),
    IdentifierType.DEVICE_ID: _("Device"),
    IdentifierType.ANONYMOUS_ID: _("Anonymous visitor"),
    IdentifierType.COOKIE: _("Cookie"),
    IdentifierType.ORDER_ID: _("Order"),
}
IDENTIFIER_ICONS: Final[dict[str, str]] = {
    IdentifierType.PHONE: "phone",
    IdentifierType.EMAIL: "mail",
    IdentifierType.LOYALTY_CARD: "credit-card",
    IdentifierType.WECHAT_UNIONID: "message-circle",
    IdentifierType.WECHAT_OPENID: "message-circle",
    IdentifierType.MARKETPLACE_BUYER_ID: "shopping-bag",
    IdentifierType.HOUSEHOLD_ID: "users-round",
    IdentifierType.CARD_TOKEN: "credit-card",
    IdentifierType.DEVICE_ID: "smartphone",
    IdentifierType.ANONYMOUS_ID: "globe",
    IdentifierType.COOKIE: "globe",
    IdentifierType.ORDER_ID: "receipt-text",
}
FIELD_TITLES: Final[dict[str, Promise]] = {
    "name": _("Full name"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "street": _("Street"),
    "city": _("City"),
    "region": _("Region"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "language": _("Language"),
    "gender": _("Gender"),
    "birth_on": _("Born"),
    "company_name": _("Works at"),
    "member_since_on": _("Member since"),
}
