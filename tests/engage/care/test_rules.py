"""Every rule once wins and once does not; what comes first; whom the gate keeps away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.care import (
    NOW,
    TODAY,
    every,
    make_facts,
    make_order,
    make_reach,
    make_request,
    make_score,
)

from quanqu.engage.care.contracts import (
    Action,
    Area,
    Facts,
    Lead,
    LeadTo,
    Matter,
    MatterKind,
    Matters,
    Offer,
    Passed,
    Stage,
    Text,
    Why,
)
from quanqu.engage.care.rules.choosing import choose
from quanqu.engage.care.rules.table import HIDDEN, RULES, offers_of
from quanqu.know.consent.contracts import Channel, Purpose

PAIR = Matter(MatterKind.DUPLICATE, "mpr_1", "", NOW, probability=0.874, other_id="cus_2")
TORN = Matter(
    MatterKind.CONSENT_CONFLICT, "", "marketing", NOW, channels=(Channel.EMAIL, Channel.SMS)
)
ENDING = Matter(
    MatterKind.CONSENT_ENDING, "", "marketing", NOW, NOW + timedelta(days=20),
    channels=(Channel.EMAIL,),
)  # fmt: skip
UNSENT, UNPAID, OWED = (
    MatterKind.ORDER_UNFULFILLED,
    MatterKind.ORDER_UNPAID,
    MatterKind.REFUND_DUE,
)


def chosen(facts: Facts) -> Action:
    return choose(offers_of(facts), facts)


def won(facts: Facts) -> str:
    found = chosen(facts).chosen
    return found.code if found else ""


def passed(facts: Facts, code: str) -> Passed:
    (found,) = (one for one in chosen(facts).passed if one.offer.code == code)
    return found


def soon(**fields: int) -> Matter:
    return make_request(due_in=timedelta(**fields))


WINS: dict[str, tuple[Facts, str]] = {
    "privacy_overdue": (
        make_facts(soon(days=-3)),
        "It was due on 19 Nov 2026, 3 days ago.",
    ),
    "privacy_due_soon": (
        make_facts(soon(days=5)),
        "It is due on 27 Nov 2026: 5 days left.",
    ),
    "duplicate": (
        make_facts(PAIR, replace(PAIR, ref="mpr_2", probability=0.6)),
        "Pairs that wait for an answer: 2. The surest is one person with a chance of 87.4%.",
    ),
    "consent_conflict": (
        make_facts(TORN),
        "Answers contradict one another for: Marketing. Until settled the answer is no.",
    ),
    "refund_owed": (
        make_facts(make_order(OWED, waits_days=1)),
        "Order 1001 is cancelled and GBP 25.00 is not given back, 1 day after it was placed.",
    ),
    "order_unsent": (
        make_facts(make_order(UNSENT, waits_days=3)),
        "Order 1001 over GBP 25.00 has waited for 3 days.",
    ),
    "order_unpaid": (
        make_facts(make_order(UNPAID, waits_days=2)),
        "GBP 25.00 of order 1001 is unpaid for 2 days.",
    ),
    "birthday": (
        make_facts(birth_on=date(1990, 11, 25)),
        "The birthday is on 25 Nov 2026, in 3 days.",
    ),
    "lapsing": (
        make_facts(order_days=every(30, times=4, last=date(2026, 9, 1))),
        "They used to buy every 30 days; the last order was 82 days ago, 2.7× as long.",
    ),
    "top_score": (
        make_facts(scores=(make_score(),)),
        "clv is 812, in the highest tenth (Worth in a year; version 7).",
    ),
    "consent_ending": (
        make_facts(ENDING),
        "The consent to marketing through E-mail ends on 12 Dec 2026.",
    ),
    "ask_for_a_way": (
        make_facts(reach=make_reach(email="withdrawn")),
        "Ask when they next visit or get in touch. Marketing now: E-mail: withdrawn; SMS, Phone "
        "call, App push, WeChat: not asked.",
    ),
    "nothing": (make_facts(), "None of the rules holds now."),
}
REFUSED = dict.fromkeys(("email", "sms", "phone", "push", "wechat"), "denied")
LOSES: dict[str, tuple[Facts, str]] = {
    "privacy_overdue": (make_facts(soon(hours=1)), "No privacy request is overdue."),
    "privacy_due_soon": (
        make_facts(soon(days=8)),
        "The next privacy request is due on 30 Nov 2026, in 8 days.",
    ),
    "duplicate": (make_facts(TORN), "No pair with this customer waits for an answer."),
    "consent_conflict": (make_facts(PAIR), "No answers contradict one another."),
    "refund_owed": (
        make_facts(make_order(UNSENT, waits_days=9)),
        "No money of a cancelled order is held.",
    ),
    "order_unsent": (
        make_facts(make_order(UNSENT, waits_days=2.9)),
        "No order waits for its goods for 3 days.",
    ),
    "order_unpaid": (
        make_facts(make_order(UNPAID, waits_days=15)),
        "No order is unpaid for 1 to 14 days.",
    ),
    "birthday": (make_facts(birth_on=date(1990, 11, 30)), "The next birthday is in 8 days."),
    "lapsing": (
        make_facts(order_days=every(30, times=4, last=date(2026, 9, 24))),
        "They buy every 30 days and ordered 59 days ago, 1.9× that: not yet twice.",
    ),
    "top_score": (
        make_facts(scores=(make_score(tenth=4), make_score("churn", tenth=2))),
        "No score is in the highest tenth; the best is churn, in tenth 2.",
    ),
    "consent_ending": (
        make_facts(replace(ENDING, about="profiling")),
        "No consent to marketing ends within 30 days.",
    ),
    "ask_for_a_way": (make_facts(), "They can be reached through: E-mail."),
}


def test_every_rule_is_tried_both_ways() -> None:
    codes = [rule.code for rule in RULES]

    assert set(WINS) == set(codes)
    assert set(LOSES) == set(codes) - {"nothing"}
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("code", WINS)
def test_a_rule_wins_and_says_why(code: str) -> None:
    facts, reason = WINS[code]

    found = chosen(facts).chosen

    assert found is not None
    assert (found.code, found.reason.en) == (code, reason)
    assert found.title.zh
    assert "{" not in found.reason.zh


@pytest.mark.parametrize("code", LOSES)
def test_a_rule_does_not_hold_and_says_why_not(code: str) -> None:
    facts, reason = LOSES[code]

    found = passed(facts, code)

    assert won(facts) != code
    assert (found.why, found.reason.en) == (Why.NOT_NOW, reason)
    assert found.reason.zh
    assert "{" not in found.reason.zh


CASES: tuple[tuple[str, Facts, str], ...] = (
    ("birthday", make_facts(), "The birthday is not known."),
    (
        "lapsing",
        make_facts(order_days=(TODAY,)),
        "They ordered on 1 day; a rhythm is read from 3 on.",
    ),
    (
        "lapsing",
        make_facts(order_days=every(10, times=3, last=date(2026, 9, 1))),
        "They used to buy every 10 days; the last order, on 1 Sep 2026, is 8.2× as long ago: "
        "gone rather than lapsing.",
    ),
    ("top_score", make_facts(), "No model has a number for them."),
    ("top_score", make_facts(scores=(make_score(tenth=None),)), "No model has a number for them."),
    (
        "ask_for_a_way",
        make_facts(reach=make_reach(**REFUSED)),
        "They said no and are not asked again. Marketing now: E-mail, SMS, Phone call, App push, "
        "WeChat: refused.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("code", "facts", "reason"), CASES)
def test_a_case_of_its_own_has_words_of_its_own(code: str, facts: Facts, reason: str) -> None:
    assert passed(facts, code).reason.en == reason


def test_a_deadline_and_a_birthday_of_today_are_said_so() -> None:
    over = chosen(make_facts(soon(minutes=-5))).chosen
    birthday = chosen(make_facts(birth_on=date(1990, 11, 22))).chosen

    assert over is not None
    assert over.reason.en == "It was due on 22 Nov 2026: its time is over."
    assert birthday is not None
    assert birthday.reason.zh == "今天（2026年11月22日）是生日。"


def test_who_said_no_everywhere_is_left_in_peace() -> None:
    assert won(make_facts(reach=make_reach(**REFUSED))) == "nothing"


def test_a_deadline_is_told_in_the_reader_s_zone() -> None:
    facts = make_facts(soon(days=5, hours=9), zone="Asia/Shanghai")

    found = chosen(facts).chosen

    assert found is not None
    assert found.reason.zh == "须于2026年11月28日前答复，还剩 5 天。"


def test_service_comes_before_selling_and_the_law_before_both() -> None:
    everything = make_facts(
        soon(days=-1), soon(days=2), PAIR, TORN, ENDING,
        *(make_order(kind, waits_days=5) for kind in (OWED, UNSENT, UNPAID)),
        birth_on=date(1990, 11, 22), order_days=every(30, times=4, last=date(2026, 9, 1)),
        scores=(make_score(),),
    )  # fmt: skip

    action = chosen(everything)
    later = [one.offer.code for one in action.passed if one.why is Why.LATER]

    assert action.chosen is not None
    assert action.chosen.code == "privacy_overdue"
    assert action.chosen.lead == Lead(LeadTo.PRIVACY_REQUEST, "prq_1")
    assert later == [
        "privacy_due_soon", "duplicate", "consent_conflict", "refund_owed", "order_unsent",
        "order_unpaid", "birthday", "lapsing", "top_score", "consent_ending",
    ]  # fmt: skip
    assert [rule.stage for rule in RULES] == sorted(rule.stage for rule in RULES)


BY_CONTACT: dict[str, Facts] = {
    "birthday": make_facts(birth_on=date(1990, 11, 23)),
    "lapsing": make_facts(order_days=every(30, times=4, last=date(2026, 9, 1))),
    "top_score": make_facts(scores=(make_score(),)),
    "consent_ending": make_facts(ENDING),
}


@pytest.mark.parametrize("code", BY_CONTACT)
def test_nobody_is_contacted_whom_the_gate_refuses(code: str) -> None:
    allowed = BY_CONTACT[code]
    refused = replace(allowed, reach=make_reach(email="withdrawn", sms="restricted"))
    unreachable = replace(allowed, reach=make_reach(email="granted", addresses="sms"))

    assert won(allowed) == code
    assert chosen(allowed).channels == (Channel.EMAIL,)
    assert won(refused) != code
    assert passed(refused, code).why is Why.GATE
    assert "E-mail: withdrawn" in passed(refused, code).reason.en
    assert won(unreachable) != code
    assert "E-mail: no contact data" in passed(unreachable, code).reason.en
    assert "电子邮件：没有联系方式" in passed(unreachable, code).reason.zh


def test_every_rule_that_contacts_somebody_is_tried_at_the_gate() -> None:
    asking = {rule.code for rule in RULES if rule.contact is Purpose.MARKETING}

    assert asking == set(BY_CONTACT)
    assert {rule.code for rule in RULES if rule.contact is Purpose.SERVICE} == {"order_unpaid"}


def test_an_unpaid_order_is_asked_about_without_consent_to_marketing() -> None:
    facts = make_facts(make_order(UNPAID, waits_days=2), reach=make_reach(email="withdrawn"))

    assert chosen(facts).channels == (Channel.EMAIL, Channel.SMS)
    silent = replace(facts, reach=make_reach(addresses=""))
    assert passed(silent, "order_unpaid").why is Why.GATE


def test_an_offer_through_one_channel_is_not_made_through_another() -> None:
    facts = make_facts(reach=make_reach(email="granted"))
    by_sms = Offer(
        "sms_only", Stage.RELATE, 0, True, Text("a", "b"), Text("c", "d"),
        contact=Purpose.MARKETING, channels=(Channel.SMS,),
    )  # fmt: skip

    action = choose([by_sms], facts)

    assert action.chosen is None
    assert [one.reason.en for one in action.passed] == [
        "They may not be contacted for this, or cannot be: SMS: not asked."
    ]


def test_a_purpose_the_facts_do_not_speak_of_is_refused() -> None:
    offer = Offer(
        "ads", Stage.RELATE, 0, True, Text("a", "b"), Text("c", "d"), contact=Purpose.AD_SYNC
    )

    (found,) = choose([offer], make_facts()).passed

    assert found.why is Why.GATE
    assert "no channel" in found.reason.en


def test_what_the_reader_may_not_see_is_not_looked_at() -> None:
    hidden = Matters((), frozenset({Area.PRIVACY, Area.MATCHING, Area.ORDERS}))
    facts = make_facts(matters=hidden, order_days=every(30, times=4, last=date(2026, 9, 1)))

    codes = {one.offer.code for one in chosen(facts).passed if one.reason == HIDDEN}

    assert codes == {
        "privacy_overdue", "privacy_due_soon", "duplicate", "refund_owed", "order_unsent",
        "order_unpaid", "lapsing",
    }  # fmt: skip


def test_for_who_asked_to_be_left_alone_nothing_is_worked_out() -> None:
    assert chosen(make_facts(soon(days=-3), is_left_alone=True)) == Action(None)


def test_stage_then_place_then_code_decide() -> None:
    def offer(code: str, stage: Stage, place: int) -> Offer:
        return Offer(code, stage, place, True, Text("", ""), Text("", ""))

    found = [
        offer("b", Stage.SERVICE, 2),
        offer("a", Stage.SERVICE, 2),
        offer("c", Stage.RELATE, 0),
    ]

    def first(offers: list[Offer]) -> str:
        winner = choose(offers, make_facts()).chosen
        return winner.code if winner else ""

    assert first(found) == "a"
    assert first([*found, offer("z", Stage.DUTY, 9)]) == "z"
