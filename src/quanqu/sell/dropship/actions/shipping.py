"""Take the parcels a supplier gave to carriers; with the last one, its cost is due to it."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.dropship.actions.answering import accept_rest
from quanqu.sell.dropship.actions.writing import note
from quanqu.sell.dropship.contracts import (
    ANSWERABLE,
    LARGEST_MINOR,
    DropshipDetail,
    DropshipFieldError,
    DropshipNotFoundError,
    DropshipPaymentReusedError,
    DropshipState,
    DropshipStateError,
    DropStep,
    DueKind,
    ParcelTold,
    PaymentDraft,
)
from quanqu.sell.dropship.models import Due, Line, Order
from quanqu.sell.dropship.queries.orders import SHIPPING_LINES, order_view
from quanqu.sell.dropship.queries.rights import MANAGE, SUPPLY, lock_order, lock_terms
from quanqu.sell.dropship.rules.orders import cost_of
from quanqu.sell.fulfilment.contracts import OutsideParcel, ParcelFilters, ParcelState, ParcelView
from quanqu.sell.fulfilment.facade import get_part, list_parcels, note_parcel, send_parcel

__all__ = ["note_sent", "parcels_of", "record_payment", "ship_parcel"]

_LONGEST: Final = 120
_MOST_PARCELS: Final = 200


@transaction.atomic
def ship_parcel(
    *, actor: Actor, order_id: UUID, parcel: ParcelTold, now: datetime
) -> DropshipDetail:
    """Take a parcel of an order with its carrier and tracking number: the buyer's order shows it.

    Whoever ships without an answer has accepted all.  With the last of its lines the goods leave
    the supplier's stock, promised money is taken, and the cost is due.  The same number again
    changes nothing.  Locks: the order to the supplier, the work, the buyer's order, levels.
    Raises: NotAllowedError, DropshipNotFoundError, DropshipStateError, ParcelFieldError,
    PartWorkError, what `advance_part` raises.
    """
    row = lock_order(actor, order_id, SUPPLY)
    parcel_id = _parcel_id(row, parcel)
    if row.state == DropshipState.SHIPPED and _knows(row, parcel_id):
        return order_view(row)
    if row.state not in ANSWERABLE:
        raise DropshipStateError(ref=encode("dso", row.id), state=row.state)
    if row.state == DropshipState.PLACED:
        row.answered_at, row.promised_on = now, row.due_on
        row.save(update_fields=["answered_at", "promised_on"])
        accept_rest(row, leaving_out={}, now=now)
        note(row, DropStep.ANSWER, by=actor.id, now=now)
    if _knows(row, parcel_id):
        return order_view(row)
    left = get_part(actor=SYSTEM, order_id=row.order_id, part_no=row.part_no, now=now).left
    sent = send_parcel(
        draft=OutsideParcel(
            id=parcel_id,
            order_id=row.order_id,
            part_no=row.part_no,
            lines=dict(parcel.lines) or dict(left),
            carrier=parcel.carrier,
            tracking_no=parcel.tracking_no,
            told_by=actor.id,
            weight_g=parcel.weight_g,
            expected_on=parcel.expected_on,
        ),
        now=now,
    )
    detail = f"{sent.parcel.carrier_name} {sent.parcel.tracking_no}"
    note(row, DropStep.PARCEL, by=actor.id, now=now, detail=detail)
    if sent.has_left:
        _finish(row, actor, now)
    return order_view(row)


def note_sent(
    *,
    actor: Actor,
    order_id: UUID,
    parcel_id: str,
    state: ParcelState,
    event_id: str,
    now: datetime,
    at: datetime | None = None,
    detail: str = "",
) -> DropshipDetail:
    """Tell what became of a parcel of an order: on the way, tried in vain, delivered, back.

    Raises: NotAllowedError, DropshipNotFoundError, what `note_parcel` raises.
    """
    with transaction.atomic():
        row = lock_order(actor, order_id, SUPPLY)
    if not any(
        encode("pcl", one.id) == parcel_id
        for one in parcels_of(order_id=row.order_id, part_no=row.part_no)
    ):
        raise DropshipNotFoundError(ref=parcel_id)
    note_parcel(
        actor=SYSTEM, parcel_id=parcel_id, event_id=event_id, state=state, now=now, at=at,
        detail=detail,
    )  # fmt: skip
    return order_view(row)


@transaction.atomic
def record_payment(*, actor: Actor, draft: PaymentDraft, now: datetime) -> None:
    """Note money paid to a supplier for what was due; under the same id, once.

    Locks: the terms.  Raises: NotAllowedError, DropshipPlaceError, DropshipFieldError,
    DropshipPaymentReusedError.
    """
    if not 1 <= draft.amount_minor <= LARGEST_MINOR:
        raise DropshipFieldError(field="amount", problem=f"1 to {LARGEST_MINOR} minor units")
    if len(draft.reference) > _LONGEST or "\0" in draft.reference:
        raise DropshipFieldError(field="reference", problem=f"at most {_LONGEST} characters")
    terms = lock_terms(actor, draft.place_key, MANAGE)
    there, is_new = Due.objects.get_or_create(
        id=draft.id,
        defaults={
            "kind": DueKind.PAYMENT.value,
            "place_key": terms.place_key,
            "company_key": terms.company_key,
            "amount_minor": -draft.amount_minor,
            "currency": terms.currency,
            "reference": draft.reference.strip(),
            "at": now,
            "actor": actor.id,
        },
    )
    if is_new:
        record(
            actor=actor, action="dropship.record_payment", subject=encode("dsp", draft.id),
            now=now, after={"amount_minor": draft.amount_minor, "currency": terms.currency},
        )  # fmt: skip
    elif (there.place_key, there.amount_minor) != (draft.place_key, -draft.amount_minor):
        raise DropshipPaymentReusedError(ref=encode("dsp", draft.id))


def parcels_of(*, order_id: UUID, part_no: int) -> list[ParcelView]:
    """Return the parcels of a part of a buyer's order that were not unpacked."""
    found = list_parcels(
        actor=SYSTEM, filters=ParcelFilters(order_id=order_id), limit=_MOST_PARCELS
    ).items
    mine = [one for one in found if one.part_no == part_no]
    return sorted(
        (one for one in mine if one.state is not ParcelState.CANCELLED),
        key=lambda one: one.number,
    )


def _finish(row: Order, actor: Actor, now: datetime) -> None:
    row.state, row.shipped_at = DropshipState.SHIPPED.value, now
    row.save(update_fields=["state", "shipped_at"])
    lines = Line.objects.filter(order_key=row.key, state__in=SHIPPING_LINES)
    Due.objects.create(
        id=uuid5(row.id, "goods"),
        kind=DueKind.GOODS.value,
        place_key=row.place_key,
        company_key=row.company_key,
        order_key=row.key,
        amount_minor=cost_of(lines.values_list("quantity", "unit_cost_minor")),
        currency=row.currency,
        reference=row.number,
        at=now,
        actor=actor.id,
    )
    note(row, DropStep.SHIP, by=actor.id, now=now)


def _parcel_id(row: Order, parcel: ParcelTold) -> UUID:
    """Return the id of a parcel: always the same for an order, a carrier and a number."""
    return uuid5(row.id, f"{parcel.carrier.strip()}/{parcel.tracking_no.strip()}")


def _knows(row: Order, parcel_id: UUID) -> bool:
    return any(
        one.id == parcel_id for one in parcels_of(order_id=row.order_id, part_no=row.part_no)
    )
