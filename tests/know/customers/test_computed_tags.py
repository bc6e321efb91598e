"""Tags that are set whole: differences only, values, the past, merges and splits."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from django.db import connection, transaction
from tests.builders.customers import NOW, analyse, later, make_actor, resolve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty, run, table, waiting_partitions
from quanqu.know.customers.contracts import ComputedTagError, TagChange, TagKind, TagTakenError
from quanqu.know.customers.facade import (
    assign_tag,
    customers_by_subject,
    define_computed_tag,
    define_tag,
    list_computed_tags,
    list_customer_tags,
    list_tag_definitions,
    list_tag_history,
    merge_customers,
    put_away_computed_tag,
    remove_tag,
    sample_by_tag,
    set_computed_tag,
    split_identifiers,
)
from quanqu.know.customers.models import CustomerTag, PastTag
from quanqu.know.customers.rules.partitions import buckets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_lake")]
SCHEMA = pa.schema(
    [("customer_key", pa.int64()), ("value_text", pa.string()), ("value_number", pa.float64())]
)
Value = str | float | None


def _define(name: str = "favourite", kind: TagKind = TagKind.STATISTIC, **more: Any) -> int:
    told = {"description": "", "owner": "", "now": NOW, **more}
    with transaction.atomic():
        return define_computed_tag(tag=name, kind=kind, **told)


def _set(tag: int, values: dict[int, Value], minutes: int = 0) -> TagChange:
    rows = [
        {
            "customer_key": key,
            "value_text": value if isinstance(value, str) else None,
            "value_number": value if isinstance(value, float) else None,
        }
        for key, value in values.items()
    ]
    wearers = pa.Table.from_pylist(rows, schema=SCHEMA)
    return set_computed_tag(tag_key=tag, wearers=wearers, now=later(minutes))


def _people(count: int) -> list[int]:
    found = resolve(*({"member_id": f"s:{1000 + number}"} for number in range(count)))
    return [key for key in found if key is not None]


def _id(key: int) -> UUID:
    return customers_by_subject(actor=SYSTEM, subject_keys=[key])[key].id


def _worn(key: int, on: date | None = None) -> dict[str, Value]:
    found = list_customer_tags(actor=SYSTEM, customer_id=_id(key), on=on)
    return {
        one.name: one.value_text if one.value_number is None else one.value_number for one in found
    }


def test_only_differences_are_written_and_the_past_is_kept() -> None:
    a, b, c = _people(3)
    tag = _define()

    assert _set(tag, {a: "Tea", b: "Hats"}) == TagChange(2, 0, 0, 2)
    publish_dirty(now=NOW)
    assert waiting_partitions("dim_customer") == frozenset()
    assert _set(tag, {b: "Hats", a: "Tea"}, 1) == TagChange(0, 0, 0, 2)
    assert waiting_partitions("dim_customer") == frozenset()  # nothing changed, nothing is marked
    assert _set(tag, {a: "Coffee", c: 12.5}, 2) == TagChange(1, 1, 1, 2)

    assert waiting_partitions("dim_customer") == set(buckets([a, b, c]))
    assert [_worn(key) for key in (a, b, c)] == [{"favourite": "Coffee"}, {}, {"favourite": 12.5}]
    past = PastTag.objects.order_by("subject_id")
    assert [(one.subject_id, one.value_text, one.from_at, one.until_at) for one in past] == [
        (a, "Tea", NOW, later(2)),
        (b, "Hats", NOW, later(2)),
    ]
    publish_dirty(now=NOW)
    lake = {row["customer_key"]: row for row in run(table("dim_customer")).to_pylist()}
    assert [lake[key]["tags"] for key in (a, b, c)] == [["favourite"], None, ["favourite"]]
    told = ['{"favourite": "Coffee"}', None, '{"favourite": 12.5}']
    assert [lake[key]["tag_values"] for key in (a, b, c)] == told


@pytest.mark.parametrize("seed", range(5))
def test_any_row_of_settings_leaves_what_a_plain_dictionary_holds(seed: int) -> None:
    chance, people, tag = Random(seed), _people(8), _define()
    held: dict[int, Value] = {}
    spans: dict[int, list[tuple[Value, int, int | None]]] = {key: [] for key in people}
    for minute in range(12):
        chosen = chance.sample(people, chance.randint(0, 8))
        new: dict[int, Value] = {key: chance.choice(["x", "y", 1.0, 2.5]) for key in chosen}
        change = _set(tag, new, minute)

        came, left = new.keys() - held.keys(), held.keys() - new.keys()
        other = {key for key in new.keys() & held.keys() if new[key] != held[key]}
        assert change == TagChange(len(came), len(left), len(other), len(new))
        for key in left | other:
            value, since, _ = spans[key][-1]
            spans[key][-1] = (value, since, minute)
        for key in came | other:
            spans[key].append((new[key], minute, None))
        held = new
    for key in people:
        history = list_tag_history(actor=SYSTEM, customer_id=_id(key))
        assert [
            (
                one.value_text if one.value_number is None else one.value_number,
                one.since,
                one.until,
            )
            for one in history
        ] == [
            (value, later(since), None if until is None else later(until))
            for value, since, until in reversed(spans[key])
        ]


def test_a_merge_unites_and_the_next_setting_tidies_up_and_a_split_parts_again() -> None:
    a, b = _people(2)
    tag = _define()
    _set(tag, {a: "Tea", b: "Hats"})
    merge_customers(
        actor=make_actor(), customer_id=_id(a), other_id=_id(b), reason="", now=later(1)
    )

    assert _worn(a) == {"favourite": "Tea"}  # one of the two, until it is worked out again
    assert len(list_tag_history(actor=SYSTEM, customer_id=_id(a))) == 2
    assert _set(tag, {a: "Hats", b: "Tea"}, 2) == TagChange(0, 0, 1, 1)
    assert list(CustomerTag.objects.values_list("subject_id", "value_text")) == [(a, "Hats")]
    assert _set(tag, {b: "Hats"}, 3) == TagChange(0, 0, 0, 1)  # by the key of whom it went into

    split_identifiers(
        actor=make_actor(),
        customer_id=_id(a),
        identifier_ids=[_identifier(b)],
        reason="",
        now=later(4),
    )
    assert (_worn(a), _worn(b)) == ({"favourite": "Hats"}, {})
    assert _set(tag, {a: "Tea", b: "Hats"}, 5) == TagChange(1, 0, 1, 2)
    assert (_worn(a), _worn(b)) == ({"favourite": "Tea"}, {"favourite": "Hats"})


def _identifier(key: int) -> UUID:
    row = customers_by_subject(actor=SYSTEM, subject_keys=[key])[key]
    return next(one.id for one in row.identifiers if one.subject_key == key)


def test_whom_nobody_knows_is_left_out() -> None:
    (a,) = _people(1)
    tag = _define()

    assert _set(tag, {a: "Tea", a + 1_000_000: "Hats"}) == TagChange(1, 0, 0, 1)


def test_what_was_worn_on_a_day() -> None:
    (a,) = _people(1)
    tag = _define()
    day = 24 * 60
    _set(tag, {a: "Tea"})
    _set(tag, {a: "Hats"}, 2 * day)
    _set(tag, {}, 4 * day)

    def on(days: int) -> dict[str, Value]:
        return _worn(a, (NOW + timedelta(days)).date())

    assert [on(days) for days in (-1, 0, 1, 2, 3, 4, 5)] == [
        {},
        {"favourite": "Tea"},
        {"favourite": "Tea"},
        {"favourite": "Hats"},
        {"favourite": "Hats"},
        {},
        {},
    ]


def test_hand_tags_have_a_past_too() -> None:
    (a,) = _people(1)
    told = {"actor": make_actor(), "tag": "vip", "customer_ids": [_id(a)]}
    assign_tag(now=NOW, **told)
    assert remove_tag(now=later(60), **told) == 1
    assert remove_tag(now=later(61), **told) == 0

    (one,) = list_tag_history(actor=SYSTEM, customer_id=_id(a))
    assert (one.name, one.kind, one.since, one.until) == ("vip", TagKind.HAND, NOW, later(60))


def test_a_computed_tag_and_a_hand_tag_share_no_name_and_no_hand_touches_one() -> None:
    (a,) = _people(1)
    actor = make_actor()
    assign_tag(actor=actor, tag="vip", customer_ids=[_id(a)], now=NOW)
    _define("buyers", TagKind.RULE)

    for kind in (TagKind.RULE, TagKind.STATISTIC):
        with pytest.raises(TagTakenError):
            _define("vip", kind)
    with pytest.raises(TagTakenError):
        _define("buyers", TagKind.STATISTIC)
    with pytest.raises(TagTakenError):
        _define("buyers", TagKind.RULE, is_new=True)
    for change in (assign_tag, remove_tag):
        with pytest.raises(ComputedTagError):
            change(actor=actor, tag="buyers", customer_ids=[_id(a)], now=NOW)
    with pytest.raises(ComputedTagError):
        define_tag(actor=actor, tag="buyers", description="", owner="", now=NOW)


def test_one_put_away_is_not_listed_among_the_tags() -> None:
    key = _define("buyers", TagKind.RULE, description="Who buys", owner="Ann")
    with transaction.atomic():
        put_away_computed_tag(tag_key=key, archived_at=later(1))

    assert list_tag_definitions(actor=SYSTEM) == ()
    (row,) = list_computed_tags()
    assert (row.key, row.name, row.description, row.owner) == (key, "buyers", "Who buys", "Ann")
    assert row.archived_at == later(1)
    with transaction.atomic():
        put_away_computed_tag(tag_key=key, archived_at=None)
    assert [one.kind for one in list_tag_definitions(actor=SYSTEM)] == [TagKind.RULE]


def test_a_sample_is_drawn_by_a_stable_hash_from_each_side() -> None:
    people, tag = _people(40), _define()
    _set(tag, dict.fromkeys(people[:15], "x"))

    def drawn(is_worn: bool, without: list[int], limit: int) -> list[int]:
        found = sample_by_tag(
            actor=SYSTEM, tag_key=tag, is_worn=is_worn, without=without, limit=limit
        )
        assert {one.value_text for one in found} <= ({"x"} if is_worn else {None})
        return [one.customer.key for one in found]

    first = drawn(True, [], 6)
    assert first == drawn(True, [], 6) != sorted(first)
    assert drawn(True, first[:4], 2) == first[4:]
    assert sorted(drawn(True, [], 100)) == people[:15]
    assert sorted(drawn(False, [], 100)) == people[15:]


def test_everybody_has_the_same_chance_to_be_drawn() -> None:
    people = _people(20)
    often = dict.fromkeys(people, 0)
    for number in range(40):  # each tag draws ten of twenty anew
        tag = _define(f"tag {number}")
        found = sample_by_tag(actor=SYSTEM, tag_key=tag, is_worn=False, without=[], limit=10)
        for one in found:
            often[one.customer.key] += 1

    # 40 draws at 1 in 2: mean 20, standard deviation 3.2; chi-squared with 19 degrees of freedom
    spread = sum((count - 20) ** 2 / (20 * 0.5) for count in often.values())
    assert spread < 60
    assert min(often.values()) > 4


@pytest.mark.django_db(transaction=True)
def test_many_whom_statistics_do_not_know_do_not_hang() -> None:
    """The planner believes the tables empty: by nested loops each statement would compare everybody
    with everybody, and be broken off."""
    with transaction.atomic():
        people, tag = _people(20_000), _define()
        analyse("customers_tagging", "customers_tag", "customers_identifier")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '30s'")
        half, rest = people[:10_000], people[10_000:]

        assert _set(tag, dict.fromkeys(people, "x")) == TagChange(20_000, 0, 0, 20_000)
        assert _set(tag, dict.fromkeys(half, "y"), 1) == TagChange(0, 10_000, 10_000, 10_000)
        assert _set(tag, dict.fromkeys(rest, "x"), 2) == TagChange(10_000, 10_000, 0, 10_000)
        assert PastTag.objects.count() == 30_000
