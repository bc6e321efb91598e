"""Open carts, fill them, merge and share them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.carts.contracts import (
    MOST_CART_LINES,
    CartDraft,
    CartItemError,
    CartKind,
    CartLineDraft,
    CartLineError,
    CartNotFoundError,
    CartOfAnotherError,
    CartReusedError,
    CartRow,
    CartState,
    CartStateError,
)
from quanqu.sell.carts.models import Cart, Line
from quanqu.sell.carts.queries.carts import lines_in, row_of
from quanqu.sell.carts.rules.carts import CODE_LETTERS, check_line, ends_at, merged
from quanqu.sell.catalog.facade import offers_at

__all__ = ["lock_cart", "merge_carts", "open_cart", "set_lines", "share_cart"]

MANAGE: Final = "orders.manage"
_CODE_LENGTH: Final = 8
_TRIES: Final = 5
_OWN: Final = (CartState.OPEN.value, CartState.PLACING.value)
"""A member has one cart of these at a place."""


def open_cart(*, actor: Actor, draft: CartDraft, now: datetime) -> CartRow:
    """Open a cart at a place; a member's open cart there is answered where there is one.

    Asked again under the same id, the first cart is answered.
    Raises: NotAllowedError, CartNotFoundError for a place outside of the actor's, CartReusedError.
    """
    actor.require(MANAGE)
    place = places_by_key(keys=[draft.place_key]).get(draft.place_key)
    if place is None or not _may(actor, draft.place_key):
        raise CartNotFoundError(ref=f"place {draft.place_key}")
    if known := Cart.objects.filter(id=draft.id).first():
        return _same(known, draft)
    if draft.subject_key is not None and draft.kind is CartKind.SHOPPER:
        known = _open_cart_of(draft.place_key, draft.subject_key)
        if known is not None:
            return row_of(known)
    row = Cart(
        id=draft.id,
        place_key=draft.place_key,
        company_key=place.company_key,
        kind=draft.kind.value,
        state=CartState.OPEN.value,
        currency=draft.currency,
        subject_key=draft.subject_key,
        share_code="",
        made_by=actor.id,
        made_at=now,
        touched_at=now,
        ends_at=ends_at(draft.kind, is_member=draft.subject_key is not None, now=now),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same at the same time: the first has committed by now
        known = Cart.objects.filter(id=draft.id).first()
        if known is not None:
            return _same(known, draft)
        known = _open_cart_of(draft.place_key, draft.subject_key or 0)
        if known is None:
            raise
        return row_of(known)
    return row_of(row)


def set_lines(
    *, actor: Actor, cart_id: UUID, lines: Sequence[CartLineDraft], now: datetime
) -> CartRow:
    """Set how many units of items an open cart has; others stay as they are.

    Said again, it changes nothing.  Locks: the cart.
    Raises: NotAllowedError, CartNotFoundError, CartStateError, CartLineError, CartItemError.
    """
    with transaction.atomic():
        row = lock_cart(cart_id, actor)
        _require_open(row)
        for one in lines:
            check_line(one)
        items = {one.variant_key for one in lines if one.quantity}
        known = offers_at(place_key=row.place_key, company_key=row.company_key, variant_keys=items)
        if unknown := sorted(items - known.keys()):
            raise CartItemError(ref=unknown[0])
        places = {one.place_key for one in lines if one.place_key is not None}
        _require_of_company(row, places)
        found = {(one.variant_key, one.place_key or 0): one for one in lines_in(row.key)}
        found |= {(one.variant_key, one.place_key or 0): one for one in lines}
        _write(row, {at: one for at, one in found.items() if one.quantity}, now)
        return row_of(row)


def merge_carts(*, actor: Actor, cart_id: UUID, subject_key: int, now: datetime) -> CartRow:
    """Give a guest's cart to a member at sign-in: it becomes theirs, or comes into their own.

    Return the member's cart.  Again, it changes nothing: what came over is not added twice.
    Locks: both carts, by key.
    Raises: NotAllowedError, CartNotFoundError, CartOfAnotherError, CartStateError, CartLineError.
    """
    with transaction.atomic():
        found = lock_cart(cart_id, actor)
        ref = encode("crt", cart_id)
        if found.state == CartState.MERGED and found.merged_into is not None:
            mine = lock_cart(found.merged_into, actor)
            if mine.subject_key != subject_key:
                raise CartOfAnotherError(ref=ref)
            return row_of(mine)
        if found.subject_key == subject_key:
            return row_of(found)
        if found.subject_key is not None:
            raise CartOfAnotherError(ref=ref)
        _require_open(found)
        own = _locked_cart_of(found.place_key, subject_key)
        if own is None or own.key == found.key:
            found.subject_key = subject_key
            _touch(found, now)
            return row_of(found)
        _require_open(own)
        lines = {(one.variant_key, one.place_key or 0): one for one in lines_in(own.key)}
        theirs = {(one.variant_key, one.place_key or 0): one for one in lines_in(found.key)}
        _write(own, merged(lines, theirs), now)
        found.state, found.merged_into = CartState.MERGED.value, own.id
        found.share_code = ""
        found.save(update_fields=["state", "merged_into", "share_code"])
        return row_of(own)


def share_cart(*, actor: Actor, cart_id: UUID, now: datetime) -> CartRow:
    """Give an open cart a short code, which opens it on another device; again, the same code.

    Locks: the cart.  Raises: NotAllowedError, CartNotFoundError, CartStateError.
    """
    with transaction.atomic():
        row = lock_cart(cart_id, actor)
        _require_open(row)
        for _ in range(_TRIES):
            if row.share_code:
                break
            code = "".join(secrets.choice(CODE_LETTERS) for _ in range(_CODE_LENGTH))
            try:
                with transaction.atomic():
                    Cart.objects.filter(key=row.key).update(share_code=code)
                row.share_code = code
            except IntegrityError:  # somebody has this code
                continue
        _touch(row, now)
        return row_of(row)


def lock_cart(cart_id: UUID, actor: Actor) -> Cart:
    """Lock a cart, as far as the actor may manage orders at its place.

    Raises: NotAllowedError, CartNotFoundError.
    """
    actor.require(MANAGE)
    row = Cart.objects.select_for_update().filter(id=cart_id).first()
    if row is None or not _may(actor, row.place_key):
        raise CartNotFoundError(ref=encode("crt", cart_id))
    return row


def _may(actor: Actor, place_key: int) -> bool:
    scope = actor.scope(MANAGE)
    return scope.everything or place_key in scope.places


def _same(known: Cart, draft: CartDraft) -> CartRow:
    was = (known.place_key, known.currency, known.kind)
    if was != (draft.place_key, draft.currency, draft.kind.value):
        raise CartReusedError(ref=encode("crt", draft.id))
    return row_of(known)


def _open_cart_of(place_key: int, subject_key: int) -> Cart | None:
    return Cart.objects.filter(
        place_key=place_key,
        subject_key=subject_key,
        state__in=_OWN,
        kind=CartKind.SHOPPER.value,
    ).first()


def _locked_cart_of(place_key: int, subject_key: int) -> Cart | None:
    return Cart.objects.select_for_update().filter(
        place_key=place_key,
        subject_key=subject_key,
        state__in=_OWN,
        kind=CartKind.SHOPPER.value,
    ).first()  # fmt: skip


def _require_open(row: Cart) -> None:
    if row.state != CartState.OPEN:
        problem = "its lines cannot change any more"
        raise CartStateError(ref=encode("crt", row.id), state=row.state, problem=problem)


def _require_of_company(row: Cart, place_keys: set[int]) -> None:
    known = places_by_key(keys=place_keys) if place_keys else {}
    for key in sorted(place_keys):
        if key not in known or known[key].company_key != row.company_key:
            raise CartNotFoundError(ref=f"place {key}")


def _write(row: Cart, lines: dict[tuple[int, int], CartLineDraft], now: datetime) -> None:
    """Write the lines of a locked cart, those that were there at their place in the order."""
    if len(lines) > MOST_CART_LINES:
        problem = f"a cart has at most {MOST_CART_LINES} lines"
        raise CartLineError(item="", problem=problem)
    rows = Line.objects.filter(cart_key=row.key)
    times = {(one.variant_key, one.place_key): one.added_at for one in rows}
    rows.delete()
    Line.objects.bulk_create(
        Line(
            cart_key=row.key,
            variant_key=variant,
            place_key=place,
            quantity=one.quantity,
            is_saved=one.is_saved,
            is_gift=one.is_gift,
            added_at=times.get((variant, place), now),
        )
        for (variant, place), one in lines.items()
    )
    _touch(row, now)


def _touch(row: Cart, now: datetime) -> None:
    row.touched_at, row.told_at = now, None
    row.ends_at = ends_at(CartKind(row.kind), is_member=row.subject_key is not None, now=now)
    row.save(update_fields=["touched_at", "told_at", "ends_at", "subject_key"])
