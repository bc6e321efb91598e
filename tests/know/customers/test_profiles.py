"""Profiles survive by time, are protected at rest and leave for the lake without names."""

import json
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.customers import (
    NOW,
    STAMP,
    analyse,
    assignments,
    later,
    make_actor,
    profile,
    resolve,
    seen_at,
)

from quanqu.infra.lake.facade import publish_dirty, run, table
from quanqu.know.customers.actions.apply import MANY, refresh_customers
from quanqu.know.customers.contracts import MalformedClaimsError
from quanqu.know.customers.facade import (
    assign_tag,
    get_customer,
    merge_customers,
    record_profiles,
)
from quanqu.know.customers.models import Customer, SubjectProfile

pytestmark = pytest.mark.django_db


def _fields(key: int) -> dict[str, str]:
    customer = Customer.objects.get(key=key)
    detail = get_customer(actor=make_actor(), customer_id=customer.id)
    return {found.field: found.value for found in detail.profile}


def test_the_latest_observed_value_wins_whatever_arrives_last() -> None:
    (key,) = resolve({"member_id": "shop:1"})

    profile(key, at=later(5), city="Leeds", name="Ann Lee")
    profile(key, at=later(1), city="York", country="gb")

    assert _fields(key) == {"name": "A*** L***", "city": "Leeds", "country": "GB"}
    assert Customer.objects.get(key=key).country == "GB"


def test_each_field_keeps_source_and_time() -> None:
    (key,) = resolve({"member_id": "shop:1"})
    profile(key, at=later(5), city="Leeds", source="shop")
    profile(key, at=later(6), language="en", source="app")

    detail = get_customer(actor=make_actor(), customer_id=Customer.objects.get(key=key).id)

    assert {(f.field, f.source, f.observed_at) for f in detail.profile} == {
        ("city", "shop", later(5)),
        ("language", "app", later(6)),
    }


def test_recording_the_same_again_writes_nothing(own_lake: Path) -> None:
    (key,) = resolve({"member_id": "shop:1"})
    profile(key, at=later(5), city="Leeds", name="Ann Lee", traits='{"plan": "gold"}')
    publish_dirty(now=NOW)
    before = SubjectProfile.objects.values().get()

    profile(key, at=later(5), city="Leeds", name="Ann Lee", traits='{"plan": "gold"}')

    assert SubjectProfile.objects.values().get() == before
    assert publish_dirty(now=NOW) == ()


def test_the_same_source_may_correct_itself() -> None:
    (key,) = resolve({"member_id": "shop:1"})
    profile(key, name="Ann Lee", city="Leeds")

    profile(key, name="Bea Lee", city="York")

    assert _fields(key) == {"name": "B*** L***", "city": "York"}


def test_contact_fields_are_unreadable_at_rest() -> None:
    (key,) = resolve({"member_id": "shop:1"})
    profile(key, name="Ann Lee", email="ann@shop.org", phone="+447946000123", street="1 Road")

    row = SubjectProfile.objects.get()

    stored = b"".join(bytes(part) for part in (row.name, row.email, row.phone, row.street))
    assert b"Ann" not in stored + json.dumps(row.seen).encode()
    assert _fields(key)["street"] == "***"


def test_several_rows_of_one_subject_collapse_by_time() -> None:
    (key,) = resolve({"member_id": "shop:1"})
    rows = pa.table(
        {
            "subject_key": [key, key, None, key],
            "observed_at": pa.array([later(3), later(9), later(9), None], STAMP),
            "city": ["York", None, "Nowhere", "Hull"],
            "gender": [None, "女", None, "  "],
            "traits": ['{"a": 1, "b": 1}', '{"a": 2}', None, None],
        }
    )

    record_profiles(profiles=rows, source="shop", now=NOW)

    assert _fields(key) == {"city": "York", "gender": "female"}
    stored = SubjectProfile.objects.get().traits
    assert {name: found[0] for name, found in stored.items()} == {"a": 2, "b": 1}


def test_malformed_profiles_are_refused() -> None:
    (key,) = resolve({"member_id": "shop:1"})

    with pytest.raises(MalformedClaimsError):
        record_profiles(profiles=pa.table({"city": ["x"]}), source="shop", now=NOW)
    with pytest.raises(MalformedClaimsError):
        profile(key, traits="[1]")
    with pytest.raises(MalformedClaimsError):
        profile(key, traits="{")


def test_after_a_merge_the_latest_value_of_either_side_survives() -> None:
    one, two = resolve({"member_id": "shop:1"}, {"member_id": "shop:2"})
    profile(one, at=later(1), city="York", country="GB")
    profile(two, at=later(2), city="Leeds")
    ids = [Customer.objects.get(key=key).id for key in (one, two)]

    merge_customers(actor=make_actor(), customer_id=ids[1], other_id=ids[0], now=NOW)

    assert _fields(one) == {"city": "Leeds", "country": "GB"}
    assert get_customer(actor=make_actor(), customer_id=ids[1]).row.key == one


VALUES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 5), st.sampled_from("ab"), st.sampled_from("XYZ")),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:3],
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=VALUES, shuffled=st.randoms(use_true_random=False))
def test_survival_does_not_depend_on_the_order_of_arrival(
    rows: list[tuple[int, int, str, str]], shuffled: Random
) -> None:
    number = SubjectProfile.objects.count()
    keys = resolve({"member_id": f"m:c{number}"}, {"email": f"e{number}@shop.org"})
    resolve({"member_id": f"m:c{number}", "email": f"e{number}@shop.org"})
    shuffled.shuffle(rows)

    for side, minute, source, city in rows:
        profile(keys[side], at=later(minute), source=source, city=city)

    best = max(rows, key=lambda row: (row[1], row[2], -row[0]))
    assert _fields(assignments()[keys[0]])["city"] == best[3]


def test_the_lake_gets_customers_without_direct_identifiers(own_lake: Path) -> None:
    one, two = resolve(
        {"member_id": "shop:1", "email": "ann@shop.org"},
        {"member_id": "shop:2"},
        at=[NOW, later(1)],
    )
    profile(
        one,
        name="Ann Lee",
        email="ann@shop.org",
        street="1 Road",
        postcode="LS1 4AP",
        birth_on="1984-05-06",
        gender="F",
        traits='{"plan": "gold", "email": "ann@shop.org"}',
    )
    seen_at((one, 3), (two, 4))
    customer = Customer.objects.get(key=assignments()[one])
    assign_tag(actor=make_actor(), tag="vip", customer_ids=[customer.id], now=NOW)

    publish_dirty(now=NOW)

    rows = run(table("dim_customer")).to_pylist()
    assert [row["customer_key"] for row in sorted(rows, key=lambda r: r["customer_key"])] == sorted(
        set(assignments().values())
    )
    (ann,) = [row for row in rows if row["customer_key"] == customer.key]
    assert ann["postcode_area"] == "LS1"
    assert ann["birth_year"] == 1984
    assert ann["gender"] == "female"
    assert ann["traits"] == '{"plan": "gold"}'
    assert ann["tags"] == ["vip"]
    assert ann["identifier_types"] == ["email", "member_id"]
    assert "ann" not in json.dumps(rows, default=str).lower()
    identity = {
        row["subject_key"]: row["customer_key"] for row in run(table("dim_identity")).to_pylist()
    }
    assert identity == assignments()
    presence = run(table("dim_presence")).to_pylist()
    assert {(row["customer_key"], row["place_key"]) for row in presence} == {
        (customer.key, 3),
        (assignments()[two], 4),
    }


def test_a_merge_reaches_the_lake(own_lake: Path) -> None:
    one, two = resolve({"member_id": "shop:1"}, {"loyalty_card": "shop:2"})
    publish_dirty(now=NOW)
    resolve(
        {"member_id": "shop:1", "email": "x@y.org"}, {"loyalty_card": "shop:2", "email": "x@y.org"}
    )

    publish_dirty(now=NOW)

    (merged,) = run(table("dim_customer")).to_pylist()
    assert (merged["customer_key"], merged["identifier_types"]) == (
        one,
        ["email", "loyalty_card", "member_id"],
    )
    assert {row["customer_key"] for row in run(table("dim_identity")).to_pylist()} == {one}
    assert two != one


@pytest.mark.django_db(transaction=True)
def test_a_load_that_statistics_do_not_know_does_not_hang() -> None:
    """ANALYZE sees no row of a load that is not committed, and the planner believes it: by nested
    loops the statement would read everything once for every customer, and be broken off."""
    count = 20 * MANY
    with transaction.atomic():
        people = ({"member_id": f"shop:{at}", "email": f"a{at}@shop.org"} for at in range(count))
        told = pa.table({"subject_key": resolve(*people), "country": ["GB"] * count})
        record_profiles(profiles=told, source="shop", now=NOW)
        analyse("customers_customer", "customers_identifier", "customers_profile")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '30s'")

        refresh_customers(Customer.objects.values_list("key", flat=True))

        assert Customer.objects.filter(country="GB").count() == count
