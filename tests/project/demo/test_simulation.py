"""The simulated channels repeat exactly, and stay inside what real customers did."""

import pandas as pd
import pytest

from quanqu.project.demo.behaviour import Behaviour
from quanqu.project.demo.simulate_app import simulate_app
from quanqu.project.demo.simulate_messages import simulate_messages
from quanqu.project.demo.simulate_store import simulate_store


@pytest.fixture(scope="module")
def behaviour():
    rows = [
        {
            "invoice": f"{month:02d}{member:03d}",
            "sku": f"{10000 + (member + line) % 40}",
            "name": f"GOODS {line}",
            "quantity": 6,
            "price_e4": 12_500 + 100 * line,
            "at": pd.Timestamp(2010, month, 1 + member % 27, 10, 30),
            "member": str(12000 + member),
        }
        for month in range(1, 7)
        for member in range(120)
        for line in range(3)
    ]
    return Behaviour(pd.DataFrame(rows))


def test_the_same_seed_gives_the_same_channels(behaviour):
    pd.testing.assert_frame_equal(
        simulate_store(behaviour, seed=1), simulate_store(behaviour, seed=1)
    )
    assert list(simulate_app(behaviour, seed=1)) == list(simulate_app(behaviour, seed=1))
    assert list(simulate_messages(behaviour, seed=1)) == list(simulate_messages(behaviour, seed=1))


def test_a_store_line_is_something_its_buyer_really_bought_between_two_orders(behaviour):
    till = simulate_store(behaviour, seed=2)
    bought = set(zip("QC" + behaviour.lines.member, behaviour.lines.sku, strict=True))

    assert len(till) > 100
    assert set(zip(till.loyalty_card, till.sku, strict=True)) <= bought
    assert till["at"].dt.hour.between(9, 17).all()
    assert (till.loc[till.kind == "return", "quantity"] < 0).all()
    assert (till.loc[till.kind == "sale", "quantity"] > 0).all()


def test_a_view_shows_a_product_of_the_order_that_follows(behaviour):
    events = [e for e in simulate_app(behaviour, seed=3) if e["type"] == "track"]
    orders = behaviour.lines.groupby("member")["sku"].agg(set).to_dict()

    assert len(events) > 100
    assert all(e["properties"]["sku"] in orders[e["userId"]] for e in events)
    assert len({e["messageId"] for e in events}) == len(events)


def test_nobody_opens_what_was_not_delivered(behaviour):
    mails = list(simulate_messages(behaviour, seed=4))

    def people(event):
        told = [m for m in mails if m.get("event") == event]
        return {(m["userId"], m["properties"]["campaign_id"]) for m in told}

    assert people("Email Link Clicked") <= people("Email Opened") <= people("Email Delivered")
    assert people("Email Opened")
    assert len({m["messageId"] for m in mails}) == len(mails)


def test_who_receives_mail_signed_up_before_and_who_unsubscribed_gets_none_after(behaviour):
    mails = list(simulate_messages(behaviour, seed=5))
    agreed = [(m["userId"], m["timestamp"], m["context"].get("consent")) for m in mails]
    told = {True: {}, False: {}}
    for member, at, consent in agreed:
        if consent is not None:
            told[consent["categoryPreferences"]["Marketing"]][member] = at
    delivered = [m for m in mails if m.get("event") == "Email Delivered"]

    assert delivered
    assert all(told[True][m["userId"]] < m["timestamp"] for m in delivered)
    assert all(m["timestamp"] < told[False].get(m["userId"], "9") for m in delivered)
    assert set(told[False]) == {m["userId"] for m in mails if m.get("event") == "Unsubscribed"}


def test_somebody_unsubscribes_and_nobody_who_opened():
    rows = [
        {
            "invoice": f"{member}-{month}",
            "sku": "10001",
            "name": "GOODS",
            "quantity": 1,
            "price_e4": 10_000,
            "at": pd.Timestamp(2010, month, 5),
            "member": str(member),
        }
        for month in (1, 2, 3, 4)
        for member in range(400)
    ]
    mails = list(simulate_messages(Behaviour(pd.DataFrame(rows)), seed=6))
    left = {m["userId"] for m in mails if m.get("event") == "Unsubscribed"}

    assert left
    assert left.isdisjoint(m["userId"] for m in mails if m.get("event") == "Email Opened")


def test_app_users_say_what_they_agree_to(behaviour):
    users = [e for e in simulate_app(behaviour, seed=7) if e["type"] == "identify"]
    said = [e["context"]["consent"]["categoryPreferences"] for e in users]

    assert {name for each in said for name in each} == {
        "Analytics", "Personalization", "Advertising",
    }  # fmt: skip
    assert {value for each in said for value in each.values()} == {True, False}
