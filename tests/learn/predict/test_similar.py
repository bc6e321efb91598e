"""Audiences of similar people: as many as asked for, no members, ordinary in everything."""

from pathlib import Path

import pytest
from tests.builders.predict import NOW, TODAY, actor_over, make_people, save_tagged, train

from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import AudienceRow, DefinitionError
from quanqu.know.audiences.facade import (
    count_audience,
    describe_audience,
    dump,
    explain_membership,
    list_members,
    refresh_audience,
    save_audience,
    validate,
)
from quanqu.know.customers.models import Customer, CustomerScore
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import NotTrainedError, SimilarSizeError

pytestmark = pytest.mark.django_db


def _members(row: AudienceRow) -> set[int]:
    actor = actor_over()
    refresh_audience(actor=actor, audience_id=row.id, as_of=TODAY, now=NOW)
    found = list_members(actor=actor, audience_id=row.id, limit=500)
    return {member.customer.key for member in found.items}


@pytest.mark.parametrize(
    ("size", "wanted"), [({"rate": 0.1}, 42), ({"rate": 0.01}, 4), ({"people": 17}, 17)]
)
def test_the_most_similar_people_who_are_not_members(
    own_lake: Path, size: dict[str, float], wanted: int
) -> None:
    keys, tagged = make_people(600)
    audience = save_tagged()
    train(audience)
    model = facade.find_model_of(actor=actor_over(), audience_id=audience)
    assert model is not None

    made = facade.make_similar_audience(
        actor=actor_over(), model_id=model.id, name="Like VIPs", now=NOW, **size
    )

    scores = dict(CustomerScore.objects.values_list("subject_id", "value"))
    others = sorted((scores[key] for key in keys if key not in set(tagged)), reverse=True)
    border = others[wanted - 1]
    expected = {k for k in keys if k not in set(tagged) and scores[k] >= border}
    assert wanted <= len(expected) <= wanted + 5  # those equal to the last are in it, too
    assert _members(made) == expected


def test_it_is_said_counted_and_explained_like_any_other(own_lake: Path) -> None:
    make_people(600)
    audience = save_tagged()
    train(audience)
    actor = actor_over()
    model = facade.find_model_of(actor=actor, audience_id=audience)
    assert model is not None
    made = facade.make_similar_audience(
        actor=actor, model_id=model.id, name="Like VIPs", people=20, now=NOW
    )
    rules = dump(definition=made.definition)
    (member, *_) = sorted(_members(made))

    names = {
        f"score:{model.score}": "Similar to VIPs",
        f"audience:{encode('aud', audience)}": "VIPs",
    }
    english = describe_audience(definition=rules, language="en", names=names)
    chinese = describe_audience(definition=rules, language="zh-hans", names=names)
    customer = Customer.objects.get(key=member)
    why = explain_membership(actor=actor, definition=rules, customer_id=customer.id, as_of=TODAY)

    border = rules["match"]["nodes"][0]["value"]
    assert english == (
        f"Customers with: score “Similar to VIPs” is at least {border} "
        "and not (is in the audience “VIPs”)."
    )
    assert chinese.startswith("评分“Similar to VIPs”") or "评分“Similar to VIPs”" in chinese
    assert validate(definition=rules) == ()
    assert count_audience(actor=actor, definition=rules, as_of=TODAY) == len(_members(made))
    value = CustomerScore.objects.get(subject_id=member).value
    assert why.is_member
    assert any(str(value) in leaf.found for leaf in why.leaves)


def test_without_scores_or_with_a_nonsensical_size_nothing_is_made(own_lake: Path) -> None:
    make_people(320)
    audience = save_tagged()
    train(audience)  # refused: too few
    actor = actor_over()
    model = facade.find_model_of(actor=actor, audience_id=audience)
    assert model is not None

    with pytest.raises(NotTrainedError):
        facade.make_similar_audience(actor=actor, model_id=model.id, name="x", people=5, now=NOW)
    for size in ({}, {"people": 0}, {"rate": 0.9}, {"rate": 0.1, "people": 4}, {"people": 10**9}):
        with pytest.raises(SimilarSizeError):
            facade.make_similar_audience(actor=actor, model_id=model.id, name="x", now=NOW, **size)
    with pytest.raises(NotFoundError):
        facade.make_similar_audience(
            actor=actor_over({9}), model_id=model.id, name="x", people=5, now=NOW
        )


def test_rules_on_a_score_nobody_defined_are_refused_at_their_place(own_lake: Path) -> None:
    rule = {"kind": "profile", "field": "scores.nothing", "op": "gte", "value": 1}
    rank = {"kind": "decile", "field": "scores.neither", "to": 1}
    match = {"kind": "or", "nodes": [rule, rank]}
    publish_dirty(now=NOW)

    with pytest.raises(DefinitionError) as refused:
        save_audience(
            actor=actor_over(), name="x", definition={"version": 2, "match": match}, now=NOW
        )

    assert [(one.path, one.code, one.details) for one in refused.value.problems] == [
        ("$.match.nodes[0].field", "unknown_score", {"score": "nothing"}),
        ("$.match.nodes[1].field", "unknown_score", {"score": "neither"}),
    ]
