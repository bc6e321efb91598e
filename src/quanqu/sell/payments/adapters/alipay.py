"""Alipay: codes to scan and to show, queries, refunds, closing; asynchronous notices.

Requests are signed with the application's key (RSA2), answers and notices verified with Alipay's
public key.  A refund has no number of its own there: it is known by the trade's and ours.
Source: opendocs.alipay.com (alipay.trade.precreate, .pay, .query, .refund, .fastpay.refund.query,
.close; open/270/105902, asynchronous notices; common/02mse7, signatures).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from quanqu.kernel.money import Money, MoneyFormatError
from quanqu.sell.payments.adapters.alipay_calls import local_time, request, told_by_alipay
from quanqu.sell.payments.contracts import (
    EntryKind,
    NextStep,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Answer, Fact, Means, Notice, Outcome, Receipt, Task

__all__ = ["AlipayGateway"]

_DONE, _WAITING, _UNSURE, _MISSING = "10000", "10003", "20000", "ACQ.TRADE_NOT_EXIST"
_PAID: Final = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_SYSTEM: Final = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})


class AlipayGateway:
    """Speaks Alipay's protocol; money is taken at once, and in renminbi."""

    receipt = Receipt("success", "text/plain")

    def check(self, access: Access, *, now: datetime) -> Answer:
        """Ask for a trade that is none: who knows the application says so."""
        found = request(access, "alipay.trade.query", {"out_trade_no": uuid4().hex}, now=now)
        if found.get("sub_code") == _MISSING:
            return Answer(Outcome.DONE)
        if not found or found.get("code") in (_DONE, _UNSURE):
            return Answer(Outcome.UNKNOWN)
        reason = found.get("sub_code") or found.get("code") or "refused"
        return Answer(Outcome.REFUSED, reason=str(reason)[:100])

    def do(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Make a code to scan, take the one that is shown, or give money back."""
        if task.currency != "CNY":
            return Answer(Outcome.REFUSED, reason="currency_not_supported")
        if task.kind is EntryKind.REFUND:
            return _refund(access, task, now)
        method = "alipay.trade.pay" if task.shown_code else "alipay.trade.precreate"
        found = request(access, method, _order(task), now=now, is_told=True)
        code = found.get("code")
        if task.shown_code and code == _DONE:
            return Answer(Outcome.DONE, _paid(found, task.payment_id), str(found["trade_no"]))
        if code == _DONE:
            return Answer(Outcome.PENDING, next_step=NextStep("qr", str(found["qr_code"])))
        return _other(found)

    def find(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask what became of it; a code that nobody scanned is no trade yet."""
        if task.kind is EntryKind.REFUND:
            return _find_refund(access, task, now)
        body = {"out_trade_no": task.payment_id.hex}
        found = request(access, "alipay.trade.query", body, now=now)
        if found.get("sub_code") == _MISSING:
            return Answer(Outcome.ABSENT)
        if found.get("code") != _DONE:
            return Answer(Outcome.UNKNOWN)
        return _trade(found, task.payment_id)

    def close(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Close a trade nobody paid in time; the code itself has ended by then."""
        body = {"out_trade_no": task.payment_id.hex}
        found = request(access, "alipay.trade.close", body, now=now)
        if found.get("code") == _DONE or found.get("sub_code") == _MISSING:
            return Answer(Outcome.REFUSED, reason="expired")
        return Answer(Outcome.UNKNOWN)

    def describe(self, access: Access, provider_ref: str) -> Means | None:
        """Tell nothing: money is taken at once, and whole."""
        del access, provider_ref
        return None

    def read_notice(
        self, access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Notice:
        """Check the signature and whose application it is, then read the form."""
        del headers, now
        told = told_by_alipay(access, body)
        if told is None or told.get("app_id") != access.settings["app_id"]:
            raise NoticeSignatureError
        payment = _own(told.get("out_trade_no"))
        event, kind = told.get("notify_id", ""), told.get("trade_status", "")
        try:
            answer = _trade(told, payment)
        except (KeyError, MoneyFormatError):
            raise NoticeContentError(provider="alipay") from None
        # a trade is closed by time and by full refunds too: the query tells which
        return Notice(event, kind, payment, answer.facts, told.get("trade_no", ""))


def _order(task: Task) -> dict[str, Any]:
    body: dict[str, Any] = {
        "out_trade_no": task.payment_id.hex,
        "total_amount": Money(task.amount_minor, task.currency).amount,
        "subject": (task.description or task.reference)[:256],
    }
    if task.shown_code:
        return body | {"scene": "bar_code", "auth_code": task.shown_code}
    if task.expires_at is not None:
        body["time_expire"] = local_time(task.expires_at)
    return body


def _refund(access: Access, task: Task, now: datetime) -> Answer:
    body = {
        "out_trade_no": task.payment_id.hex,
        "refund_amount": Money(task.amount_minor, task.currency).amount,
        "out_request_no": task.operation_id.hex,
    }
    if task.reason:
        body["refund_reason"] = task.reason[:256]
    found = request(access, "alipay.trade.refund", body, now=now)
    if found.get("code") != _DONE:
        return _other(found)
    if found.get("fund_change") != "Y":
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.DONE, (_given_back(found, task, task.amount_minor),))


def _find_refund(access: Access, task: Task, now: datetime) -> Answer:
    body = {"out_trade_no": task.payment_id.hex, "out_request_no": task.operation_id.hex}
    found = request(access, "alipay.trade.fastpay.refund.query", body, now=now)
    if found.get("code") != _DONE:
        return Answer(Outcome.UNKNOWN)
    if found.get("refund_status") != "REFUND_SUCCESS":
        return Answer(Outcome.ABSENT)
    amount = Money.parse(str(found["refund_amount"]), task.currency).minor
    return Answer(Outcome.DONE, (_given_back(found, task, amount),))


def _given_back(found: Mapping[str, Any], task: Task, amount: int) -> Fact:
    name = f"{found['trade_no']}:{task.operation_id.hex}"
    return Fact(EntryKind.REFUND, amount, task.currency, name, task.operation_id)


def _trade(found: Mapping[str, Any], payment: UUID | None) -> Answer:
    state = found.get("trade_status")
    if state in _PAID:
        return Answer(Outcome.DONE, _paid(found, payment), str(found["trade_no"]))
    if state == "TRADE_CLOSED":
        return Answer(Outcome.REFUSED, reason="closed")
    return Answer(Outcome.PENDING)


def _paid(found: Mapping[str, Any], payment: UUID | None) -> tuple[Fact, ...]:
    currency, name = str(found.get("trans_currency") or "CNY"), str(found["trade_no"])
    total = Money.parse(str(found["total_amount"]), currency).minor
    return (
        Fact(EntryKind.AUTHORISATION, total, currency, name, payment),
        Fact(EntryKind.CAPTURE, total, currency, name),
    )


def _other(found: Mapping[str, Any]) -> Answer:
    code, sub = found.get("code"), str(found.get("sub_code") or "")
    if code == _WAITING:
        return Answer(Outcome.PENDING)
    if code is None or code == _UNSURE or sub in _SYSTEM:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.REFUSED, reason=(sub or str(code)).lower()[:100])


def _own(text: object) -> UUID | None:
    """Return the id that we gave a trade; None for one that others named."""
    try:
        return UUID(hex=str(text or ""))
    except ValueError:
        return None
