"""The providers of payments, one file each."""

from collections.abc import Mapping
from typing import Final

from quanqu.sell.payments.adapters.alipay import AlipayGateway
from quanqu.sell.payments.adapters.stripe import StripeGateway
from quanqu.sell.payments.adapters.wechat import WechatGateway
from quanqu.sell.payments.ports import Gateway

__all__ = ["GATEWAYS"]

GATEWAYS: Final[Mapping[str, Gateway]] = {
    "alipay": AlipayGateway(),
    "stripe": StripeGateway(),
    "wechat": WechatGateway(),
}
