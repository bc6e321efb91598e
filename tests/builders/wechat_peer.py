"""WeChat Pay on this machine: requests are verified and answers signed by the official client.

`rsa_verify` and `rsa_sign` are those of the package wechatpayv3; its own client is run against
this peer too (tests/sell/payments/test_wechat.py), so that it is no mirror of ours.
"""

import base64
import itertools
import json
import re
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.builders.keys import pair, private_pem, public_pem
from tests.builders.peer import Call, Peer, Said
from wechatpayv3.utils import rsa_sign, rsa_verify

API_KEY = "a key of thirty-two bytes, a key"
MERCHANT, APP, SERIAL, PUBLIC_ID = "1900000001", "wx00000000000001", "5A1B", "PUB_KEY_ID_01"


class WechatPeer(Peer):
    """Holds orders and refunds in dictionaries; `clock` is when it signs."""

    provider, tender = "wechat", "wechat_pay"

    def __init__(self):
        super().__init__()
        self.orders, self.refunds = {}, {}
        self.clock = time.time
        self._numbers = itertools.count(1)

    @property
    def account(self):
        """What a company's account with this peer holds."""
        settings = {
            "api_base": self.url, "mchid": MERCHANT, "appid": APP, "cert_serial": SERIAL,
            "public_key_id": PUBLIC_ID,
        }  # fmt: skip
        secrets = {
            "private_key": private_pem("merchant"),
            "platform_public_key": public_pem("wechat"),
            "apiv3_key": API_KEY,
        }
        return settings, secrets

    def answer(self, call: Call) -> Said:
        if not self._is_signed(call):
            return self._said(401, {"code": "SIGN_ERROR"})
        body = json.loads(call.body) if call.body else {}
        parts = urlsplit(call.path)
        status, found = self._act(call.method, parts.path.strip("/").split("/"), body)
        return self._said(status, found, moment=self._moment_of(call))

    def _is_signed(self, call):
        told = dict(re.findall(r'(\w+)="([^"]*)"', call.headers.get("authorization", "")))
        head = f"{call.method}\n{call.path}\n{told.get('timestamp')}"
        is_known = (told.get("mchid"), told.get("serial_no")) == (MERCHANT, SERIAL)
        _, public = pair("merchant")
        signature = told.get("signature", "")
        return is_known and rsa_verify(
            head, told.get("nonce_str"), call.body.decode(), signature, public
        )

    def _moment_of(self, call):
        (moment,) = re.findall(r'timestamp="(\d+)"', call.headers["authorization"])
        return int(moment)

    def _said(self, status, found, moment=None) -> Said:
        body = json.dumps(found) if found is not None else ""
        return Said(status, body.encode(), self.signed(body, moment or int(self.clock())))

    def signed(self, body, moment, key="wechat"):
        """Return the headers by which a text is WeChat Pay's."""
        private, _ = pair(key)
        return {
            "Wechatpay-Timestamp": str(moment), "Wechatpay-Nonce": "nonce",
            "Wechatpay-Serial": PUBLIC_ID,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": rsa_sign(private, f"{moment}\nnonce\n{body}\n"),
        }  # fmt: skip

    def _act(self, method, path, body):
        match path:
            case ["v3", "pay", "transactions", kind] if method == "POST":
                return self._order(kind, body)
            case ["v3", "pay", "transactions", "out-trade-no", name, "close"]:
                return self._close(name)
            case ["v3", "pay", "transactions", "out-trade-no", name]:
                found = self.orders.get(name)
                return (200, found) if found else (404, {"code": "ORDER_NOT_EXIST"})
            case ["v3", "refund", "domestic", "refunds"]:
                return self._refund(body)
            case ["v3", "refund", "domestic", "refunds", name]:
                found = self.refunds.get(name)
                return (200, found) if found else (404, {"code": "RESOURCE_NOT_EXISTS"})
        return 404, {"code": "NOT_FOUND"}

    def _order(self, kind, body):
        name, amount = body["out_trade_no"], body["amount"]
        known = self.orders.setdefault(
            name,
            {
                "appid": APP, "mchid": MERCHANT, "out_trade_no": name, "trade_state": "NOTPAY",
                "amount": {"total": amount["total"], "currency": amount["currency"]},
            },
        )  # fmt: skip
        if known["amount"]["total"] != amount["total"]:
            return 403, {"code": "OUT_TRADE_NO_USED"}
        if known["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDERPAID"}
        if kind == "codepay":
            if body["payer"]["auth_code"] == "130000000000000000":
                return 403, {"code": "AUTH_CODE_ERROR"}
            self._pay(known)
            return 200, known
        if kind == "jsapi":
            return 200, {"prepay_id": f"wx{body['payer']['openid']}"}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={name[:8]}"}

    def _pay(self, found):
        found |= {"trade_state": "SUCCESS", "transaction_id": f"42000{next(self._numbers)}"}

    def _close(self, name):
        if self.orders[name]["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDERPAID"}
        self.orders[name]["trade_state"] = "CLOSED"
        return 204, None

    def _refund(self, body):
        name, amount = body["out_refund_no"], body["amount"]
        order = self.orders[body["out_trade_no"]]
        if name not in self.refunds:
            gone = sum(
                one["amount"]["refund"] for one in self.refunds.values()
                if one["out_trade_no"] == body["out_trade_no"]
            )  # fmt: skip
            if amount["refund"] > order["amount"]["total"] - gone:
                return 403, {"code": "NOT_ENOUGH"}
            self.refunds[name] = {
                "refund_id": f"50000{next(self._numbers)}", "out_refund_no": name,
                "out_trade_no": body["out_trade_no"], "status": "SUCCESS",
                "transaction_id": order["transaction_id"],
                "amount": {**order["amount"], "refund": amount["refund"]},
            }  # fmt: skip
            order["trade_state"] = "REFUND"
        return 200, self.refunds[name]

    # what the conformance suite asks of every peer

    def shopper_pays(self, payment):
        """Pay what waits for the shopper."""
        with self.lock:
            found = self.orders[payment.hex]
            assert found["trade_state"] == "NOTPAY"
            self._pay(found)

    def count_paid(self, payment):
        """Return how many orders of a payment were paid."""
        return int("transaction_id" in self.orders.get(payment.hex, {}))

    def sum_refunded(self, payment):
        """Return how much went back."""
        return sum(
            one["amount"]["refund"] for one in self.refunds.values()
            if one["out_trade_no"] == payment.hex
        )  # fmt: skip

    def refund_outside(self, payment, amount):
        """Give money back at the provider's own desk."""
        with self.lock:
            self._refund(
                {
                    "out_trade_no": payment.hex, "out_refund_no": "desk-1",
                    "amount": {"refund": amount},
                }
            )  # fmt: skip

    def paid_notice(self, payment, now, *, amount=None, currency=None, event="evt_paid"):
        """Return headers and body of the notice that a payment was made."""
        found = json.loads(json.dumps(self.orders[payment.hex]))
        if amount is not None:
            found["amount"]["total"] = amount
        if currency is not None:
            found["amount"]["currency"] = currency
        return self.notice(event, "TRANSACTION.SUCCESS", found, now)

    def refund_notice(self, payment, now, *, event="evt_refund"):
        """Return the notice of the last refund."""
        found = [
            one for one in self.refunds.values() if one["out_trade_no"] == payment.hex
        ][-1]  # fmt: skip
        told = {
            **{name: value for name, value in found.items() if name != "status"},
            "refund_status": found["status"],
            "amount": {
                name: value for name, value in found["amount"].items() if name != "currency"
            },
        }
        return self.notice(event, "REFUND.SUCCESS", told, now)

    def notice(self, event, kind, found, now, *, key=API_KEY, signer="wechat"):
        """Encrypt and sign a notice."""
        sealed = AESGCM(key.encode()).encrypt(
            b"twelve bytes", json.dumps(found).encode(), b"transaction"
        )
        body = json.dumps(
            {
                "id": event, "event_type": kind, "resource_type": "encrypt-resource",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM", "nonce": "twelve bytes",
                    "associated_data": "transaction",
                    "ciphertext": base64.b64encode(sealed).decode(),
                },
            }
        )  # fmt: skip
        headers = self.signed(body, int(now.timestamp()), key=signer)
        return {name.lower(): value for name, value in headers.items()}, body.encode()

    def forged(self, headers, body):
        """Return a notice whose body was changed on the way."""
        return headers, body.replace(b"encrypt-resource", b"Encrypt-resource")
