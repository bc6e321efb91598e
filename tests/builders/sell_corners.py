"""What there is of goods, money and orders in a corner of the group."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.builders import (
    fulfilment,
    settlement,
)
from tests.builders.org import make_place
from tests.builders.returns import PNG

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel import ids
from quanqu.know.org.contracts import PlaceInfo, PlaceType, UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.carts.contracts import CartDraft, CartKind, CartLineDraft
from quanqu.sell.carts.facade import open_cart, set_lines, share_cart
from quanqu.sell.catalog.facade import (
    variant_keys,
    variants_by_sku,
)
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    OrderDraft,
    TenderDraft,
)
from quanqu.sell.checkout.facade import place_order
from quanqu.sell.dropship.contracts import OfferDraft, OfferFilters, TermsDraft
from quanqu.sell.dropship.facade import (
    follow_orders,
    list_offers,
    list_terms,
    orders_for,
    save_offers,
    save_terms,
    state_stock,
)
from quanqu.sell.fulfilment.contracts import Measures, PackDraft
from quanqu.sell.fulfilment.facade import (
    claim_pick_list,
    make_pick_list,
    pack_parcel,
    pick_line,
)
from quanqu.sell.inventory.contracts import (
    CountDraft,
    DecisionDraft,
    DecisionKind,
    HoldLine,
    HoldRequest,
    Movement,
    MovementKind,
    Posting,
    StockState,
    TransferDraft,
    TransferItem,
)
from quanqu.sell.inventory.facade import (
    create_count,
    create_transfer,
    decide_discrepancy,
    hold_stock,
    post_movements,
    send_transfer,
)
from quanqu.sell.payments.contracts import DifferenceFilters
from quanqu.sell.payments.facade import list_differences
from quanqu.sell.quotes.contracts import QuoteDraft, QuoteLineDraft
from quanqu.sell.quotes.facade import make_quote
from quanqu.sell.returns.contracts import ReturnAsk
from quanqu.sell.returns.contracts import ReturnDraft as GoodsReturnDraft
from quanqu.sell.returns.facade import add_photo, get_sale, open_return
from quanqu.sell.sourcing.contracts import OrderLine, Question
from quanqu.sell.sourcing.facade import activate_profile, allocate, save_profile
from quanqu.sell.supply.contracts import (
    ChargeDraft,
    ChargeKind,
    PurchaseDraft,
    PurchaseLineDraft,
    ReceiptDraft,
    ReceivedLine,
    ReturnDraft,
    ReturnDraftLine,
    ReturnFrom,
    ShareBasis,
    SupplierContact,
    SupplierDraft,
    SupplierFilters,
)
from quanqu.sell.supply.facade import (
    create_order,
    create_supplier,
    list_suppliers,
    receive_goods,
    record_charge,
    return_goods,
    send_order,
    submit_order,
)

NOW = datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0) - timedelta(days=2)  # noqa: TID251 - the console's own period ends today


def supplier_of(company_key: int, word: str) -> str:
    """Return the id of the one supplier of a company, made when it is first asked for."""
    filters = SupplierFilters(company_keys=frozenset({company_key}))
    found = list_suppliers(actor=SYSTEM, filters=filters).items
    if found:
        return found[0].id
    contact = SupplierContact("Wu", f"wu@{word}.example")
    draft = SupplierDraft(f"{word}-mill", f"{word} mill", "CNY", contact=contact)
    return create_supplier(actor=SYSTEM, company_key=company_key, draft=draft, now=NOW).id


def buy(word: str, actor: Actor, place: PlaceInfo) -> dict[str, str]:
    """Order mugs for the place and take some of them in."""
    found = variant_keys(company_key=place.company_key, skus=["mug"])
    line = PurchaseLineDraft(found["variant_key"].to_pylist()[0], 9, 250)
    purchase_id = create_order(
        actor=actor,
        supplier_id=supplier_of(place.company_key, place.company_code),
        place_key=place.key,
        draft=PurchaseDraft((line,), NOW.date(), f"{word} note"),
        now=NOW,
    )
    submit_order(actor=actor, order_id=purchase_id, now=NOW)
    send_order(actor=actor, order_id=purchase_id, now=NOW)
    delivery = ReceiptDraft(f"{word} delivery", (ReceivedLine(1, 5, 1),), NOW)
    receipt = receive_goods(actor=actor, order_id=purchase_id, draft=delivery, now=NOW)
    freight = ChargeDraft(ChargeKind.FREIGHT, 700, ShareBasis.VALUE, f"{word} freight")
    record_charge(actor=actor, receipt_id=receipt.id, draft=freight, now=NOW)
    broken = ReturnDraft(
        f"{word} return",
        f"{word} broken",
        ReturnFrom.DAMAGED,
        (ReturnDraftLine(line.variant_key, 1, 250),),
    )
    back = return_goods(
        actor=actor,
        supplier_id=supplier_of(place.company_key, place.company_code),
        place_key=place.key,
        draft=broken,
        now=NOW,
    )
    return {"purchase_id": purchase_id, "receipt_id": receipt.id, "return_id": back.id}


def settle(word: str, place: PlaceInfo) -> dict[str, str]:
    """Read a statement that tells of a payment nobody here knows."""
    account = settlement.add_account(place, code=f"{place.company_code}-{place.key}")
    told = {"reporting_category": "charge", "gross": "1.00", "source_id": f"ch_{word}"}
    found = settlement.take_in(account, settlement.stripe_file(told), file_name=f"{word}.csv")
    (difference,) = list_differences(
        actor=SYSTEM, filters=DifferenceFilters(account_ids=frozenset({account.id}))
    ).items
    return {
        "account_id": ids.encode("pac", account.id),
        "statement_id": ids.encode("stm", found.id),
        "difference_id": ids.encode("dif", difference.id),
    }


def mill_of(company_key: int, code: str) -> PlaceInfo:
    """Return the place of a company's one supplier that ships mugs, made when first asked for."""
    found = [one for one in list_terms(actor=SYSTEM) if one.company_key == company_key]
    if found:
        return places_by_key(keys=[found[0].draft.place_key])[found[0].draft.place_key]
    company = companies_by_key(keys=[company_key])[company_key]
    place = make_place(f"{code}-mill", company=company, place_type=PlaceType.SUPPLIER)
    supplier_id = supplier_of(company_key, code)
    save_terms(actor=SYSTEM, draft=TermsDraft(place.key, supplier_id), now=NOW)
    mug = variants_by_sku(skus=[(company_key, "mug")])[company_key, "mug"].key
    save_offers(actor=SYSTEM, place_key=place.key, drafts=[OfferDraft(mug, 300)], now=NOW)
    state_stock(actor=SYSTEM, place_key=place.key, units={mug: 90}, stated_at=NOW, now=NOW)
    return place


def mill_known(company: UnitInfo) -> dict[str, str]:
    """Return what names a company's supplier that ships, and its offer, if it has one."""
    mill = mill_of(company.key, company.code)
    (offer,) = list_offers(actor=SYSTEM, filters=OfferFilters(mill.id)).items
    return {"supplier_place": mill.id, "offer_key": str(offer.key)}


def drop_ship(word: str, place: PlaceInfo) -> str:
    """Sell a mug of the place that the supplier ships."""
    mill = mill_of(place.company_key, place.company_code)
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = OrderDraft(
        id=ids.new_id(),
        place_key=place.key,
        currency="CNY",
        lines=(LineDraft(mug, 1, mill.key, 900),),
        tenders=(TenderDraft("cash"),),
        delivery=Delivery.SHIP,
        contact=ContactDraft(name=f"{word} name", city=f"{word}ton", country="CN"),
    )
    placed = place_order(actor=SYSTEM, draft=draft, now=NOW)
    follow_orders(order_ids=[placed.id], now=NOW)
    (row,) = orders_for(actor=SYSTEM, order_id=placed.id)
    return ids.encode("dso", row.id)


def hold_mug(word: str, place: PlaceInfo) -> str:
    """Put mugs there, and hold one of them."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    receive(mug, place, word, 9)
    line = HoldLine(place.key, mug, 1)
    ends = NOW + timedelta(days=9)
    asked = HoldRequest(ids.new_id(), f"{word}-cart", (line,), ends)
    assert hold_stock(actor=SYSTEM, request=asked, now=NOW).is_granted
    return ids.encode("hld", asked.request_id)


def send_mugs(word: str, company: UnitInfo, place: PlaceInfo) -> str:
    """Send mugs to a depot of the place's own."""
    depot = make_place(f"{word}-depot", company=company, place_type=PlaceType.WAREHOUSE)
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = TransferDraft(place.key, depot.key, (TransferItem(mug, 2),), f"{word} transfer")
    made = create_transfer(actor=SYSTEM, draft=draft, now=NOW)
    send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    told = DecisionDraft(1, DecisionKind.FOUND_AT_RECEIVER, 1, f"{word} shelf")
    decide_discrepancy(actor=SYSTEM, transfer_id=made.id, told=told, once=word, now=NOW)
    return ids.encode("trf", made.id)


def count_mugs(word: str, place: PlaceInfo) -> str:
    """Begin to count the mugs of the place."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = CountDraft(place.key, (mug,), note=f"{word} count")
    return ids.encode("cnt", create_count(actor=SYSTEM, draft=draft, now=NOW).id)


def quote_mugs(word: str, place: PlaceInfo) -> dict[str, str]:
    """Write a quote for a buyer of the place."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = QuoteDraft(
        id=ids.new_id(),
        place_key=place.key,
        currency="CNY",
        buyer=f"{word} halls",
        lines=(QuoteLineDraft(mug, 2, 700),),
        valid_until=NOW.date() + timedelta(days=30),
        note=f"{word} terms",
    )
    made = make_quote(actor=SYSTEM, draft=draft, now=NOW)
    return {"quote_id": ids.encode("quo", made.id), "quote_buyer": f"{word} halls"}


def fill_cart(word: str, place: PlaceInfo) -> dict[str, str]:
    """Fill a cart at the place's desk, and share it."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    made = open_cart(
        actor=SYSTEM, draft=CartDraft(ids.new_id(), place.key, "CNY", CartKind.DESK), now=NOW
    )
    lines = [CartLineDraft(mug, 3)]
    set_lines(actor=SYSTEM, cart_id=made.id, lines=lines, now=NOW)
    code = share_cart(actor=SYSTEM, cart_id=made.id, now=NOW).share_code
    return {"cart_id": ids.encode("crt", made.id), "share_code": code}


def order_mug(word: str, place: PlaceInfo) -> str:
    """Sell a mug that is still to be sent."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = OrderDraft(
        id=ids.new_id(),
        place_key=place.key,
        currency="CNY",
        lines=(LineDraft(mug, 1, place.key, 900),),
        tenders=(TenderDraft("cash"),),
        contact=ContactDraft(name=f"{word} buyer", city=f"{word}ton"),
        note=f"{word} wish",
    )
    return ids.encode("ord", place_order(actor=SYSTEM, draft=draft, now=NOW).id)


def reserve_mug(word: str, place: PlaceInfo) -> str:
    """Keep a mug for somebody who comes to try it."""
    mug = variants_by_sku(skus=[(place.company_key, "mug")])[place.company_key, "mug"].key
    draft = OrderDraft(
        id=ids.new_id(),
        place_key=place.key,
        currency="CNY",
        lines=(LineDraft(mug, 1, place.key, 900),),
        tenders=(),
        delivery=Delivery.PICKUP,
        pickup_place_key=place.key,
        contact=ContactDraft(name=f"{word} trier"),
        is_reservation=True,
    )
    return ids.encode("ord", place_order(actor=SYSTEM, draft=draft, now=NOW).id)


def fulfil(word: str, place: PlaceInfo) -> dict[str, str]:
    """Pick and pack an order; it has not left."""
    order_id = ids.decode("ord", order_mug(word, place))
    made = make_pick_list(actor=SYSTEM, place_id=place.id, now=NOW)
    list_id = ids.encode("pkl", made.id)
    claim_pick_list(actor=SYSTEM, list_id=list_id, now=NOW)
    pick_line(actor=SYSTEM, list_id=list_id, line_key=made.lines[0].key, quantity=1, now=NOW)
    draft = PackDraft(ids.new_id(), order_id, 1, {1: 1}, Measures(300))
    parcel = pack_parcel(actor=SYSTEM, draft=draft, now=NOW)
    return {"pick_list_id": list_id, "parcel_id": ids.encode("pcl", parcel.id)}


def come_back(word: str, place: PlaceInfo, order_id: str) -> dict[str, str]:
    """Open a return of what was bought, with a photo."""
    order = ids.decode("ord", order_id)
    sale = get_sale(actor=SYSTEM, order_id=order, place_key=place.key)
    line = next(one.line_no for one in sale.lines if one.free)
    draft = GoodsReturnDraft(
        id=ids.new_id(),
        order_id=order,
        place_key=place.key,
        lines=(ReturnAsk(line, 1, "damaged", f"{word} crack"),),
        is_exception=True,
        note=f"{word} came back",
    )
    made = open_return(actor=SYSTEM, draft=draft, now=NOW)
    photo = add_photo(actor=SYSTEM, return_id=made.id, content=PNG, now=NOW)
    return {
        "rma_id": ids.encode("ret", made.id),
        "photo_id": ids.encode("rph", photo.id),
        "return_number": made.number,
    }


def receive(variant_key: int, place: PlaceInfo, word: str, quantity: int) -> None:
    one = Movement(place.key, variant_key, MovementKind.RECEIPT, StockState.ON_HAND, quantity)
    posting = Posting((one,), NOW, word, reason=f"{word} delivery", ref=f"{word}-note")
    post_movements(actor=SYSTEM, posting=posting, now=NOW)


def carrier(word: str, company: UnitInfo) -> UUID:
    """Give a company a carrier with prices."""
    made = fulfilment.make_carrier(company.key, f"{word}-van")
    fulfilment.price(ids.encode("cac", made.id), service=f"{word}-day")
    return made.id


def source_orders(word: str, company: UnitInfo, variant: int) -> dict[str, str]:
    """Put a profile in force that names the company, and decide an order by it."""
    body = {"strategies": {f"{word}_way": {"criteria": [{"by": "cost"}]}}, "default": f"{word}_way"}
    saved = save_profile(
        actor=SYSTEM, company_key=company.key, channel="", body=body, note=f"{word} note", now=NOW
    )
    activate_profile(actor=SYSTEM, version_id=saved.id, now=NOW)
    decided = allocate(
        actor=SYSTEM,
        request_id=ids.new_id(),
        owner=f"{word} cart",
        question=Question(company.key, (OrderLine(variant, 1),)),
        expires_at=None,
        now=NOW,
    )
    return {
        "profile_id": ids.encode("spf", saved.id),
        "decision_id": ids.encode("srq", decided.request_id),
    }
