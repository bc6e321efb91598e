"""One ID: what is stored equals what the evidence says, whatever the order of arrival."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.customers import NOW, assignments, make_actor, make_claims, resolve

from quanqu.know.customers.actions.law import identity_breaches
from quanqu.know.customers.facade import merge_customers, resolve_subjects, withdraw_evidence
from quanqu.know.customers.models import Customer, Evidence, Identifier

Records = list[tuple[list[tuple[str, str]], int]]
IDS = [
    *(("user_id", f"shop:u{n}") for n in range(5)),
    *(("email", f"e{n}@shop.org") for n in range(4)),
    *(("device_id", f"device-{n}") for n in range(3)),
    *(("anonymous_id", f"web:anon-{n}") for n in range(3)),
]
RECORDS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True), st.integers(0, 40)
    ),
    min_size=1,
    max_size=12,
)
slow_ok = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _partition() -> set[frozenset[bytes]]:
    """Return the components as sets of identifier hashes: the same whatever the keys are."""
    groups: dict[int, set[bytes]] = {}
    for row in Identifier.objects.all():
        groups.setdefault(row.customer_id, set()).add(row.type.encode() + bytes(row.value_hash))
    return {frozenset(group) for group in groups.values()}


def _times(records: Records) -> list[datetime]:
    return [NOW + timedelta(minutes=minute) for _, minute in records]


def _feed(records: Records, batches: int) -> None:
    for at in range(0, len(records), batches):
        part = records[at : at + batches]
        resolve(*(ids for ids, _ in part), at=_times(part))


def _check_stored_state() -> None:
    assert identity_breaches() == []


def _undone(action: Callable[[], None]) -> None:
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


@pytest.mark.django_db
@slow_ok
@given(records=RECORDS, batches=st.integers(1, 5))
def test_stored_components_equal_the_recomputation_from_evidence(
    records: Records, batches: int
) -> None:
    def check() -> None:
        _feed(records, batches)
        _check_stored_state()

    _undone(check)


@pytest.mark.django_db
@slow_ok
@given(records=RECORDS, shuffled=st.randoms(use_true_random=False), batches=st.integers(1, 5))
def test_components_do_not_depend_on_the_order_of_arrival(
    records: Records, shuffled: random.Random, batches: int
) -> None:
    found = []
    other = list(records)
    shuffled.shuffle(other)

    def one() -> None:
        _feed(records, len(records))
        found.append(_partition())

    def two() -> None:
        _feed(other, batches)
        found.append(_partition())

    _undone(one)
    _undone(two)

    # A record's centre is its strongest identifier; equals are told apart by position only.
    assert found[0] == found[1]


@pytest.mark.django_db
@slow_ok
@given(records=RECORDS, pick=st.randoms(use_true_random=False))
def test_undoing_a_merge_restores_exactly_what_was(records: Records, pick: random.Random) -> None:
    def check() -> None:
        _feed(records, 3)
        live = list(Customer.objects.filter(merged_into_key=None).order_by("key"))
        if len(live) < 2:
            return
        before = assignments(), _rows()
        one, two = pick.sample(live, 2)

        evidence = merge_customers(actor=make_actor(), customer_id=one.id, other_id=two.id, now=NOW)
        _check_stored_state()
        assert Customer.objects.filter(merged_into_key=None).count() == len(live) - 1
        withdraw_evidence(actor=make_actor(), evidence_key=evidence, now=NOW)

        _check_stored_state()
        assert (assignments(), _rows()) == before

    _undone(check)


@pytest.mark.django_db
@slow_ok
@given(records=RECORDS, pick=st.randoms(use_true_random=False))
def test_withdrawn_evidence_counts_no_longer_even_when_stated_again(
    records: Records, pick: random.Random
) -> None:
    def check() -> None:
        _feed(records, 4)
        edges = list(Evidence.objects.order_by("key"))
        if not edges:
            return
        edge = pick.choice(edges)
        withdraw_evidence(actor=make_actor(), evidence_key=edge.key, now=NOW)
        _check_stored_state()
        apart = assignments()

        _feed(records, 2)

        _check_stored_state()
        assert assignments() == apart

    _undone(check)


def _rows() -> list[tuple[int, int | None, str | None]]:
    return list(Customer.objects.order_by("key").values_list("key", "merged_into_key", "country"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(6))
def test_two_transactions_at_once_give_what_they_give_one_after_the_other(seed: int) -> None:
    rng = random.Random(seed)
    halves = [
        [(rng.sample(IDS, rng.randint(1, 3)), rng.randint(0, 40)) for _ in range(10)]
        for _ in range(2)
    ]
    gate, failures = threading.Barrier(2), []

    def run(records: Records) -> None:
        try:
            gate.wait(5)
            for at in range(0, len(records), 2):
                part = records[at : at + 2]
                claims = make_claims([ids for ids, _ in part], at=_times(part))
                with transaction.atomic():
                    resolve_subjects(claims=claims, source="shop", now=NOW)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    _check_stored_state()
    together = _partition()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_identifier, customers_customer CASCADE")
    _feed(halves[0] + halves[1], 5)
    assert _partition() == together
