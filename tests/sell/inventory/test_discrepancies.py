"""Transfers that arrived short or over: what each decision posts, undoing, who may, the API."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.builders.goods import NOW, Shop, make_shop, stock
from tests.builders.http import API, problem, program
from tests.builders.org import make_actor
from tests.builders.stock import breaches, hold, level

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.inventory.contracts import (
    ClaimEnding,
    DecisionDraft,
    DecisionError,
    DecisionKind,
    DecisionState,
    DecisionStateError,
    DecisionUndoError,
    Discrepancy,
    DiscrepancyFilters,
    ReceiptLine,
    StockPlaceError,
    TransferDraft,
    TransferItem,
    TransferLine,
    TransferNotFoundError,
    TransferShortError,
    TransferState,
    TransferView,
)
from quanqu.sell.inventory.facade import (
    close_transfer,
    count_discrepancies,
    create_transfer,
    decide_discrepancy,
    end_claim,
    get_discrepancy,
    list_discrepancies,
    receive_transfer,
    send_transfer,
    undo_decision,
)
from quanqu.sell.inventory.queries.laws import (
    transfers_unlike_the_decisions,
    transit_unlike_the_transfers,
)
from quanqu.sell.inventory.rules.discrepancies import check_decision, decided, undone

JSON = "application/json"
K = DecisionKind
CLAIM = Money(12_50, "CNY")


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    made = make_shop()
    stock(made.store, made.items["tea"], 20)
    yield made
    assert not breaches()
    assert not transit_unlike_the_transfers()
    assert not transfers_unlike_the_decisions()


def arrived(shop: Shop, good: int = 6, surplus: int = 0, units: int = 10) -> TransferView:
    items = (TransferItem(shop.items["tea"].key, units),)
    draft = TransferDraft(shop.store.key, shop.depot.key, items, "weekly")
    made = create_transfer(actor=SYSTEM, draft=draft, now=NOW)
    send_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    return receive_transfer(
        actor=SYSTEM,
        transfer_id=made.id,
        arrived=[ReceiptLine(1, good=good, surplus=surplus)],
        once="van",
        now=NOW,
    )


def decide(made: TransferView, kind: DecisionKind, units: int, **more: Any) -> Discrepancy:
    told = {"note": "the van was searched"} | more
    actor, once = told.pop("actor", SYSTEM), told.pop("once", f"{kind}-{units}")
    return decide_discrepancy(
        actor=actor,
        transfer_id=made.id,
        told=DecisionDraft(1, kind, units, **told),
        once=once,
        now=NOW,
    )


def undo(made: TransferView, number: int, state: DecisionState = DecisionState.DONE) -> Discrepancy:
    return undo_decision(actor=SYSTEM, transfer_id=made.id, number=number, state=state, now=NOW)


def there(shop: Shop) -> tuple[int, int, int]:
    """Return what the sender has, what is on the way, and what the receiver has."""
    item = shop.items["tea"].key
    sender, receiver = (
        level(place=shop.store.key, item=item),
        level(place=shop.depot.key, item=item),
    )
    return sender["on_hand"], receiver["in_transit"], receiver["on_hand"]


LINE = TransferLine(1, 11, 10, received=6, surplus=2)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (DecisionDraft(2, K.FOUND_AT_SENDER, 1), "the transfer has no such line"),
        (DecisionDraft(1, K.FOUND_AT_SENDER, 0), "the quantity is less than 1"),
        (DecisionDraft(1, K.FOUND_AT_SENDER, 5), "4 units are open on the line"),
        (DecisionDraft(1, K.SURPLUS_KEPT, 3), "2 units are open on the line"),
        (DecisionDraft(1, K.WRITTEN_OFF, 1), "a loss has a reason"),
        (DecisionDraft(1, K.CLAIMED, 1, "x"), "a claim has an amount above zero"),
        (DecisionDraft(1, K.WRITTEN_OFF, 1, "x", CLAIM), "only a claim has an amount"),
        (DecisionDraft(1, K.SURPLUS_KEPT, 1, "x" * 301), "it has up to 300 characters"),
    ],
)
def test_decisions_that_cannot_be(told: DecisionDraft, said: str) -> None:
    with pytest.raises(DecisionError) as refused:
        check_decision([LINE], told)
    assert refused.value.fields["problem"] == said


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_what_is_taken_back_is_as_if_it_had_not_been(kind: DecisionKind) -> None:
    after, made = decided(LINE, kind, 2, 1, 2)
    again, back = undone(after, kind, 2, 1, 2)
    assert (after != LINE, again) == (True, LINE)
    sums: dict[tuple[int, str], int] = {}
    for one in (*made, *back):
        sums[one.place_key, one.state] = sums.get((one.place_key, one.state), 0) + one.quantity
    assert not any(sums.values())


def test_each_missing_unit_is_decided_and_nothing_stays_on_the_way(shop: Shop) -> None:
    made = arrived(shop)
    assert get_discrepancy(actor=SYSTEM, transfer_id=made.id).short_open == 4
    assert there(shop) == (10, 4, 6)
    decide(made, K.FOUND_AT_SENDER, 1)
    assert there(shop) == (11, 3, 6)
    decide(made, K.FOUND_AT_RECEIVER, 1)
    assert there(shop) == (11, 2, 7)
    decide(made, K.WRITTEN_OFF, 1)
    found = decide(made, K.CLAIMED, 1, amount=CLAIM)
    assert there(shop) == (11, 0, 7)
    (line,) = found.transfer.lines
    assert (line.received, line.lost, line.returned, line.remaining) == (7, 2, 1, 0)
    assert found.transfer.state is TransferState.RECEIVED
    assert (found.short_open, found.decided, found.is_open) == (0, 4, True)
    assert [one.amount for one in found.claims] == [CLAIM]


def test_the_same_decision_told_twice_is_made_once(shop: Shop) -> None:
    made = arrived(shop)
    for _ in range(2):
        found = decide(made, K.FOUND_AT_SENDER, 2, once="call")
        assert (len(found.decisions), there(shop)) == (1, (12, 2, 6))
    with pytest.raises(DecisionError):
        decide(made, K.WRITTEN_OFF, 3)
    assert there(shop) == (12, 2, 6)


def test_surplus_is_kept_or_taken_off_who_sent_it(shop: Shop) -> None:
    made = arrived(shop, good=10, surplus=3)
    assert made.state is TransferState.RECEIVED
    close_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    assert (get_discrepancy(actor=SYSTEM, transfer_id=made.id).over_open, there(shop)) == (
        3, (10, 0, 13),
    )  # fmt: skip
    decide(made, K.SURPLUS_FROM_SENDER, 2)
    found = decide(made, K.SURPLUS_KEPT, 1)
    assert there(shop) == (8, 0, 13)
    assert (found.is_open, found.transfer.state) == (False, TransferState.CLOSED)
    undo(made, 2)
    assert there(shop) == (8, 0, 13)
    assert undo(made, 1).over_open == 3
    assert there(shop) == (10, 0, 13)


def test_a_surplus_the_sender_does_not_have_is_refused(shop: Shop) -> None:
    made = arrived(shop, good=20, surplus=1, units=20)
    with pytest.raises(TransferShortError) as refused:
        decide(made, K.SURPLUS_FROM_SENDER, 1)
    assert refused.value.fields == {"line": 1, "asked": 1, "free": 0}


def test_a_claim_is_open_until_it_is_paid_or_given_up(shop: Shop) -> None:
    made = arrived(shop)
    decide(made, K.CLAIMED, 4, amount=CLAIM)

    def end(ending: ClaimEnding, amount: Money | None = None, note: str = "") -> Discrepancy:
        return end_claim(
            actor=SYSTEM, transfer_id=made.id, number=1, ending=ending, amount=amount, note=note,
            now=NOW,
        )  # fmt: skip

    for amount in (None, Money(1, "USD"), Money(0, "CNY")):
        with pytest.raises(DecisionError):
            end(ClaimEnding.SETTLED, amount)
    with pytest.raises(DecisionError):
        end(ClaimEnding.GIVEN_UP)
    for _ in range(2):
        paid = end(ClaimEnding.SETTLED, Money(10_00, "CNY"), "half of it")
        assert (paid.is_open, paid.decisions[0].steps[-1].amount) == (False, Money(1_000, "CNY"))
        assert len(paid.decisions[0].steps) == 2
    with pytest.raises(DecisionStateError):
        end(ClaimEnding.GIVEN_UP, note="nobody pays")
    for _ in range(2):
        assert undo(made, 1, DecisionState.SETTLED).claims
    given_up = end(ClaimEnding.GIVEN_UP, note="nobody pays")
    states = [step.state.value for step in given_up.decisions[0].steps]
    assert states == ["open", "settled", "open", "given_up"]
    assert there(shop) == (10, 0, 6)


def test_decisions_are_taken_back_the_latest_first(shop: Shop) -> None:
    made = arrived(shop)
    decide(made, K.FOUND_AT_RECEIVER, 3)
    decide(made, K.WRITTEN_OFF, 1)
    with pytest.raises(DecisionUndoError):
        undo(made, 1)
    for _ in range(2):
        undo(made, 2)
        assert there(shop) == (10, 1, 9)
    back = undo(made, 1)
    assert (there(shop), back.transfer.state) == ((10, 4, 6), TransferState.PARTLY_RECEIVED)
    assert (back.decided, back.short_open) == (0, 4)
    decide(made, K.FOUND_AT_SENDER, 4)
    assert there(shop) == (14, 0, 6)


def test_what_moved_since_or_is_promised_is_not_taken_back(shop: Shop) -> None:
    made = arrived(shop)
    decide(made, K.FOUND_AT_RECEIVER, 3)
    assert hold((shop.depot.key, shop.items["tea"].key, 9)).is_granted
    with pytest.raises(TransferShortError):
        undo(made, 1)
    stock(shop.depot, shop.items["tea"], 5)
    with pytest.raises(DecisionUndoError) as refused:
        undo(made, 1)
    assert refused.value.fields["problem"] == "the goods have moved since"
    other = arrived(shop, good=2, units=4)
    decide(other, K.WRITTEN_OFF, 1, once="a")
    receive_transfer(
        actor=SYSTEM, transfer_id=other.id, arrived=[ReceiptLine(1, 1)], once="late", now=NOW
    )
    with pytest.raises(DecisionUndoError):
        undo(other, 1)


def test_closing_decides_the_rest_and_can_be_taken_back(shop: Shop) -> None:
    made = arrived(shop)
    close_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW)
    (one,) = get_discrepancy(actor=SYSTEM, transfer_id=made.id).decisions
    assert (one.kind, one.quantity, there(shop)) == (K.WRITTEN_OFF, 4, (10, 0, 6))
    back = undo(made, 1)
    assert (back.transfer.state, back.transfer.settled_at) == (TransferState.PARTLY_RECEIVED, None)
    decide(made, K.FOUND_AT_SENDER, 4)
    close_transfer(actor=SYSTEM, transfer_id=made.id, now=NOW + timedelta(hours=1))
    with pytest.raises(DecisionUndoError):
        undo(made, 2)
    assert there(shop) == (14, 0, 6)


def test_who_decides_is_who_may_change_the_stock_it_changes(shop: Shop) -> None:
    made = arrived(shop)
    sender = make_actor("Sen", role=RoleCode.STORE_MANAGER, unit_id=shop.store.id)
    receiver = make_actor("Rec", role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    viewer = make_actor("Vi", role=RoleCode.VIEWER, unit_id=shop.store.id)
    stranger = make_actor("Str", role=RoleCode.STORE_MANAGER, unit_id=make_shop("south").store.id)
    for actor, kind, refusal in (
        (sender, K.WRITTEN_OFF, StockPlaceError),
        (receiver, K.FOUND_AT_SENDER, StockPlaceError),
        (viewer, K.WRITTEN_OFF, NotAllowedError),
        (stranger, K.WRITTEN_OFF, TransferNotFoundError),
    ):
        with pytest.raises(refusal):
            decide(made, kind, 1, actor=actor)
    decide(made, K.FOUND_AT_SENDER, 1, actor=sender)
    decide(made, K.WRITTEN_OFF, 1, actor=receiver)
    seen = {
        actor.id: count_discrepancies(actor=actor, filters=DiscrepancyFilters())
        for actor in (sender, receiver, viewer, stranger)
    }
    assert list(seen.values()) == [1, 1, 1, 0]
    with pytest.raises(TransferNotFoundError):
        get_discrepancy(actor=stranger, transfer_id=made.id)


def test_the_list_has_what_differs_and_is_narrowed(shop: Shop) -> None:
    short, over, even = arrived(shop), arrived(shop, 2, 1, 2), arrived(shop, 2, units=2)
    decide(over, K.SURPLUS_KEPT, 1)

    def found(**more: Any) -> list[Any]:
        filters = DiscrepancyFilters(**more)
        rows = list_discrepancies(actor=SYSTEM, filters=filters).items
        assert len(rows) == count_discrepancies(actor=SYSTEM, filters=filters)
        return [row.transfer.id for row in rows]

    assert found() == [over.id, short.id]
    assert even.id not in found()
    assert (found(is_open=True), found(is_open=False)) == ([short.id], [over.id])
    assert found(place_key=shop.depot.key) == [over.id, short.id]
    assert found(place_key=10**8) == []
    assert found(since=NOW) == [over.id, short.id]
    assert found(until=NOW) == []
    assert found(text=encode("trf", short.id)) == [short.id]
    assert found(text="tea") == found(text="week") == [over.id, short.id]
    assert found(text="cup") == []


def test_discrepancies_go_through_the_api(shop: Shop) -> None:
    made, client = arrived(shop), program()
    where = f"{API}/stock/transfers/{encode('trf', made.id)}"

    def post(path: str, body: Any, key: str) -> Any:
        return client.post(f"{where}/{path}", body, JSON, headers={"Idempotency-Key": key})

    body = {"line": 1, "kind": "claimed", "quantity": 3, "note": "torn", "amount": "12.50",
            "currency": "CNY"}  # fmt: skip
    first = post("decisions", body, "d-1")
    assert first.status_code == 201
    assert post("decisions", body, "d-1").json() == first.json()
    shown = first.json()
    assert (shown["short_open"], shown["decided"], shown["is_open"]) == (1, 3, True)
    assert shown["decisions"][0]["amount"] == {"amount": "12.50", "currency": "CNY"}
    late = {**body, "quantity": 2}
    assert "1 units" in problem(post("decisions", late, "d-2"), 422, "inventory.decision")["detail"]
    paid = {"ending": "settled", "amount": "12.50", "currency": "CNY"}
    ended = post("decisions/1/ending", paid, "e-1").json()
    assert [one["state"] for one in ended["decisions"]] == ["settled"]
    problem(post("decisions/9/ending", paid, "e-2"), 404, "inventory.decision_not_found")
    back = post("decisions/1/undoing", {"state": "settled"}, "u-1").json()
    assert back["decisions"][0]["state"] == "open"
    assert client.get(f"{where}/discrepancy").json() == back
    listed = client.get(f"{API}/stock/discrepancies?is_open=true&search=tea").json()["items"]
    assert listed == [back]
    assert client.get(f"{API}/stock/discrepancies?is_open=false").json()["items"] == []


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_about_the_same_units_at_once_decide_once() -> None:
    shop = make_shop()
    stock(shop.store, shop.items["tea"], 20)
    made = arrived(shop)
    gate = threading.Barrier(4)
    kinds = [K.FOUND_AT_SENDER, K.FOUND_AT_RECEIVER, K.WRITTEN_OFF, K.FOUND_AT_SENDER]

    def at_once(number: int) -> bool:
        try:
            gate.wait(30)
            decide(made, kinds[number], 4, once=f"person {number}")
            return True
        except DecisionError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(at_once, range(4))) == [False, False, False, True]
    assert there(shop)[1] == 0
    assert not transit_unlike_the_transfers()
    assert not transfers_unlike_the_decisions()
