"""Stripe: payment intents, captures in parts, cancellations, refunds; its webhooks.

What its objects say is read in `stripe_reading`.  Source: docs.stripe.com/api (payment_intents,
refunds, idempotent_requests) and docs.stripe.com/payments/multicapture.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID, uuid5

import msgspec

from quanqu.kernel.money import exponent
from quanqu.sell.payments.adapters.stripe_reading import (
    answer_of,
    decoded,
    is_signed,
    means_of,
    notice_of,
    refund_answer,
)
from quanqu.sell.payments.adapters.transport import Reply, call
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Answer, Means, Notice, Outcome, Receipt, Task

__all__ = ["API", "StripeGateway"]

API: Final = "https://api.stripe.com"
VERSION: Final = "2025-09-30.clover"
_UNLIKE_ISO: Final = frozenset({"ISK", "UGX"})
"""Stripe counts these in hundredths though ISO 4217 gives them no minor unit."""

_EXPANDED: Final = ("expand[]", "latest_charge")
Form = list[tuple[str, str]]


class StripeGateway:
    """Speaks Stripe's protocol."""

    receipt = Receipt('{"received": true}')

    def check(self, access: Access, *, now: datetime) -> Answer:
        """Ask for the account's balance."""
        del now
        reply = _get(access, "/v1/balance")
        if reply.status == 200:
            return Answer(Outcome.DONE)
        if reply.is_unclear:
            return Answer(Outcome.UNKNOWN)
        error = decoded(reply).get("error") or {}
        reason = error.get("code") or error.get("type") or f"http_{reply.status}"
        return Answer(Outcome.REFUSED, reason=str(reason)[:100])

    def do(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask for it under the operation's id as Idempotency-Key.

        What a capture leaves stays promised where it says so; a void after a part was taken is a
        last capture of nothing.
        """
        del now
        if task.currency in _UNLIKE_ISO or exponent(task.currency) > 2:
            return Answer(Outcome.REFUSED, reason="currency_not_supported")
        if task.kind is EntryKind.AUTHORISATION:
            reply = _post(access, "/v1/payment_intents", _intent(task), task.operation_id)
        elif task.kind is EntryKind.CAPTURE:
            form = [("amount_to_capture", str(task.amount_minor)), _EXPANDED]
            if not task.is_last:
                form.append(("final_capture", "false"))
            reply = _post(access, f"{_path(task.provider_ref)}/capture", form, task.operation_id)
        elif task.kind is EntryKind.VOID and task.captured_minor:
            form = [("amount_to_capture", "0"), ("final_capture", "true"), _EXPANDED]
            key = uuid5(task.operation_id, "release")
            reply = _post(access, f"{_path(task.provider_ref)}/capture", form, key)
        elif task.kind is EntryKind.VOID:
            path = f"{_path(task.provider_ref)}/cancel"
            reply = _post(access, path, [_EXPANDED], task.operation_id)
        else:
            form = [
                ("payment_intent", task.provider_ref),
                ("amount", str(task.amount_minor)),
                ("metadata[operation_id]", str(task.operation_id)),
                ("metadata[payment_id]", str(task.payment_id)),
            ]
            reply = _post(access, "/v1/refunds", form, task.operation_id)
        return answer_of(reply, task)

    def find(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask what became of it."""
        del now
        if task.kind is EntryKind.REFUND:
            return _find_refund(access, task)
        if not task.provider_ref:
            return Answer(Outcome.ABSENT)
        reply = _shown(access, task.provider_ref)
        if reply.status != 200:
            return Answer(Outcome.UNKNOWN)
        answer = answer_of(reply, task)
        is_over = decoded(reply).get("status") in ("canceled", "succeeded")
        if task.kind is EntryKind.AUTHORISATION:
            return answer
        if task.kind is EntryKind.VOID:
            return answer if is_over else Answer(Outcome.ABSENT)
        total = sum(one.amount_minor for one in answer.facts if one.is_total)
        if total >= task.captured_minor + task.amount_minor:
            return replace(answer, outcome=Outcome.DONE)
        return replace(answer, outcome=Outcome.REFUSED if is_over else Outcome.ABSENT)

    def close(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Cancel an intent nobody confirmed in time."""
        del now
        path = f"{_path(task.provider_ref)}/cancel"
        reply = _post(access, path, [("cancellation_reason", "abandoned")], None)
        if reply.status == 200 and decoded(reply).get("status") == "canceled":
            return Answer(Outcome.REFUSED, reason="expired")
        return Answer(Outcome.UNKNOWN)

    def describe(self, access: Access, provider_ref: str) -> Means | None:
        """Read an intent's charge: the wallet of its card, and whether it can be captured again."""
        reply = _shown(access, provider_ref)
        return means_of(decoded(reply).get("latest_charge")) if reply.status == 200 else None

    def read_notice(
        self, access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Notice:
        """Check the signature and its time, then read the event."""
        signature = headers.get("stripe-signature", "")
        if not is_signed(signature, body, access.secrets["webhook_secret"], now):
            raise NoticeSignatureError
        try:
            event = msgspec.json.decode(body)
            return notice_of(event["id"], event["type"], event["data"]["object"])
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            raise NoticeContentError(provider="stripe") from None


def _intent(task: Task) -> Form:
    form = [
        ("amount", str(task.amount_minor)),
        ("currency", task.currency.lower()),
        ("capture_method", "manual" if task.capture is CaptureMode.LATER else "automatic"),
        ("metadata[payment_id]", str(task.payment_id)),
        ("metadata[reference]", task.reference),
        _EXPANDED,
    ]
    if task.capture is CaptureMode.LATER:
        form.append(("payment_method_options[card][request_multicapture]", "if_available"))
    if task.description:
        form.append(("description", task.description))
    if task.token:
        form += [("payment_method", task.token), ("confirm", "true")]
        form.append(("metadata[is_confirmed]", "yes"))
        if task.return_url:
            form.append(("return_url", task.return_url))
    else:
        form.append(("automatic_payment_methods[enabled]", "true"))
    return form


def _find_refund(access: Access, task: Task) -> Answer:
    query = urlencode({"payment_intent": task.provider_ref, "limit": "100"})
    reply = _get(access, f"/v1/refunds?{query}")
    if reply.status != 200:
        return Answer(Outcome.UNKNOWN)
    for one in decoded(reply)["data"]:
        if (one.get("metadata") or {}).get("operation_id") == str(task.operation_id):
            return refund_answer(one)
    return Answer(Outcome.ABSENT)


def _post(access: Access, path: str, form: Form, operation: UUID | None) -> Reply:
    headers = _headers(access) | {"Content-Type": "application/x-www-form-urlencoded"}
    if operation is not None:
        headers["Idempotency-Key"] = str(operation)
    return call("POST", _base(access) + path, headers, urlencode(form).encode())


def _path(intent: str) -> str:
    return f"/v1/payment_intents/{quote(intent)}"


def _shown(access: Access, intent: str) -> Reply:
    return _get(access, f"{_path(intent)}?{urlencode([_EXPANDED])}")


def _get(access: Access, path: str) -> Reply:
    return call("GET", _base(access) + path, _headers(access))


def _headers(access: Access) -> dict[str, str]:
    key = access.secrets["api_key"]
    return {"Authorization": f"Bearer {key}", "Stripe-Version": VERSION}


def _base(access: Access) -> str:
    return access.settings.get("api_base") or API
