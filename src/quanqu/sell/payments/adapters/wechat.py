"""WeChat Pay v3: native, JSAPI and payment codes; queries, closing, refunds; notices.

Requests are signed with the merchant's key, answers and notices verified with WeChat Pay's public
key, notices decrypted with the merchant's API key.  Source: pay.weixin.qq.com/doc/v3/merchant
(signatures 4012365342, native 4012791877, payment codes 4012382150, refunds 4013070371).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import msgspec

from quanqu.kernel.time import format_time
from quanqu.sell.payments.adapters.wechat_calls import is_genuine, opened, request, sign
from quanqu.sell.payments.contracts import (
    EntryKind,
    NextStep,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Answer, Fact, Means, Notice, Outcome, Receipt, Task

__all__ = ["WechatGateway"]

_WAITING: Final = frozenset({"NOTPAY", "USERPAYING", "ACCEPT"})
_PAID: Final = frozenset({"SUCCESS", "REFUND"})
_UNSURE: Final = frozenset({"USERPAYING", "ORDERPAID", "OUT_TRADE_NO_USED", "BANKERROR"})


class WechatGateway:
    """Speaks WeChat Pay's protocol; money is taken at once, and in renminbi."""

    receipt = Receipt('{"code": "SUCCESS", "message": "OK"}')

    def check(self, access: Access, *, now: datetime) -> Answer:
        """Ask for an order that is none: who knows the merchant says so."""
        mchid = quote(access.settings["mchid"])
        path = f"/v3/pay/transactions/out-trade-no/{uuid4().hex}?mchid={mchid}"
        status, found = request(access, "GET", path, None, now=now)
        if status == 404:
            return Answer(Outcome.DONE)
        if status is None or status == 200:
            return Answer(Outcome.UNKNOWN)
        return Answer(Outcome.REFUSED, reason=_reason(found))

    def do(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Make an order for the shopper to pay, or a refund, under the operation's id."""
        if task.currency != "CNY":
            return Answer(Outcome.REFUSED, reason="currency_not_supported")
        if task.kind is EntryKind.REFUND:
            return self._refund(access, task, now)
        kind = "codepay" if task.shown_code else "jsapi" if task.payer else "native"
        path = f"/v3/pay/transactions/{kind}"
        status, found = request(access, "POST", path, _order(access, task), now=now)
        if status is None or found.get("code") in _UNSURE:
            return Answer(Outcome.UNKNOWN)
        if status != 200:
            return Answer(Outcome.REFUSED, reason=_reason(found))
        if kind == "codepay":
            return _trade(found)
        if kind == "native":
            step = NextStep("qr", str(found["code_url"]))
        else:
            step = NextStep("jsapi", _jsapi(access, str(found["prepay_id"]), task, now))
        return Answer(Outcome.PENDING, next_step=step)

    def find(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask what became of it."""
        if task.kind is EntryKind.REFUND:
            path = f"/v3/refund/domestic/refunds/{task.operation_id.hex}"
        else:
            mchid = quote(access.settings["mchid"])
            path = f"/v3/pay/transactions/out-trade-no/{task.payment_id.hex}?mchid={mchid}"
        status, found = request(access, "GET", path, None, now=now)
        if status == 404:
            return Answer(Outcome.ABSENT)
        if status != 200:
            return Answer(Outcome.UNKNOWN)
        return _refunded(found) if task.kind is EntryKind.REFUND else _trade(found)

    def close(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Close an order nobody paid in time."""
        path = f"/v3/pay/transactions/out-trade-no/{task.payment_id.hex}/close"
        body = {"mchid": access.settings["mchid"]}
        status, _ = request(access, "POST", path, body, now=now)
        if status in (200, 204):
            return Answer(Outcome.REFUSED, reason="expired")
        return Answer(Outcome.UNKNOWN)

    def describe(self, access: Access, provider_ref: str) -> Means | None:
        """Tell nothing: money is taken at once, and whole."""
        del access, provider_ref
        return None

    def read_notice(
        self, access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Notice:
        """Check the signature and its time, decrypt and read the notice."""
        if not is_genuine(access, headers, body, now=now):
            raise NoticeSignatureError
        try:
            told = msgspec.json.decode(body)
            found = msgspec.json.decode(opened(access, told["resource"]))
            return _notice(str(told["id"]), str(told["event_type"]), found)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            raise NoticeContentError(provider="wechat") from None

    def _refund(self, access: Access, task: Task, now: datetime) -> Answer:
        body = {
            "out_trade_no": task.payment_id.hex,
            "out_refund_no": task.operation_id.hex,
            "notify_url": access.notify_url,
            "amount": {
                "refund": task.amount_minor,
                "total": task.payment_minor,
                "currency": task.currency,
            },
        }
        if task.reason:
            body["reason"] = task.reason[:80]
        status, found = request(access, "POST", "/v3/refund/domestic/refunds", body, now=now)
        if status is None:
            return Answer(Outcome.UNKNOWN)
        return _refunded(found) if status == 200 else Answer(Outcome.REFUSED, reason=_reason(found))


def _order(access: Access, task: Task) -> dict[str, Any]:
    body: dict[str, Any] = {
        "appid": access.settings["appid"],
        "mchid": access.settings["mchid"],
        "description": (task.description or task.reference)[:127],
        "out_trade_no": task.payment_id.hex,
        "amount": {"total": task.amount_minor, "currency": task.currency},
    }
    if task.shown_code:
        body["payer"] = {"auth_code": task.shown_code}
        store = access.settings.get("store_id") or "1"
        body["scene_info"] = {"device_ip": "127.0.0.1", "store_info": {"id": store}}
        return body
    body["notify_url"] = access.notify_url
    if task.expires_at is not None:
        body["time_expire"] = format_time(task.expires_at.replace(microsecond=0))
    if task.payer:
        body["payer"] = {"openid": task.payer}
    return body


def _jsapi(access: Access, prepay_id: str, task: Task, now: datetime) -> str:
    """Return what the page in WeChat hands to `getBrandWCPayRequest`, signed."""
    app, package = access.settings["appid"], f"prepay_id={prepay_id}"
    stamp, nonce = str(int(now.timestamp())), task.operation_id.hex
    signature = sign(access, f"{app}\n{stamp}\n{nonce}\n{package}\n")
    told = {
        "appId": app, "timeStamp": stamp, "nonceStr": nonce, "package": package,
        "signType": "RSA", "paySign": signature,
    }  # fmt: skip
    return msgspec.json.encode(told).decode()


def _trade(found: Mapping[str, Any]) -> Answer:
    """Return what an order tells: waiting, paid, or over."""
    state = str(found.get("trade_state", ""))
    if state in _PAID:
        return Answer(Outcome.DONE, _paid(found), str(found["transaction_id"]))
    if state in _WAITING:
        return Answer(Outcome.PENDING)
    if state in ("CLOSED", "REVOKED", "PAYERROR"):
        return Answer(Outcome.REFUSED, reason=state.lower())
    return Answer(Outcome.UNKNOWN)


def _paid(found: Mapping[str, Any]) -> tuple[Fact, ...]:
    amount, name = found["amount"], str(found["transaction_id"])
    total, currency = int(amount["total"]), str(amount.get("currency") or "CNY")
    payment = _own(found.get("out_trade_no"))
    return (
        Fact(EntryKind.AUTHORISATION, total, currency, name, payment),
        Fact(EntryKind.CAPTURE, total, currency, name),
    )


def _refunded(found: Mapping[str, Any]) -> Answer:
    state = str(found.get("status") or found.get("refund_status") or "")
    if state == "PROCESSING":
        return Answer(Outcome.PENDING)
    if state != "SUCCESS":
        return Answer(Outcome.REFUSED, reason=(state or "refused").lower())
    amount = found["amount"]
    fact = Fact(
        EntryKind.REFUND,
        int(amount["refund"]),
        str(amount.get("currency") or "CNY"),
        str(found["refund_id"]),
        _own(found.get("out_refund_no")),
    )
    return Answer(Outcome.DONE, (fact,))


def _notice(event_id: str, kind: str, found: Mapping[str, Any]) -> Notice:
    payment = _own(found.get("out_trade_no"))
    if kind.startswith("REFUND."):
        answer = _refunded(found)
        is_refused = answer.outcome is Outcome.REFUSED
        operation = _own(found.get("out_refund_no")) if is_refused else None
        return Notice(
            event_id, kind, payment, answer.facts, refused_operation=operation,
            reason=answer.reason,
        )  # fmt: skip
    if not kind.startswith("TRANSACTION."):
        return Notice(event_id, kind, payment)
    answer = _trade(found)
    return Notice(event_id, kind, payment, answer.facts, answer.provider_ref)


def _own(text: object) -> UUID | None:
    """Return the id that we gave a thing; None for one that others named."""
    try:
        return UUID(hex=str(text or ""))
    except ValueError:
        return None


def _reason(found: Mapping[str, Any]) -> str:
    return str(found.get("code") or "refused").lower()[:100]
