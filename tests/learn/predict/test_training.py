"""Trainings: what is planted is found, what is not is refused, and whoever refused is not there."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from tests.builders.predict import (
    NOW,
    actor_over,
    key_of,
    make_people,
    save_tagged,
    say,
    train,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Scope
from quanqu.infra.lake.facade import publish_dirty, run, table
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.consent.contracts import RestrictionKind
from quanqu.know.consent.facade import restrict_subjects
from quanqu.know.customers.models import CustomerScore, Score
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import (
    TrainingBusyError,
    TrainingState,
    UnknownBasisError,
)
from quanqu.learn.predict.models import Training
from quanqu.learn.predict.queries.people import read_customers, read_known
from quanqu.learn.predict.rules.lookalike import learn

pytestmark = pytest.mark.django_db


def _scores() -> dict[int, float]:
    return dict(CustomerScore.objects.values_list("subject_id", "value"))


def _pairs_in_order(scores: dict[int, float], inside: list[int]) -> float:
    """Return the share of pairs of a member and another whose numbers are in the right order."""
    members = np.array([scores[key] for key in inside])
    others = np.array([value for key, value in scores.items() if key not in set(inside)])
    above = (members[:, None] > others[None, :]).mean()
    return float(above + (members[:, None] == others[None, :]).mean() / 2)


def test_a_planted_signal_is_found_and_written_onto_customers(own_lake: Path) -> None:
    keys, tagged = make_people(800)

    done = train(save_tagged())

    assert done.state is TrainingState.DONE
    card, counts = done.card, done.counts
    assert card is not None
    assert counts is not None
    assert (counts.everybody, counts.base, counts.seed) == (800, 800, 240)
    assert card.auc.low > 0.75
    assert card.lift.value > 1.5
    assert card.auc.value > card.plain_auc.value
    assert card.trained + card.tested == 800
    assert sum(one.people for one in card.tenths) == card.tested
    expected = sum(one.people * one.expected for one in card.tenths)
    assert expected == pytest.approx(card.tested_seed, rel=0.25)  # the chances are calibrated
    scores = _scores()
    assert set(scores) == set(keys)
    assert _pairs_in_order(scores, tagged) == pytest.approx(card.auc.value, abs=0.05)
    assert all(0 <= value <= 1 for value in scores.values())
    rows = run(table("dim_score")).to_pylist()
    assert {row["customer_key"]: row["value"] for row in rows} == scores
    assert {row["version"] for row in rows} == {"1"}


def test_where_there_is_no_signal_the_model_is_refused_and_nothing_is_scored(
    own_lake: Path,
) -> None:
    make_people(800, has_signal=False, seed=4)

    done = train(save_tagged())

    assert done.state is TrainingState.REFUSED
    assert done.error == "predict.no_signal"
    assert done.card is not None
    assert done.card.auc.low <= 0.5
    assert done.version is None
    assert _scores() == {}


def test_the_same_data_gives_the_same_card_and_the_same_scores(own_lake: Path) -> None:
    make_people(500)
    audience = save_tagged()

    first = train(audience)
    before = _scores()
    second = train(audience, now=NOW + timedelta(minutes=5))

    assert second.card == first.card
    assert _scores() == before
    assert (first.version, second.version) == (1, 2)


def test_too_few_members_are_refused_with_the_numbers(own_lake: Path) -> None:
    make_people(320)

    done = train(save_tagged())

    assert (done.state, done.error) == (TrainingState.REFUSED, "predict.seed_too_small")
    assert done.details == {"seed": "96", "fewest": "100"}
    assert done.counts is not None
    assert done.counts.seed == 96
    assert _scores() == {}


def test_on_consent_only_those_who_agreed_to_both_are_there(own_lake: Path) -> None:
    keys, tagged = make_people(900)
    agreed = [key for at, key in enumerate(keys) if at % 9]
    say(agreed, "model_training", "granted")
    say(agreed[50:], "profiling", "granted")
    say(agreed[:20], "profiling", "denied")
    allowed = set(agreed[50:])

    done = train(save_tagged(), basis="consent")

    assert done.state is TrainingState.DONE
    counts = done.counts
    assert counts is not None
    assert counts.base == len(allowed)
    assert counts.seed == len(allowed & set(tagged))
    told = {(one.purpose, one.reason): (one.people, one.seed) for one in counts.left_out}
    inside = set(tagged)
    assert told == {
        ("model_training", "not_asked"): (100, len(inside & (set(keys) - set(agreed)))),
        ("profiling", "denied"): (20, len(inside & set(agreed[:20]))),
        ("profiling", "not_asked"): (30, len(inside & set(agreed[20:50]))),
    }
    assert set(_scores()) == allowed


def test_whoever_refused_or_opted_out_is_neither_learned_from_nor_scored(own_lake: Path) -> None:
    keys, _ = make_people(600)
    say(keys[:30], "model_training", "denied")
    say(keys[30:50], "profiling", "granted")
    say(keys[50:60], "profiling", "withdrawn")
    restrict_subjects(
        subject_keys=keys[30:40],
        kind=RestrictionKind.AUTOMATED_DECISIONS,
        reference="privacy:x",
        purposes=("profiling", "model_training"),
        now=NOW,
    )
    out = set(keys[:40]) | set(keys[50:60])
    seen: list[int] = []

    from_rules = "quanqu.learn.predict.actions.training.learn"
    with mock.patch(from_rules, side_effect=_remembering(seen)):
        done = train(save_tagged())

    assert done.state is TrainingState.DONE
    assert set(seen) == set(keys) - out  # whom the model was given at all
    assert set(_scores()) == set(keys) - out
    assert done.counts is not None
    assert {(one.purpose, one.reason): one.people for one in done.counts.left_out} == {
        ("model_training", "denied"): 30,
        ("model_training", "restricted"): 10,
        ("profiling", "withdrawn"): 10,
    }


def _remembering(seen: list[int]) -> Any:
    def remembered(known: Any, *args: Any, **kwargs: Any) -> Any:
        seen.extend(known.keys.tolist())
        return learn(known, *args, **kwargs)

    return remembered


def test_whoever_refuses_while_it_is_learned_is_not_scored(own_lake: Path) -> None:
    keys, _ = make_people(500)

    def refuse_meanwhile(*args: Any, **kwargs: Any) -> Any:
        say(keys[:7], "profiling", "denied")
        return learn(*args, **kwargs)

    with mock.patch("quanqu.learn.predict.actions.training.learn", side_effect=refuse_meanwhile):
        train(save_tagged())

    assert set(_scores()) == set(keys[7:])


def test_scores_go_when_somebody_refuses_later(own_lake: Path) -> None:
    keys, _ = make_people(500)
    train(save_tagged())

    assert facade.drop_refused(now=NOW) == 0
    say(keys[:3], "profiling", "denied")
    assert facade.drop_refused(now=NOW) == 3

    assert set(_scores()) == set(keys[3:])
    publish_dirty(now=NOW)
    assert set(run(table("dim_score"))["customer_key"].to_pylist()) == set(keys[3:])


def test_events_after_the_day_are_not_looked_at(own_lake: Path) -> None:
    make_people(500)
    audience = save_tagged()
    first = train(audience)
    everywhere = Scope(everything=True)
    customers = read_customers(everywhere)
    keys = customers["customer_key"].to_numpy()
    earlier = read_known(customers, keys, everywhere, first.as_of - timedelta(days=60))

    rows = run(table("fact_event")).to_pandas()
    rows = rows[(rows["event"] == "Order Completed")]
    rows = rows[rows["day"].astype(str) <= str(first.as_of - timedelta(days=60))]
    counted = rows.groupby("subject_key").size()
    assert earlier.figures["orders"].tolist() == [counted.get(key, 0) for key in keys.tolist()]


def test_one_training_of_a_model_at_a_time(own_lake: Path) -> None:
    make_people(400)
    audience = save_tagged()
    made = facade.create_model(actor=actor_over(), audience_id=audience, basis="consent", now=NOW)

    with pytest.raises(TrainingBusyError):
        facade.create_model(actor=actor_over(), audience_id=audience, basis="consent", now=NOW)
    with pytest.raises(TrainingBusyError):
        facade.train_model(actor=actor_over(), model_id=made.id, basis="consent", now=NOW)
    with pytest.raises(UnknownBasisError):
        facade.train_model(actor=actor_over(), model_id=made.id, basis="hope", now=NOW)


def test_killed_before_the_end_nothing_is_written_and_the_next_try_does_it_all(
    own_lake: Path,
) -> None:
    make_people(500)
    audience = save_tagged()
    made = facade.create_model(
        actor=actor_over(), audience_id=audience, basis="legitimate_interests", now=NOW
    )
    key = key_of(made.last.id)

    for name in ("learn", "write_scores", "end"):
        target = f"quanqu.learn.predict.actions.training.{name}"
        with mock.patch(target, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            facade.work_training(training_key=key, now=NOW)
        assert _scores() == {}
        assert not Score.objects.exists()
        assert Training.objects.get(key=key).state == "running"

    facade.work_training(training_key=key, now=NOW)
    assert Training.objects.get(key=key).state == "done"
    assert len(_scores()) == 500
    assert facade.work_training(training_key=key, now=NOW) == ""  # worked off already


def test_a_refused_training_leaves_the_scores_in_force(own_lake: Path) -> None:
    keys, tagged = make_people(500)
    audience = save_tagged()
    first = train(audience)
    before = _scores()
    say(tagged[:60], "profiling", "denied")

    second = train(audience, now=NOW + timedelta(hours=1))

    assert (second.state, second.error) == (TrainingState.REFUSED, "predict.seed_too_small")
    assert _scores() == before
    row = facade.find_model_of(actor=actor_over(), audience_id=audience)
    assert row is not None
    assert row.in_force is not None
    assert row.in_force.id == first.id
    assert len(keys) == 500


def test_a_model_is_of_its_audiences_scope_and_shown_to_nobody_with_less(own_lake: Path) -> None:
    keys, _ = make_people(900, places=(1, 2))
    mine, other = actor_over({1}), actor_over({2})
    audience = save_tagged(mine)

    done = train(audience, actor=mine)

    assert done.state is TrainingState.DONE
    assert set(_scores()) == set(keys[0::2])
    row = facade.find_model_of(actor=mine, audience_id=audience)
    assert row is not None
    assert facade.find_model_of(actor=other, audience_id=audience) is None
    assert facade.list_models(actor=other).items == ()
    assert [one.id for one in facade.list_models(actor=SYSTEM).items] == [row.id]
    assert facade.scored_audiences(actor=other) == {}
    with pytest.raises(NotFoundError):
        facade.get_lookalike(actor=other, model_id=row.id)
    with pytest.raises(NotFoundError):
        facade.create_model(actor=other, audience_id=audience, basis="consent", now=NOW)
    viewer = actor_over({1}, frozenset({"audiences.view"}))
    with pytest.raises(NotAllowedError):
        facade.train_model(actor=viewer, model_id=row.id, basis="consent", now=NOW)


def test_trainings_are_in_the_trail(own_lake: Path) -> None:
    make_people(500)

    train(save_tagged())

    found = list_entries(actor=SYSTEM, filters=AuditFilters(action="predict.train"), limit=5)
    assert [entry.after["basis"] for entry in found.items if entry.after] == [
        "legitimate_interests"
    ]
    ended = list_entries(actor=SYSTEM, filters=AuditFilters(action="predict.trained"), limit=5)
    assert [entry.after["state"] for entry in ended.items if entry.after] == ["done"]
