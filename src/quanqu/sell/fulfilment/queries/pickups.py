"""Goods that wait for who collects them."""

import json
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.kernel.text import mask_name, normal_text
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.checkout.facade import orders_with_code
from quanqu.sell.fulfilment.contracts import PickupView
from quanqu.sell.fulfilment.models import PickLine, PlaceRule, Work
from quanqu.sell.fulfilment.queries.work import place_in_scope

__all__ = ["CONTACT", "KEEP_DAYS", "get_keep_days", "keep_days_of", "list_pickups", "overdue_works"]

CONTACT: Final = "fulfilment.pickup_contact"
KEEP_DAYS: Final = 7
_MOST: Final = 500
_CODE: Final = 6


def list_pickups(*, actor: Actor, place_id: str, text: str = "") -> list[PickupView]:
    """Return the parts that wait at a place, the longest waiting first, at most 500.

    `text`: part of an order's number, its shelf, or of the name of who collects it, or the whole
    pickup code: names are masked, and only who works there finds by them or by a code.
    Raises: NotAllowedError, FulfilmentPlaceError.
    """
    place = place_in_scope(actor, place_id)
    rows = Work.objects.filter(
        place_key=place.key,
        delivery=Delivery.PICKUP.value,
        ready_at__isnull=False,
        gone_at__isnull=True,
        cancelled_at__isnull=True,
    )
    waiting = list(rows.order_by("ready_at")[:_MOST])
    names = {row.key: _name(row) for row in waiting}
    wanted = normal_text(text).lower()
    may_find = actor.can("fulfilment.work")
    is_code = may_find and len(wanted) == _CODE and wanted.isdecimal()
    coded: set[UUID] = set()
    if is_code:
        coded = orders_with_code(order_ids=[row.order_id for row in waiting], code=wanted)
    found = [
        row
        for row in waiting
        if row.order_id in coded
        or wanted in row.number.lower()
        or wanted in row.shelf.lower()
        or (may_find and wanted in normal_text(names[row.key]).lower())
    ]
    units: dict[tuple[object, int], int] = {}
    lines = PickLine.objects.filter(order_id__in=[row.order_id for row in found])
    for order_id, part_no, picked in lines.values_list("order_id", "part_no", "picked"):
        units[order_id, part_no] = units.get((order_id, part_no), 0) + picked
    days = timedelta(days=keep_days_of(place.key))
    return [
        PickupView(
            order_id=row.order_id,
            part_no=row.part_no,
            number=row.number,
            name=mask_name(names[row.key]) if names[row.key] else "",
            shelf=row.shelf,
            units=units.get((row.order_id, row.part_no), 0),
            ready_at=row.ready_at or row.placed_at,
            release_at=(row.ready_at or row.placed_at) + days,
        )
        for row in found
    ]


def get_keep_days(*, actor: Actor, place_id: str) -> int:
    """Return for how many days goods wait at a place.

    Raises: NotAllowedError, FulfilmentPlaceError.
    """
    return keep_days_of(place_in_scope(actor, place_id).key)


def keep_days_of(place_key: int) -> int:
    """Return for how many days goods wait at a place, whoever asks."""
    rule = PlaceRule.objects.filter(place_key=place_key).first()
    return rule.keep_days if rule else KEEP_DAYS


def overdue_works(now: datetime) -> list[Work]:
    """Return what has waited longer than its place keeps it, at most 500."""
    waiting = Work.objects.filter(
        delivery=Delivery.PICKUP.value,
        ready_at__lt=now - timedelta(days=1),
        gone_at__isnull=True,
        cancelled_at__isnull=True,
    ).order_by("ready_at")[:_MOST]
    found = list(waiting)
    rules = PlaceRule.objects.filter(place_key__in={row.place_key for row in found})
    days = dict(rules.values_list("place_key", "keep_days"))
    return [
        row
        for row in found
        if row.ready_at is not None
        and row.ready_at < now - timedelta(days=days.get(row.place_key, KEEP_DAYS))
    ]


def _name(row: Work) -> str:
    if row.contact_enc is None:
        return ""
    told = json.loads(decrypt(bytes(row.contact_enc), purpose=CONTACT))
    return str(told.get("name", ""))
