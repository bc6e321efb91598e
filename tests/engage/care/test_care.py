"""One customer's open matters and next action from the rooms, within a reader's rights."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import consent, customers, orders, privacy
from tests.builders.orders import make_order, make_places, record

from quanqu.engage.care.contracts import (
    Area,
    Facts,
    MatterKind,
    Offer,
    Stage,
    Text,
    Why,
)
from quanqu.engage.care.facade import list_matters, look_after, register_actions
from quanqu.engage.care.queries import providers
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.consent.contracts import Channel, Purpose
from quanqu.know.customers.contracts import SCORES, ScoreDraft
from quanqu.know.customers.facade import define_score, merge_customers, write_scores
from quanqu.know.customers.models import Identifier
from quanqu.know.matching.models import Pair, Run
from quanqu.know.privacy.contracts import RequestKind
from quanqu.know.privacy.facade import lift_restriction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_lake")]

NOW = privacy.NOW
RIGHTS = frozenset({"customers.view", "customers.manage", "privacy.view", "orders.view"})
PAID = [{"amount_minor": 2500, "currency": "GBP", "status": "captured"}]
LONG_AGO = NOW - timedelta(days=200)


def owner_of(subject: int) -> UUID:
    return Identifier.objects.select_related("customer").get(key=subject).customer.id


def make_person(name: str = "ada", **profile: Any) -> int:
    """Make a customer with an e-mail address who agreed to marketing by e-mail."""
    subject = orders.make_subject(f"{name}@example.com")
    customers.profile(subject, email=f"{name}@example.com", **profile)
    agree(subject, "granted")
    return subject


def agree(subject: int, status: str, **other: Any) -> None:
    told = {"observed_at": LONG_AGO, **other}
    consent.record({**consent.said(subject, status, 0), **told, "reference": str(told)}, now=NOW)


def make_pair(left: int, right: int) -> Pair:
    run = Run.objects.create(state="done", started_by="Pat", queued_at=NOW, finished_at=NOW)
    return Pair.objects.create(
        run=run, left_key=min(left, right), right_key=max(left, right), odds_bits=1.0,
        probability=0.8, reasons=[], state="open",
    )  # fmt: skip


def reader(*places: int, rights: frozenset[str] = RIGHTS) -> Actor:
    scope = Scope(places=frozenset(places)) if places else Scope(everything=True)
    return Actor(ActorKind.PERSON, "per_1", "Ada", (Grant(rights, scope),))


def everything_open() -> int:
    """Make somebody of whom everything is open."""
    places = make_places()
    ada, twin = make_person("ada"), make_person("twin")
    customers.seen_at((ada, places["shop"].key), (ada, places["market"].key))
    privacy.ask(RequestKind.ACCESS, encode("cus", owner_of(ada)))
    make_pair(ada, twin)
    agree(ada, "granted", channel="sms", valid_until=NOW + timedelta(days=12))
    (other,) = customers.resolve({"email": "ada@example.com", "member_id": "shop:77"})
    assert other is not None
    member = Identifier.objects.get(type="member_id").key
    agree(member, "denied", channel="email")
    record(
        make_order(places["shop"], external_id="unsent", subject_key=ada, status="paid"),
        make_order(places["market"], external_id="away", subject_key=ada, status="paid"),
        make_order(places["shop"], external_id="held", subject_key=ada, status="cancelled",
                   payments=PAID),
    )  # fmt: skip
    return ada


def test_everything_that_is_open_is_told_by_deadline_then_age() -> None:
    ada = everything_open()

    found = list_matters(actor=SYSTEM, customer_id=owner_of(ada), now=NOW)

    assert found.hidden == frozenset()
    assert [one.kind for one in found.items] == [
        MatterKind.CONSENT_ENDING,
        MatterKind.PRIVACY_REQUEST,
        MatterKind.CONSENT_CONFLICT,
        MatterKind.ORDER_UNFULFILLED,
        MatterKind.ORDER_UNFULFILLED,
        MatterKind.REFUND_DUE,
        MatterKind.DUPLICATE,
    ]


def test_another_company_s_matters_are_not_shown_and_what_is_hidden_is_named() -> None:
    ada, shop = everything_open(), make_places()["shop"]
    away = make_places()["market"]

    found = list_matters(actor=reader(shop.key), customer_id=owner_of(ada), now=NOW)
    elsewhere = list_matters(actor=reader(away.key), customer_id=owner_of(ada), now=NOW)

    assert found.hidden == {Area.PRIVACY, Area.MATCHING}
    assert {one.about for one in found.items if one.amount} == {"unsent", "held"}
    assert {one.about for one in elsewhere.items if one.amount} == {"away"}
    kinds = {one.kind for one in (*found.items, *elsewhere.items)}
    assert not kinds & {MatterKind.PRIVACY_REQUEST, MatterKind.DUPLICATE}
    with pytest.raises(NotFoundError):
        list_matters(actor=reader(make_places()["store"].key), customer_id=owner_of(ada), now=NOW)
    no_customers = reader(rights=frozenset({"orders.view"}))
    with pytest.raises(NotAllowedError):
        look_after(actor=no_customers, customer_id=owner_of(ada), now=NOW)


def test_without_the_right_to_orders_nothing_of_them_is_looked_at() -> None:
    ada = everything_open()
    actor = reader(rights=frozenset({"customers.view"}))

    found = look_after(actor=actor, customer_id=owner_of(ada), now=NOW)

    assert found.facts.matters.hidden == {Area.PRIVACY, Area.MATCHING, Area.ORDERS}
    assert found.facts.order_days == ()
    assert all(one.amount is None for one in found.facts.matters.items)


def test_the_whole_reader_sees_requests_and_pairs_while_looking_at_a_part() -> None:
    ada, shop = everything_open(), make_places()["shop"]

    found = look_after(
        actor=reader(shop.key), whole=reader(), customer_id=owner_of(ada), now=NOW
    ).facts.matters

    kinds = {one.kind for one in found.items}
    assert {MatterKind.PRIVACY_REQUEST, MatterKind.DUPLICATE} <= kinds
    assert {one.about for one in found.items if one.amount} == {"unsent", "held"}


def test_a_request_about_somebody_who_was_merged_since_is_still_told() -> None:
    ada, bo = make_person("ada"), make_person("bo")
    asked = privacy.ask(RequestKind.ACCESS, encode("cus", owner_of(bo)))
    kept, gone = owner_of(ada), owner_of(bo)
    merge_customers(actor=SYSTEM, customer_id=kept, other_id=gone, reason="told us", now=NOW)

    found = list_matters(actor=SYSTEM, customer_id=kept, now=NOW)

    assert [one.ref for one in found.items] == [asked.id]


def test_nothing_is_open_about_somebody_with_nothing_open() -> None:
    found = look_after(actor=SYSTEM, customer_id=owner_of(make_person()), now=NOW)

    assert found.facts.matters.items == ()
    assert found.action.chosen is not None
    assert found.action.chosen.code == "nothing"


def test_the_facts_reach_the_rules() -> None:
    subject, shop = make_person(birth_on=date(1990, 11, 24)), make_places()["shop"]
    days = [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    record(
        *(make_order(shop, external_id=str(day), subject_key=subject, business_date=day)
          for day in days)
    )  # fmt: skip
    key = Identifier.objects.get(key=subject).customer_id
    define_score(actor=SYSTEM, draft=ScoreDraft("clv", "Worth in a year", "Data"), now=NOW)
    scores = pa.table([pa.array([key], pa.int64()), pa.array([9.5])], schema=SCORES)
    write_scores(name="clv", version="3", scores=scores, at=NOW)
    publish_dirty(now=NOW)

    found = look_after(actor=SYSTEM, customer_id=owner_of(subject), now=NOW)

    assert found.facts.birth_on == date(1990, 11, 24)
    assert found.facts.order_days == tuple(days)
    assert [one.tenth for one in found.scores] == [1]
    assert found.facts.usable(Purpose.MARKETING) == (Channel.EMAIL,)
    assert found.action.chosen is not None
    assert found.action.chosen.code == "birthday"
    later = [one.offer.code for one in found.action.passed if one.why is Why.LATER]
    assert later == ["top_score"]  # 205 days are more than six times their 31


def test_a_withdrawn_consent_keeps_the_wish_away() -> None:
    subject = make_person(birth_on=date(1990, 11, 24))
    agree(subject, "withdrawn", observed_at=NOW - timedelta(days=1))

    found = look_after(actor=SYSTEM, customer_id=owner_of(subject), now=NOW).action

    assert found.chosen is not None
    assert found.chosen.code == "ask_for_a_way"
    (wish,) = (one for one in found.passed if one.offer.code == "birthday")
    assert wish.why is Why.GATE
    assert "E-mail: withdrawn" in wish.reason.en


@pytest.mark.parametrize("kind", [RequestKind.AUTOMATED_OPT_OUT, RequestKind.RESTRICTION])
def test_who_opted_out_is_left_alone_until_that_is_lifted(kind: RequestKind) -> None:
    ada = make_person(birth_on=date(1990, 11, 24))
    id_ = owner_of(ada)
    make_pair(ada, make_person("twin"))
    privacy.carried_out(kind, encode("cus", id_))

    found = look_after(actor=SYSTEM, customer_id=id_, now=NOW)

    assert (found.action.chosen, found.action.passed) == (None, ())
    assert [one.kind for one in found.facts.matters.items] == [MatterKind.DUPLICATE]
    lift_restriction(actor=privacy.officer(), customer_id=encode("cus", id_), kind=kind, now=NOW)
    later = look_after(actor=SYSTEM, customer_id=id_, now=NOW + timedelta(minutes=1))
    assert later.action.chosen is not None


def test_an_opt_out_outlives_a_merge() -> None:
    ada, bo = make_person("ada"), make_person("bo")
    privacy.carried_out(RequestKind.AUTOMATED_OPT_OUT, encode("cus", owner_of(bo)))
    merge_customers(
        actor=SYSTEM, customer_id=owner_of(ada), other_id=owner_of(bo), reason="told", now=NOW
    )

    found = look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW + timedelta(minutes=1))

    assert found.action.chosen is None


def test_a_no_to_automated_decisions_in_the_ledger_is_an_opt_out() -> None:
    ada = make_person()
    agree(ada, "denied", purpose="profiling", channel="all")

    assert look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW).action.chosen is None


def test_a_yes_beside_a_no_to_automated_decisions_is_a_no() -> None:
    ada = make_person()
    customers.resolve({"email": "ada@example.com", "member_id": "shop:77"})
    agree(ada, "granted", purpose="profiling", channel="all")
    assert look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW).action.chosen is not None
    member = Identifier.objects.get(type="member_id").key
    agree(member, "denied", purpose="profiling", channel="all")

    assert look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW).action.chosen is None


class Flows:
    """A room above that offers a step of a flow."""

    code = "flows"

    def __init__(self, *found: Offer) -> None:
        self.found, self.asked = found, list[Facts]()

    def offers(self, *, actor: Actor, facts: Facts) -> Sequence[Offer]:
        assert actor.can("customers.view")
        self.asked.append(facts)
        return self.found


STEP = Offer(
    "welcome_step", Stage.SERVICE, 0, True, Text("Welcome them", "欢迎新客"),
    Text("Step 2 of the welcome", "欢迎流程第 2 步"), contact=Purpose.MARKETING,
)  # fmt: skip


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_PROVIDERS", dict(providers._PROVIDERS))


@pytest.mark.usefixtures("own_registry")
def test_another_room_s_offer_plugs_in_and_passes_the_same_gate() -> None:
    flows = Flows(STEP)
    register_actions(provider=flows)
    ada, bo = make_person("ada"), make_person("bo")
    agree(bo, "withdrawn", observed_at=NOW - timedelta(days=1))

    allowed = look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW).action
    refused = look_after(actor=SYSTEM, customer_id=owner_of(bo), now=NOW).action

    assert (allowed.chosen, allowed.channels) == (STEP, (Channel.EMAIL,))
    assert refused.chosen != STEP
    assert [one.why for one in refused.passed if one.offer == STEP] == [Why.GATE]
    assert [one.customer_id for one in flows.asked] == [owner_of(ada), owner_of(bo)]


@pytest.mark.usefixtures("own_registry")
def test_no_room_is_asked_about_who_is_left_alone() -> None:
    flows, ada = Flows(STEP), make_person()
    register_actions(provider=flows)
    agree(ada, "denied", purpose="profiling", channel="all")

    look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW)

    assert flows.asked == []


@pytest.mark.usefixtures("own_registry")
def test_what_cannot_be_told_apart_is_refused() -> None:
    register_actions(provider=Flows(replace(STEP, code="birthday")))
    id_ = owner_of(make_person())

    with pytest.raises(ValueError, match="registered already"):
        register_actions(provider=Flows())
    with pytest.raises(TypeError):
        register_actions(provider=object())  # type: ignore[arg-type] # what is tried here
    with pytest.raises(ValueError, match="two providers"):
        look_after(actor=SYSTEM, customer_id=id_, now=NOW)


def test_the_number_of_queries_does_not_grow_with_what_is_open(own_lake: Path) -> None:
    del own_lake
    ada, shop = make_person("ada"), make_places()["shop"]
    make_pair(ada, make_person("twin0"))
    record(make_order(shop, external_id="q0", subject_key=ada, status="paid"))
    privacy.ask(RequestKind.ACCESS, encode("cus", owner_of(ada)))

    with CaptureQueriesContext(connection) as few:
        look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW)
    for at in range(1, 6):
        make_pair(ada, make_person(f"twin{at}"))
        record(make_order(shop, external_id=f"q{at}", subject_key=ada, status="paid"))
        privacy.ask(RequestKind.ACCESS, encode("cus", owner_of(ada)))
    with CaptureQueriesContext(connection) as many:
        found = look_after(actor=SYSTEM, customer_id=owner_of(ada), now=NOW)

    assert len(found.facts.matters.items) == 18
    assert len(few) == len(many)
