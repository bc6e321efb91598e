"""Reserve goods that are tried at a store: until when they are kept there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.sell.checkout.actions.allowed import MANAGE, require_places
from quanqu.sell.checkout.actions.locking import Mark, lock_order, parts_of, save_step
from quanqu.sell.checkout.contracts import (
    LONGEST_RESERVATION,
    LiveOrder,
    LiveState,
    OrderDraft,
    ReservationDraftError,
    ReservationError,
    Step,
)
from quanqu.sell.checkout.models import ReserveRule
from quanqu.sell.checkout.queries.orders import view_of
from quanqu.sell.checkout.queries.places import places_of
from quanqu.sell.checkout.queries.reservations import reserve_hours
from quanqu.sell.checkout.rules.parts import OPEN
from quanqu.sell.checkout.rules.reservations import check_end, check_reserved
from quanqu.sell.inventory.contracts import HoldSettledError
from quanqu.sell.inventory.facade import extend_hold

__all__ = ["extend_reservation", "reservation_of", "set_reserve_hours"]

_MOST_HOURS: Final = LONGEST_RESERVATION // timedelta(hours=1)


def reservation_of(draft: OrderDraft, now: datetime) -> OrderDraft:
    """Return a reservation with its end, which is the store's usual one if none was asked for.

    Raises: ReservationDraftError.
    """
    store = draft.pickup_place_key
    if draft.pay_until is None and store is not None:
        draft = replace(draft, pay_until=now + timedelta(hours=reserve_hours(place_key=store)))
    places = places_of({draft.place_key, store or draft.place_key})
    companies = {one.company_key for one in places.values()}
    check_reserved(draft, is_one_company=len(companies) == 1, now=now)
    return draft


def extend_reservation(
    *, actor: Actor, order_id: UUID, until: datetime, now: datetime
) -> LiveOrder:
    """Keep goods for longer that somebody comes to try, for 7 days from when they were reserved at
    most.

    Once more, it changes nothing.  Locks: the order, then its hold.
    Raises: NotAllowedError, LiveOrderNotFoundError, ReservationError.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        ref = encode("ord", row.id)
        ends_at = row.pay_until if row.is_reservation else None
        if ends_at is None or ends_at <= now or row.state != LiveState.AWAITING_PAYMENT:
            raise ReservationError(ref=ref, problem="it has ended")
        check_end(until, placed_at=row.placed_at, ends_at=ends_at, ref=ref)
        if until == ends_at:
            return view_of(row)
        try:
            for part in parts_of(row):
                if part.state in OPEN:
                    extend_hold(actor=SYSTEM, request_id=part.hold_id, expires_at=until, now=now)
        except HoldSettledError as error:
            raise ReservationError(ref=ref, problem="it has ended") from error
        row.pay_until = until
        row.save(update_fields=["pay_until"])
        mark = Mark(actor.id, now, f"kept until {format_time(until)}")
        save_step(row, Step.NOTE, LiveState.AWAITING_PAYMENT, mark)
        return view_of(row)


@transaction.atomic
def set_reserve_hours(*, actor: Actor, place_key: int, hours: int, now: datetime) -> int:
    """Say for how many hours a store keeps what is to be tried, of reservations to come.

    Raises: NotAllowedError, LiveOrderNotFoundError, ReservationDraftError.
    """
    require_places(actor, MANAGE, [place_key])
    if not 1 <= hours <= _MOST_HOURS:
        raise ReservationDraftError(problem=f"goods are kept for 1 to {_MOST_HOURS} hours")
    place = places_of({place_key})[place_key]
    ReserveRule.objects.update_or_create(place_key=place_key, defaults={"hours": hours})
    record(
        actor=actor, action="checkout.reserve_hours_set", subject=place.id, now=now,
        after={"hours": hours},
    )  # fmt: skip
    return hours
