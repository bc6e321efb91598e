"""What Stripe's objects say: intents, charges, refunds, events; pure, and signed or not.

An intent tells all that was taken of it until then (`amount_received`), and so does its charge
(`amount_captured`): totals, of which late or doubled ones have nothing new.
Source: docs.stripe.com/api (payment_intents, charges, refunds, events, errors),
docs.stripe.com/payments/multicapture and docs.stripe.com/webhooks#verify-manually.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from quanqu.sell.payments.adapters.transport import Reply
from quanqu.sell.payments.contracts import EntryKind, NextStep
from quanqu.sell.payments.ports import Answer, Fact, Means, Notice, Outcome, Task

__all__ = ["answer_of", "decoded", "is_signed", "means_of", "notice_of", "refund_answer"]

TOLERANCE_S: Final = 300
_TAKEN: Final = frozenset({"requires_capture", "succeeded"})
Found = Mapping[str, Any]


def decoded(reply: Reply) -> dict[str, Any]:
    """Return the object of a reply; empty where it is none."""
    try:
        found = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def answer_of(reply: Reply, task: Task) -> Answer:
    """Return what a reply says of what was asked."""
    if reply.is_unclear:
        return Answer(Outcome.UNKNOWN)
    found = decoded(reply)
    if reply.status != 200:
        error = found.get("error") or {}
        intent = (error.get("payment_intent") or {}).get("id", "")
        reason = error.get("decline_code") or error.get("code") or error.get("type") or "refused"
        return Answer(Outcome.REFUSED, provider_ref=intent, reason=str(reason)[:100])
    if task.kind is EntryKind.REFUND:
        return refund_answer(found)
    answer = _intent_answer(found)
    if task.kind is EntryKind.VOID and found["status"] in ("canceled", "succeeded"):
        return Answer(Outcome.DONE, (_total(found),), answer.provider_ref, means=answer.means)
    return answer


def means_of(charge: object) -> Means | None:
    """Return by what means a charge was made; None of one that failed, or is only named."""
    if not isinstance(charge, Mapping) or charge.get("status") != "succeeded":
        return None
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    wallet = (card.get("wallet") or {}).get("type") or ""
    status = (card.get("multicapture") or {}).get("status")
    return Means(str(wallet), status == "available")


def _intent_answer(found: Found) -> Answer:
    reference, status = str(found["id"]), found["status"]
    if status == "canceled":
        return Answer(Outcome.REFUSED, (_total(found),), reference, reason="canceled")
    if told := _intent_facts(found):
        means = means_of(found.get("latest_charge"))
        return Answer(Outcome.DONE, told, reference, means=means)
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


def _intent_facts(found: Found) -> tuple[Fact, ...]:
    """Return what happened to an intent: promised, and taken so far."""
    if found["status"] not in _TAKEN:
        return ()
    payment = UUID(found["metadata"]["payment_id"])
    currency, reference = str(found["currency"]).upper(), str(found["id"])
    promised = Fact(EntryKind.AUTHORISATION, int(found["amount"]), currency, reference, payment)
    taken = _total(found)
    return (promised, taken) if taken.amount_minor or taken.is_final else (promised,)


def _total(found: Found) -> Fact:
    """Return all that was taken of an intent until now; final when it is over."""
    charge = found.get("latest_charge") or found["id"]
    total = int(found.get("amount_received") or 0)
    if isinstance(charge, Mapping):
        total = max(total, int(charge.get("amount_captured") or 0))
        charge = charge["id"]
    return Fact(
        EntryKind.CAPTURE,
        total,
        str(found["currency"]).upper(),
        str(charge),
        is_total=True,
        is_final=found["status"] in ("succeeded", "canceled"),
    )


def _charge_facts(found: Found) -> tuple[Fact, ...]:
    """Return what happened to a charge: promised, and taken so far; whether more follows, its
    intent tells.
    """
    if found.get("status") != "succeeded" or not found.get("payment_intent"):
        return ()
    currency, intent = str(found["currency"]).upper(), str(found["payment_intent"])
    payment = (found.get("metadata") or {}).get("payment_id")
    promised = Fact(
        EntryKind.AUTHORISATION,
        int(found["amount"]),
        currency,
        intent,
        UUID(payment) if payment else None,
    )
    total = int(found.get("amount_captured") or 0)
    if not total:
        return (promised,)
    taken = Fact(EntryKind.CAPTURE, total, currency, str(found["id"]), is_total=True)
    return (promised, taken)


def refund_answer(found: Found) -> Answer:
    """Return what a refund says of itself."""
    status = found["status"]
    if status == "succeeded":
        return Answer(Outcome.DONE, (_refunded(found),))
    if status in ("failed", "canceled"):
        reason = found.get("failure_reason") or status
        return Answer(Outcome.REFUSED, reason=str(reason)[:100])
    return Answer(Outcome.PENDING)


def _refunded(found: Found) -> Fact:
    told = (found.get("metadata") or {}).get("operation_id")
    return Fact(
        EntryKind.REFUND,
        int(found["amount"]),
        str(found["currency"]).upper(),
        str(found["id"]),
        UUID(told) if told else None,
    )


def notice_of(event_id: str, kind: str, found: Found) -> Notice:
    """Return what an event tells. Raises: KeyError, TypeError, ValueError where it is none."""
    told = (found.get("metadata") or {}).get("payment_id")
    payment = UUID(told) if told else None
    if kind.startswith("refund.") or kind == "charge.refund.updated":
        answer = refund_answer(found)
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
    if kind.startswith("charge.") and found.get("object") == "charge":
        return Notice(
            event_id,
            kind,
            payment,
            _charge_facts(found),
            str(found.get("payment_intent") or ""),
            means=means_of(found),
        )
    if not kind.startswith("payment_intent."):
        return Notice(event_id, kind, payment)
    answer = _intent_answer(found) if payment else Answer(Outcome.PENDING)
    is_over = answer.outcome is Outcome.REFUSED
    return Notice(
        event_id, kind, payment, answer.facts, str(found["id"]), is_over=is_over,
        reason=answer.reason, means=answer.means,
    )  # fmt: skip


def is_signed(header: str, body: bytes, secret: str, now: datetime) -> bool:
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
