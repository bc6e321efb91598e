"""Identity rules as data: drafted, simulated, activated; what they refuse is listed."""

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.builders.customers import NOW, activate, assignments, later, make_actor, resolve
from tests.know.customers.test_limits_properties import RECORD, STEPS, TIGHT, take_step

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.personal.contracts import Subjects
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.customers.actions.law import identity_breaches
from quanqu.know.customers.actions.recount import recount
from quanqu.know.customers.actions.whole import read_whole
from quanqu.know.customers.contracts import (
    BreachKind,
    NoDraftError,
    NothingLeftError,
    RuleMistakesError,
    VerdictLiftedError,
)
from quanqu.know.customers.facade import (
    REWEIGH_JOB,
    activate_draft,
    discard_draft,
    get_customer,
    lift_verdict,
    list_breaches,
    list_rule_sets,
    reweigh_identifiers,
    run_activation,
    save_draft,
    simulate_draft,
    split_identifiers,
)
from quanqu.know.customers.models import Customer, Evidence, Identifier, IdentityChange
from quanqu.know.customers.personal import ask_neighbours_again
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.whole import settle_whole

pytestmark = pytest.mark.django_db


def _live() -> int:
    return Customer.objects.filter(merged_into_key=None).count()


def _put_in_force(content: dict[str, object]) -> None:
    save_draft(actor=SYSTEM, content=content, now=NOW)
    row = activate_draft(actor=SYSTEM, now=NOW)
    run_activation(version=row.version, now=NOW)


def test_a_phone_of_many_joins_nobody_and_is_listed() -> None:
    people = [{"member_id": f"shop:{n}", "phone": "+8613912345678"} for n in range(1, 12)]

    resolve(*people[:10])
    assert _live() == 10  # one member number each: the phone is with one of them
    resolve(people[10])

    assert _live() == 12  # eleven people, and the phone by itself
    (found,) = list_breaches(actor=SYSTEM, kind=BreachKind.SHARED).items
    assert (found.type, found.hint) == ("phone", "****5678")
    assert identity_breaches() == []


def test_a_record_of_a_shared_phone_belongs_to_its_other_identifier() -> None:
    resolve(*({"member_id": f"shop:{n}", "phone": "+8613912345678"} for n in range(1, 12)))

    (subject,) = resolve({"phone": "+8613912345678", "email": "ann@shop.org"})

    assert Identifier.objects.get(key=subject).type == "email"


def test_two_users_of_one_browser_never_merge() -> None:
    resolve(
        {"user_id": "shop:ann", "anonymous_id": "web:x", "email": "one@shop.org"},
        {"user_id": "shop:bob", "anonymous_id": "web:x", "email": "one@shop.org"},
        at=[later(1), later(2)],
    )

    assert _live() == 2
    (found,) = list_breaches(actor=SYSTEM, kind=BreachKind.LIMIT).items
    assert (found.type, found.identifier_type, found.other_type) == ("user_id", "email", "user_id")


def test_a_robot_gets_no_more_browsers_than_its_limit_a_week() -> None:
    activate({"types": {"anonymous_id": {"limit": 3, "window_days": 7}}})
    day = 24 * 60
    times = [0, 1, 2, 3, 8 * day]
    for number, minute in enumerate(times):
        resolve({"user_id": "shop:r", "anonymous_id": f"web:v{number}"}, at=[later(minute)])

    robot = Identifier.objects.get(type="user_id").customer_id
    held = Identifier.objects.filter(type="anonymous_id", customer_id=robot)
    assert held.count() == 4  # three of the first day, and the one a week later
    assert _live() == 2


def test_a_simulation_says_what_the_activation_does() -> None:
    resolve(
        {"member_id": "shop:1", "card_token": "psp:t1"},
        {"member_id": "web:1", "card_token": "psp:t1"},
        {"member_id": "shop:2", "email": "family@shop.org"},
        {"member_id": "web:2", "email": "family@shop.org"},
    )
    save_draft(
        actor=SYSTEM,
        content={"types": {"card_token": {"links": True}, "email": {"links": False}}},
        now=NOW,
    )
    before = assignments()

    told = simulate_draft(actor=SYSTEM)

    assert assignments() == before
    assert dict(told.effect) | {"customers_before": 3, "customers_after": 3} == dict(told.effect)
    assert (told.effect["merging"], told.effect["splitting"]) == (2, 1)
    (merge,), (split,) = told.merges, told.splits
    assert len(merge.customers) == 2
    assert sorted(len(part) for part in split.parts) == [1, 2]

    row = activate_draft(actor=SYSTEM, now=NOW)
    assert run_activation(version=row.version, now=NOW) == 3
    assert run_activation(version=row.version, now=NOW) == 0
    assert _live() == 3
    assert identity_breaches() == []
    active = list_rule_sets(actor=SYSTEM)[0]
    assert (active.status, active.effect) == ("active", dict(told.effect))
    assert {change.cause for change in IdentityChange.objects.filter(at=NOW)} >= {
        f"rules:{row.version}"
    }


def test_blocked_values_join_nobody_and_come_back_when_unblocked() -> None:
    (subject,) = resolve({"member_id": "shop:1", "phone": "+8613912345678"})
    _put_in_force({"types": {"phone": {"blocked_patterns": [r"\+86139.*"]}}})

    assert _live() == 2
    assert Identifier.objects.get(type="phone").barred == "blocked"
    resolve({"member_id": "shop:2", "phone": "+8613912345679"})
    assert Identifier.objects.filter(type="phone").count() == 1

    _put_in_force({"types": {"phone": {"blocked_patterns": []}}})

    assert set(assignments().values()) == {subject, Identifier.objects.get(hint="2").key}
    assert identity_breaches() == []


def test_a_million_on_one_phone_cost_the_others_nothing() -> None:
    resolve(*({"member_id": f"shop:{n}", "phone": "+8613912345678"} for n in range(1, 301)))
    shared = Identifier.objects.get(type="phone")

    resolve({"member_id": "shop:new", "phone": "+8613912345678"})

    assert shared.barred == "shared"
    assert (
        Evidence.objects.filter(left=shared).count() + Evidence.objects.filter(right=shared).count()
        == 301
    )
    assert _live() == 302


def test_an_erasure_gives_back_what_only_the_erased_held_apart() -> None:
    resolve(*({"member_id": f"shop:{n}", "phone": "+8613912345678"} for n in range(1, 12)))
    phone = Identifier.objects.get(type="phone")
    gone = Identifier.objects.get(hint="11")
    people = Subjects(subjects=(gone.key,), customers=(gone.customer_id,))
    ask_neighbours_again(people)
    Evidence.objects.filter(left=gone).delete()
    Evidence.objects.filter(right=gone).delete()
    queued = ProcrastinateJob.objects.get(task_name=REWEIGH_JOB).args

    reweigh_identifiers(**queued, now=NOW)

    phone.refresh_from_db()
    assert phone.barred is None
    assert identity_breaches() == []


def test_mistakes_are_named_by_place() -> None:
    content = {
        "types": {
            "phone": {"limit": 0, "window_days": 7, "blocked_patterns": ["(?=x)", ".*"]},
            "cookie": {"window_days": 7, "limit": None},
            "fax": {},
        },
    }

    with pytest.raises(RuleMistakesError) as caught:
        save_draft(actor=SYSTEM, content=content, now=NOW)

    assert sorted(caught.value.mistakes) == [
        "cookie.window_days",
        "fax",
        "phone.blocked_patterns",
        "phone.limit",
        "phone.window_days",
    ]


def test_rules_are_the_whole_groups() -> None:
    for action in (
        lambda: save_draft(actor=make_actor(places=[1]), content={}, now=NOW),
        lambda: simulate_draft(actor=make_actor(places=[1])),
        lambda: activate_draft(actor=make_actor(places=[1]), now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            action()


def test_a_draft_is_replaced_and_discarded() -> None:
    first = save_draft(actor=SYSTEM, content={}, note="one", now=NOW)
    second = save_draft(actor=SYSTEM, content={}, note="two", now=NOW)
    assert (first.version, second.version, second.note) == (1, 1, "two")

    discard_draft(actor=SYSTEM, now=NOW)

    with pytest.raises(NoDraftError):
        simulate_draft(actor=SYSTEM)
    assert [row.status for row in list_rule_sets(actor=SYSTEM)] == ["active"]


def test_what_was_split_off_stays_away_until_the_verdict_is_lifted() -> None:
    record = {"member_id": "shop:1", "phone": "+8613912345678", "email": "ann@shop.org"}
    resolve(record)
    customer = Customer.objects.get(merged_into_key=None)
    phone = Identifier.objects.get(type="phone")
    before = assignments()

    verdict = split_identifiers(
        actor=make_actor(),
        customer_id=customer.id,
        identifier_ids=[phone.id],
        reason="sold the phone",
        now=NOW,
    )
    resolve(record, source="another")

    assert _live() == 2
    phone.refresh_from_db()
    assert phone.customer_id == phone.key
    detail = get_customer(actor=make_actor(), customer_id=customer.id)
    assert {row.reason for row in detail.verdicts} == {"sold the phone"}
    assert {row.kind for row in detail.breaches} == {BreachKind.APART}

    lift_verdict(actor=make_actor(), verdict_key=verdict, now=NOW)

    assert assignments() == before
    assert identity_breaches() == []
    with pytest.raises(VerdictLiftedError):
        lift_verdict(actor=make_actor(), verdict_key=verdict, now=NOW)


def test_a_customer_keeps_at_least_one_identifier() -> None:
    resolve({"member_id": "shop:1", "email": "ann@shop.org"})
    customer = Customer.objects.get(merged_into_key=None)
    every = list(Identifier.objects.values_list("id", flat=True))

    for ids in ([], every):
        with pytest.raises(NothingLeftError):
            split_identifiers(
                actor=make_actor(),
                customer_id=customer.id,
                identifier_ids=ids,
                reason="",
                now=NOW,
            )


def test_breaches_come_page_by_page_in_scope() -> None:
    for number in range(5):
        resolve(
            {"user_id": f"shop:a{number}", "email": f"e{number}@shop.org"},
            {"user_id": f"shop:b{number}", "email": f"e{number}@shop.org"},
        )

    first = list_breaches(actor=make_actor(), limit=3)
    rest = list_breaches(actor=make_actor(), limit=3, cursor=first.next_cursor)

    assert len({row.ref for row in (*first.items, *rest.items)}) == 5
    assert rest.next_cursor is None
    assert list_breaches(actor=make_actor(places=[7])).items == ()
    assert list_breaches(actor=make_actor(), type_="phone").items == ()


slow_ok = settings(
    max_examples=50,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@slow_ok
@given(steps=STEPS, pick=st.randoms(use_true_random=False), more=st.lists(RECORD, max_size=3))
def test_columns_give_the_same_answer_as_one_by_one(
    steps: list[tuple[str, list[tuple[list[tuple[str, str]], int]]]],
    pick: random.Random,
    more: list[tuple[list[tuple[str, str]], int]],
) -> None:
    with transaction.atomic():
        for what, records in steps:
            take_step(what, records, pick)
        _put_in_force(TIGHT)
        assert identity_breaches() == []
        rules = active_rules().rules
        one_by_one, stored = recount(rules), read_whole(rules)
        whole = settle_whole(stored.graph, rules)
        key = stored.graph.key
        root = dict(zip(key.tolist(), key[whole.root].tolist(), strict=True))
        assert root == one_by_one.told.component
        assert {int(key[one.demoted]) for one in whole.refused} == {
            one.demoted for one in one_by_one.told.refused
        }
        take_step("feed", more or [([("cookie", "c-1")], 0)], pick)
        assert identity_breaches() == []
        transaction.set_rollback(True)
