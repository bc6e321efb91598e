"""Label parcels and hand them to carriers: that is when goods leave."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt_bytes
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts import Delivery, PartState, Step
from quanqu.sell.checkout.facade import advance_part
from quanqu.sell.fulfilment.actions.addresses import address_of, sender_of
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.actions.working import Held, lock_work, require_open
from quanqu.sell.fulfilment.contracts import (
    CarrierNotFoundError,
    Destination,
    IdCheck,
    Measures,
    NoAddressError,
    NoOfferError,
    ParcelState,
    ParcelStateError,
    ParcelView,
    QuoteAsk,
)
from quanqu.sell.fulfilment.models import Carrier, Parcel
from quanqu.sell.fulfilment.ports import Consignment
from quanqu.sell.fulfilment.queries.carriers import access_of, carrier_row, tariffs_in_force
from quanqu.sell.fulfilment.queries.parcels import LABEL, parcel_row, parcel_view
from quanqu.sell.fulfilment.queries.work import find_part, packed_by_parcel
from quanqu.sell.fulfilment.registry import carrier_of
from quanqu.sell.fulfilment.rules.packing import left_to_pack

__all__ = ["hand_over_parcels", "hand_over_pickup", "label_parcel", "mark_left"]


@transaction.atomic
def label_parcel(
    *, actor: Actor, parcel_id: str, carrier_id: str, service: str, now: datetime
) -> ParcelView:
    """Let a carrier know of a packed parcel: it gets a number, a label and a price.

    The same carrier and service again change nothing.  Locks: the work.
    Raises: NotAllowedError, ParcelNotFoundError, ParcelStateError, CarrierNotFoundError,
    NoAddressError, NoOfferError.
    """
    found = parcel_row(actor, parcel_id, WORK)
    carrier = carrier_row(SYSTEM, carrier_id)
    if carrier.company_key != found.company_key or not carrier.is_active:
        raise CarrierNotFoundError(ref=carrier_id)
    held = lock_work(actor, found.order_id, found.work.part_no)
    row = Parcel.objects.select_related("work", "carrier").get(key=found.key)
    if row.state == ParcelState.LABELLED and (row.carrier_id, row.service) == (
        carrier.key,
        service,
    ):
        return parcel_view(row)
    if row.state != ParcelState.PACKED:
        raise ParcelStateError(state=row.state)
    _label(row, held, carrier, service, now)
    return parcel_view(row)


@transaction.atomic
def hand_over_parcels(
    *, actor: Actor, order_id: UUID, part_no: int, now: datetime
) -> list[ParcelView]:
    """Hand the parcels of a part to their carriers: the goods leave stock, and promised money is
    taken.  All of the part is packed and labelled, to the unit.  Again, it changes nothing.

    Locks: the work, the order, levels.  Raises: NotAllowedError, PartWorkNotFoundError,
    PartWorkError, what `advance_part` raises.
    """
    held = lock_work(actor, order_id, part_no)
    if held.work.gone_at is None:
        mark_left(held, now)
    rows = Parcel.objects.select_related("work", "carrier").filter(
        work=held.work, left_at__isnull=False
    )
    return [parcel_view(row) for row in rows.order_by("number")]


def mark_left(held: Held, now: datetime) -> None:
    """Let the goods of a locked part leave with its parcels, all of them or none.

    Raises: PartWorkError, what `advance_part` raises.
    """
    require_open(held, PartState.PICKING, PartState.READY)
    rows = Parcel.objects.filter(work=held.work).exclude(state=ParcelState.CANCELLED.value)
    parcels = list(rows.order_by("number"))
    if not parcels or any(one.state != ParcelState.LABELLED for one in parcels):
        raise held.refuse("each parcel needs a label first" if parcels else "nothing is packed")
    advance_part(
        actor=SYSTEM, order_id=held.order.id, part_no=held.part.no, step=Step.SHIP, now=now
    )
    found = find_part(held.order.id, held.part.no)  # its lines cannot change any more
    lines = [] if found is None else [one for one in found[0].lines if one.part_no == held.part.no]
    left = left_to_pack(lines, packed_by_parcel(held.order.id, held.part.no).values())
    if left:
        raise held.refuse(f"line {min(left)} is not packed to the unit")
    rows.update(state=ParcelState.HANDED_OVER.value, left_at=now)
    held.work.gone_at = now
    held.work.save(update_fields=["gone_at"])


@transaction.atomic
def hand_over_pickup(
    *,
    actor: Actor,
    order_id: UUID,
    part_no: int,
    pickup_code: str,
    id_check: IdCheck,
    now: datetime,
) -> None:
    """Hand a part to who collects it, with the code they were given: the goods leave stock.

    Of what they showed only the kind is kept.  Again, it changes nothing.
    Locks: the work, the order, levels.  Raises: NotAllowedError, PartWorkNotFoundError,
    PartWorkError, PickupCodeError, what `advance_part` raises.
    """
    held = lock_work(actor, order_id, part_no)
    if Delivery(held.work.delivery) is not Delivery.PICKUP:
        raise held.refuse("it is sent, not collected")
    if held.work.gone_at is not None:
        return
    advance_part(
        actor=SYSTEM,
        order_id=order_id,
        part_no=part_no,
        step=Step.HAND_OVER,
        now=now,
        detail=f"shown: {id_check.value}; handed over by {actor.name}",
        pickup_code=pickup_code,
    )
    work = held.work
    work.gone_at, work.id_check, work.contact_enc = now, id_check.value, None
    work.save(update_fields=["gone_at", "id_check", "contact_enc"])


def _label(row: Parcel, held: Held, carrier: Carrier, service: str, now: datetime) -> None:
    to = address_of(held.order.id, held.part.no, now=now)
    if to is None:
        raise NoAddressError(ref=held.order.number)
    place = places_by_key(keys=[row.place_key])[row.place_key]
    today = _day_at(place, now)
    measures = Measures(row.weight_g, row.length_mm, row.width_mm, row.height_mm)
    access = access_of(carrier, tariffs_in_force([carrier.key], today)[carrier.key])
    adapter = carrier_of(carrier.carrier)
    asked = QuoteAsk(Destination(to.country, to.postcode, to.region), measures)
    offers = adapter.quote(access, [asked], today=today)[0]
    offer = next((one for one in offers if one.service == service), None)
    if offer is None:
        raise NoOfferError(service=service)
    shipment = adapter.ship(
        access,
        Consignment(
            parcel_id=row.id,
            serial=row.key,
            service=service,
            service_name=offer.service_name,
            sender=sender_of(place),
            recipient=to,
            measures=measures,
            reference=held.order.number,
            number=row.number,
            packed_on=_day_at(place, row.packed_at),
        ),
    )
    row.state, row.carrier, row.service = ParcelState.LABELLED.value, carrier, service
    row.cost_minor, row.currency = offer.price_minor, offer.currency
    row.tracking_no, row.expected_on = shipment.tracking_no, offer.latest_on
    row.label_enc, row.labelled_at = encrypt_bytes(shipment.label, purpose=LABEL), now
    row.save()


def _day_at(place: PlaceInfo, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(place.details.time_zone or "UTC")).date()
