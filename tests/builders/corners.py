"""Corners of a group: places full of data, each with a word of its own in every text it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from tests.builders import (
    catalog,
    customers,
    invoices,
    orders,
    payments,
    timeline,
)
from tests.builders.org import actor_of_person, make_key, make_person, make_place
from tests.builders.replenishment import propose_at
from tests.builders.sell_corners import (
    NOW,
    buy,
    carrier,
    come_back,
    count_mugs,
    drop_ship,
    fill_cart,
    fulfil,
    hold_mug,
    mill_known,
    order_mug,
    quote_mugs,
    receive,
    reserve_mug,
    send_mugs,
    settle,
    source_orders,
    supplier_of,
)
from tests.builders.slots import deliver_at
from tests.builders.stock_corner import of_company, rule_stock
from tests.builders.subscriptions import repeat

from quanqu.doors.connectors.contracts import ImportRequest
from quanqu.doors.connectors.facade import connect_shop, keep_upload, run_import
from quanqu.doors.console.actions import save_view
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import ContactUse, WebhookContents
from quanqu.know.audiences.facade import (
    ask_export,
    create_webhook,
    match_upload,
    refresh_audience,
    save_audience,
)
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow, TagKind
from quanqu.know.customers.facade import assign_tag, get_customer, hold_apart, list_customers
from quanqu.know.org.contracts import PersonInfo, PlaceInfo, PlaceType, UnitInfo
from quanqu.know.tags.contracts import TagDraft
from quanqu.know.tags.facade import refresh_tag, save_tag
from quanqu.know.timeline.contracts import (
    FailedFilters,
    SourceDraft,
    WarehouseDraft,
    WarehouseRead,
)
from quanqu.know.timeline.facade import (
    create_source,
    list_failed_events,
    put_warehouse,
    settle_everything,
)
from quanqu.learn.predict.facade import create_model
from quanqu.sell.catalog.contracts import (
    AttributeInfo,
    AttributeType,
    FindingFilters,
    ProductFilters,
)
from quanqu.sell.catalog.facade import (
    audit_listings,
    define_attribute,
    list_findings,
    list_products,
    record_products,
    variant_labels,
)
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import list_orders


@dataclass(frozen=True, slots=True)
class Corner:
    """One place and what is there; `known` holds a value for each name a route may ask for."""

    word: str
    place: PlaceInfo
    keeper: PersonInfo
    known: Mapping[str, str]

    @property
    def private(self) -> tuple[str, ...]:
        """What nobody beyond this corner may read anywhere: the word and the ids."""
        return (self.word, *private_of(self.known))


def private_of(known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the outside ids among known values."""
    return tuple(sorted({text for text in known.values() if text[3:4] == "_"}))


def make_corner(
    word: str, company: UnitInfo, place_type: PlaceType, unit_minor: int, home: Path
) -> Corner:
    """Fill a place: two orders, a refund, a customer, events, an import, an audience, a key."""
    place = make_place(
        f"{word}-place", company=company, place_type=place_type, currency="CNY", city=f"{word}ton"
    )
    keeper = make_person(f"{word.title()}son", unit_id=place.id)
    actor = actor_of_person(keeper)
    _sell(word, place, unit_minor)
    _make_customer(word, place)
    known = _track(word, place)
    settle_everything(now=NOW)
    publish_dirty(now=NOW)
    buyer = CustomerFilters(search=f"{word}@example.com")
    customer = list_customers(actor=actor, filters=buyer).items[0]
    customer_id = ids.encode("cus", customer.id)
    assign_tag(actor=actor, tag=f"{word} tag", customer_ids=[customer.id], now=NOW)
    publish_dirty(now=NOW)
    view = save_view(actor=actor, page="orders", name=f"{word} view", query="q=x", now=NOW)
    evidence = get_customer(actor=actor, customer_id=customer.id).evidence[0]
    known |= {
        "customer_id": customer_id,
        "evidence_key": str(evidence.key),
        "verdict_key": _hold_apart(word, actor, place, customer),
        "identifier_id": ids.encode("idn", customer.identifiers[0].id),
        "view_id": view.id,
        "order_id": list_orders(actor=actor, filters=OrderFilters()).items[0].id,
        "tag_id": _work_tag_out(word),
        "audience_id": _gather(word, "people", actor),
        "second_audience_id": _gather(word, "others", actor),
        "list_id": _list(customer_id, actor),
        "import_id": _import(word, actor, place, home),
        "failed_id": list_failed_events(actor=actor, filters=FailedFilters()).items[0].id,
        "connection_code": _connect(word, actor, place),
        "key_id": make_key(unit_id=place.id).info.id,
        "person_id": keeper.id,
        "role_id": keeper.assignments[0].id,
        "place_id": place.id,
        **payments.of_corner(place, word),
        "payment_reference": f"{word}-0",
        "place_code": place.code,
        "search": f"{word}-0",
        "refund_search": f"{word}-back",
        "token": _upload(word, actor),
        "external_id": f"{word}-0",
        "customer_search": f"{word}@example.com",
        "tag": f"{word} tag",
        "city": f"{word}ton",
        "audience_name": f"{word} people",
        "person_name": keeper.name,
    }
    known |= buy(word, actor, place)
    known["proposal_id"] = propose_at(place, now=NOW)
    known["model_id"] = _model(known["second_audience_id"], actor)
    known["hold_id"] = hold_mug(word, place)
    known |= rule_stock(place)
    known |= settle(word, place)
    known["transfer_id"] = send_mugs(word, company, place)
    known |= fulfil(word, place)
    known["count_id"] = count_mugs(word, place)
    known["live_order_id"] = order_mug(word, place)
    known["reservation_id"] = reserve_mug(word, place)
    known |= fill_cart(word, place)
    known["dropship_id"] = drop_ship(word, place)
    known |= deliver_at(place)
    known |= repeat(word, place)
    known["invoice_id"] = invoices.of_corner(word, place, known["order_id"])
    known |= quote_mugs(word, place)
    known |= come_back(word, place, known["order_id"])
    hook = create_webhook(
        actor=actor,
        audience_id=ids.decode("aud", known["audience_id"]),
        url=f"https://{word}.example/in",
        contents=WebhookContents.IDS,
        use=None,
        now=NOW,
    )
    known["webhook_id"] = ids.encode("awh", hook.row.id)
    known["export_id"] = _ask_export(word, known["audience_id"], actor)
    return Corner(word, place, keeper, known)


def _hold_apart(word: str, actor: Actor, place: PlaceInfo, customer: CustomerRow) -> str:
    """Say that the customer is not another one of the place, and return the verdict's key."""
    (other,) = customers.resolve({"member_id": f"{word}:twin"}, source=word, now=NOW)
    customers.seen_at((other, place.key))
    pairs = pa.table({"left_subject": [customer.key], "right_subject": [other]})
    hold_apart(actor=actor, pairs=pairs, source=word, reason=f"{word} twin", now=NOW)
    detail = get_customer(actor=actor, customer_id=customer.id)
    return str(detail.verdicts[0].key)


def make_goods(word: str, company: UnitInfo, actor: Actor, *places: PlaceInfo) -> dict[str, str]:
    """Give a company a product, shown at its places in different words, and an attribute."""
    rows = [
        {
            "external_product": f"{word}-lamp",
            "sku": f"{word}-lamp",
            "name": f"{word} lamp",
            "brand": f"{word} brand",
            "category_path": f"{word} goods > {word} lamps",
        }
    ]
    made = record_products(
        products=catalog.make_products(*rows), company_key=company.key, source=word, now=NOW
    )
    (variant,) = made["variant_key"].to_pylist()
    for at, place in enumerate(places):
        catalog.show(variant, place.key, now=NOW, title=f"{word} lamp {at}", price_minor=900 + at)
    for place in places:
        receive(variant, place, place.code, 40)
    audit_listings(actor=actor, company_key=company.key, now=NOW)
    glow = AttributeInfo(f"{word}_glow", f"{word} glow", AttributeType.TEXT, "", (), True)
    define_attribute(actor=actor, company_key=company.key, definition=glow, now=NOW)
    product = list_products(actor=actor, filters=ProductFilters(text=f"{word} lamp")).items[0]
    finding = list_findings(actor=actor, filters=FindingFilters()).items[0]
    return {
        **source_orders(word, company, variant),
        "company_id": company.id,
        "company_code": company.code,
        "product_id": product.id,
        "variant_id": variant_labels(variant_keys=[variant])[variant].variant_id,
        "sku": f"{word}-lamp",
        "finding_id": finding.id,
        "supplier_id": supplier_of(company.key, company.code),
        "supplier_search": f"{company.code}-mill",
        "carrier_id": ids.encode("cac", carrier(word, company)),
        "product_search": f"{word}-lamp",
        "brand": f"{word} brand",
        "category": f"{word} goods",
        **of_company(company),
        **mill_known(company),
    }


def _list(customer_id: str, actor: Actor) -> str:
    """Hand in a list that names the customer; it waits to be saved."""
    found = match_upload(actor=actor, columns={"customer_id": [customer_id]}, now=NOW)
    assert found.listed == 1
    return ids.encode("aul", found.id)


def _ask_export(word: str, audience_id: str, actor: Actor) -> str:
    """Ask to hand the people of an audience out."""
    row = ask_export(
        actor=actor,
        audience_id=ids.decode("aud", audience_id),
        format_="csv",
        use=ContactUse("service", "email"),
        reason=f"{word} recall",
        now=NOW,
    )
    return ids.encode("axr", row.id)


def _connect(word: str, actor: Actor, place: PlaceInfo) -> str:
    return connect_shop(
        actor=actor,
        channel="shopify",
        code=f"{word}-shop",
        place_code=place.code,
        secret="a secret of the shop",
        now=NOW,
    ).code


def _sell(word: str, place: PlaceInfo, unit_minor: int) -> None:
    subject = orders.make_subject(f"{word}@example.com")
    day = NOW - timedelta(days=1)
    sold = [
        orders.make_order(
            place,
            external_id=f"{word}-{at}",
            number=f"{word}-{at}",
            placed_at=day,
            business_date=day.date(),
            subject_key=subject,
            country="CN",
            region=f"{word}shire",
            city=f"{word}ton",
            lines=[orders.make_line(sku="mug", unit_price_e4=unit_minor * 100)],
            payments=[{"amount_minor": 2 * unit_minor, "method": f"{word}pay"}],
            address={"name": f"{word} name", "street": f"{word} street", "city": f"{word}ton"},
        )
        for at in range(2)
    ]
    back = orders.make_refund(
        place,
        external_id=f"{word}-back",
        order_external_id=f"{word}-0",
        refunded_at=day,
        business_date=day.date(),
        amount_minor=unit_minor,
    )
    orders.record(*sold, refunds=[back], source=word, now=NOW)


def _make_customer(word: str, place: PlaceInfo) -> None:
    claim = {"email": f"{word}@example.com", "member_id": f"{word}:1"}
    (subject,) = customers.resolve(claim, source=word, now=NOW)
    assert subject is not None
    customers.profile(
        subject, at=NOW, source=word, name=f"{word} person", city=f"{word}ton", country="CN"
    )
    customers.seen_at((subject, place.key))


def _track(word: str, place: PlaceInfo) -> dict[str, str]:
    draft = SourceDraft(name=f"{word} source", code=f"{word}-source", place_key=place.key)
    issued = create_source(actor=timeline.SYSTEM, draft=draft, now=NOW)
    read = WarehouseRead("SELECT 1", "id", "id", "at", f"{word} odd", user_column="who")
    draft_of = WarehouseDraft(f"postgresql://{word}:secret@{word}.example/shop", read)
    put_warehouse(actor=timeline.SYSTEM, source_id=issued.source.id, draft=draft_of, now=NOW)
    at = (NOW - timedelta(hours=1)).isoformat()
    seen = timeline.make_event(
        messageId=f"{word}-message",
        timestamp=at,
        userId=f"{word}-user",
        context={"campaign": {"name": f"{word} campaign", "source": f"{word}ads"}},
        properties={"product_id": "mug", "order_id": f"{word}-0"},
    )
    odd = timeline.make_event(event=f"{word} odd", messageId=f"{word}-odd", timestamp=at)
    broken = {"type": "track", "messageId": f"{word}-broken", "userId": f"{word}-user"}
    timeline.accept(issued, [seen, odd, broken], now=NOW)
    return {
        "source_id": issued.source.id,
        "source": issued.source.code,
        "message_id": f"{word}-message",
        "order_ref": f"{word}-0",
        "event": f"{word} odd",
    }


def _gather(word: str, whom: str, actor: Actor) -> str:
    buyers = {"version": 1, "match": {"kind": "event", "event": "Order Completed"}}
    made = save_audience(
        actor=actor, name=f"{word} {whom}", description=word, definition=buyers, now=NOW
    )
    refresh_audience(actor=actor, audience_id=made.id, as_of=NOW.date(), now=NOW)
    return ids.encode("aud", made.id)


def _work_tag_out(word: str) -> str:
    """Have a tag that only the corner's customer wears worked out; tags are the whole group's."""
    match = {"kind": "profile", "field": "city", "op": "eq", "value": f"{word}ton"}
    draft = TagDraft(TagKind.RULE, word, word, {"version": 2, "match": match})
    made = save_tag(actor=SYSTEM, name=f"{word} worked", draft=draft, now=NOW)
    done = refresh_tag(actor=SYSTEM, tag_id=made.id, now=NOW)
    assert done is not None
    assert (done.customers, done.error) == (1, "")
    publish_dirty(now=NOW)
    return ids.encode("tag", made.id)


def _model(audience_id: str, actor: Actor) -> str:
    audience = ids.decode("aud", audience_id)
    made = create_model(actor=actor, audience_id=audience, basis="consent", now=NOW)
    return ids.encode("mdl", made.id)


def _upload(word: str, actor: Actor) -> str:
    text = f"order_id,sku,quantity\n{word}-9,tea,1\n"
    return keep_upload(actor=actor, file_name=f"{word}.csv", blocks=[text.encode()]).token


def _import(word: str, actor: Actor, place: PlaceInfo, home: Path) -> str:
    path = home / f"{word}.csv"
    day = (NOW - timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    rows = [
        "order_id,order_date,sku,product_name,quantity,unit_price,currency,email",
        f"{word}-i1,{day},tea,Tea,0,1.00,CNY,{word}@example.com",
        f"{word}-i2,never,tea,Tea,1,1.00,CNY,{word}@example.com",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = ImportRequest(
        channel="generic", path=path, place_code=place.code, company_code=place.company_code
    )
    done = run_import(actor=actor, request=asked, now=NOW)
    assert done.counts.rows_rejected, done
    return done.id
