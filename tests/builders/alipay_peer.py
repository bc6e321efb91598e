"""Alipay on this machine: requests are verified and answers signed by Alipay's own SDK.

Its client is run against this peer too (tests/sell/payments/test_alipay.py), so that it is no
mirror of ours.
"""

import itertools
import json
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit

import rsa
from alipay.aop.api.util.SignatureUtils import (
    get_sign_content,
    sign_with_rsa2,
    verify_with_rsa,
)
from cryptography.hazmat.primitives.serialization import PrivateFormat
from tests.builders.keys import private_pem, public_pem
from tests.builders.peer import Call, Peer, Said

APP = "2021000000000001"


class AlipayPeer(Peer):
    """Holds codes, trades and refunds in dictionaries; a code is a trade once it is scanned."""

    provider, tender = "alipay", "alipay"

    def __init__(self):
        super().__init__()
        self.codes, self.trades, self.refunds = {}, {}, {}
        self.signer = "alipay"
        self._numbers = itertools.count(1)

    @property
    def account(self):
        """What a company's account with this peer holds."""
        secrets = {
            "private_key": private_pem("application"),
            "alipay_public_key": public_pem("alipay"),
        }
        return {"api_base": self.url, "app_id": APP}, secrets

    def answer(self, call: Call) -> Said:
        params = dict(parse_qsl(urlsplit(call.path).query, keep_blank_values=True))
        params |= dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        method = params.get("method", "")
        if not self._is_signed(params):
            found = {"code": "40002", "sub_code": "isv.invalid-signature"}
        else:
            found = self._act(method, json.loads(params["biz_content"]))
        text = json.dumps({"msg": "-", **found}, ensure_ascii=False)
        name = f"{method.replace('.', '_')}_response"
        return Said(200, f'{{"{name}":{text},"sign":"{self.sign(text)}"}}'.encode())

    def _is_signed(self, params):
        told = {name: value for name, value in params.items() if name != "sign"}
        signed = get_sign_content(told).encode()
        try:
            return told["app_id"] == APP and verify_with_rsa(
                public_pem("application"), signed, params["sign"]
            )
        except rsa.VerificationError:
            return False

    def sign(self, text):
        """Sign a text as Alipay."""
        key = private_pem(self.signer, PrivateFormat.TraditionalOpenSSL)
        return sign_with_rsa2(key, text, "utf-8")

    def _act(self, method, body):
        name = body["out_trade_no"]
        match method:
            case "alipay.trade.precreate":
                return self._precreate(name, body)
            case "alipay.trade.pay":
                return self._pay_shown(name, body)
            case "alipay.trade.query":
                found = self.trades.get(name)
                return {"code": "10000", **found} if found else _missing()
            case "alipay.trade.close":
                return self._close(name)
            case "alipay.trade.refund":
                return self._refund(name, body)
            case "alipay.trade.fastpay.refund.query":
                return {"code": "10000", **self.refunds.get(body["out_request_no"], {})}
        return {"code": "40004", "sub_code": "isv.invalid-method"}

    def _precreate(self, name, body):
        if name in self.trades:
            return {"code": "40004", "sub_code": "ACQ.TRADE_HAS_SUCCESS"}
        self.codes[name] = body
        return {"code": "10000", "out_trade_no": name, "qr_code": f"https://qr.example/{name[:8]}"}

    def _pay_shown(self, name, body):
        if body["auth_code"] == "250000000000000000":
            return {"code": "40004", "sub_code": "ACQ.PAYMENT_AUTH_CODE_INVALID"}
        self._pay(name, body)
        return {"code": "10000", **self.trades[name]}

    def _pay(self, name, body):
        self.trades[name] = {
            "out_trade_no": name, "trade_no": f"2026{next(self._numbers):08}",
            "trade_status": "TRADE_SUCCESS", "total_amount": body["total_amount"],
        }  # fmt: skip

    def _close(self, name):
        if name not in self.trades:
            self.codes.pop(name, None)  # its time is over
            return _missing()
        return {"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"}

    def _refund(self, name, body):
        trade, request = self.trades[name], body["out_request_no"]
        gone = self._gone(name)
        is_new = request not in self.refunds
        if is_new and Decimal(body["refund_amount"]) > Decimal(trade["total_amount"]) - gone:
            return {"code": "40004", "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
        if is_new:
            self.refunds[request] = {
                "out_trade_no": name, "trade_no": trade["trade_no"], "out_request_no": request,
                "refund_amount": body["refund_amount"], "refund_status": "REFUND_SUCCESS",
            }  # fmt: skip
        total = str(self._gone(name))
        return {
            "code": "10000", "trade_no": trade["trade_no"], "out_trade_no": name,
            "fund_change": "Y" if is_new else "N", "refund_fee": total,
        }  # fmt: skip

    def _gone(self, name):
        return sum(
            Decimal(one["refund_amount"]) for one in self.refunds.values()
            if one["out_trade_no"] == name
        )  # fmt: skip

    # what the conformance suite asks of every peer

    def shopper_pays(self, payment):
        """Pay what waits for the shopper."""
        with self.lock:
            assert payment.hex in self.codes
            self._pay(payment.hex, self.codes.pop(payment.hex))

    def count_paid(self, payment):
        """Return how many trades of a payment were paid."""
        return int(payment.hex in self.trades)

    def sum_refunded(self, payment):
        """Return how much went back."""
        return int(self._gone(payment.hex) * 100)

    def paid_notice(self, payment, now, *, amount=None, currency=None, event="evt_paid"):
        """Return headers and body of the notice that a payment was made."""
        found = dict(self.trades[payment.hex])
        if amount is not None:
            found["total_amount"] = str(Decimal(amount) / 100)
        if currency is not None:
            found["trans_currency"] = currency
        return self.notice(event, found)

    def notice(self, event, found):
        """Sign a notice."""
        told = {
            "app_id": APP, "notify_id": event, "notify_type": "trade_status_sync",
            "charset": "utf-8", "version": "1.0", "subject": "两只杯子", "buyer_note": "", **found,
        }  # fmt: skip
        signature = self.sign(get_sign_content(told))
        return {}, urlencode({**told, "sign": signature, "sign_type": "RSA2"}).encode()

    def forged(self, headers, body):
        """Return a notice whose body was changed on the way."""
        return headers, body.replace(b"TRADE_SUCCESS", b"TRADE_FINISHED")


def _missing():
    return {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}
