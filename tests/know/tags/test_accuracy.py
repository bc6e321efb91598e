"""Accuracy by answers about a sample: of a version, the last counts, merges are followed."""

from pathlib import Path

import pytest
from tests.builders.tags import (
    NOW,
    customer_id,
    make_actor,
    make_draft,
    make_people,
    make_tag,
    refresh,
)

from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.ids import encode, new_id
from quanqu.know.customers.facade import merge_customers
from quanqu.know.tags import facade
from quanqu.know.tags.contracts import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(own_lake: Path) -> list[int]:
    return make_people()


def test_accuracy_by_answers_about_a_sample(people: list[int]) -> None:
    ann, bo, cy = people
    tag = make_tag("buyers")
    actor = make_actor()
    assert facade.get_accuracy(actor=actor, tag_id=tag.id).worn.size == 0
    refresh(tag)

    sample = facade.draw_sample(actor=actor, tag_id=tag.id)
    assert {one.customer.key for one in sample if one.is_worn} == {ann}
    assert {one.customer.key for one in sample if not one.is_worn} == {bo, cy}
    answers = [
        Answer(customer_id(ann), True),
        Answer(customer_id(bo), False),
        Answer(new_id(), True),
    ]
    done = facade.answer_sample(actor=actor, tag_id=tag.id, answers=answers, now=NOW)
    assert (done.made, done.known, [one.line for one in done.rejected]) == (2, 0, [3])
    assert facade.answer_sample(actor=actor, tag_id=tag.id, answers=answers, now=NOW).known == 2
    some = facade.get_accuracy(actor=actor, tag_id=tag.id)
    assert (some.precision is not None, some.missed_rate, some.recall) == (True, None, None)

    text = f"customer,answer\n{encode('cus', customer_id(cy))},right\nx,right\n"
    done = facade.import_answers(actor=actor, tag_id=tag.id, content=text.encode(), now=NOW)
    assert (done.made, [one.line for one in done.rejected]) == (1, [3])
    whole = facade.get_accuracy(actor=actor, tag_id=tag.id)
    assert (whole.worn.right, whole.unworn.right) == (1, 1)
    assert whole.missed_rate is not None
    assert whole.missed_rate.value == 0.5
    assert whole.recall == 0.5  # one found, one missed
    assert facade.list_accuracies(actor=actor) == {tag.id: whole}
    assert facade.draw_sample(actor=actor, tag_id=tag.id) == ()

    facade.answer_sample(
        actor=actor, tag_id=tag.id, answers=[Answer(customer_id(bo), True)], now=NOW
    )
    assert facade.get_accuracy(actor=actor, tag_id=tag.id).recall == 1.0  # the last one counts
    ever = {"version": 2, "match": {"kind": "event", "event": "Order Completed"}}
    facade.change_tag(actor=actor, tag_id=tag.id, draft=make_draft(ever), now=NOW)
    fresh = facade.get_accuracy(actor=actor, tag_id=tag.id)
    assert (fresh.version, fresh.worn.asked, fresh.earlier_answers) == (2, 0, 3)


def test_answers_follow_a_merge(people: list[int]) -> None:
    ann, bo, _ = people
    tag, actor = make_tag("buyers"), make_actor()
    refresh(tag)
    answers = [Answer(customer_id(ann), True), Answer(customer_id(bo), False)]
    facade.answer_sample(actor=actor, tag_id=tag.id, answers=answers, now=NOW)
    merge_customers(
        actor=actor, customer_id=customer_id(ann), other_id=customer_id(bo), reason="", now=NOW
    )
    publish_dirty(now=NOW)

    found = facade.get_accuracy(actor=actor, tag_id=tag.id)
    assert found.worn.asked + found.unworn.asked == 1  # one person, the last answer
