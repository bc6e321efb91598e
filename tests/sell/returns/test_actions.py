"""Returns move goods, money and ledger together, or nothing happens."""

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.builders import orders, supply
from tests.builders.checkout import draft as order_draft
from tests.builders.checkout import order
from tests.builders.goods import Shop, make_shop
from tests.builders.returns import (
    NOW,
    ask,
    breaches,
    clerk,
    draft,
    graded,
    later,
    make_open_shop,
    opened,
    recorded,
    settled,
    sold,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.errors import NotAllowedError, QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import Delivery, NotEnoughError, Step, TenderDraft
from quanqu.sell.checkout.facade import move_order, place_order, record_live_orders
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import list_levels
from quanqu.sell.orders.facade import get_order
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.returns.contracts import (
    ChargeBackError,
    ExchangeDraft,
    ExchangeLine,
    Grade,
    Graded,
    GradeError,
    ReturnFilters,
    ReturnLineError,
    ReturnNotFoundError,
    ReturnPlaceError,
    ReturnPolicyError,
    ReturnPolicyFormatError,
    ReturnQuantityError,
    ReturnReusedError,
    ReturnState,
    ReturnStepError,
    SaleNotFoundError,
    SaleStateError,
    Signal,
    TenderChoiceError,
)
from quanqu.sell.returns.facade import (
    approve_return,
    cancel_return,
    charge_supplier,
    count_returns,
    exchange_return,
    find_sale,
    get_policy,
    get_return,
    get_sale,
    inspect_return,
    list_policies,
    list_returns,
    open_return,
    pay_out_credit,
    preview_return,
    receive_return,
    refuse_return,
    save_policy,
    settle_return,
)
from quanqu.sell.supply.facade import create_supplier, record_costs
from quanqu.sell.supply.facade import get_return as get_supplier_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


def level(shop, sku="tea"):
    filters = LevelFilters(place_key=shop.store.key, variant_keys=frozenset({shop.items[sku].key}))
    return list_levels(actor=SYSTEM, filters=filters).items[0]


def payments(order_id):
    name = encode("ord", order_id)
    return get_payments(actor=SYSTEM, references=[name])[name]


def policy(shop, **body):
    return save_policy(
        actor=SYSTEM, company_key=shop.company.key, body={"currency": "CNY"} | body, now=NOW
    )


def test_a_refund_goes_back_to_the_tenders_it_came_from(shop):
    tenders = (TenderDraft("cash", 1_000), TenderDraft("test", None, token="tok_1"))
    asked = replace(order_draft(shop, ("tea", 2), tender=None), tenders=tenders)
    placed = place_order(actor=SYSTEM, draft=replace(asked, delivery=Delivery.CARRY_OUT), now=NOW)
    move_order(actor=SYSTEM, order_id=placed.id, step=Step.HAND_OVER, now=NOW)
    record_live_orders(now=NOW)

    row = settled(shop, placed.id, ask(1, 2))

    assert row.refund_minor == 2_500
    assert [one.refunded_minor for one in payments(placed.id)] == [1_000, 1_500]
    kinds = [one.kind for one in get_return(actor=SYSTEM, return_id=row.id).entries]
    assert kinds == ["goods", "refund", "refund"]
    assert level(shop).on_hand == 10
    record_live_orders(now=NOW)
    (refund,) = get_order(actor=SYSTEM, order_id=encode("ord", placed.id)).refunds
    assert (refund.kind, refund.amount.minor) == ("return", 2_500)
    told = OutboxEvent.objects.get(name="returns.settled").payload
    assert told["amount_minor"] == 2_500
    assert told["lines"][0] | {"variant_key": 0} == {
        "line_no": 1, "variant_key": 0, "quantity": 2, "amount_minor": 2_500,
        "reason": "changed_mind",
    }  # fmt: skip
    assert not breaches()


def test_the_same_return_again_is_the_first(shop):
    placed = sold(shop, ("tea", 2))
    asked = draft(shop, placed.id, ask(1, 2))

    first = open_return(actor=SYSTEM, draft=asked, now=NOW)
    again = open_return(actor=SYSTEM, draft=asked, now=NOW)

    assert again.key == first.key
    with pytest.raises(ReturnReusedError):
        open_return(actor=SYSTEM, draft=replace(asked, lines=(ask(1, 1),)), now=NOW)
    assert not breaches()


def test_an_order_of_another_channel_gets_a_refund_of_its_own(shop):
    order_id = recorded(shop)
    row = opened(shop, order_id, ask(1, 1))
    graded(row, Grade.B)
    with pytest.raises(TenderChoiceError):
        settle_return(actor=SYSTEM, return_id=row.id, now=NOW)

    settle_return(actor=SYSTEM, return_id=row.id, now=NOW, tender="cash")

    (refund,) = get_order(actor=SYSTEM, order_id=encode("ord", order_id)).refunds
    assert (refund.external_id, refund.amount.minor, refund.kind) == (
        encode("ret", row.id), 1_250, "return",
    )  # fmt: skip
    assert level(shop).damaged == 1
    sale = get_sale(actor=SYSTEM, order_id=order_id, place_key=shop.store.key)
    assert (sale.left_minor, sale.lines[0].free) == (1_250, 1)
    assert not breaches()


def test_what_the_channel_gives_back_itself_counts_once(shop):
    order_id = recorded(shop)
    settled(shop, order_id, ask(1, 1), tender="channel")
    refund = orders.make_refund(
        shop.depot, external_id="C1", order_external_id="T-1", currency="CNY", amount_minor=1_250,
        lines=[{"sku": "tea", "variant_key": shop.items["tea"].key, "quantity": 1,
                "amount_minor": 1_250}],
    )  # fmt: skip

    orders.record(refunds=[refund], now=NOW)

    sale = get_sale(actor=SYSTEM, order_id=order_id, place_key=shop.store.key)
    assert (sale.left_minor, sale.lines[0].free) == (1_250, 1)
    settled(shop, order_id, ask(1, 1), tender="cash")
    with pytest.raises(ReturnQuantityError):
        opened(shop, order_id, ask(1, 1))
    assert not breaches()


def test_units_the_channel_took_back_cannot_come_back_here(shop):
    order_id = recorded(shop)
    refund = orders.make_refund(
        shop.depot, external_id="C1", order_external_id="T-1", currency="CNY", amount_minor=2_000,
        lines=[{"sku": "tea", "variant_key": shop.items["tea"].key, "quantity": 1,
                "amount_minor": 2_000}],
    )  # fmt: skip
    orders.record(refunds=[refund], now=NOW)

    with pytest.raises(ReturnQuantityError):
        opened(shop, order_id, ask(1, 2))
    told = preview_return(actor=SYSTEM, draft=draft(shop, order_id, ask(1, 1)), now=NOW)

    assert (told.refund_minor, told.is_capped) == (500, True)


def test_goods_that_never_left_cannot_come_back(shop):
    placed = order(shop, ("tea", 1))
    record_live_orders(now=NOW)
    with pytest.raises(SaleStateError):
        opened(shop, placed.id)


def test_wrong_lines_are_refused_and_claim_nothing(shop):
    placed = sold(shop, ("tea", 2))
    for wrong in (ask(9), ask(1, 0), ask(1, -1), ask(1, 1, "boredom")):
        with pytest.raises(ReturnLineError):
            opened(shop, placed.id, wrong)
    with pytest.raises(ReturnLineError):
        opened(shop, placed.id, ask(1), ask(1))
    with pytest.raises(ReturnQuantityError):
        opened(shop, placed.id, ask(1, 3))
    assert not list_returns(actor=SYSTEM, filters=ReturnFilters()).items
    assert not breaches()


def test_grades_make_what_was_received(shop):
    placed = sold(shop, ("tea", 2), ("cup", 1))
    row = opened(shop, placed.id, ask(1, 2), ask(2, 1))
    receive_return(actor=SYSTEM, return_id=row.id, units={1: 1}, now=NOW)

    for grades in ([], [Graded(1, {Grade.A: 2})], [Graded(1, {Grade.A: 2, Grade.B: -1})]):
        with pytest.raises(GradeError):
            inspect_return(actor=SYSTEM, return_id=row.id, grades=grades, now=NOW)
    with pytest.raises(ReturnLineError):
        inspect_return(actor=SYSTEM, return_id=row.id, grades=[Graded(7, {})], now=NOW)

    sale = get_sale(actor=SYSTEM, order_id=placed.id, place_key=shop.store.key)
    assert [line.free for line in sale.lines] == [1, 1]  # what did not arrive is free again
    assert not breaches()


def test_policy_refuses_late_returns_unless_an_exception_is_granted(shop):
    placed = sold(shop, ("tea", 2))
    asked = draft(shop, placed.id, ask(1, 1))
    with pytest.raises(ReturnPolicyError) as told:
        open_return(actor=SYSTEM, draft=asked, now=later(31))
    assert told.value.fields["reasons"] == [{"line": 1, "reason": "window", "value": "2026-12-27"}]

    row = open_return(actor=SYSTEM, draft=replace(asked, is_exception=True), now=later(31))
    assert (row.state, row.is_exception) == (ReturnState.REQUESTED, True)
    handler = clerk("returns.manage", "returns.view", places=(shop.store.key,))
    with pytest.raises(NotAllowedError):
        approve_return(actor=handler, return_id=row.id, now=NOW)
    assert approve_return(actor=SYSTEM, return_id=row.id, now=NOW).state == ReturnState.APPROVED


def test_a_policy_keeps_fees_shipping_and_value_limits(shop):
    policy(
        shop, restocking_rate="0.1", approval_above_minor=3_000, shipping="share",
        keep_under_minor=1_000, label_fee_minor=500,
    )  # fmt: skip
    placed = sold(shop, ("tea", 4), shipping_minor=1_000)

    def preview(quantity, reason="changed_mind", **more):
        asked = draft(shop, placed.id, ask(1, quantity, reason), **more)
        return preview_return(actor=SYSTEM, draft=asked, now=NOW)

    one = preview(1, by_parcel=True)
    assert (one.goods_minor, one.fee_minor, one.label_minor) == (1_250, 125, 500)
    assert (one.shipping_minor, one.refund_minor) == (250, 875)
    faulty = preview(1, "defective", by_parcel=True)
    assert (faulty.fee_minor, faulty.label_minor, faulty.refund_minor) == (0, 0, 1_500)
    assert [why.code for why in preview(4).doubts] == ["value"]
    assert not preview(2).doubts
    assert preview(4, "missing").keeps_goods


def test_refund_without_return_below_a_value(shop):
    policy(shop, keep_under_minor=2_000)
    placed = sold(shop, ("tea", 2))

    row = opened(shop, placed.id, ask(1, 1, "defective"))
    assert row.keeps_goods
    settle_return(actor=SYSTEM, return_id=row.id, now=NOW)

    assert level(shop).on_hand == 8
    assert payments(placed.id)[0].refunded_minor == 1_250
    assert not breaches()


def test_final_sale_comes_back_for_the_sellers_fault_only(shop):
    policy(shop, final_sale=["Tea"])
    placed = sold(shop, ("tea", 1))
    with pytest.raises(ReturnPolicyError):
        opened(shop, placed.id)
    assert opened(shop, placed.id, ask(1, 1, "defective")).state == ReturnState.APPROVED


def test_wrong_policies_are_refused_by_name(shop):
    for body in (
        {"window_days": -1}, {"restocking_rate": "1.5"}, {"colour": "red"}, {"reasons": []},
        {"windows": [{"days": 3, "channel": "moon"}]}, {"shipping": "sometimes"},
        {"refuse": ["shared_card"]}, {"restocking_rate": "0.123456"}, {"restocking_rate": "NaN"},
        {"final_sale": ["\0"]}, {"windows": "soon"}, {"restocking_rate": "1E-9999"},
    ):  # fmt: skip
        with pytest.raises(ReturnPolicyFormatError):
            policy(shop, **body)
    assert get_policy(actor=SYSTEM, company_key=shop.company.key).number == 0


def test_policies_have_versions_and_open_returns_keep_theirs(shop):
    placed = sold(shop, ("tea", 2))
    row = opened(shop, placed.id)
    assert policy(shop, restocking_rate="0.5").number == 1
    assert policy(shop, restocking_rate="0.5").number == 1
    assert policy(shop, window_days=10).number == 2

    graded(row)
    done = settle_return(actor=SYSTEM, return_id=row.id, now=NOW)

    assert (done.policy_number, done.fee_minor) == (0, 0)
    found = list_policies(actor=SYSTEM, company_key=shop.company.key)
    assert [one.number for one in found] == [2, 1]


def test_an_even_exchange_moves_no_money(shop):
    placed = sold(shop, ("tea", 1))
    row = settled(shop, placed.id, to_credit=True)
    assert row.credit_left_minor == 1_250
    lines = (ExchangeLine(shop.items["cup"].key, 1, 1_250),)

    back, live = exchange_return(
        actor=SYSTEM, return_id=row.id, draft=ExchangeDraft(lines), now=NOW
    )
    again, same = exchange_return(
        actor=SYSTEM, return_id=row.id, draft=ExchangeDraft(lines), now=NOW
    )

    assert (back.credit_left_minor, live.state) == (0, "completed")
    assert (again.exchange_order_id, same.id) == (live.id, live.id)
    assert payments(placed.id)[0].refunded_minor == 0
    assert level(shop, "cup").on_hand == 9
    assert not breaches()


def test_a_dearer_exchange_is_paid_and_a_cheaper_one_gives_back(shop):
    placed = sold(shop, ("tea", 2))
    dear = settled(shop, placed.id, ask(1, 1), to_credit=True)
    lines = (ExchangeLine(shop.items["cup"].key, 1, 2_000),)
    with pytest.raises(TenderChoiceError):
        exchange_return(actor=SYSTEM, return_id=dear.id, draft=ExchangeDraft(lines), now=NOW)
    _, live = exchange_return(
        actor=SYSTEM, return_id=dear.id, draft=ExchangeDraft(lines, "cash"), now=NOW
    )
    assert [one.captured_minor for one in payments(live.id)] == [1_250, 750]

    cheap = settled(shop, placed.id, ask(1, 1), to_credit=True)
    lines = (ExchangeLine(shop.items["cup"].key, 1, 1_000),)
    exchange_return(actor=SYSTEM, return_id=cheap.id, draft=ExchangeDraft(lines), now=NOW)

    assert payments(placed.id)[0].refunded_minor == 250
    assert not breaches()


def test_an_exchange_without_goods_keeps_the_credit(shop):
    placed = sold(shop, ("tea", 1))
    row = settled(shop, placed.id, to_credit=True)
    lines = (ExchangeLine(shop.items["cup"].key, 99, 10),)
    with pytest.raises(NotEnoughError):
        exchange_return(actor=SYSTEM, return_id=row.id, draft=ExchangeDraft(lines), now=NOW)

    assert pay_out_credit(actor=SYSTEM, return_id=row.id, now=NOW).credit_left_minor == 0
    pay_out_credit(actor=SYSTEM, return_id=row.id, now=NOW)

    assert payments(placed.id)[0].refunded_minor == 1_250
    assert not breaches()


def test_what_was_exchanged_comes_back_as_credit_again(shop):
    placed = sold(shop, ("tea", 1))
    row = settled(shop, placed.id, to_credit=True)
    lines = (ExchangeLine(shop.items["cup"].key, 1, 1_250),)
    _, live = exchange_return(actor=SYSTEM, return_id=row.id, draft=ExchangeDraft(lines), now=NOW)
    record_live_orders(now=NOW)

    settled(shop, live.id)

    assert get_return(actor=SYSTEM, return_id=row.id).row.credit_left_minor == 1_250
    pay_out_credit(actor=SYSTEM, return_id=row.id, now=NOW)
    assert payments(placed.id)[0].refunded_minor == 1_250
    assert not breaches()


def test_credit_is_not_spent_twice_nor_elsewhere(shop):
    placed = sold(shop, ("tea", 1))
    row = settled(shop, placed.id, to_credit=True)
    token = encode("ret", row.id)
    spend = order_draft(shop, ("cup", 1), tender="return_credit", token=token)
    place_order(actor=SYSTEM, draft=spend, now=NOW)
    with pytest.raises(QuanquError, match="no credit"):
        place_order(actor=SYSTEM, draft=replace(spend, id=uuid4()), now=NOW)
    other = make_shop("south")
    with pytest.raises(QuanquError):
        order(other, ("tea", 1), tender="return_credit", token=token)
    assert not breaches()


def test_desks_see_their_own_places_and_open_others_by_the_total(shop):
    order_id = recorded(shop)  # sold at the depot, which the desk does not see
    desk = clerk(
        "returns.manage", "returns.view", "returns.approve", "orders.view",
        places=(shop.store.key,),
    )  # fmt: skip

    def find(proof):
        return find_sale(actor=desk, text="T-1", place_key=shop.store.key, proof=proof)

    with pytest.raises(SaleNotFoundError):
        open_return(actor=desk, draft=draft(shop, order_id), now=NOW)
    assert not find(None)
    assert not find(2_499)
    assert [one.order_id for one in find(2_500)] == [order_id]
    row = open_return(actor=desk, draft=draft(shop, order_id, proof=2_500), now=NOW)
    assert count_returns(actor=desk, filters=ReturnFilters()) == 1

    stranger = clerk("returns.manage", "returns.view", "returns.approve", places=(999,))
    assert not count_returns(actor=stranger, filters=ReturnFilters())
    for act in (receive_return, settle_return, cancel_return, approve_return):
        with pytest.raises(ReturnNotFoundError):
            act(actor=stranger, return_id=row.id, now=NOW)
    with pytest.raises(ReturnPlaceError):
        open_return(actor=stranger, draft=draft(shop, order_id, proof=2_500), now=NOW)
    reader = clerk("returns.view", places=(shop.store.key,))
    with pytest.raises(NotAllowedError):
        cancel_return(actor=reader, return_id=row.id, now=NOW)


def test_another_company_takes_nothing_back(shop):
    order_id = recorded(shop)
    other = make_shop("south")
    with pytest.raises(SaleNotFoundError):
        open_return(actor=SYSTEM, draft=draft(shop, order_id, place_key=other.store.key), now=NOW)


def test_refused_and_cancelled_returns_give_their_units_free(shop):
    placed = sold(shop, ("tea", 1))
    row = opened(shop, placed.id, ask(1, 1, "damaged"))
    refuse_return(actor=SYSTEM, return_id=row.id, now=NOW, detail="No photo.")
    refuse_return(actor=SYSTEM, return_id=row.id, now=NOW, detail="No photo.")
    second = opened(shop, placed.id)
    receive_return(actor=SYSTEM, return_id=second.id, now=NOW)
    cancel_return(actor=SYSTEM, return_id=second.id, now=NOW)
    third = opened(shop, placed.id)
    with pytest.raises(ReturnStepError):
        settle_return(actor=SYSTEM, return_id=third.id, now=NOW)
    assert not breaches()


def test_signs_of_abuse_are_shown_and_refuse_only_where_the_policy_says(shop):
    buyer = orders.make_subject("mei@example.com")
    ids = [recorded(shop, number=f"S-{number}", subject_key=buyer) for number in range(4)]
    for order_id in ids[:3]:
        opened(shop, order_id, has_receipt=False)

    told = preview_return(actor=SYSTEM, draft=draft(shop, ids[3]), now=NOW)
    assert set(told.signals) == {Signal.NO_RECEIPT, Signal.RETURN_RATE}
    assert told.is_allowed
    assert not told.doubts

    policy(shop, review=["return_rate"], refuse=["no_receipt"])
    told = preview_return(actor=SYSTEM, draft=draft(shop, ids[3]), now=NOW)
    assert [why.code for why in told.doubts] == ["signal"]
    assert told.lines[0].problems[0].value == "no_receipt"


def test_a_card_of_many_buyers_is_a_sign(shop):
    for number in range(3):
        buyer = orders.make_subject(f"b{number}@example.com")
        placed = sold(shop, ("tea", 1), subject_key=buyer, token="tok_same")
        asked = draft(shop, placed.id)
        told = preview_return(actor=SYSTEM, draft=asked, now=NOW)
        assert (Signal.SHARED_CARD in told.signals) == (number == 2)
        if number < 2:
            settled(shop, placed.id)


def test_a_supplier_gets_broken_goods_back_for_a_credit(shop):
    made = create_supplier(
        actor=SYSTEM, company_key=shop.company.key, draft=supply.make_draft(), now=NOW
    )
    supplier = made.id
    costs = [supply.cost(shop.items["tea"].key, 400, valid_from=NOW.date())]
    record_costs(actor=SYSTEM, supplier_id=supplier, drafts=costs, now=NOW)
    whole = settled(shop, sold(shop).id)
    with pytest.raises(ChargeBackError):
        charge_supplier(actor=SYSTEM, return_id=whole.id, supplier_id=supplier, now=NOW)
    row = settled(shop, sold(shop).id, ask(1, 1, "defective"), grade=Grade.B)
    assert level(shop).damaged == 1

    first = charge_supplier(actor=SYSTEM, return_id=row.id, supplier_id=supplier, now=NOW)
    again = charge_supplier(actor=SYSTEM, return_id=row.id, supplier_id=supplier, now=NOW)

    assert first.supplier_return_id == again.supplier_return_id != ""
    back = get_supplier_return(actor=SYSTEM, return_id=first.supplier_return_id)
    assert (back.expected.minor, level(shop).damaged) == (400, 0)
    assert not breaches()
