"""The REST API of carts: open, fill, share, merge, order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    money_out,
    names_call,
)
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.customers.facade import get_customer
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import place_refs, places_by_key, resolve_scope
from quanqu.sell.carts import facade
from quanqu.sell.carts.api.schemas import (
    CartDetailOut,
    CartIn,
    CartLinesIn,
    CartOrderOut,
    CartOut,
    CartQuery,
    Code,
    Id,
    MergeIn,
    PlacingIn,
)
from quanqu.sell.carts.contracts import (
    CartDetail,
    CartDraft,
    CartFilters,
    CartItemError,
    CartLineDraft,
    CartNotFoundError,
    CartRow,
    CartState,
    PlacingDraft,
)
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku
from quanqu.sell.checkout.contracts import ContactDraft, SlotChoice, TenderDraft

router = Router(tags=["carts"])
MANAGE = "orders.manage"
_ABANDONED = timedelta(hours=1)
_CART = "/carts/{cart_id}"


@router.post("/carts", response={201: CartDetailOut}, summary="Open a cart")
@names_call
def open_cart(request: HttpRequest, body: CartIn) -> dict[str, Any]:
    """Open a cart at a place; a member's open cart there is answered where there is one."""
    actor = actor_of(request)
    place = _place(actor, body.place)
    draft = CartDraft(
        id=call_name(request, actor) or new_id(),
        place_key=place.key,
        currency=body.currency or place.details.currency,
        kind=body.kind,
        subject_key=_subject(actor, body.customer) if body.customer else None,
    )
    made = facade.open_cart(actor=actor, draft=draft, now=utc_now())
    return _shown(actor, made.id)


@router.get("/carts", response=PageOut[CartOut], summary="List carts")
def list_carts(
    request: HttpRequest, query: Query[CartQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The carts in scope, newest first."""
    filters = CartFilters(
        unit_id=query.unit,
        states=(query.state,) if query.state else (CartState.OPEN,) if query.abandoned else (),
        kind=query.kind,
        untouched_since=utc_now() - _ABANDONED if query.abandoned else None,
        search=query.search,
    )
    found = facade.list_carts(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: _row(row, places))


@router.get("/carts/shared/{share_code}", response=CartDetailOut, summary="Open a shared cart")
def get_shared_cart(request: HttpRequest, share_code: Path[Code]) -> dict[str, Any]:
    """The open cart a code was made for: what a shopper scans in a store."""
    return _detail(facade.find_shared_cart(actor=actor_of(request), code=share_code))


@router.get(_CART, response=CartDetailOut, summary="Get a cart")
def get_cart(request: HttpRequest, cart_id: Path[Id]) -> dict[str, Any]:
    """A cart with what its lines cost and whether they are there, now."""
    return _shown(actor_of(request), decode("crt", cart_id))


@router.put(f"{_CART}/lines", response=CartDetailOut, summary="Set lines of a cart")
def set_lines(request: HttpRequest, cart_id: Path[Id], body: CartLinesIn) -> dict[str, Any]:
    """Set how many units of items a cart has; said again, it changes nothing."""
    actor, key = actor_of(request), decode("crt", cart_id)
    row = facade.get_cart(actor=actor, cart_id=key).row
    by_id = variant_refs(variant_ids={one.item for one in body.lines if one.item})
    by_sku = variants_by_sku(skus={(row.company_key, one.sku) for one in body.lines if one.sku})
    lines = []
    for one in body.lines:
        item = by_id.get(one.item or "") or by_sku.get((row.company_key, one.sku or ""))
        if item is None or item.company_key != row.company_key:
            raise CartItemError(ref=one.item or one.sku)
        place = _place(actor, one.place).key if one.place else None
        lines.append(CartLineDraft(item.key, one.quantity, place, one.is_saved, one.is_gift))
    facade.set_lines(actor=actor, cart_id=key, lines=lines, now=utc_now())
    return _shown(actor, key)


@router.post(f"{_CART}/merge", response=CartDetailOut, summary="Give a cart to a member")
@idempotent
def merge_cart(request: HttpRequest, cart_id: Path[Id], body: MergeIn) -> dict[str, Any]:
    """At sign-in: a guest's cart becomes the member's, or comes into the one they have."""
    actor = actor_of(request)
    found = facade.merge_carts(
        actor=actor, cart_id=decode("crt", cart_id), subject_key=_subject(actor, body.customer),
        now=utc_now(),
    )  # fmt: skip
    return _shown(actor, found.id)


@router.post(f"{_CART}/share", response=CartDetailOut, summary="Share a cart by a short code")
def share_cart(request: HttpRequest, cart_id: Path[Id]) -> dict[str, Any]:
    """Give a cart a short code that opens it on another device; again, the same code."""
    actor, key = actor_of(request), decode("crt", cart_id)
    facade.share_cart(actor=actor, cart_id=key, now=utc_now())
    return _shown(actor, key)


@router.post(f"{_CART}/order", response=CartOrderOut, summary="Order a cart")
@names_call
def place_cart(request: HttpRequest, cart_id: Path[Id], body: PlacingIn) -> dict[str, Any]:
    """Make an order of a cart, exactly one whoever asks how often; saved lines stay behind."""
    actor, key = actor_of(request), decode("crt", cart_id)
    currency = facade.get_cart(actor=actor, cart_id=key).row.currency
    now = utc_now()
    pickup = _place(actor, body.pickup_place).key if body.pickup_place else None
    draft = PlacingDraft(
        tenders=tuple(
            TenderDraft(
                one.tender, Money.parse(one.amount, currency).minor if one.amount else None,
                one.token, one.payer, one.account, one.return_url,
            )
            for one in body.tenders
        ),
        delivery=body.delivery,
        pickup_place_key=pickup,
        contact=ContactDraft(**body.contact.dict()) if body.contact else None,
        shipping_minor=Money.parse(body.shipping, currency).minor,
        note=body.note,
        pay_until=now + timedelta(seconds=body.pay_within_s) if body.pay_within_s else None,
        gift_message=body.gift.message if body.gift else "",
        hides_prices=bool(body.gift and body.gift.hides_prices),
        slot=SlotChoice(decode("dsl", body.slot.id), body.slot.day) if body.slot else None,
        slot_place_key=_place(actor, body.slot.place).key if body.slot else None,
    )  # fmt: skip
    placed = facade.place_cart(actor=actor, cart_id=key, draft=draft, now=now)
    return {
        "cart": cart_id,
        "order": encode("ord", placed.id),
        "number": placed.number,
        "state": placed.state.value,
        "total": money_out(Money(placed.total_minor, placed.currency)),
    }


def _place(actor: Actor, place_id: str) -> PlaceInfo:
    scope = resolve_scope(actor=actor, permission=MANAGE)
    ref = place_refs(place_ids={place_id}).get(place_id)
    if ref is None or not (scope.everything or ref.key in scope.places):
        raise CartNotFoundError(ref=f"place {place_id}")
    return places_by_key(keys=[ref.key])[ref.key]


def _subject(actor: Actor, customer_id: str) -> int:
    customer = get_customer(actor=actor, customer_id=decode("cus", customer_id))
    return min(customer.subject_keys)


def _shown(actor: Actor, cart_id: UUID) -> dict[str, Any]:
    return _detail(facade.get_cart(actor=actor, cart_id=cart_id))


def _row(row: CartRow, places: dict[int, PlaceInfo]) -> dict[str, Any]:
    return {
        "id": encode("crt", row.id),
        "place": places[row.place_key].id,
        "kind": row.kind,
        "state": row.state,
        "currency": row.currency,
        "share_code": row.share_code,
        "order": encode("ord", row.order_id) if row.order_id else None,
        "lines_count": row.lines,
        "units": row.units,
        "made_at": format_time(row.made_at),
        "touched_at": format_time(row.touched_at),
    }


def _detail(found: CartDetail) -> dict[str, Any]:
    row = found.row
    wished = {one.place_key for one in found.lines if one.place_key is not None}
    places = places_by_key(keys={row.place_key, *wished})
    labels = variant_labels(variant_keys={one.variant_key for one in found.lines})
    return _row(row, places) | {
        "lines": [
            {
                "item": labels[one.variant_key].variant_id,
                "sku": one.sku,
                "name": one.name,
                "quantity": one.quantity,
                "place": places[one.place_key].id if one.place_key is not None else None,
                "is_saved": one.is_saved,
                "is_gift": one.is_gift,
                "unit_price": money_out(Money(one.unit_price_minor, row.currency))
                if one.unit_price_minor is not None
                else None,
                "available": one.available,
            }
            for one in found.lines
        ],
        "goods": money_out(Money(found.goods_minor, row.currency)),
        "is_orderable": found.is_orderable,
    }
