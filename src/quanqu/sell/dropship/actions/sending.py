"""Send suppliers what their webhooks are to know: signed, again until taken, in order."""

import json
import random
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min, Q

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.infra.webhooks.facade import Answer, asked_wait, send, wait_after
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.sell.dropship.actions.terms import SECRET
from quanqu.sell.dropship.actions.writing import note
from quanqu.sell.dropship.contracts import DropStep, LineState
from quanqu.sell.dropship.models import Line, Message, Order, Terms

__all__ = ["send_messages"]

LEASE: Final = timedelta(minutes=2)
_AT_ONCE: Final = 100
_jitter: Final = random.Random()  # noqa: S311 - spreads retries, hides nothing


def send_messages(*, now: datetime) -> int:
    """Call the webhooks of suppliers with what they do not know yet; return how many were taken.

    The messages of one order go one after the other.  A supplier without an address fetches its
    orders.  Where buyers live is never sent: the supplier fetches it with its key.
    """
    unsent = Message.objects.filter(sent_at__isnull=True)
    first = unsent.values("order_key").annotate(first=Min("key")).values("first")
    called = Terms.objects.exclude(url="").filter(secret_enc__isnull=False, is_active=True)
    due = Message.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lte=now), key__in=first,
        place_key__in=called.values("place_key"),
    )  # fmt: skip
    keys = list(due.order_by("key").values_list("key", flat=True)[:_AT_ONCE])
    return sum(_send_one(key, now) for key in keys)


def _send_one(key: int, now: datetime) -> int:
    claimed = _claim(key, now)
    if claimed is None:
        return 0
    message, terms, body = claimed
    answer = send(
        terms.url,
        key=decrypt_bytes(bytes(terms.secret_enc or b""), purpose=SECRET),
        message_id=encode("dsm", message.id),
        timestamp=int(now.timestamp()),
        body=body,
    )
    return _settle(message, answer, now)


def _claim(key: int, now: datetime) -> tuple[Message, Terms, bytes] | None:
    """Take a message for two minutes; one that was broken off is taken again after that."""
    with transaction.atomic():
        due = Message.objects.select_for_update(skip_locked=True).filter(
            Q(next_at__isnull=True) | Q(next_at__lte=now), key=key, sent_at__isnull=True
        )
        message = due.first()
        if message is None:
            return None
        terms = Terms.objects.get(place_key=message.place_key)
        message.attempts += 1
        message.next_at = now + LEASE
        message.save(update_fields=["attempts", "next_at"])
        order = Order.objects.get(key=message.order_key)
        return message, terms, _body(message, order)


def _settle(message: Message, answer: Answer, now: datetime) -> int:
    with transaction.atomic():
        row = Message.objects.select_for_update().get(key=message.key)
        if row.sent_at is not None:
            return 0
        if answer.is_taken:
            row.sent_at, row.next_at, row.failing = now, None, ""
            order = Order.objects.get(key=row.order_key)
            note(order, DropStep.SEND, by=SYSTEM.id, now=now)
        else:
            asked = asked_wait(answer.retry_after, now) if answer.retry_after else None
            wait = max(asked or timedelta(), wait_after(row.attempts, _jitter.random()))
            row.next_at, row.failing = now + wait, (answer.error or f"HTTP {answer.status}")[:200]
        row.save()
        return int(answer.is_taken)


def _body(message: Message, order: Order) -> bytes:
    lines = Line.objects.filter(order_key=order.key).exclude(state=LineState.DROPPED.value)
    ref = encode("dso", order.id)
    event = {
        "specversion": "1.0",
        "id": encode("dsm", message.id),
        "source": f"/dropship/orders/{ref}",
        "type": f"quanqu.dropship.order_{message.kind}",
        "subject": ref,
        "time": format_time(message.made_at),
        "datacontenttype": "application/json",
        "data": {
            "order": ref,
            "number": order.number,
            "version": message.version,
            "answer_by": format_time(order.answer_by),
            "due_on": order.due_on.isoformat(),
            "lines": [
                {
                    "line": one.line_no,
                    "sku": one.sku,
                    "supplier_code": one.supplier_code,
                    "name": one.name,
                    "quantity": one.quantity,
                    "unit_cost": _money(one.unit_cost_minor, order.currency),
                }
                for one in lines.order_by("line_no")
            ],
        },
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": Money(minor, currency).amount, "currency": currency}
