"""Runs over stored customers: links, the queue, answers, undo and what is refused."""

import itertools
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests.builders.customers import NOW, make_actor, profile, resolve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.customers.facade import customer_keys
from quanqu.know.matching import facade
from quanqu.know.matching.contracts import (
    NothingToUndoError,
    PairRow,
    PairSettledError,
    PairState,
    RunInProgressError,
    RunState,
    UnknownAnswerError,
)
from quanqu.know.matching.models import Answer, Pair, Run

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = (
    *("Anna Abbott", "Bruno Barnett", "Carla Calloway", "Dmitri Dunmore", "Elena Ellison"),
    *("Farid Fairbanks", "Greta Gallagher", "Hugo Ingram", "Irene Kirkland", "Jonas Lockwood"),
)


def _customers() -> list[tuple[int, int]]:
    """Make ten people known twice, under different accounts, and return their subject keys."""
    pairs = []
    for number, name in enumerate(PEOPLE):
        born = f"19{50 + 3 * number}-0{1 + number % 9}-{11 + number}"
        ends = []
        for side in ("web", "shop"):
            subject = resolve({"user_id": f"{side}:guest-{number}-{side}"})[0]
            assert subject is not None
            profile(subject, name=name, birth_on=born, postcode=f"1{number}0{number}1", city="York")
            ends.append(subject)
        pairs.append((ends[0], ends[1]))
    return pairs


def _run() -> UUID:
    row = facade.start_run(actor=SYSTEM, now=NOW)
    facade.work_run(run_key=Run.objects.get(id=row.id).key, now=NOW + timedelta(minutes=1))
    return row.id


def _joined(pairs: list[tuple[int, int]]) -> list[bool]:
    owner = customer_keys(subject_keys=[*itertools.chain(*pairs)])
    return [owner[left] == owner[right] for left, right in pairs]


def _open_pair(left: int, right: int) -> PairRow:
    """Put a doubtful pair in the queue, as a run would."""
    run = Run.objects.create(state="done", started_by="Pat", queued_at=NOW)
    made = Pair.objects.create(
        run=run, left_key=min(left, right), right_key=max(left, right), odds_bits=1.0,
        probability=0.66, reasons=[["birth", "same", 5.0, 0.0]], state="open",
    )  # fmt: skip
    return facade.get_pair(actor=SYSTEM, pair_id=made.id)


def test_a_run_links_what_is_sure_and_can_be_undone() -> None:
    pairs = _customers()
    run_id = _run()
    row = facade.list_runs(actor=SYSTEM).items[0]

    assert (row.id, row.state, row.customers, row.model_version) == (run_id, RunState.DONE, 20, 1)
    settled = Pair.objects.filter(state__in=["linked", "open"]).count()
    assert settled >= 10
    assert row.linked == sum(_joined(pairs)) == Pair.objects.filter(state="linked").count()
    assert all(pair.reasons for pair in facade.list_pairs(actor=SYSTEM, state=PairState.OPEN).items)
    model = facade.find_model(actor=SYSTEM)
    assert model is not None
    assert {"given", "surname", "birth"} <= {one.detail for one in model.details}
    assert row.linked >= 8
    assert facade.undo_run(actor=SYSTEM, run_id=run_id, now=NOW).state is RunState.UNDONE
    assert not any(_joined(pairs))
    with pytest.raises(NothingToUndoError):
        facade.undo_run(actor=SYSTEM, run_id=run_id, now=NOW)


def test_a_run_that_is_worked_twice_comes_to_the_same() -> None:
    pairs = _customers()
    run_id = _run()
    before = _joined(pairs)
    facade.work_run(run_key=Run.objects.get(id=run_id).key, now=NOW)
    Run.objects.filter(id=run_id).update(state="running")  # as if killed before the end
    facade.work_run(run_key=Run.objects.get(id=run_id).key, now=NOW)

    assert _joined(pairs) == before
    assert Pair.objects.filter(state="linked").count() == sum(before)


def test_one_run_at_a_time() -> None:
    facade.start_run(actor=SYSTEM, now=NOW)
    with pytest.raises(RunInProgressError):
        facade.start_run(actor=SYSTEM, now=NOW)
    assert Run.objects.count() == 1


def test_too_few_customers_end_the_run_with_a_reason() -> None:
    _run()

    row = facade.list_runs(actor=SYSTEM).items[0]
    assert (row.state, row.error) == (RunState.FAILED, "matching.too_little")


def test_answers_become_evidence_or_verdicts_and_are_undone() -> None:
    left, right = resolve({"user_id": "web:ann"}, {"user_id": "shop:anna"})
    assert left is not None
    assert right is not None
    pair, ends = _open_pair(left, right), [(left, right)]
    facade.answer_pair(actor=SYSTEM, pair_id=pair.id, answer="same", now=NOW)
    assert _joined(ends) == [True]
    facade.answer_pair(actor=SYSTEM, pair_id=pair.id, answer="same", now=NOW)
    assert Answer.objects.count() == 1
    with pytest.raises(PairSettledError):
        facade.answer_pair(actor=SYSTEM, pair_id=pair.id, answer="different", now=NOW)
    assert facade.get_learnt(actor=SYSTEM).shift_bits > 0

    facade.undo_answer(actor=SYSTEM, pair_id=pair.id, now=NOW)
    assert _joined(ends) == [False]
    assert facade.get_learnt(actor=SYSTEM).shift_bits == 0
    facade.answer_pair(actor=SYSTEM, pair_id=pair.id, answer="different", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_apart WHERE lifted_at IS NULL")
        assert cursor.fetchone() == (1,)
    assert facade.get_learnt(actor=SYSTEM).shift_bits < 0
    facade.undo_answer(actor=SYSTEM, pair_id=pair.id, now=NOW)
    facade.answer_pair(actor=SYSTEM, pair_id=pair.id, answer="unsure", now=NOW)
    taught = facade.get_learnt(actor=SYSTEM)
    assert (taught.unsure, taught.answers, taught.open_pairs) == (1, 0, 0)
    assert facade.next_pair(actor=SYSTEM) is None


def test_what_a_person_said_outlives_the_next_run() -> None:
    pairs = _customers()
    apart = _open_pair(*pairs[0])
    facade.answer_pair(actor=SYSTEM, pair_id=apart.id, answer="different", now=NOW)
    _run()

    assert facade.get_pair(actor=SYSTEM, pair_id=apart.id).state is PairState.DIFFERENT
    assert _joined(pairs)[0] is False


def test_nobody_answers_without_the_whole_group() -> None:
    somebody = make_actor(places={1})
    for call in (
        lambda: facade.start_run(actor=somebody, now=NOW),
        lambda: facade.list_runs(actor=somebody),
        lambda: facade.find_model(actor=somebody),
        lambda: facade.next_pair(actor=somebody),
        lambda: facade.get_learnt(actor=somebody),
        lambda: facade.undo_run(actor=somebody, run_id=uuid4(), now=NOW),
        lambda: facade.list_pairs(actor=somebody, state=PairState.OPEN),
        lambda: facade.answer_pair(actor=somebody, pair_id=uuid4(), answer="same", now=NOW),
        lambda: facade.undo_answer(actor=somebody, pair_id=uuid4(), now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_unknown_things_are_refused_by_name() -> None:
    with pytest.raises(UnknownAnswerError):
        facade.answer_pair(actor=SYSTEM, pair_id=uuid4(), answer="maybe", now=NOW)
    for call in (
        lambda: facade.answer_pair(actor=SYSTEM, pair_id=uuid4(), answer="same", now=NOW),
        lambda: facade.undo_answer(actor=SYSTEM, pair_id=uuid4(), now=NOW),
        lambda: facade.undo_run(actor=SYSTEM, run_id=uuid4(), now=NOW),
        lambda: facade.get_pair(actor=SYSTEM, pair_id=uuid4()),
    ):
        with pytest.raises(NotFoundError):
            call()
    left, right = resolve({"user_id": "web:ann"}, {"user_id": "shop:anna"})
    with pytest.raises(NothingToUndoError):
        facade.undo_answer(actor=SYSTEM, pair_id=_open_pair(left or 0, right or 0).id, now=NOW)


def test_the_pairs_of_one_customer_are_those_that_wait_on_either_side() -> None:
    first, second, third, fourth = _subjects(4)
    low, high = _open_pair(first, second), _open_pair(third, second)
    Pair.objects.filter(id=high.id).update(probability=0.9)
    answered, elsewhere = _open_pair(first, third), _open_pair(first, fourth)
    facade.answer_pair(actor=SYSTEM, pair_id=answered.id, answer="different", now=NOW)

    found = facade.list_open_pairs_of(actor=SYSTEM, subject_keys=[second])

    assert [one.id for one in found] == [high.id, low.id]
    assert found[0].other_id == high.left_id if third < second else high.right_id
    assert found[0].since == NOW
    assert elsewhere.id not in {one.id for one in found}
    # both sides are one customer's by now: nothing is left to ask
    assert (
        facade.list_open_pairs_of(actor=SYSTEM, subject_keys=[first, fourth, second, third]) == ()
    )


def test_the_pairs_of_a_customer_are_the_whole_groups() -> None:
    first, second = _subjects(2)
    _open_pair(first, second)

    for actor in (make_actor(places=[1]), make_actor(rights=frozenset({"customers.view"}))):
        with pytest.raises(NotAllowedError):
            facade.list_open_pairs_of(actor=actor, subject_keys=[first])


def test_the_right_side_of_a_pair_is_found_by_an_index() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM matching_pair WHERE state = 'open' "
            "AND (left_key = ANY('{1,2}') OR right_key = ANY('{1,2}'))"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "matching_pair_open_right" in plan


def _subjects(count: int) -> list[int]:
    found = resolve(*({"user_id": f"web:alone-{at}"} for at in range(count)))
    return [key for key in found if key is not None]
