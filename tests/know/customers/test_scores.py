"""Scores on customers: defined, replaced whole, united by a merge, parted by a split, dropped."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.builders.customers import NOW, make_actor, resolve, seen_at

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty, run, table
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.customers.contracts import (
    SCORES,
    ScoreDraft,
    ScoreNameError,
    ScoreRangeError,
    ScoreTextError,
    UnknownScoreError,
)
from quanqu.know.customers.facade import (
    customer_keys,
    define_score,
    drop_scores,
    get_customer,
    list_customer_scores,
    list_scores,
    merge_customers,
    withdraw_evidence,
    write_scores,
)
from quanqu.know.customers.models import Customer, CustomerScore
from quanqu.know.customers.rules.scores import tenth_of

pytestmark = pytest.mark.django_db

CHURN = ScoreDraft("churn", "Chance of leaving", "Data science", 0, 1)


def _people(count: int) -> list[int]:
    found = resolve(*({"member_id": f"s:{3000 + at}"} for at in range(count)))
    keys = [key for key in found if key is not None]
    seen_at(*((key, 1 + at % 2) for at, key in enumerate(keys)))
    return keys


def _write(scores: dict[int, float], **more: Any) -> int:
    columns = [pa.array(list(scores), pa.int64()), pa.array(list(scores.values()), pa.float64())]
    given = {"name": "churn", "version": "1", "at": NOW, **more}
    return write_scores(scores=pa.table(columns, schema=SCORES), **given)


def _of(key: int) -> list[tuple[str, float, int | None]]:
    customer = Customer.objects.get(key=customer_keys(subject_keys=[key])[key])
    found = list_customer_scores(actor=SYSTEM, customer_id=customer.id)
    return [(row.name, row.value, row.tenth) for row in found]


def test_a_score_is_defined_once_and_its_changes_are_audited() -> None:
    assert define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    assert not define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    assert define_score(
        actor=SYSTEM, draft=ScoreDraft("churn", "Chance", "Data science", 0, 1), now=NOW
    )

    (found,) = list_scores(actor=SYSTEM)
    entries = list_entries(actor=SYSTEM, filters=AuditFilters(action="customers.define_score"))
    assert (found.meaning, found.low, found.high, found.customers) == ("Chance", 0, 1, 0)
    assert len(entries.items) == 2
    with pytest.raises(NotAllowedError):
        define_score(actor=make_actor(places=[1]), draft=CHURN, now=NOW)


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (ScoreDraft("Churn", "x", "y"), ScoreNameError),
        (ScoreDraft("", "x", "y"), ScoreNameError),
        (ScoreDraft("a" * 61, "x", "y"), ScoreNameError),
        (ScoreDraft("a\n", "x", "y"), ScoreNameError),
        (ScoreDraft("lookalike:x", "x", "y"), ScoreNameError),
        (ScoreDraft("a", " ", "y"), ScoreTextError),
        (ScoreDraft("a", "x", "y" * 121), ScoreTextError),
        (ScoreDraft("a", "x\0", "y"), ScoreTextError),
        (ScoreDraft("a", "x", "y", 1, 1), ScoreRangeError),
        (ScoreDraft("a", "x", "y", float("nan"), None), ScoreRangeError),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(draft: ScoreDraft, error: type[Exception]) -> None:
    with pytest.raises(error):
        define_score(actor=SYSTEM, draft=draft, now=NOW)


def test_a_whole_score_takes_the_place_of_the_one_before(own_lake: Path) -> None:
    keys = _people(4)
    define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    later = NOW + timedelta(days=1)

    assert _write(dict.fromkeys(keys[:3], 0.5)) == 3
    assert _write({keys[1]: 0.5, keys[3]: 0.75}, version="2", at=later, is_whole=True) == 2

    found = dict(CustomerScore.objects.values_list("subject_id", "value"))
    assert found == {keys[1]: 0.5, keys[3]: 0.75}
    assert _write({keys[3]: 0.1}, version="1", at=NOW) == 0  # an older word changes nothing
    assert _write({keys[3]: 0.75}, version="2", at=later) == 0
    publish_dirty(now=NOW)
    rows = run(table("dim_score")).to_pylist()
    assert {row["customer_key"]: (row["score"], row["value"]) for row in rows} == {
        keys[1]: ("churn", 0.5),
        keys[3]: ("churn", 0.75),
    }


def test_only_defined_scores_and_known_customers_are_written(own_lake: Path) -> None:
    keys = _people(1)
    with pytest.raises(UnknownScoreError):
        _write({keys[0]: 0.5})
    define_score(actor=SYSTEM, draft=CHURN, now=NOW)

    assert _write({keys[0]: 0.5, 999_999_999: 0.5}) == 1


def test_a_merge_shows_the_latest_number_and_a_split_gives_back_both(own_lake: Path) -> None:
    keys = _people(2)
    define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    _write({keys[0]: 0.2})
    _write({keys[1]: 0.9}, at=NOW + timedelta(days=1))
    ids = dict(Customer.objects.filter(key__in=keys).values_list("key", "id"))

    merge_customers(
        actor=SYSTEM, customer_id=ids[keys[0]], other_id=ids[keys[1]], reason="same", now=NOW
    )
    publish_dirty(now=NOW)
    merged = run(table("dim_score")).to_pylist()
    assert [(row["customer_key"], row["value"]) for row in merged] == [(min(keys), 0.9)]
    assert _of(keys[0]) == _of(keys[1]) == [("churn", 0.9, 1)]

    evidence = get_customer(actor=SYSTEM, customer_id=ids[keys[0]]).evidence[-1]
    withdraw_evidence(actor=SYSTEM, evidence_key=evidence.key, now=NOW)
    publish_dirty(now=NOW)
    assert [_of(key)[0][1] for key in keys] == [0.2, 0.9]
    assert len(run(table("dim_score"))) == 2


def test_the_tenth_is_that_of_everybody_in_scope_with_a_number(own_lake: Path) -> None:
    keys = _people(24)
    define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    _write({key: at // 2 / 100 for at, key in enumerate(keys)})
    publish_dirty(now=NOW)

    def expected(among: list[int]) -> dict[int, int]:
        order = sorted(among, key=lambda key: (-(keys.index(key) // 2), key))
        size, larger = divmod(len(order), 10)
        ends = [0]
        for tenth in range(10):
            ends.append(ends[-1] + size + (tenth < larger))
        return {
            key: tenth + 1 for tenth in range(10) for key in order[ends[tenth] : ends[tenth + 1]]
        }

    assert {key: _of(key)[0][2] for key in keys} == expected(keys)
    here = make_actor(places=[1])
    mine = keys[0::2]
    ids = dict(Customer.objects.filter(key__in=mine).values_list("key", "id"))
    found = {key: list_customer_scores(actor=here, customer_id=ids[key])[0].tenth for key in mine}
    assert found == expected(mine)
    assert [row.customers for row in list_scores(actor=here)] == [12]
    assert list_scores(actor=make_actor(places=[7])) == ()


def test_tenths_are_those_of_ntile() -> None:
    for count in (1, 9, 10, 11, 25, 100, 104):
        size, larger = divmod(count, 10)
        told = [tenth + 1 for tenth in range(10) for _ in range(size + (tenth < larger))]
        assert [tenth_of(before, count) for before in range(count)] == told


def test_scores_are_dropped_for_those_who_do_not_want_to_be_judged(own_lake: Path) -> None:
    keys = _people(3)
    define_score(actor=SYSTEM, draft=CHURN, now=NOW)
    _write(dict.fromkeys(keys, 0.5))
    publish_dirty(now=NOW)

    assert drop_scores(subject_keys=keys[:2]) == 2
    assert drop_scores(subject_keys=keys[:2]) == 0

    publish_dirty(now=NOW)
    assert run(table("dim_score"))["customer_key"].to_pylist() == [keys[2]]
