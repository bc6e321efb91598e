"""Scores of other teams: written once, rejected with reasons, respectful of refusals."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.builders.customers import resolve, seen_at
from tests.builders.predict import NOW, actor_over, say

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.customers.contracts import ScoreDraft, UnknownScoreError
from quanqu.know.customers.facade import define_score
from quanqu.know.customers.models import Customer, CustomerScore
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import OwnScoreError, ScoreBatchError, ScoreLine
from quanqu.learn.predict.models import Lookalike

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(own_lake: Path) -> dict[str, int]:
    """Six customers by outside id, the last of them at place 2; and the score churn from 0 to 1."""
    found = resolve(*({"member_id": f"s:{2000 + at}"} for at in range(6)))
    keys = [key for key in found if key is not None]
    seen_at(*((key, 2 if at == 5 else 1) for at, key in enumerate(keys)))
    define_score(actor=SYSTEM, draft=ScoreDraft("churn", "Chance", "Data", 0, 1), now=NOW)
    ids = dict(Customer.objects.filter(key__in=keys).values_list("key", "id"))
    return {encode("cus", ids[key]): key for key in keys}


def _lines(ids: Sequence[str], value: float = 0.5) -> list[ScoreLine]:
    return [ScoreLine(one, value) for one in ids]


def test_a_batch_is_written_once_and_a_later_one_takes_its_place(people: dict[str, int]) -> None:
    ids = list(people)
    lines = [ScoreLine(one, at / 10) for at, one in enumerate(ids)]
    write = facade.record_scores

    first = write(actor=SYSTEM, score="churn", version="1", lines=lines, now=NOW)
    again = write(actor=SYSTEM, score="churn", version="1", lines=lines, now=NOW)
    newer = write(actor=SYSTEM, score="churn", version="2", lines=_lines(ids[:2], 1.0), now=NOW)

    assert (first.taken, first.changed, first.rejected) == (6, 6, ())
    assert (again.taken, again.changed) == (6, 0)
    assert newer.changed == 2
    rows = CustomerScore.objects.values_list("subject_id", "value", "version")
    assert {key: (value, version) for key, value, version in rows} == {
        **{people[one]: (at / 10, "1") for at, one in enumerate(ids)},
        people[ids[0]]: (1.0, "2"),
        people[ids[1]]: (1.0, "2"),
    }


def test_what_cannot_be_written_is_told_by_line_and_counted(people: dict[str, int]) -> None:
    ids = list(people)
    say([people[ids[3]]], "profiling", "denied")
    lines = [
        ScoreLine(ids[0], 0.25),
        ScoreLine(ids[0], 0.75),
        ScoreLine(ids[1], 1.5),
        ScoreLine(ids[2], math.nan),
        ScoreLine(ids[3], 0.5),
        ScoreLine(ids[5], 0.5),
        ScoreLine("cus_00000000000000000000000000", 0.5),
        ScoreLine("nobody", 0.5),
    ]

    made = facade.record_scores(
        actor=actor_over({1}), score="churn", version="1", lines=lines, now=NOW
    )

    assert (made.taken, made.changed) == (1, 1)
    assert [one.reason for one in made.rejected] == [
        *("twice", "out_of_range", "out_of_range", "denied", "unknown", "unknown", "unknown")
    ]
    assert made.reasons == {"denied": 1, "out_of_range": 2, "twice": 1, "unknown": 3}
    assert dict(CustomerScore.objects.values_list("subject_id", "value")) == {people[ids[0]]: 0.25}


def test_limits_rights_and_unknown_scores_are_refused(people: dict[str, int]) -> None:
    ids = list(people)
    write = facade.record_scores

    with pytest.raises(UnknownScoreError):
        write(actor=SYSTEM, score="luck", version="1", lines=_lines(ids), now=NOW)
    with pytest.raises(ScoreBatchError):
        write(actor=SYSTEM, score="churn", version="1", lines=[], now=NOW)
    with pytest.raises(ScoreBatchError):
        write(actor=SYSTEM, score="churn", version="1", lines=_lines(ids[:1] * 10_001), now=NOW)
    viewer = actor_over(None, frozenset({"customers.view"}))
    with pytest.raises(NotAllowedError):
        write(actor=viewer, score="churn", version="1", lines=_lines(ids), now=NOW)


def test_the_scores_of_our_own_models_are_not_written_from_outside(
    people: dict[str, int],
) -> None:
    Lookalike.objects.create(
        audience_id=Customer.objects.all()[0].id, score="churn", created_at=NOW
    )

    with pytest.raises(OwnScoreError):
        facade.record_scores(
            actor=SYSTEM, score="churn", version="1", lines=_lines(list(people)), now=NOW
        )
