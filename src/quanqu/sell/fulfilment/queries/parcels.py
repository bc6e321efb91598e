"""Parcels, as an actor may see them: of the places in scope."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt, decrypt_bytes
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import decode
from quanqu.kernel.paging import Page
from quanqu.kernel.text import mask_name
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.fulfilment.contracts import (
    Measures,
    ParcelDetail,
    ParcelEventView,
    ParcelFilters,
    ParcelLineView,
    ParcelNotFoundError,
    ParcelState,
    ParcelView,
)
from quanqu.sell.fulfilment.models import Parcel, ParcelEvent, ParcelLine
from quanqu.sell.fulfilment.queries.carriers import VIEW

__all__ = [
    "LABEL",
    "PROOF",
    "count_parcels",
    "get_label",
    "get_parcel",
    "list_parcels",
    "parcel_row",
    "parcel_view",
    "parcels_of",
]

LABEL: Final = "fulfilment.label"
PROOF: Final = "fulfilment.proof"
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_parcels(
    *, actor: Actor, filters: ParcelFilters, cursor: str | None = None, limit: int = 50
) -> Page[ParcelView]:
    """Return a page of parcels, the newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_filtered(actor, filters), cursor, limit)
    return Page(tuple(map(parcel_view, rows)), following)


def count_parcels(*, actor: Actor, filters: ParcelFilters) -> int:
    """Return how many parcels match. Raises: NotAllowedError, UnitNotFoundError."""
    return _filtered(actor, filters).count()


def get_parcel(*, actor: Actor, parcel_id: str) -> ParcelDetail:
    """Return a parcel with its lines and events.

    Raises: NotAllowedError, ParcelNotFoundError, MalformedIdError.
    """
    row = parcel_row(actor, parcel_id)
    signed = decrypt(bytes(row.proof_enc), purpose=PROOF) if row.proof_enc else ""
    return ParcelDetail(
        parcel=parcel_view(row),
        lines=tuple(
            ParcelLineView(one.line_no, one.variant_key, one.sku, one.name, one.quantity)
            for one in ParcelLine.objects.filter(parcel=row).order_by("line_no")
        ),
        events=tuple(
            ParcelEventView(one.at, ParcelState(one.state), one.told_by, one.location, one.detail)
            for one in ParcelEvent.objects.filter(parcel=row).order_by("at", "key")
        ),
        signed_by=mask_name(signed) if signed else "",
        proof_photo=row.proof_photo,
    )


def get_label(*, actor: Actor, parcel_id: str) -> bytes:
    """Return the label of a parcel as PDF, to who works at its place: an address is on it.

    Raises: NotAllowedError, ParcelNotFoundError also where there is no label.
    """
    row = parcel_row(actor, parcel_id, "fulfilment.work")
    if row.label_enc is None:
        raise ParcelNotFoundError(ref=parcel_id)
    return decrypt_bytes(bytes(row.label_enc), purpose=LABEL)


def parcels_of(order_id: UUID, part_no: int) -> Iterable[ParcelView]:
    """Return the parcels of a part, those that were unpacked left out."""
    rows = Parcel.objects.select_related("work", "carrier").filter(
        work__order_id=order_id, work__part_no=part_no
    )
    live = rows.exclude(state=ParcelState.CANCELLED.value).order_by("number")
    return [parcel_view(row) for row in live]


def parcel_row(actor: Actor, parcel_id: str, permission: str = VIEW) -> Parcel:
    """Return a parcel at a place in scope.

    Raises: NotAllowedError, ParcelNotFoundError, MalformedIdError.
    """
    row = _seen(actor, None, permission).filter(id=decode("pcl", parcel_id)).first()
    if row is None:
        raise ParcelNotFoundError(ref=parcel_id)
    return row


def parcel_view(row: Parcel) -> ParcelView:
    """Return a row, read with its work and carrier, as others see it."""
    return ParcelView(
        id=row.id,
        key=row.key,
        order_id=row.order_id,
        part_no=row.work.part_no,
        order_number=row.work.number,
        number=row.number,
        place_key=row.place_key,
        company_key=row.company_key,
        state=ParcelState(row.state),
        measures=Measures(row.weight_g, row.length_mm, row.width_mm, row.height_mm),
        carrier_id=row.carrier.id if row.carrier else None,
        carrier_name=row.carrier.name if row.carrier else row.carrier_told,
        service=row.service,
        cost_minor=row.cost_minor,
        currency=row.currency,
        tracking_no=row.tracking_no,
        has_label=row.label_enc is not None,
        packed_at=row.packed_at,
        left_at=row.left_at,
        expected_on=row.expected_on,
        delivered_at=row.delivered_at,
    )


def _filtered(actor: Actor, filters: ParcelFilters) -> "QuerySet[Parcel]":
    rows = _seen(actor, filters.unit_id, VIEW)
    if filters.states:
        rows = rows.filter(state__in=[state.value for state in filters.states])
    if filters.order_id is not None:
        rows = rows.filter(order_id=filters.order_id)
    if filters.tracking_no:
        rows = rows.filter(tracking_no=filters.tracking_no)
    return rows


def _seen(actor: Actor, unit_id: str | None, permission: str) -> "QuerySet[Parcel]":
    scope = resolve_scope(actor=actor, permission=permission, unit_id=unit_id)
    rows = Parcel.objects.select_related("work", "carrier")
    return rows if scope.everything else rows.filter(place_key__in=scope.places)
