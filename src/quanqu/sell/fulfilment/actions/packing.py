"""Pack parcels, unpack them, and put goods ready for who collects them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.sell.checkout.contracts import Delivery, PartState, Step
from quanqu.sell.checkout.facade import advance_part
from quanqu.sell.fulfilment.actions.addresses import address_of
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.actions.working import Held, lock_work, require_open, start_part
from quanqu.sell.fulfilment.contracts import (
    PackDraft,
    ParcelFieldError,
    ParcelState,
    ParcelStateError,
    ParcelView,
    PickState,
)
from quanqu.sell.fulfilment.models import Parcel, ParcelLine, PickLine
from quanqu.sell.fulfilment.queries.carriers import access_of
from quanqu.sell.fulfilment.queries.parcels import parcel_row, parcel_view
from quanqu.sell.fulfilment.queries.pickups import CONTACT
from quanqu.sell.fulfilment.queries.work import packed_by_parcel
from quanqu.sell.fulfilment.registry import carrier_of
from quanqu.sell.fulfilment.rules.packing import check_measures, left_to_pack

__all__ = [
    "check_lines", "contents_of", "drop_parcel", "find_parcel", "make_ready", "pack_parcel",
    "unpack_parcel",
]  # fmt: skip

_LONGEST_SHELF: Final = 40


@transaction.atomic
def pack_parcel(*, actor: Actor, draft: PackDraft, now: datetime) -> ParcelView:
    """Close a parcel of a part that is being picked.

    Never more of a line than the part has and other parcels leave; nothing that a pick list says is
    not picked.  Asked again under its id, the first answer counts.  Locks: the work.
    Raises: NotAllowedError, PartWorkNotFoundError, PartWorkError, ParcelFieldError.
    """
    check_measures(draft.measures)
    held = lock_work(actor, draft.order_id, draft.part_no)
    before = find_parcel(draft.id)
    if before is not None:
        if before.work_id != held.work.key or contents_of(before) != dict(draft.lines):
            raise ParcelFieldError(field="id", problem="it was used for another parcel")
        return parcel_view(before)
    if Delivery(held.work.delivery) is not Delivery.SHIP:
        raise held.refuse("it is collected, not sent")
    require_open(held, PartState.PICKING, PartState.READY)
    check_lines(held, draft.lines)
    number = Parcel.objects.filter(work=held.work).count() + 1
    row = Parcel.objects.create(
        id=draft.id,
        work=held.work,
        order_id=held.order.id,
        place_key=held.work.place_key,
        company_key=held.work.company_key,
        subject_key=held.order.subject_key,
        number=number,
        state=ParcelState.PACKED.value,
        weight_g=draft.measures.weight_g,
        length_mm=draft.measures.length_mm,
        width_mm=draft.measures.width_mm,
        height_mm=draft.measures.height_mm,
        packed_at=now,
        packed_by=actor.id,
    )
    lines = {one.line_no: one for one in held.lines}
    ParcelLine.objects.bulk_create(
        ParcelLine(
            parcel=row,
            line_no=line_no,
            variant_key=lines[line_no].variant_key,
            sku=lines[line_no].sku,
            name=lines[line_no].name,
            quantity=units,
        )
        for line_no, units in sorted(draft.lines.items())
    )
    return parcel_view(row)


@transaction.atomic
def unpack_parcel(*, actor: Actor, parcel_id: str, now: datetime) -> ParcelView:
    """Open a parcel that has not left; its carrier is told.  Again, it changes nothing.

    Locks: the work.  Raises: NotAllowedError, ParcelNotFoundError, ParcelStateError.
    """
    del now
    found = parcel_row(actor, parcel_id, WORK)
    lock_work(actor, found.order_id, found.work.part_no)
    row = Parcel.objects.select_related("work", "carrier").get(key=found.key)
    if row.state == ParcelState.CANCELLED:
        return parcel_view(row)
    if row.left_at is not None:
        raise ParcelStateError(state=row.state)
    drop_parcel(row)
    return parcel_view(row)


@transaction.atomic
def make_ready(
    *, actor: Actor, order_id: UUID, part_no: int, now: datetime, shelf: str = ""
) -> None:
    """Put a picked part on a shelf for who collects it.  Again, only the shelf is changed.

    Locks: the work, the order.  Raises: NotAllowedError, PartWorkNotFoundError, PartWorkError,
    what `advance_part` raises.
    """
    held = lock_work(actor, order_id, part_no)
    if Delivery(held.work.delivery) is not Delivery.PICKUP:
        raise held.refuse("it is sent, not collected")
    if len(shelf) > _LONGEST_SHELF or "\0" in shelf:
        raise ParcelFieldError(field="shelf", problem=f"at most {_LONGEST_SHELF} characters")
    require_open(held)
    _require_picked(held, {one.line_no for one in held.lines})
    if held.part.state is not PartState.READY:
        start_part(held, now)
        advance_part(
            actor=SYSTEM, order_id=order_id, part_no=part_no, step=Step.MAKE_READY, now=now
        )
    told = address_of(order_id, part_no, now=now)
    held.work.ready_at = held.work.ready_at or now
    held.work.shelf = shelf.strip()
    if told is not None:
        contact = json.dumps({"name": told.name, "phone": told.phone}, ensure_ascii=False)
        held.work.contact_enc = encrypt(contact, purpose=CONTACT)
    held.work.save(update_fields=["ready_at", "shelf", "contact_enc"])


def drop_parcel(row: Parcel) -> None:
    """Unpack a locked parcel, and call its shipment off."""
    if row.carrier is not None and row.tracking_no:
        adapter = carrier_of(row.carrier.carrier)
        adapter.cancel(access_of(row.carrier), row.tracking_no)
    row.state, row.label_enc = ParcelState.CANCELLED.value, None
    row.save(update_fields=["state", "label_enc"])


def check_lines(held: Held, lines: Mapping[int, int]) -> None:
    """Refuse to pack more than a part has left. Raises: ParcelFieldError, PartWorkError."""
    if not lines:
        raise ParcelFieldError(field="lines", problem="at least one")
    left = left_to_pack(held.lines, packed_by_parcel(held.order.id, held.part.no).values())
    for line_no, units in sorted(lines.items()):
        if not 1 <= units <= left.get(line_no, 0):
            problem = f"line {line_no} has {max(left.get(line_no, 0), 0)} units left to pack"
            raise ParcelFieldError(field="lines", problem=problem)
    _require_picked(held, set(lines))


def _require_picked(held: Held, line_nos: set[int]) -> None:
    """Refuse what a pick list says is not picked."""
    unpicked = PickLine.objects.filter(
        order_id=held.order.id,
        part_no=held.part.no,
        line_no__in=line_nos,
        state__in=[PickState.OPEN.value, PickState.SHORT.value],
    )
    found = unpicked.order_by("line_no").first()
    if found is not None:
        raise held.refuse(f"line {found.line_no} ({found.sku}) is not picked")


def find_parcel(parcel_id: UUID) -> Parcel | None:
    """Return a parcel with its work and carrier by its id."""
    return Parcel.objects.select_related("work", "carrier").filter(id=parcel_id).first()


def contents_of(row: Parcel) -> dict[int, int]:
    """Return what is in a parcel: units by line number."""
    return dict(ParcelLine.objects.filter(parcel=row).values_list("line_no", "quantity"))
