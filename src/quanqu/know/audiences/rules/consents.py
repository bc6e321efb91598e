"""Which purposes and channels a consent rule may name, and by what identifier a channel reaches."""

from collections.abc import Mapping
from typing import Final

from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose, pairs

PAIRS: Final = frozenset((purpose.value, channel.value) for purpose, channel in pairs())
REACHED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    Channel.EMAIL: ("email",),
    Channel.SMS: ("phone",),
    Channel.PHONE: ("phone",),
    Channel.WECHAT: ("wechat_openid", "wechat_unionid"),
    Channel.PUSH: ("device_id",),
    Channel.ADS: ("email", "phone", "device_id"),
}


def needs_word(purpose: str) -> bool:
    """Tell whether a purpose is allowed only when the customer said so."""
    return PURPOSES[Purpose(purpose)].needs_consent
