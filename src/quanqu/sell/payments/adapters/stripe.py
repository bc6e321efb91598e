"""Stripe: payment intents, captures, cancellations, refunds; webhooks signed by HMAC-SHA256.

Source: docs.stripe.com/api (payment_intents, refunds, idempotent_requests, errors) and
docs.stripe.com/webhooks#verify-manually.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec

from quanqu.kernel.money import exponent
from quanqu.sell.payments.adapters.transport import Reply, call
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    NextStep,
    NoticeContentError,
    NoticeSignatureError,
)
from quanqu.sell.payments.ports import Access, Answer, Fact, Notice, Outcome, Receipt, Task

__all__ = ["API", "StripeGateway"]

API: Final = "https://api.stripe.com"
VERSION: Final = "2025-09-30.clover"
TOLERANCE_S: Final = 300
_UNLIKE_ISO: Final = frozenset({"ISK", "UGX"})
"""Stripe counts these in hundredths though ISO 4217 gives them no minor unit."""

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
        error = _decoded(reply).get("error") or {}
        reason = error.get("code") or error.get("type") or f"http_{reply.status}"
        return Answer(Outcome.REFUSED, reason=str(reason)[:100])

    def do(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask for it under the operation's id as Idempotency-Key."""
        del now
        if task.currency in _UNLIKE_ISO or exponent(task.currency) > 2:
            return Answer(Outcome.REFUSED, reason="currency_not_supported")
        if task.kind is EntryKind.AUTHORISATION:
            reply = _post(access, "/v1/payment_intents", _intent(task), task.operation_id)
        elif task.kind is EntryKind.CAPTURE:
            path = f"/v1/payment_intents/{quote(task.provider_ref)}/capture"
            form = [("amount_to_capture", str(task.amount_minor))]
            reply = _post(access, path, form, task.operation_id)
        elif task.kind is EntryKind.VOID:
            path = f"/v1/payment_intents/{quote(task.provider_ref)}/cancel"
            reply = _post(access, path, [], task.operation_id)
        else:
            form = [
                ("payment_intent", task.provider_ref),
                ("amount", str(task.amount_minor)),
                ("metadata[operation_id]", str(task.operation_id)),
                ("metadata[payment_id]", str(task.payment_id)),
            ]
            reply = _post(access, "/v1/refunds", form, task.operation_id)
        return _answered(reply, task)

    def find(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask what became of it."""
        del now
        if task.kind is EntryKind.REFUND:
            return _find_refund(access, task)
        if not task.provider_ref:
            return Answer(Outcome.ABSENT)
        reply = _get(access, f"/v1/payment_intents/{quote(task.provider_ref)}")
        if reply.status != 200:
            return Answer(Outcome.UNKNOWN)
        found = _decoded(reply)
        answer = _answered(reply, task)
        if task.kind is EntryKind.CAPTURE and found.get("status") == "requires_capture":
            return Answer(Outcome.ABSENT)
        if task.kind is EntryKind.VOID and found.get("status") != "canceled":
            return Answer(Outcome.ABSENT)
        return answer

    def close(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Cancel an intent nobody confirmed in time."""
        del now
        path = f"/v1/payment_intents/{quote(task.provider_ref)}/cancel"
        reply = _post(access, path, [("cancellation_reason", "abandoned")], None)
        if reply.status == 200 and _decoded(reply).get("status") == "canceled":
            return Answer(Outcome.REFUSED, reason="expired")
        return Answer(Outcome.UNKNOWN)

    def read_notice(
        self, access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Notice:
        """Check the signature and its time, then read the event."""
        signature = headers.get("stripe-signature", "")
        if not _is_signed(signature, body, access.secrets["webhook_secret"], now):
            raise NoticeSignatureError
        try:
            event = msgspec.json.decode(body)
            return _notice(event["id"], event["type"], event["data"]["object"])
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            raise NoticeContentError(provider="stripe") from None


def _intent(task: Task) -> Form:
    form = [
        ("amount", str(task.amount_minor)),
        ("currency", task.currency.lower()),
        ("capture_method", "manual" if task.capture is CaptureMode.LATER else "automatic"),
        ("metadata[payment_id]", str(task.payment_id)),
        ("metadata[reference]", task.reference),
    ]
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


def _answered(reply: Reply, task: Task) -> Answer:
    if reply.is_unclear:
        return Answer(Outcome.UNKNOWN)
    found = _decoded(reply)
    if reply.status != 200:
        error = found.get("error") or {}
        intent = (error.get("payment_intent") or {}).get("id", "")
        reason = error.get("decline_code") or error.get("code") or error.get("type") or "refused"
        return Answer(Outcome.REFUSED, provider_ref=intent, reason=str(reason)[:100])
    if task.kind is EntryKind.REFUND:
        return _refund_answer(found)
    answer = _intent_answer(found)
    if task.kind is EntryKind.AUTHORISATION or answer.outcome is not Outcome.REFUSED:
        return answer
    return Answer(Outcome.DONE, (_voided(found, task),), answer.provider_ref)


def _voided(found: Mapping[str, Any], task: Task) -> Fact:
    """Return what a cancelled intent gave up."""
    name = f"{found['id']}:canceled"
    return Fact(EntryKind.VOID, task.amount_minor, task.currency, name, task.operation_id)


def _intent_answer(found: Mapping[str, Any]) -> Answer:
    reference, status = str(found["id"]), found["status"]
    if status == "canceled":
        return Answer(Outcome.REFUSED, (), reference, reason="canceled")
    if facts := _facts(found):
        return Answer(Outcome.DONE, facts, reference)
    error = found.get("last_payment_error") or {}
    is_confirmed = (found.get("metadata") or {}).get("is_confirmed") == "yes"
    if status == "requires_payment_method" and error and is_confirmed:
        reason = error.get("decline_code") or error.get("code") or "refused"
        return Answer(Outcome.REFUSED, (), reference, reason=str(reason)[:100])
    redirect = ((found.get("next_action") or {}).get("redirect_to_url") or {}).get("url")
    step = NextStep("redirect", redirect) if redirect else None
    if step is None and found.get("client_secret"):
        step = NextStep("secret", str(found["client_secret"]))
    return Answer(Outcome.PENDING, (), reference, step)


def _facts(found: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what happened to an intent: promised, and taken."""
    payment = UUID(found["metadata"]["payment_id"])
    currency, reference = str(found["currency"]).upper(), str(found["id"])
    if found["status"] not in ("requires_capture", "succeeded"):
        return ()
    promised = Fact(EntryKind.AUTHORISATION, int(found["amount"]), currency, reference, payment)
    if found["status"] == "requires_capture":
        return (promised,)
    charge = found.get("latest_charge") or reference
    charge = charge["id"] if isinstance(charge, Mapping) else charge
    taken = Fact(EntryKind.CAPTURE, int(found["amount_received"]), currency, str(charge))
    return (promised, taken)


def _refund_answer(found: Mapping[str, Any]) -> Answer:
    status = found["status"]
    if status == "succeeded":
        return Answer(Outcome.DONE, (_refunded(found),))
    if status in ("failed", "canceled"):
        reason = found.get("failure_reason") or status
        return Answer(Outcome.REFUSED, reason=str(reason)[:100])
    return Answer(Outcome.PENDING)


def _refunded(found: Mapping[str, Any]) -> Fact:
    told = (found.get("metadata") or {}).get("operation_id")
    return Fact(
        EntryKind.REFUND,
        int(found["amount"]),
        str(found["currency"]).upper(),
        str(found["id"]),
        UUID(told) if told else None,
    )


def _find_refund(access: Access, task: Task) -> Answer:
    query = urlencode({"payment_intent": task.provider_ref, "limit": "100"})
    reply = _get(access, f"/v1/refunds?{query}")
    if reply.status != 200:
        return Answer(Outcome.UNKNOWN)
    for one in _decoded(reply)["data"]:
        if (one.get("metadata") or {}).get("operation_id") == str(task.operation_id):
            return _refund_answer(one)
    return Answer(Outcome.ABSENT)


def _notice(event_id: str, kind: str, found: Mapping[str, Any]) -> Notice:
    told = (found.get("metadata") or {}).get("payment_id")
    payment = UUID(told) if told else None
    if kind.startswith("refund.") or kind == "charge.refund.updated":
        answer = _refund_answer(found)
        operation = (found.get("metadata") or {}).get("operation_id")
        return Notice(
            event_id,
            kind,
            payment,
            answer.facts,
            str(found.get("payment_intent") or ""),
            UUID(operation) if operation and answer.outcome is Outcome.REFUSED else None,
            reason=answer.reason,
        )
    if not kind.startswith("payment_intent."):
        return Notice(event_id, kind, payment)
    answer = _intent_answer(found) if payment else Answer(Outcome.PENDING)
    is_over = answer.outcome is Outcome.REFUSED
    return Notice(
        event_id, kind, payment, answer.facts, str(found["id"]), is_over=is_over,
        reason=answer.reason,
    )  # fmt: skip


def _is_signed(header: str, body: bytes, secret: str, now: datetime) -> bool:
    """Tell whether a notice was signed by who knows the secret, within five minutes."""
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or len(times[0]) > 12:
        return False
    if abs(now.timestamp() - int(times[0])) > TOLERANCE_S:
        return False
    signed = times[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def _post(access: Access, path: str, form: Form, operation: UUID | None) -> Reply:
    headers = _headers(access) | {"Content-Type": "application/x-www-form-urlencoded"}
    if operation is not None:
        headers["Idempotency-Key"] = str(operation)
    return call("POST", _base(access) + path, headers, urlencode(form).encode())


def _get(access: Access, path: str) -> Reply:
    return call("GET", _base(access) + path, _headers(access))


def _headers(access: Access) -> dict[str, str]:
    key = access.secrets["api_key"]
    return {"Authorization": f"Bearer {key}", "Stripe-Version": VERSION}


def _base(access: Access) -> str:
    return access.settings.get("api_base") or API


def _decoded(reply: Reply) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
