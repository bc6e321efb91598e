"""Transfers: rules, what each act posts, who may do what, the API, and races."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.goods import NOW, Shop, make_shop, stock
from tests.builders.http import API, problem, program
from tests.builders.org import make_actor
from tests.builders.stock import breaches, level

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.inventory.contracts import (
    OPEN_STATES,
    Movement,
    ReceiptLine,
    StockPlaceError,
    StockState,
    TransferDraft,
    TransferFilters,
    TransferItem,
    TransferLine,
    TransferLineError,
    TransferNotFoundError,
    TransferPlacesError,
    TransferShortError,
    TransferState,
    TransferStateError,
    TransferView,
)
from quanqu.sell.inventory.facade import (
    cancel_transfer,
    close_transfer,
    create_transfer,
    get_transfer,
    list_ledger,
    list_transfers,
    receive_transfer,
    send_transfer,
)
from quanqu.sell.inventory.queries.laws import transit_unlike_the_transfers
from quanqu.sell.inventory.rules.transfers import (
    CAN,
    check_items,
    check_receipt,
    given_up,
    received,
    sending,
    state_after,
)

JSON = "application/json"
LINE = TransferLine(1, 11, 10)


@pytest.mark.parametrize(
    ("items", "problem_said"),
    [
        ((), "a transfer has at least one line"),
        ((TransferItem(1, 0),), "the quantity is less than 1"),
        ((TransferItem(1, 10**9 + 1),), "the quantity is over 1000000000"),
        ((TransferItem(1, 2), TransferItem(1, 3)), "the item stands on another line"),
        (tuple(TransferItem(at, 1) for at in range(251)), "a transfer has at most 250 lines"),
    ],
)
def test_items_that_cannot_be_sent(items: tuple[TransferItem, ...], problem_said: str) -> None:
    with pytest.raises(TransferLineError) as refused:
        check_items(items)
    assert refused.value.fields["problem"] == problem_said


@pytest.mark.parametrize(
    ("arrived", "problem_said"),
    [
        ([], "nothing is said to have arrived"),
        ([ReceiptLine(1)], "nothing is said to have arrived"),
        ([ReceiptLine(2, good=1)], "the transfer has no such line"),
        ([ReceiptLine(1, good=1), ReceiptLine(1, good=1)], "it is told twice"),
        ([ReceiptLine(1, good=-1)], "the quantity is less than 0"),
        (
            [ReceiptLine(1, good=8, damaged=3)],
            "only 10 are on the way; what is beyond it is surplus",
        ),
    ],
)
def test_receipts_that_cannot_be(arrived: list[ReceiptLine], problem_said: str) -> None:
    with pytest.raises(TransferLineError) as refused:
        check_receipt([LINE], arrived)
    assert refused.value.fields["problem"] == problem_said


@given(
    sent=st.lists(st.integers(1, 50), min_size=1, max_size=4),
    receipts=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        max_size=12,
    ),
)
def test_whatever_arrives_movements_and_lines_say_the_same(
    sent: list[int], receipts: list[tuple[int, int, int, int]]
) -> None:
    lines = tuple(TransferLine(at, 100 + at, units) for at, units in enumerate(sent, 1))
    moved = list(sending(lines, 1, 2))
    for at, *counts in receipts:
        arrived = [ReceiptLine(at % len(lines) + 1, *counts)]
        try:
            check_receipt(lines, arrived)
        except TransferLineError:
            continue
        lines, made = received(lines, arrived, 2)
        moved += made
    remaining = {line.variant_key: line.remaining for line in lines}
    assert {item: total(moved, 2, item, StockState.IN_TRANSIT) for item in remaining} == remaining
    is_over = not any(remaining.values())
    assert state_after(lines) is (
        TransferState.RECEIVED if is_over else TransferState.PARTLY_RECEIVED
    )
    after, made = given_up(lines, 2)
    moved += made
    for line in after:
        item = line.variant_key
        assert line.remaining == 0
        assert total(moved, 1, item, StockState.ON_HAND) == -line.quantity
        assert total(moved, 2, item, StockState.IN_TRANSIT) == 0
        assert total(moved, 2, item, StockState.DAMAGED) == line.damaged
        assert total(moved, 2, item, StockState.ON_HAND) == line.received + line.surplus


def total(moved: list[Movement], place: int, item: int, state: StockState) -> int:
    return sum(
        one.quantity
        for one in moved
        if (one.place_key, one.variant_key, one.state) == (place, item, state)
    )


def test_nothing_is_done_with_what_is_over() -> None:
    over = {TransferState.CLOSED, TransferState.CANCELLED}
    assert [act for act, states in CAN.items() if states & over] == ["decided"]  # of surplus
    assert all(CAN[act] >= OPEN_STATES for act in ("received", "closed"))


@pytest.fixture
def shop(db: None) -> Shop:
    made = make_shop()
    stock(made.store, made.items["tea"], 20)
    stock(made.store, made.items["cup"], 5)
    return made


def draft(shop: Shop, **units: int) -> TransferView:
    items = tuple(TransferItem(shop.items[sku].key, count) for sku, count in units.items())
    wanted = TransferDraft(shop.store.key, shop.depot.key, items, "weekly")
    return create_transfer(actor=SYSTEM, draft=wanted, now=NOW)


def at(shop: Shop, place: str, sku: str = "tea") -> dict[str, int]:
    return level(place=getattr(shop, place).key, item=shop.items[sku].key)


def lawful() -> bool:
    return not breaches() and not transit_unlike_the_transfers()


def test_what_is_sent_twice_is_sent_once_and_comes_back_when_cancelled(shop: Shop) -> None:
    made = draft(shop, tea=6, cup=5)
    for _ in range(2):
        sent = send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
        assert (sent.state, sent.sent_at) == (TransferState.SENT, NOW)
        assert (at(shop, "store")["on_hand"], at(shop, "depot")["in_transit"]) == (14, 6)
        assert lawful()
    for _ in range(2):
        gone = cancel_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
        assert (gone.state, gone.settled_at) == (TransferState.CANCELLED, NOW)
        assert (at(shop, "store")["on_hand"], at(shop, "depot")["in_transit"]) == (20, 0)
        assert lawful()
    with pytest.raises(TransferStateError) as refused:
        send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    assert refused.value.fields == {
        "ref": encode("trf", made.id),
        "state": "cancelled",
        "wanted": "sent",
    }


def test_a_receipt_told_twice_under_its_name_counts_once(shop: Shop) -> None:
    made = draft(shop, tea=6)
    send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)

    def arrive(once: str, good: int) -> TransferView:
        return receive_transfer(
            actor=SYSTEM, transfer_id=made.id, arrived=[ReceiptLine(1, good)], once=once, now=NOW
        )

    for _ in range(2):
        assert arrive("van 1", 4).lines[0].received == 4
    assert arrive("van 2", 2).state is TransferState.RECEIVED
    assert arrive("van 2", 2).lines[0].received == 6
    for _ in range(2):
        assert close_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW).lines[0].lost == 0
    assert arrive("van 1", 4).state is TransferState.CLOSED
    assert (at(shop, "depot")["on_hand"], at(shop, "depot")["in_transit"]) == (6, 0)
    rows = list_ledger(
        actor=SYSTEM, place_key=shop.depot.key, variant_key=shop.items["tea"].key
    ).items
    assert {row.ref for row in rows} == {encode("trf", made.id)}
    assert lawful()


def test_a_transfer_stays_in_its_company(shop: Shop) -> None:
    other = make_shop("south")
    items = (TransferItem(shop.items["tea"].key, 1),)
    for target in (other.depot.key, shop.store.key):
        wanted = TransferDraft(shop.store.key, target, items)
        with pytest.raises(TransferPlacesError):
            create_transfer(actor=SYSTEM, draft=wanted, now=NOW)
    with pytest.raises(StockPlaceError):
        create_transfer(actor=SYSTEM, draft=TransferDraft(shop.store.key, 10**8, items), now=NOW)


def test_who_sends_does_not_receive(shop: Shop) -> None:
    sender = make_actor("Sen", role=RoleCode.STORE_MANAGER, unit_id=shop.store.id)
    receiver = make_actor("Rec", role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    viewer = make_actor("Vi", role=RoleCode.VIEWER, unit_id=shop.store.id)
    stranger = make_actor("Str", role=RoleCode.STORE_MANAGER, unit_id=make_shop("south").store.id)
    made = draft(shop, tea=6)
    arrived = [ReceiptLine(1, good=6)]
    with pytest.raises(StockPlaceError):
        send_transfer(actor=receiver, transfer_id=made.id, now=NOW)
    with pytest.raises(NotAllowedError):
        send_transfer(actor=viewer, transfer_id=made.id, now=NOW)
    with pytest.raises(TransferNotFoundError):
        send_transfer(actor=stranger, transfer_id=made.id, now=NOW)
    send_transfer(actor=sender, transfer_id=made.id, now=NOW)
    with pytest.raises(StockPlaceError):
        receive_transfer(actor=sender, transfer_id=made.id, arrived=arrived, once="1", now=NOW)
    receive_transfer(actor=receiver, transfer_id=made.id, arrived=arrived, once="1", now=NOW)
    filters = TransferFilters(states=frozenset({TransferState.RECEIVED}))
    for actor, count in ((sender, 1), (receiver, 1), (viewer, 1), (stranger, 0)):
        assert len(list_transfers(actor=actor, filters=filters).items) == count
    with pytest.raises(TransferNotFoundError):
        get_transfer(actor=stranger, transfer_id=made.id)


def test_transfers_go_through_the_api(shop: Shop) -> None:
    client = program()

    def post(path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return client.post(f"{API}/stock/transfers{path}", body, JSON, headers=headers)

    body = {
        "origin": shop.store.id,
        "target": shop.depot.id,
        "lines": [
            {"sku": "tea", "quantity": 6},
            {"item": shop.items["cup"].id, "quantity": 2},
        ],
    }
    made = post("", body, key="t-1")
    assert made.status_code == 201
    assert post("", body, key="t-1").json() == made.json()
    ref = made.json()["id"]
    changed = client.put(
        f"{API}/stock/transfers/{ref}/lines", {"lines": [{"sku": "tea", "quantity": 30}]}, JSON
    )
    assert [line["quantity"] for line in changed.json()["lines"]] == [30]
    short = problem(post(f"/{ref}/dispatch"), 409, "inventory.transfer_short")["fields"]
    assert short == {"line": 1, "asked": 30, "free": 20}
    client.put(
        f"{API}/stock/transfers/{ref}/lines", {"lines": [{"sku": "tea", "quantity": 7}]}, JSON
    )
    assert post(f"/{ref}/dispatch").json()["state"] == "sent"
    arrived = {"lines": [{"line": 1, "good": 4, "damaged": 1}]}
    for _ in range(2):
        got = post(f"/{ref}/receipts", arrived, key="van").json()
        assert (got["state"], got["lines"][0]["remaining"]) == ("partly_received", 2)
    over = {"lines": [{"line": 1, "good": 3}]}
    problem(post(f"/{ref}/receipts", over), 422, "inventory.transfer_line")
    problem(post(f"/{ref}/cancellation"), 409, "inventory.transfer_state")
    closed = post(f"/{ref}/closure").json()
    assert (closed["state"], closed["lines"][0]["lost"]) == ("closed", 2)
    assert client.get(f"{API}/stock/transfers/{ref}").json() == closed
    where = f"{API}/stock/transfers?place={shop.depot.id}&state=closed"
    assert client.get(where).json()["items"] == [closed]
    assert client.get(f"{API}/stock/transfers?state=sent").json()["items"] == []
    unknown = "trf_" + "0" * 26
    problem(client.get(f"{API}/stock/transfers/{unknown}"), 404, "inventory.transfer_not_found")
    by_hand = {
        "source": "wms",
        "movements": [
            {"place": shop.store.id, "sku": "tea", "kind": "transfer_out", "quantity": -1}
        ],
    }
    refused = client.post(f"{API}/stock/movements", by_hand, JSON)
    problem(refused, 422, "inventory.movement")
    assert lawful()


@pytest.mark.django_db(transaction=True)
def test_two_who_receive_the_same_goods_at_once_receive_them_once() -> None:
    shop = make_shop()
    stock(shop.store, shop.items["tea"], 20)
    made = draft(shop, tea=10)
    send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    gate = threading.Barrier(4)

    def arrive(number: int) -> bool:
        try:
            gate.wait(30)
            receive_transfer(
                actor=SYSTEM,
                transfer_id=made.id,
                arrived=[ReceiptLine(1, good=10)],
                once=f"van {number}",
                now=NOW,
            )
            return True
        except TransferLineError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(arrive, range(4))) == [False, False, False, True]
    assert at(shop, "depot")["on_hand"] == 10
    assert lawful()


@pytest.mark.django_db(transaction=True)
def test_transfers_to_and_fro_at_once_end_and_take_no_more_than_there_is() -> None:
    shop = make_shop()
    for place in (shop.store, shop.depot):
        for item in shop.items.values():
            stock(place, item, 10)
    keys = [item.key for item in shop.items.values()]
    ways = [(shop.store.key, shop.depot.key), (shop.depot.key, shop.store.key)]
    made = []
    for number in range(12):
        items = tuple(TransferItem(key, 4) for key in (keys if number % 3 else keys[::-1]))
        wanted = TransferDraft(*ways[number % 2], items)
        made.append(create_transfer(actor=SYSTEM, draft=wanted, now=NOW))

    def send(one: TransferView) -> bool:
        try:
            send_transfer(actor=SYSTEM, transfer_id=one.id, now=NOW)
            return True
        except TransferShortError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(send, made))
    assert sum(sent) == 4  # two of four leave each place, ten are there
    assert at(shop, "store")["on_hand"] == at(shop, "depot")["on_hand"] == 2
    assert lawful()
