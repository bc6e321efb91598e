"""Which value of a profile field survives: every reading against a plain oracle, and its rules."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.customers import NOW, later, make_actor, profile, resolve, seen_at

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.lake.facade import publish_dirty, run, table
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import holdings
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.customers.contracts import (
    CORRECTION,
    FieldChoice,
    FieldRule,
    ProfileField,
    RuleMistakesError,
)
from quanqu.know.customers.facade import (
    activate_draft,
    customers_by_key,
    get_customer,
    list_profile_sources,
    run_activation,
    save_draft,
    simulate_draft,
)
from quanqu.know.customers.models import Customer, SourceRank, SubjectProfile
from quanqu.know.customers.queries.clear_profiles import read_clear_profiles
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.survival import Told, choose

pytestmark = pytest.mark.django_db

SOURCES = ("crm", "shop", "till", CORRECTION)
Statement = tuple[int, int, str, str]  # identifier, minute, source, value


def force(fields: Mapping[str, Any]) -> int:
    """Draft rules for fields and put them in force; return how many customers changed."""
    save_draft(actor=SYSTEM, content={"fields": fields}, now=NOW)
    return run_activation(version=activate_draft(actor=SYSTEM, now=NOW).version, now=NOW)


def shown(key: int) -> dict[str, ProfileField]:
    customer = Customer.objects.get(key=key)
    found = get_customer(actor=make_actor(), customer_id=customer.id)
    return {field.field: field for field in found.profile}


def last_told(told: list[Statement]) -> list[Statement]:
    """What each source of each identifier told last."""
    ordered = sorted(told, key=lambda row: row[1])
    return list({(one[0], one[2]): one for one in ordered}.values())


def earliest(told: list[Statement]) -> Statement:
    """What was told first: of equal times by the greater source, then of the smaller identifier."""
    minute = min(row[1] for row in told)
    return max((one for one in told if one[1] == minute), key=lambda one: (one[2], -one[0]))


def oracle(told: list[Statement], rule: Mapping[str, Any]) -> str:
    """What survives, one statement after the other, by the words of the document."""
    if rule["by"] == "first":
        return earliest(told)[3]
    left = sorted(last_told(told), key=lambda row: row[0])
    left.sort(key=lambda row: (row[1], row[2]), reverse=True)  # stable: smaller identifier first
    if rule["by"] == "longest":
        return max(left, key=lambda row: len(row[3].encode()))[3]
    if rule["by"] == "frequent":
        tellers = {row[3]: {one[2] for one in left if one[3] == row[3]} for row in left}
        return max(left, key=lambda row: len(tellers[row[3]]))[3]
    if rule["by"] == "sources":
        order = [CORRECTION, *rule["sources"]]
        named = [row for source in order for row in left if row[2] == source]
        return (named or left)[0][3]
    return left[0][3]


TOLD = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 6),
        st.sampled_from(SOURCES[:3]),
        st.sampled_from(["York", "Leeds", "城市北京", "Ur", "Bath Spa"]),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda row: row[:3],
)
RULES = st.one_of(
    st.just({"by": "latest"}),
    st.just({"by": "longest"}),
    st.just({"by": "first"}),
    st.just({"by": "frequent"}),
    st.permutations(SOURCES[:3])
    .flatmap(lambda order: st.integers(1, 3).map(lambda size: order[:size]))
    .map(lambda order: {"by": "sources", "sources": list(order)}),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=TOLD, rule=RULES, shuffled=st.randoms(use_true_random=False))
def test_every_reading_shows_what_the_rule_says(
    told: list[Statement], rule: dict[str, Any], shuffled: Random
) -> None:
    number = SubjectProfile.objects.count()
    keys = resolve({"member_id": f"m:c{number}"}, {"email": f"e{number}@shop.org"})
    resolve({"member_id": f"m:c{number}", "email": f"e{number}@shop.org"})
    arriving = list(told)
    shuffled.shuffle(arriving)
    for side, minute, source, city in arriving:
        profile(keys[side], at=later(minute), source=source, city=city, street=city, country="GB")

    force(dict.fromkeys(("city", "street"), rule))

    wanted, key = oracle(told, rule), keys[0]
    assert key is not None
    actor = make_actor()
    clear = read_clear_profiles(customer_keys=[key]).to_pylist()[0]
    page = shown(key)
    assert (clear["city"], clear["street"]) == (wanted, wanted)
    assert page["city"].value == wanted
    assert customers_by_key(actor=actor, customer_keys=[key])[key].city == wanted
    kept = last_told(told)
    is_past = rule["by"] == "first" and earliest(told) not in kept
    assert len(page["city"].others) == len(kept) - (0 if is_past else 1)
    assert page["street"].chosen_by is FieldChoice(rule["by"])


def test_sources_in_order_are_told_apart_within_one_identifier(own_lake: Path) -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    seen_at((ann, 1))
    profile(ann, at=later(1), source="crm", city="Leeds", country="GB", birth_on="1984-05-06")
    profile(ann, at=later(2), source="till", city="York", country="CN", birth_on="1990-01-01")
    publish_dirty(now=NOW)
    assert shown(ann)["city"].value == "York"

    by_crm = {"by": "sources", "sources": ["crm"]}
    changed = force({"city": by_crm, "country": by_crm, "birth_on": by_crm})
    publish_dirty(now=NOW)

    city = shown(ann)["city"]
    assert (city.value, city.source, city.chosen_by) == ("Leeds", "crm", FieldChoice.SOURCES)
    assert [(one.value, one.source) for one in city.others] == [("York", "till")]
    assert changed == 3
    (row,) = run(table("dim_customer")).to_pylist()
    assert (row["city"], row["country"], row["birth_year"]) == ("Leeds", "GB", 1984)
    assert row["birth_day"] == 506
    assert Customer.objects.get(key=ann).country == "GB"
    assert active_rules().rules.fields["city"] == FieldRule(FieldChoice.SOURCES, ("crm",))

    force({"city": {"by": "latest"}, "country": {"by": "latest"}})
    publish_dirty(now=NOW)

    (row,) = run(table("dim_customer")).to_pylist()
    assert (row["city"], row["country"], row["birth_year"]) == ("York", "CN", 1984)
    assert Customer.objects.get(key=ann).country == "CN"


def test_contact_data_of_other_sources_rests_sealed_and_is_shown_masked() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    profile(ann, at=later(1), source="crm", email="ann@crm.org", name="Ann Lee")
    profile(ann, at=later(2), source="till", email="a.lee@till.org", name="Ann Lee")

    stored = SubjectProfile.objects.get().told
    email = shown(ann)["email"]

    assert set(stored) == {"email", "name"}
    assert "ann@crm.org" not in json.dumps(stored)
    assert (email.value, [one.value for one in email.others]) == ("a***@till.org", ["a***@crm.org"])
    (holding,) = [one for one in holdings() if one.name == "customers_profile"]
    assert holding.work is not None
    people = Subjects(customers=(ann,), customer_ids=(), subjects=(ann,))
    (told,) = list(holding.work.export(people))
    assert told["told"]["email"]["crm"]["value"] == "ann@crm.org"
    holding.work.erase(people, now=NOW)
    assert not SubjectProfile.objects.exists()


def test_saying_it_again_writes_nothing() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    for _ in range(2):
        profile(ann, at=later(2), source="till", city="York")
        profile(ann, at=later(1), source="crm", city="Leeds", street="1 Road")
        profile(ann, at=later(0), source="crm", city="Hull")
    before = _version(ann)

    profile(ann, at=later(1), source="crm", city="Leeds", street="1 Road")
    profile(ann, at=later(0), source="crm", city="Hull")
    profile(ann, at=later(2), source="till", city="York")

    assert _version(ann) == before
    kept = SubjectProfile.objects.get()
    assert (kept.told["city"]["crm"][1], kept.first["city"][1]) == ("Leeds", "Hull")
    profile(ann, at=later(3), source="crm", city="Bath")
    stored = SubjectProfile.objects.get()
    assert (stored.city, {name: one[1] for name, one in stored.told["city"].items()}) == (
        "Bath",
        {"till": "York"},
    )


def _version(subject_key: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text FROM customers_profile WHERE subject_key = %s", [subject_key]
        )
        return str(cursor.fetchone()[0])


def test_a_correction_leaves_no_other_value_behind_and_outlives_later_imports() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    profile(ann, at=later(1), source="crm", city="Leeds", name="An Lee")
    profile(ann, at=later(2), source="till", city="York", name="Anne Lee")
    profile(ann, at=later(3), source=CORRECTION, name="Ann Lea")
    assert set(SubjectProfile.objects.get().told) == {"city"}

    force({"name": {"by": "sources", "sources": ["crm"]}})
    profile(ann, at=later(4), source="crm", name="An Lee")

    name = shown(ann)["name"]
    assert (name.value, name.source) == ("A*** L***", CORRECTION)
    assert len(name.others) == 1
    assert list_profile_sources(actor=make_actor()) == ("crm", "till")


@pytest.mark.parametrize("by", ["first", "frequent"])
def test_a_correction_comes_before_what_was_first_and_what_most_tell(by: str) -> None:
    (ann, more) = resolve({"member_id": "shop:1"}, {"email": "ann@shop.org"})
    resolve({"member_id": "shop:1", "email": "ann@shop.org"})
    for minute, source in enumerate(("crm", "till", "shop")):
        profile(ann, at=later(minute), source=source, city="Leeds", name="An Lee")
        profile(more, at=later(minute), source=source, city="Leeds")
    profile(ann, at=later(5), source=CORRECTION, city="York", name="Anne Lee")
    assert SubjectProfile.objects.get(subject_id=ann).first == {}
    for minute, source in enumerate(("crm", "till"), start=6):
        profile(ann, at=later(minute), source=source, city="Hull", name="An Lee")

    force({"city": {"by": by}, "name": {"by": by}})

    page = shown(ann)
    assert (page["city"].value, page["city"].source) == ("York", CORRECTION)
    assert page["name"].source == CORRECTION
    clear = read_clear_profiles(customer_keys=[ann]).to_pylist()[0]
    assert (clear["city"], clear["name"]) == ("York", "Anne Lee")


def test_what_was_first_is_kept_sealed_exported_and_shown() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    for minute, email, day in ((1, "old@a.org", "1984-05-06"), (2, "new@b.org", "1990-01-01")):
        profile(ann, at=later(minute), source="crm", email=email, birth_on=day)
    force({"email": {"by": "first"}, "birth_on": {"by": "first"}})

    clear = read_clear_profiles(customer_keys=[ann]).to_pylist()[0]
    page = shown(ann)

    assert "old@a.org" not in json.dumps(SubjectProfile.objects.get().first)
    assert (clear["email"], str(clear["birth_on"])) == ("old@a.org", "1984-05-06")
    assert (page["email"].value, [one.value for one in page["email"].others]) == (
        "o***@a.org",
        ["n***@b.org"],
    )
    (holding,) = [one for one in holdings() if one.name == "customers_profile"]
    assert holding.work is not None
    (told,) = list(holding.work.export(Subjects((ann,), (), (ann,))))
    assert told["first"]["email"]["value"] == "old@a.org"
    assert (told["first"]["birth_on"]["source"], told["first"]["birth_on"]["value"]) == (
        "crm",
        "1984-05-06",
    )


def test_contact_data_told_by_most_sources_is_one_value_under_any_seal() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    for minute, source, email in (
        (1, "crm", "ann@a.org"),
        (2, "till", "ann@a.org"),
        (3, "shop", "lee@b.org"),
    ):
        profile(ann, at=later(minute), source=source, email=email, birth_on=f"1990-01-0{minute}")
    rules = {"email": {"by": "frequent"}, "birth_on": {"by": "frequent"}}
    save_draft(actor=SYSTEM, content={"fields": rules}, now=NOW)

    told = simulate_draft(actor=SYSTEM)
    force(rules)

    assert {name: told.effect[f"field.{name}"] for name in rules} == {"email": 1, "birth_on": 0}
    assert [(one.field, one.before, one.after) for one in told.changes] == [
        ("email", "l***@b.org", "a***@a.org")
    ]
    clear = read_clear_profiles(customer_keys=[ann]).to_pylist()[0]
    assert (clear["email"], str(clear["birth_on"])) == ("ann@a.org", "1990-01-03")
    assert shown(ann)["email"].source == "till"


def test_a_draft_says_who_would_show_another_value_and_changes_nothing() -> None:
    keys = resolve(*({"member_id": f"shop:{at}"} for at in range(1, 31)))
    for at, key in enumerate(keys):
        assert key is not None
        profile(key, at=later(1), source="crm", city="Leeds", name="Lee")
        profile(key, at=later(2), source="till", city="York" if at % 2 else "Leeds", name="Lee")
    rule = {"by": "sources", "sources": ["crm", "till"]}
    save_draft(actor=SYSTEM, content={"fields": {"city": rule, "name": rule}}, now=NOW)

    told = simulate_draft(actor=SYSTEM)

    assert {name: told.effect[name] for name in ("field.city", "field.name")} == {
        "field.city": 15,
        "field.name": 0,
    }
    assert len(told.changes) == 15
    assert {(one.field, one.before, one.after) for one in told.changes} == {
        ("city", "York", "Leeds")
    }
    first = keys[1]
    assert first is not None
    assert shown(first)["city"].value == "York"
    save_draft(actor=SYSTEM, content={"fields": {"city": {"by": "latest"}}}, now=NOW)
    assert "field.city" not in simulate_draft(actor=SYSTEM).effect
    assert not SourceRank.objects.filter(field="city").exists()


@pytest.mark.parametrize(
    ("field", "rule", "place"),
    [
        ("shoe_size", {"by": "latest"}, "fields.shoe_size"),
        ("city", [], "fields.city"),
        ("city", {"by": "loudest"}, "fields.city.by"),
        ("city", {"by": ["latest"]}, "fields.city.by"),
        ("birth_on", {"by": "longest"}, "fields.birth_on.by"),
        ("city", {"by": "sources"}, "fields.city.sources"),
        ("city", {"by": "sources", "sources": [" "]}, "fields.city.sources"),
        ("city", {"by": "sources", "sources": "crm"}, "fields.city.sources"),
        ("city", {"by": "sources", "sources": [str(n) for n in range(51)]}, "fields.city.sources"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(field: str, rule: Any, place: str) -> None:
    with pytest.raises(RuleMistakesError) as refused:
        save_draft(actor=SYSTEM, content={"fields": {field: rule}}, now=NOW)

    assert list(refused.value.mistakes) == [place]


def test_rules_are_the_whole_groups_to_change() -> None:
    part: Actor = make_actor(places=[1])

    with pytest.raises(NotAllowedError):
        save_draft(actor=part, content={"fields": {"city": {"by": "longest"}}}, now=NOW)


def test_source_names_are_values_and_never_part_of_a_query() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    odd = "o'brien\"; DROP TABLE x; -- %s {}"
    profile(ann, at=later(1), source=odd, city="Leeds")
    profile(ann, at=later(2), source="till", city="York")

    force({"city": {"by": "sources", "sources": [odd]}})

    assert shown(ann)["city"].value == "Leeds"
    assert read_clear_profiles(customer_keys=[ann]).to_pylist()[0]["city"] == "Leeds"


@pytest.mark.django_db(transaction=True)
def test_two_sources_at_once_lose_nothing() -> None:
    (ann,) = resolve({"member_id": "shop:1"})
    profile(ann, at=later(0), source="first", city="Ur")
    ready = threading.Barrier(8)

    def tell(number: int) -> None:
        ready.wait()
        try:
            profile(ann, at=later(number), source=f"s{number}", city=f"City {number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = SubjectProfile.objects.get()
    assert stored.city == "City 8"
    assert {name: one[1] for name, one in stored.told["city"].items()} == {
        "first": "Ur",
        **{f"s{number}": f"City {number}" for number in range(1, 8)},
    }


def test_the_rule_in_python_orders_equals() -> None:
    told = [Told("b", 5, "ab", "", 2), Told("a", 5, "a", "", 1), Told("c", 5, "ab", "", 1)]

    assert choose(FieldRule(), told) == told[2]
    assert choose(FieldRule(FieldChoice.SOURCES, ("a",)), told) == told[1]
    assert choose(FieldRule(FieldChoice.LONGEST), [*told, Told("京", 1, "a", "", 9)]) == Told(
        "京", 1, "a", "", 9
    )
    assert choose(FieldRule(), []) is None


def test_the_rule_in_python_knows_the_first_and_the_most_told() -> None:
    past = Told("d", 1, "ab", "", 1, True)
    told = [Told("b", 5, "ab", "", 2), Told("a", 4, "a", "", 1), Told("a", 3, "z", "", 1), past]

    assert choose(FieldRule(FieldChoice.FIRST), told) == past
    assert choose(FieldRule(FieldChoice.FIRST), told[:3]) == told[2]
    assert choose(FieldRule(FieldChoice.FREQUENT), told) == told[1]
    assert choose(FieldRule(FieldChoice.FREQUENT), told[:2]) == told[0]
    assert choose(FieldRule(FieldChoice.FREQUENT), [past]) is None
