"""Reading orders: filters, pages, counts, scope, addresses."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import (
    NOW,
    make_clerk,
    make_line,
    make_order,
    make_places,
    make_refund,
    make_subject,
    record,
)

from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.money import Money
from quanqu.kernel.paging import MalformedCursorError, encode_cursor
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.orders.contracts import (
    BuyerFigure,
    OrderCount,
    OrderFilters,
    OrderNotFoundError,
    OrderRow,
    OrderSort,
    OrderStatus,
    RefundFilters,
    SortNeedsCurrencyError,
)
from quanqu.sell.orders.facade import (
    buyer_figures,
    buyer_totals,
    count_orders,
    customer_totals,
    find_by_external,
    get_order,
    list_orders,
    list_refunds,
    reveal_address,
)
from quanqu.sell.orders.models import OrderAddress
from quanqu.sell.orders.queries import lists

pytestmark = pytest.mark.django_db

ADDRESS = {
    "name": "Ada Byron",
    "phone": "+447700900123",
    "email": "ada@example.com",
    "street": "12 Mill Lane",
    "postcode": "LS1 4AP",
    "city": "Leeds",
    "country": "GB",
}


def some_orders() -> dict[str, PlaceInfo]:
    places = make_places()
    shop, store, market = places["shop"], places["store"], places["market"]
    record(
        make_order(shop, external_id="1", number="#1001", status="placed"),
        make_order(shop, external_id="2", number="#1002", business_date=date(2026, 11, 1)),
        make_order(store, external_id="3", lines=[make_line(quantity=4)]),
        make_order(market, external_id="4", status="cancelled"),
    )
    return places


def ids(**filters: object) -> list[str]:
    found = list_orders(actor=SYSTEM, filters=OrderFilters(**filters)).items
    count = count_orders(actor=SYSTEM, filters=OrderFilters(**filters))
    assert count == OrderCount(len(found), is_exact=True)
    return sorted(row.external_id for row in found)


def test_orders_are_filtered() -> None:
    places = some_orders()

    assert ids() == ["1", "2", "3", "4"]
    assert ids(place_keys=frozenset({places["shop"].key})) == ["1", "2"]
    assert ids(company_keys=frozenset({places["market"].company_key})) == ["4"]
    assert ids(channel="store") == ["3"]
    assert ids(channel="store", place_keys=frozenset({places["shop"].key})) == []
    assert ids(statuses=frozenset({OrderStatus.PLACED, OrderStatus.CANCELLED})) == ["1", "4"]
    assert ids(first=date(2026, 11, 2)) == ["1", "3", "4"]
    assert ids(last=date(2026, 11, 1)) == ["2"]
    assert ids(text="#100") == ["1", "2"]
    assert ids(text="3") == ["3"]
    assert ids(currency="BRL") == ["4"]
    assert ids(currency="GBP", min_total_minor=2501) == ["3"]
    assert ids(currency="GBP", max_total_minor=2500) == ["1", "2"]


def test_pages_are_newest_first_and_miss_none() -> None:
    shop = make_places()["shop"]
    record(
        *(
            make_order(
                shop, external_id=str(at), placed_at=datetime(2026, 11, 1 + at // 3, tzinfo=UTC)
            )
            for at in range(10)
        )
    )
    seen = [(row.placed_at, row.key) for row in every(OrderSort.NEWEST)]

    assert len(seen) == 10
    assert seen == sorted(seen, reverse=True)
    assert [(row.placed_at, row.key) for row in every(OrderSort.OLDEST)] == seen[::-1]


def every(sort: OrderSort, filters: OrderFilters = OrderFilters()) -> list[OrderRow]:  # noqa: B008 - frozen
    rows: list[OrderRow] = []
    cursor = None
    while True:
        page = list_orders(actor=SYSTEM, filters=filters, cursor=cursor, limit=3, sort=sort)
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return rows


def test_pages_by_total_are_of_one_currency() -> None:
    shop = make_places()["shop"]
    amounts = [300, 100, 300, 200, 300, 100, 500]
    record(
        *(
            make_order(
                shop, external_id=str(at), lines=[make_line(quantity=1, unit_price_e4=100 * n)]
            )
            for at, n in enumerate(amounts)
        )
    )
    pounds = OrderFilters(currency="GBP")
    highest = [(row.total.minor, row.key) for row in every(OrderSort.HIGHEST, pounds)]

    assert [minor for minor, _ in highest] == sorted(amounts, reverse=True)
    assert highest == sorted(highest, reverse=True)
    assert [(r.total.minor, r.key) for r in every(OrderSort.LOWEST, pounds)] == highest[::-1]
    with pytest.raises(SortNeedsCurrencyError):
        list_orders(actor=SYSTEM, filters=OrderFilters(), sort=OrderSort.HIGHEST)


@pytest.mark.parametrize(
    "values",
    [
        ["newest", "yesterday", 1],
        ["newest", "2026-11-01T00:00:00", 1],
        ["newest", "2026-11-01T00:00:00+00:00", "x"],
        ["oldest", "2026-11-01T00:00:00+00:00", 1],
        ["newest", 1, 1],
        ["2026-11-01T00:00:00+00:00", 1],
    ],
)
def test_a_cursor_of_another_making_is_refused(values: list[str | int]) -> None:
    with pytest.raises(MalformedCursorError):
        list_orders(actor=SYSTEM, filters=OrderFilters(), cursor=encode_cursor(values))


def test_a_large_count_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    some_orders()
    monkeypatch.setattr(lists, "EXACT_COUNT", 2)

    count = count_orders(actor=SYSTEM, filters=OrderFilters())

    assert count.value >= 3
    assert not count.is_exact


def test_what_is_out_of_scope_is_not_there() -> None:
    places = some_orders()
    record(refunds=[make_refund(places["market"]), make_refund(places["store"])])
    clerk, nobody = make_clerk(places["store"]), make_clerk()

    assert [r.external_id for r in list_orders(actor=clerk, filters=OrderFilters()).items] == ["3"]
    wider = OrderFilters(place_keys=frozenset({places["shop"].key}))
    assert list_orders(actor=clerk, filters=wider).items == ()
    assert len(list_refunds(actor=clerk, filters=RefundFilters()).items) == 1
    assert list_orders(actor=nobody, filters=OrderFilters()).items == ()
    assert count_orders(actor=nobody, filters=OrderFilters()).value == 0
    assert find_by_external(actor=clerk, external_id="1") == ()
    (hidden,) = find_by_external(actor=SYSTEM, external_id="1")
    with pytest.raises(OrderNotFoundError):
        get_order(actor=clerk, order_id=hidden.id)


def test_orders_need_their_permission() -> None:
    places = some_orders()
    stranger = make_clerk(places["shop"], permissions=["catalog.view"])

    for read in (list_orders, count_orders):
        with pytest.raises(NotAllowedError):
            read(actor=stranger, filters=OrderFilters())
    with pytest.raises(NotAllowedError):
        list_refunds(actor=stranger, filters=RefundFilters())
    with pytest.raises(NotAllowedError):
        customer_totals(actor=stranger, subject_keys=[1])


def test_what_buyers_bought_is_told_by_identifier_and_currency() -> None:
    places = make_places()
    shop, market = places["shop"], places["market"]
    with transaction.atomic():
        ada, bea = (make_subject(f"{name}@example.com") for name in ("ada", "bea"))
    record(
        make_order(shop, external_id="1", subject_key=ada, business_date=date(2026, 11, 1)),
        make_order(shop, external_id="2", subject_key=ada, business_date=date(2026, 11, 9)),
        make_order(shop, external_id="3", subject_key=bea, status="cancelled"),
        make_order(shop, external_id="4"),
    )
    total = list_orders(actor=SYSTEM, filters=OrderFilters(text="1")).items[0].total

    (found,) = buyer_totals(actor=SYSTEM, subject_keys=[ada, bea])

    assert (found.subject_key, found.order_count) == (ada, 2)
    assert found.net == Money(2 * total.minor, total.currency)
    assert found.last_on == date(2026, 11, 9)

    def figure(which: BuyerFigure, currency: str = "") -> dict[int, int]:
        return buyer_figures(actor=SYSTEM, figure=which, currency=currency)

    assert figure(BuyerFigure.ORDERS) == {ada: 2}
    assert figure(BuyerFigure.SALES, total.currency) == {ada: found.net.minor}
    assert figure(BuyerFigure.SALES, "XXX") == {}
    assert figure(BuyerFigure.LAST_ORDER) == {ada: date(2026, 11, 9).toordinal()}
    assert buyer_figures(actor=make_clerk(market), figure=BuyerFigure.ORDERS) == {}
    with pytest.raises(NotAllowedError):
        buyer_totals(actor=make_clerk(shop, permissions=["nothing"]), subject_keys=[ada])


def test_an_address_is_kept_sealed_shown_masked_and_revealed_on_record() -> None:
    places = make_places()
    shop = places["shop"]
    record(make_order(shop, address=ADDRESS), make_order(shop, external_id="1002"))
    assert record(make_order(shop, address=ADDRESS)).unchanged == 1
    order, other = list_orders(actor=SYSTEM, filters=OrderFilters()).items[::-1]

    assert b"Mill" not in bytes(OrderAddress.objects.get().sealed)
    hint = get_order(actor=SYSTEM, order_id=order.id).address
    assert hint is not None
    assert (hint.name, hint.street, hint.phone) == ("A*** B***", "***", "****0123")
    assert (hint.city, hint.country, hint.is_masked) == ("Leeds", "GB", True)

    reader = make_clerk(shop, permissions=["orders.view", "customers.reveal"])
    clear = reveal_address(actor=reader, order_id=order.id, now=NOW)
    assert (clear.street, clear.postcode, clear.is_masked) == ("12 Mill Lane", "LS1 4AP", False)
    noted = AuditRecord.objects.get(action="orders.reveal_address")
    assert (noted.subject, noted.actor_name) == (order.id, "Ada")

    with pytest.raises(OrderNotFoundError):
        reveal_address(actor=reader, order_id=other.id, now=NOW)
    with pytest.raises(NotAllowedError):
        reveal_address(actor=make_clerk(shop), order_id=order.id, now=NOW)
    elsewhere = make_clerk(places["store"], permissions=["orders.view", "customers.reveal"])
    with pytest.raises(OrderNotFoundError):
        reveal_address(actor=elsewhere, order_id=order.id, now=NOW)


def test_what_a_customer_bought_adds_up_by_currency() -> None:
    places = make_places()
    shop, market = places["shop"], places["market"]
    ada, bo = make_subject("ada@example.com"), make_subject("bo@example.com")
    record(
        make_order(shop, external_id="1", subject_key=ada),
        make_order(shop, external_id="2", subject_key=bo, business_date=date(2026, 12, 1)),
        make_order(shop, external_id="3", subject_key=ada, status="cancelled"),
        make_order(market, external_id="4", subject_key=ada),
        refunds=[make_refund(shop, order_external_id="1", amount_minor=500)],
    )

    pounds, reais = customer_totals(actor=SYSTEM, subject_keys=[ada, bo])
    assert (pounds.order_count, pounds.item_count) == (2, 4)
    assert (pounds.total, pounds.refunded) == (Money(5000, "GBP"), Money(500, "GBP"))
    assert (pounds.first_on, pounds.last_on) == (date(2026, 11, 20), date(2026, 12, 1))
    assert (reais.currency, reais.order_count) == ("BRL", 1)


def test_a_page_and_an_order_cost_the_same_queries_whatever_their_length() -> None:
    shop = make_places()["shop"]
    lines = [make_line(sku=f"S{at}") for at in range(20)]
    record(make_order(shop, lines=lines), make_order(shop, external_id="2"))
    long, short = list_orders(actor=SYSTEM, filters=OrderFilters()).items[::-1]

    with CaptureQueriesContext(connection) as page:
        list_orders(actor=SYSTEM, filters=OrderFilters())
    with CaptureQueriesContext(connection) as of_long:
        get_order(actor=SYSTEM, order_id=long.id)
    with CaptureQueriesContext(connection) as of_short:
        get_order(actor=SYSTEM, order_id=short.id)

    assert len(page) == 1
    assert len(of_long) == len(of_short) <= 7
