"""Whom outside identifiers name: normal forms, scope, and why one names nobody."""

import pyarrow as pa
import pytest
from tests.builders.customers import NOW, make_actor, resolve, seen_at
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import SYSTEM, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode, new_id
from quanqu.know.customers.contracts import CUSTOMER_ID, UnknownIdentifierTypeError
from quanqu.know.customers.facade import (
    customer_keys,
    customers_by_subject,
    match_identifiers,
    merge_customers,
)
from quanqu.know.customers.models import Identifier

pytestmark = pytest.mark.django_db


def _keys(*records: dict[str, str]) -> list[int]:
    """Return the keys of the customers that records are of."""
    subjects = [key for key in resolve(*records) if key is not None]
    owners = customer_keys(subject_keys=subjects)
    return [owners[key] for key in subjects]


def _found(
    type_: str, *values: str | None, places: set[int] | None = None, within: Scope | None = None
) -> list[tuple[int | None, str]]:
    told = match_identifiers(
        actor=make_actor(places=places),
        type_=type_,
        values=pa.array(values, pa.string()),
        within=within,
    )
    return [(row["customer_key"], row["reason"]) for row in told.to_pylist()]


def test_values_are_found_in_their_normal_form() -> None:
    make_place("web", country="CN")
    ann, bo = _keys(
        {"email": "ann@shop.org", "phone": "+8613912345678", "member_id": "shop:M1"},
        {"loyalty_card": "club:7700"},
    )

    assert _found("email", " ANN@Shop.org ", "nobody@shop.org", "no address", "", None) == [
        (ann, ""),
        (None, "unknown"),
        (None, "invalid"),
        (None, "empty"),
        (None, "empty"),
    ]
    assert _found("phone", "+86 139 1234 5678", "13912345678", "12") == [
        (ann, ""),
        (ann, ""),
        (None, "invalid"),
    ]
    assert _found("member_id", "shop:M1", "SHOP:M1", "M1", "M2", "null") == [
        (ann, ""),
        (ann, ""),
        (ann, ""),
        (None, "unknown"),
        (None, "invalid"),
    ]
    assert _found("loyalty_card", "7700") == [(bo, "")]
    assert _found("email") == []


def test_a_value_of_several_customers_or_of_many_names_nobody() -> None:
    _keys({"member_id": "shop:9"}, {"member_id": "club:9"}, {"phone": "+8613900000001"})
    Identifier.objects.filter(type="phone").update(barred="shared")

    assert _found("member_id", "9") == [(None, "ambiguous")]
    assert _found("phone", "+8613900000001") == [(None, "shared")]


def test_a_customer_is_named_by_its_id_also_after_a_merge() -> None:
    ann, bo = _keys({"email": "ann@shop.org"}, {"email": "bo@shop.org"})
    rows = customers_by_subject(actor=SYSTEM, subject_keys=[ann, bo])
    ids = [rows[key].id for key in (ann, bo)]
    merge_customers(actor=make_actor(), customer_id=ids[0], other_id=ids[1], now=NOW)

    told = [encode("cus", one) for one in ids]
    assert _found(CUSTOMER_ID, *told, encode("cus", new_id()), "cus_1", None) == [
        (ann, ""),
        (ann, ""),
        (None, "unknown"),
        (None, "invalid"),
        (None, "empty"),
    ]


def test_only_customers_in_every_scope_are_found() -> None:
    ann, bo = _keys({"email": "ann@shop.org"}, {"email": "bo@shop.org"})
    seen_at((ann, 1), (bo, 2))
    rows = customers_by_subject(actor=SYSTEM, subject_keys=[ann, bo])
    ids = [encode("cus", rows[key].id) for key in (ann, bo)]

    for type_, values in (("email", ("ann@shop.org", "bo@shop.org")), (CUSTOMER_ID, ids)):
        assert _found(type_, *values, places={1}) == [(ann, ""), (None, "unknown")]
        both = Scope(places=frozenset({2}))
        assert _found(type_, *values, within=both) == [(None, "unknown"), (bo, "")]
        assert _found(type_, *values, places={1}, within=both) == [(None, "unknown")] * 2
    with pytest.raises(NotAllowedError):
        match_identifiers(
            actor=make_actor(rights=frozenset()), type_="email", values=pa.array([], pa.string())
        )
    with pytest.raises(UnknownIdentifierTypeError):
        _found("shoe", "1")
