"""Say what places offer to sourcing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.sourcing.contracts import PlaceOffer, SourcingPlaceError
from quanqu.sell.sourcing.models import Offer
from quanqu.sell.sourcing.queries.rights import MANAGE
from quanqu.sell.sourcing.rules.offers import check_offer


def set_offers(*, actor: Actor, offers: Mapping[int, PlaceOffer], now: datetime) -> None:
    """Say what places offer, all of them or none; what was said of them before is replaced.

    Raises: NotAllowedError; SourcingPlaceError for a place out of the actor's reach, or an offer
    that cannot be.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    known = places_by_key(keys=list(offers))
    for key, offer in offers.items():
        if key not in known or not (scope.everything or key in scope.places):
            raise SourcingPlaceError(name="key", problem="there is no such place")
        check_offer(offer, channels=frozenset(ChannelCode))
    rows = [_row(key, offer) for key, offer in offers.items()]
    fields = [one.name for one in Offer._meta.fields if not one.primary_key]
    with transaction.atomic():
        Offer.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["place_key"], update_fields=fields
        )
        for key in offers:
            record(actor=actor, action="sourcing.offer", subject=known[key].id, now=now)


def _row(key: int, offer: PlaceOffer) -> Offer:
    return Offer(
        place_key=key,
        is_shipping=offer.is_shipping,
        is_pickup=offer.is_pickup,
        daily_parcels=offer.daily_parcels,
        opens=[None if one is None else list(one) for one in offer.opens],
        cut_off=offer.cut_off,
        lead_minutes=offer.lead_minutes,
        pickup_lead_minutes=offer.pickup_lead_minutes,
        parcel_minor=offer.parcel_minor,
        kg_km_minor=offer.kg_km_minor,
        tags=list(offer.tags),
        channels=list(offer.channels),
    )
