"""Rules on scores: how they read, what is refused, and that audiences follow new numbers."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from tests.know.audiences.test_saved import NOW, _actor, _id, _members, _save, people

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.audiences.contracts import FieldOrigin, UnknownFieldError
from quanqu.know.audiences.facade import (
    compose_audience,
    describe_audience,
    explain_membership,
    follow_audiences,
    forget_followed,
    list_found_values,
    validate,
)
from quanqu.know.customers.contracts import SCORES, ScoreDraft
from quanqu.know.customers.facade import define_score, write_scores

__all__ = ["people"]

LIKELY = {"kind": "profile", "field": "scores.churn", "op": "gte", "value": 0.5}
BEST = {"kind": "decile", "field": "scores.churn", "to": 1}


def _whole(match: dict[str, Any], version: int = 2) -> dict[str, Any]:
    return {"version": version, "match": match}


def _score(keys: list[int], values: list[float], version: str = "1", days: int = 0) -> None:
    table = pa.table([pa.array(keys, pa.int64()), pa.array(values)], schema=SCORES)
    at = NOW + timedelta(days=days)
    write_scores(name="churn", version=version, scores=table, at=at, is_whole=True)


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ({**LIKELY, "field": "scores."}, ".field", "unknown_field"),
        ({**LIKELY, "field": "scores.Churn"}, ".field", "unknown_field"),
        ({**LIKELY, "op": "contains", "value": "x"}, ".op", "wrong_op"),
        ({**LIKELY, "value": "much"}, ".value", "number_wanted"),
        ({**BEST, "field": "scores.A"}, ".field", "not_a_number_field"),
    ],
)
def test_what_a_score_cannot_be_asked_is_told_at_its_place(
    rule: dict[str, Any], path: str, code: str
) -> None:
    (problem,) = validate(definition=_whole(rule))

    assert (problem.path, problem.code) == (f"$.match{path}", code)


def test_scores_are_of_version_two() -> None:
    (problem,) = validate(definition=_whole(LIKELY, version=1))

    assert problem.code == "version_2_wanted"


def test_rules_on_scores_are_said_in_both_languages() -> None:
    both = _whole({"kind": "and", "nodes": [LIKELY, BEST]})

    english = describe_audience(definition=both, language="en")
    chinese = describe_audience(
        definition=both, language="zh-hans", names={"score:churn": "流失可能"}
    )

    assert english == (
        "Customers with: score “churn” is at least 0.5 and score “churn” is among the highest 10%."
    )
    assert "评分“流失可能”" in chinese


@pytest.mark.django_db
def test_audiences_follow_new_numbers(people: list[int]) -> None:
    forget_followed()
    define_score(actor=SYSTEM, draft=ScoreDraft("churn", "Chance", "Data"), now=NOW)
    _score(people, [0.9, 0.5, 0.1])
    likely = _save(_whole(LIKELY))
    unlikely = _save(_whole({"kind": "not", "node": LIKELY}), name="Others")
    best = _save(_whole(BEST), name="Best")
    unknown = _save(
        _whole({"kind": "profile", "field": "scores.churn", "op": "not_exists"}), name="Unknown"
    )
    follow_audiences(now=NOW)

    def found() -> list[set[int]]:
        return [_members(one) for one in (likely, unlikely, best, unknown)]

    assert found() == [set(people[:2]), {people[2]}, {people[0]}, set()]
    _score(people[1:], [0.2, 0.7], version="2", days=1)
    assert follow_audiences(now=NOW + timedelta(minutes=1)) == 4
    assert found() == [{people[2]}, set(people[:2]), {people[2]}, {people[0]}]
    assert follow_audiences(now=NOW + timedelta(minutes=2)) == 0


@pytest.mark.django_db
def test_why_shows_the_number_and_values_are_found(people: list[int]) -> None:
    define_score(actor=SYSTEM, draft=ScoreDraft("churn", "Chance", "Data"), now=NOW)
    _score(people[:2], [0.75, 0.25])
    publish_dirty(now=NOW)

    why = explain_membership(
        actor=_actor(), definition=_whole(LIKELY), customer_id=_id(people[0]), as_of=NOW.date()
    )
    values = list_found_values(actor=_actor(), origin=FieldOrigin.PROFILE, field="scores.churn")

    assert why.is_member
    assert "0.75" in why.leaves[0].found
    assert {one.value: one.count for one in values} == {"0.75": 1, "0.25": 1}
    with pytest.raises(UnknownFieldError):
        compose_audience(
            actor=_actor(), definition=_whole(LIKELY), field="scores.churn", as_of=NOW.date()
        )
