"""Say how a supplier drop-ships, what it offers, and take over what it states of its stock."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt_bytes
from quanqu.infra.webhooks.facade import allowed_hosts, url_fault, write_secret
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.know.org.facade import places_by_key
from quanqu.sell.dropship.contracts import (
    MOST_ITEMS,
    DropshipFieldError,
    DropshipPlaceError,
    DropshipSupplierError,
    IssuedTerms,
    OfferDraft,
    PauseReason,
    StatedOutcome,
    StatedRow,
    TermsDraft,
)
from quanqu.sell.dropship.models import Offer, Terms
from quanqu.sell.dropship.queries.offers import terms_of
from quanqu.sell.dropship.queries.rights import MANAGE, SUPPLY, lock_terms, require_company
from quanqu.sell.dropship.rules.orders import check_offer, check_terms
from quanqu.sell.inventory.contracts import LARGEST_QUANTITY
from quanqu.sell.inventory.facade import set_policy, state_on_hand
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import set_offers
from quanqu.sell.supply.contracts import Supplier
from quanqu.sell.supply.facade import get_supplier

__all__ = ["SECRET", "pause_items", "pause_stale", "save_offers", "save_terms", "state_stock"]

SECRET: Final = "dropship.webhook"  # noqa: S105 - the name of a purpose
_KEY_BYTES: Final = 32
_AHEAD: Final = timedelta(minutes=5)
_SOURCE: Final = "dropship"
_MINUTES_A_DAY: Final = 24 * 60


def save_terms(*, actor: Actor, draft: TermsDraft, now: datetime) -> IssuedTerms:
    """Say how a supplier drop-ships from the place that stands for it; sourcing asks the place by
    its cut-off and lead time from then on.  The key its webhooks are signed with is told once.

    Raises: NotAllowedError, DropshipPlaceError, DropshipSupplierError, DropshipFieldError,
    SupplierNotFoundError.
    """
    check_terms(draft)
    if draft.url and (fault := url_fault(draft.url, allowed_hosts())):
        raise DropshipFieldError(field="url", problem=fault)
    place = places_by_key(keys=[draft.place_key]).get(draft.place_key)
    if place is None:
        raise DropshipPlaceError(ref=draft.place_key)
    require_company(actor, place.company_key)
    supplier = get_supplier(actor=actor, supplier_id=draft.supplier_id)
    _check_place(place, supplier)
    told = {name: getattr(draft, name) for name in _TOLD}
    with transaction.atomic():
        if Terms.objects.filter(supplier_id=supplier.id).exclude(place_key=place.key).exists():
            raise DropshipSupplierError(problem="it ships from another place already")
        row, _ = Terms.objects.get_or_create(
            place_key=place.key,
            defaults=told
            | {
                "company_key": place.company_key,
                "supplier_name": supplier.name,
                "currency": supplier.currency,
                "updated_at": now,
            },
        )
        row = Terms.objects.select_for_update().get(place_key=place.key)
        if row.supplier_id != supplier.id:
            raise DropshipSupplierError(problem="it stands for another supplier already")
        for name, value in told.items():
            setattr(row, name, value)
        secret = b""
        if row.url and row.secret_enc is None:
            secret = secrets.token_bytes(_KEY_BYTES)
            row.secret_enc = encrypt_bytes(secret, purpose=SECRET)
        row.supplier_name, row.updated_at = supplier.name, now
        row.save()
        set_offers(actor=SYSTEM, offers={place.key: _sourced(draft)}, now=now)
        _withhold(list(Offer.objects.filter(place_key=place.key)), now, is_active=row.is_active)
        record(
            actor=actor, action="dropship.save_terms", subject=place.id, now=now,
            after={name: value for name, value in told.items() if name != "url"},
        )  # fmt: skip
    return IssuedTerms(terms_of(row), write_secret(secret) if secret else "")


def save_offers(
    *, actor: Actor, place_key: int, drafts: Sequence[OfferDraft], now: datetime
) -> int:
    """Say what a supplier takes for items, all of them or none; others stay as they are.

    Locks: the terms, levels.  Raises: NotAllowedError, DropshipPlaceError, DropshipFieldError.
    """
    if not 1 <= len(drafts) <= MOST_ITEMS:
        raise DropshipFieldError(field="offers", problem=f"1 to {MOST_ITEMS}")
    for draft in drafts:
        check_offer(draft)
    items = {one.variant_key for one in drafts}
    if len(items) < len(drafts):
        raise DropshipFieldError(field="offers", problem="an item is named twice")
    with transaction.atomic():
        terms = lock_terms(actor, place_key, MANAGE)
        Offer.objects.bulk_create(
            [
                Offer(
                    place_key=place_key,
                    updated_at=now,
                    paused="",
                    **{name: getattr(one, name) for name in _OFFERED},
                )
                for one in drafts
            ],
            update_conflicts=True,
            unique_fields=["place_key", "variant_key"],
            update_fields=[*(name for name in _OFFERED if name != "variant_key"), "updated_at"],
        )
        rows = list(Offer.objects.filter(place_key=place_key, variant_key__in=items))
        _withhold(rows, now, is_active=terms.is_active)
        record(
            actor=actor, action="dropship.save_offers", subject=f"place {place_key}", now=now,
            after={"items": len(rows)},
        )  # fmt: skip
    return len(rows)


def state_stock(
    *, actor: Actor, place_key: int, units: Mapping[int, int], stated_at: datetime, now: datetime
) -> tuple[StatedRow, ...]:
    """Take over what a supplier states of its stock as of a moment: what lies there for us, goods
    of orders that have not left included.

    A number older than the last one changes nothing.  An offer that was paused sells again.
    Locks: the terms, levels.  Emits: HoldsCut where less is there than is promised.
    Raises: NotAllowedError, DropshipPlaceError, DropshipFieldError, MovementError.
    """
    if not 1 <= len(units) <= MOST_ITEMS:
        raise DropshipFieldError(field="items", problem=f"1 to {MOST_ITEMS}")
    if stated_at > now + _AHEAD:
        raise DropshipFieldError(field="stated_at", problem="it lies ahead")
    with transaction.atomic():
        terms = lock_terms(actor, place_key, SUPPLY, MANAGE)
        rows = {
            one.variant_key: one
            for one in Offer.objects.filter(place_key=place_key, variant_key__in=list(units))
        }
        newer = {
            item: row for item, row in rows.items()
            if row.stated_at is None or stated_at > row.stated_at
        }  # fmt: skip
        changes = state_on_hand(
            actor=SYSTEM,
            place_key=place_key,
            units={item: units[item] for item in newer},
            at=stated_at,
            source=_SOURCE,
            now=now,
            ref=terms.supplier_id,
        )
        for item, row in newer.items():
            row.stated, row.stated_at = units[item], stated_at
            is_stale = row.paused == PauseReason.STALE
            if row.paused_at is not None and (is_stale or stated_at >= row.paused_at):
                row.paused, row.paused_at = "", None
        Offer.objects.bulk_update(
            newer.values(), ["stated", "stated_at", "paused", "paused_at"], batch_size=500
        )
        _withhold(list(newer.values()), now, is_active=terms.is_active)
    return tuple(
        StatedRow(item, _outcome(item, rows, newer), changes.get(item, 0)) for item in units
    )


def pause_items(place_key: int, items: Collection[int], reason: PauseReason, now: datetime) -> None:
    """Sell nothing more of items of a supplier until it states its stock anew."""
    rows = list(Offer.objects.filter(place_key=place_key, variant_key__in=items, paused=""))
    for row in rows:
        row.paused, row.paused_at = reason.value, now
    Offer.objects.bulk_update(rows, ["paused", "paused_at"], batch_size=500)
    _withhold(rows, now, is_active=True)


def pause_stale(*, now: datetime) -> int:
    """Pause the offers whose stock was stated too long ago; return how many."""
    count = 0
    for terms in Terms.objects.filter(stale_hours__isnull=False, is_active=True):
        edge = now - timedelta(hours=terms.stale_hours or 0)
        with transaction.atomic():
            Terms.objects.select_for_update().get(place_key=terms.place_key)
            old = Offer.objects.filter(
                Q(stated_at__lt=edge), place_key=terms.place_key, is_on=True, paused=""
            )
            items = list(old.values_list("variant_key", flat=True)[:MOST_ITEMS])
            pause_items(terms.place_key, items, PauseReason.STALE, now)
            count += len(items)
    return count


_TOLD: Final = (
    "supplier_id", "answer_minutes", "lead_days", "cut_off", "stale_hours", "url", "is_active",
)  # fmt: skip
_OFFERED: Final = (
    "variant_key", "cost_minor", "supplier_code", "lead_days", "cut_off", "buffer", "is_on",
)  # fmt: skip


def _check_place(place: PlaceInfo, supplier: Supplier) -> None:
    if place.details.place_type is not PlaceType.SUPPLIER:
        raise DropshipSupplierError(problem="it is not of the kind supplier")
    if place.company_key != supplier.company_key:
        raise DropshipSupplierError(problem="the supplier is of another company")


def _sourced(draft: TermsDraft) -> PlaceOffer:
    """Return what the place offers to sourcing: it ships, and nobody collects there."""
    return PlaceOffer(
        is_shipping=draft.is_active,
        is_pickup=False,
        cut_off=draft.cut_off if not draft.lead_days else None,
        lead_minutes=max(draft.lead_days, 1) * _MINUTES_A_DAY,
        tags=("dropship",),
    )


def _outcome(item: int, rows: Mapping[int, Offer], newer: Mapping[int, Offer]) -> StatedOutcome:
    if item not in rows:
        return StatedOutcome.UNKNOWN
    return StatedOutcome.TAKEN if item in newer else StatedOutcome.OUTDATED


def _withhold(rows: Sequence[Offer], now: datetime, *, is_active: bool) -> None:
    """Keep back what is not sold: the buffer of an offer, or all of one that is off or paused."""
    targets: dict[int, set[tuple[int, int]]] = {}
    for row in rows:
        is_selling = is_active and row.is_on and not row.paused
        target = row.buffer if is_selling else LARGEST_QUANTITY
        targets.setdefault(target, set()).add((row.place_key, row.variant_key))
    for target, ats in sorted(targets.items()):
        set_policy(actor=SYSTEM, ats=ats, safety_target=target, backorder_limit=0, now=now)
