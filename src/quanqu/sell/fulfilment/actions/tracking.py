"""Take what carriers and people tell of parcels, in any order and any number of times."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.errors import RefusedError
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.sell.checkout.contracts import LiveState, Step
from quanqu.sell.checkout.facade import get_live_order, move_order
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.actions.shipping import mark_left
from quanqu.sell.fulfilment.actions.working import lock_work
from quanqu.sell.fulfilment.contracts import (
    ParcelFieldError,
    ParcelState,
    ParcelStateError,
    ParcelView,
    TrackingReceipt,
    TrackingSignatureError,
)
from quanqu.sell.fulfilment.models import Carrier, Parcel, ParcelEvent
from quanqu.sell.fulfilment.ports import TrackingFact
from quanqu.sell.fulfilment.queries.carriers import access_of
from quanqu.sell.fulfilment.queries.parcels import PROOF, parcel_row, parcel_view
from quanqu.sell.fulfilment.registry import carrier_of
from quanqu.sell.fulfilment.rules.tracking import TOLD, standing

__all__ = ["note_parcel", "take_tracking"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST: Final = 300
_AHEAD: Final = timedelta(minutes=10)


def take_tracking(
    *, carrier_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> TrackingReceipt:
    """Check what a carrier tells and book each event once; twice, it changes nothing.

    Shapes: headers by their small names.  Locks: parcels of an order, the order.
    Raises: TrackingSignatureError, also for a carrier that is not there; TrackingContentError.
    """
    try:
        wanted = decode("cac", carrier_id)
    except MalformedIdError:
        raise TrackingSignatureError from None
    carrier = Carrier.objects.filter(id=wanted, is_active=True).first()
    if carrier is None:
        raise TrackingSignatureError
    adapter = carrier_of(carrier.carrier)
    facts = adapter.read_notice(access_of(carrier), headers, body, now=now)
    numbers = {fact.tracking_no for fact in facts}
    known = {
        row.tracking_no: row
        for row in Parcel.objects.select_related("work").filter(
            carrier=carrier, tracking_no__in=numbers
        )
    }
    taken = repeated = unknown = 0
    for fact in facts:
        row = known.get(fact.tracking_no)
        if row is None:
            unknown += 1
        elif _book(row, fact, told_by=carrier.name, now=now):
            taken += 1
        else:
            repeated += 1
    return TrackingReceipt(taken, repeated, unknown)


def note_parcel(
    *,
    actor: Actor,
    parcel_id: str,
    event_id: str,
    state: ParcelState,
    now: datetime,
    at: datetime | None = None,
    detail: str = "",
    signed_by: str = "",
    photo_sha256: str = "",
) -> ParcelView:
    """Tell by hand what became of a parcel that left: on the way, tried in vain, delivered, back.

    `event_id`: told again under it, nothing changes.
    Raises: NotAllowedError, ParcelNotFoundError, ParcelStateError, ParcelFieldError.
    """
    row = parcel_row(actor, parcel_id, WORK)
    if state not in TOLD:
        raise ParcelFieldError(field="state", problem=", ".join(sorted(TOLD)))
    if row.left_at is None:
        raise ParcelStateError(state=row.state)
    if photo_sha256 and not _DIGEST.fullmatch(photo_sha256):
        raise ParcelFieldError(field="photo_sha256", problem="64 hexadecimal digits")
    if any(len(text) > _LONGEST or "\0" in text for text in (detail, signed_by, event_id)):
        raise ParcelFieldError(field="detail", problem=f"at most {_LONGEST} characters")
    if at is not None and at > now + _AHEAD:
        raise ParcelFieldError(field="at", problem="it lies ahead")
    fact = TrackingFact(
        event_id, row.tracking_no, state, at or now, "", detail, signed_by, photo_sha256
    )
    _book(row, fact, told_by=actor.name, now=now)
    row = Parcel.objects.select_related("work", "carrier").get(key=row.key)
    return parcel_view(row)


@transaction.atomic
def _book(row: Parcel, fact: TrackingFact, *, told_by: str, now: datetime) -> bool:
    """Book an event once and let the parcel, and its order, stand by all of them.

    A carrier that has a parcel nobody handed over has it all the same: the part leaves, if all of
    it is packed and labelled; the event is kept in any case.
    """
    held = lock_work(SYSTEM, row.order_id, row.work.part_no)
    _, is_new = ParcelEvent.objects.get_or_create(
        parcel_id=row.key,
        event_id=fact.event_id,
        defaults={
            "state": fact.state.value,
            "at": min(fact.at, now + _AHEAD),
            "received_at": now,
            "told_by": told_by,
            "location": fact.location,
            "detail": fact.detail,
        },
    )
    if not is_new:
        return False
    if held.work.gone_at is None and row.state == ParcelState.LABELLED:
        try:
            with transaction.atomic():
                mark_left(held, now)
        except RefusedError:
            return True
    _stand(row.key, fact, now)
    return True


def _stand(key: int, fact: TrackingFact, now: datetime) -> None:
    """Write where a parcel stands by all events, and deliver its order with its last parcel."""
    order_id = Parcel.objects.values_list("order_id", flat=True).get(key=key)
    rows = {  # all of the order's: two last parcels at a time do not miss each other
        one.key: one
        for one in Parcel.objects.select_for_update().filter(order_id=order_id).order_by("key")
    }
    row = rows[key]
    if row.left_at is None:
        return
    told = [
        (at, ParcelState(state))
        for at, state in ParcelEvent.objects.filter(parcel_id=key).values_list("at", "state")
    ]
    row.state = standing(told).value
    delivered = [at for at, state in told if state is ParcelState.DELIVERED]
    row.delivered_at = min(delivered) if row.state == ParcelState.DELIVERED else None
    if fact.signed_by:
        row.proof_enc = encrypt(fact.signed_by, purpose=PROOF)
    row.proof_photo = fact.photo_sha256 or row.proof_photo
    row.save(update_fields=["state", "delivered_at", "proof_enc", "proof_photo"])
    live = [one for one in rows.values() if one.state != ParcelState.CANCELLED]
    if all(one.state == ParcelState.DELIVERED for one in live):
        _deliver(order_id, now)


def _deliver(order_id: UUID, now: datetime) -> None:
    detail = get_live_order(actor=SYSTEM, order_id=order_id)
    if detail.order.state is LiveState.SHIPPED:
        move_order(
            actor=SYSTEM, order_id=order_id, step=Step.DELIVER, now=now,
            detail="every parcel is delivered",
        )  # fmt: skip
