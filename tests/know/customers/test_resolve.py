"""Claims become subject keys, customers and evidence."""

import pyarrow as pa
import pytest
from django.db import transaction
from tests.builders.customers import NOW, assignments, later, make_claims, resolve

from quanqu.infra.outbox.models import OutboxEvent
from quanqu.know.customers.contracts import MalformedClaimsError, UnknownIdentifierTypeError
from quanqu.know.customers.facade import customer_keys, resolve_subjects
from quanqu.know.customers.models import Customer, Evidence, Identifier, IdentityChange

pytestmark = pytest.mark.django_db


def test_the_subject_is_the_strongest_identifier_of_the_record() -> None:
    (subject,) = resolve(
        {"anonymous_id": "web:a1", "email": "Ann@Shop.org", "phone": "+447946000000"}
    )

    assert Identifier.objects.get(key=subject).type == "phone"
    assert Identifier.objects.count() == 3
    assert Customer.objects.count() == 1


def test_resolving_again_changes_nothing() -> None:
    records = [{"email": "a@b.org", "member_id": "shop:1"}, {"anonymous_id": "web:x"}, {}]
    first = resolve(*records)
    before = (assignments(), Evidence.objects.count(), OutboxEvent.objects.count())

    assert resolve(*records) == first
    assert first[2] is None
    assert (assignments(), Evidence.objects.count(), OutboxEvent.objects.count()) == before


def test_values_that_identify_nobody_give_no_subject() -> None:
    assert resolve(
        {"email": "noreply@shop.org"},
        {"member_id": "shop:null"},
        {"phone": "000"},
        {"member_id": "no-namespace"},
    ) == [None, None, None, None]
    assert Identifier.objects.count() == 0


def test_two_customers_merge_on_a_shared_strong_identifier() -> None:
    one, two = resolve({"member_id": "shop:1"}, {"email": "a@b.org"})
    assert one is not None
    assert two is not None
    assert customer_keys(subject_keys=[one, two]) == {one: one, two: two}

    resolve({"member_id": "shop:1", "email": "a@b.org"})

    assert customer_keys(subject_keys=[one, two]) == {one: one, two: one}
    assert Customer.objects.get(key=two).merged_into_key == one
    assert OutboxEvent.objects.get(name="customers.customers_merged").payload["pairs"] == [
        [one, two]
    ]
    assert IdentityChange.objects.get().kind == "merge"


def test_a_weak_identifier_never_joins_two_customers() -> None:
    first, _ = resolve(
        {"user_id": "shop:1", "device_id": "tablet"},
        {"user_id": "shop:2", "device_id": "tablet"},
        at=[later(1), later(2)],
    )

    assert Customer.objects.filter(merged_into_key=None).count() == 2
    device = Identifier.objects.get(type="device_id")
    assert device.customer_id == Identifier.objects.get(key=first).customer_id


def test_a_weak_identifier_follows_who_used_it_first_even_if_learnt_later() -> None:
    resolve({"user_id": "shop:late", "cookie": "c-77"}, at=[later(9)])
    (early,) = resolve({"user_id": "shop:early", "cookie": "c-77"}, at=[later(1)])

    cookie = Identifier.objects.get(type="cookie")
    assert cookie.customer_id == Identifier.objects.get(key=early).customer_id
    assert Customer.objects.filter(merged_into_key=None).count() == 2


def test_an_anonymous_visitor_joins_the_user_they_turn_out_to_be() -> None:
    (visitor,) = resolve({"anonymous_id": "web:v"})
    resolve({"anonymous_id": "web:v", "user_id": "shop:7"}, at=[later(2)])

    assert set(assignments().values()) == {visitor}
    assert Customer.objects.filter(merged_into_key=None).count() == 1


def test_first_seen_is_the_earliest_time_also_when_it_arrives_late() -> None:
    (key,) = resolve({"email": "a@b.org"}, at=[later(5)])
    resolve({"email": "a@b.org"}, at=[later(-5)])

    assert Identifier.objects.get(key=key).first_seen_at == later(-5)
    assert Customer.objects.get(key=key).first_seen_at == later(-5)


def test_personal_data_is_neither_readable_nor_guessable_in_the_table() -> None:
    resolve({"email": "ann.lee@shop.org", "phone": "+447946000123"})

    for row in Identifier.objects.all():
        stored = bytes(row.value_hash) + bytes(row.value_enc) + row.hint.encode()
        assert b"ann.lee" not in stored
        assert b"447946000" not in stored
    assert Identifier.objects.get(type="email").hint == "a***@shop.org"
    assert Identifier.objects.get(type="phone").hint == "****0123"


def test_malformed_claims_are_refused() -> None:
    with pytest.raises(UnknownIdentifierTypeError):
        resolve({"fingerprint": "x"})
    with pytest.raises(MalformedClaimsError), transaction.atomic():
        resolve_subjects(claims=pa.table({"record": [0]}), source="s", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_resolving_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        resolve_subjects(claims=make_claims([]), source="s", now=NOW)
