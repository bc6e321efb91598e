"""Parcels that somebody else packs and sends for a place: a supplier, a third-party warehouse."""

from datetime import datetime

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.fulfilment.actions.packing import check_lines, contents_of, find_parcel
from quanqu.sell.fulfilment.actions.shipping import mark_left
from quanqu.sell.fulfilment.actions.working import Held, lock_work, require_open, start_part
from quanqu.sell.fulfilment.contracts import (
    LARGEST_G,
    OutsideParcel,
    ParcelFieldError,
    ParcelState,
    SentParcel,
)
from quanqu.sell.fulfilment.models import Parcel, ParcelLine
from quanqu.sell.fulfilment.queries.parcels import parcel_view
from quanqu.sell.fulfilment.queries.work import packed_by_parcel
from quanqu.sell.fulfilment.rules.packing import left_to_pack

__all__ = ["send_parcel"]

_LONGEST = 80


@transaction.atomic
def send_parcel(*, draft: OutsideParcel, now: datetime) -> SentParcel:
    """Take a parcel that somebody else packed and gave to a carrier, for a room above that checks
    who tells it; with the last one the part leaves stock, and promised money is taken.

    Told again under its id, the first answer counts.  Locks: the work, the order, levels.
    Raises: PartWorkNotFoundError, PartWorkError, ParcelFieldError, what `advance_part` raises.
    """
    _check(draft)
    held = lock_work(SYSTEM, draft.order_id, draft.part_no)
    row = find_parcel(draft.id)
    if row is not None:
        if row.work_id != held.work.key or contents_of(row) != dict(draft.lines):
            raise ParcelFieldError(field="tracking_number", problem="another parcel has it")
        return SentParcel(parcel_view(row), held.work.gone_at is not None)
    if Delivery(held.work.delivery) is not Delivery.SHIP:
        raise held.refuse("it is collected, not sent")
    require_open(held)
    start_part(held, now)
    check_lines(held, dict(draft.lines))
    row = _write(held, draft, now)
    left = left_to_pack(held.lines, packed_by_parcel(held.order.id, held.part.no).values())
    if not left:
        mark_left(lock_work(SYSTEM, draft.order_id, draft.part_no), now)
        row.refresh_from_db()
    return SentParcel(parcel_view(row), not left)


def _check(draft: OutsideParcel) -> None:
    for field, text in (("carrier", draft.carrier), ("tracking_number", draft.tracking_no)):
        if not text.strip() or len(text) > _LONGEST or not text.isprintable():
            raise ParcelFieldError(field=field, problem=f"1 to {_LONGEST} characters")
    if not 0 <= draft.weight_g <= LARGEST_G:
        raise ParcelFieldError(field="weight", problem=f"0 to {LARGEST_G} grams")


def _write(held: Held, draft: OutsideParcel, now: datetime) -> Parcel:
    row = Parcel.objects.create(
        id=draft.id,
        work=held.work,
        order_id=held.order.id,
        place_key=held.work.place_key,
        company_key=held.work.company_key,
        subject_key=held.order.subject_key,
        number=Parcel.objects.filter(work=held.work).count() + 1,
        state=ParcelState.LABELLED.value,
        weight_g=draft.weight_g,
        carrier_told=draft.carrier.strip(),
        tracking_no=draft.tracking_no.strip(),
        expected_on=draft.expected_on,
        packed_at=now,
        packed_by=draft.told_by,
        labelled_at=now,
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
    return row
