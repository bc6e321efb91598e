"""Two workers on one training, and two clicks for one model: one result each."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.builders.predict import NOW, actor_over, key_of, make_people, save_tagged

from quanqu.know.customers.models import CustomerScore
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import TrainingBusyError
from quanqu.learn.predict.models import Lookalike, Training

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*works: Callable[[], object]) -> list[object]:
    """Run works on threads that begin together; return what each gave, or raised."""
    barrier = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def one(at: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            found[at] = work()
        except TrainingBusyError as error:
            found[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(at, work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_two_workers_write_the_scores_of_one_training_once(own_lake: Path) -> None:
    make_people(400)
    made = facade.create_model(
        actor=actor_over(), audience_id=save_tagged(), basis="legitimate_interests", now=NOW
    )
    key = key_of(made.last.id)

    def work() -> str:
        return facade.work_training(training_key=key, now=NOW)

    found = _at_once(work, work)

    assert sorted(map(str, found)) == ["", "400 scored"]
    assert Lookalike.objects.get().version == 1
    assert Training.objects.get().state == "done"
    assert CustomerScore.objects.count() == 400


def test_two_clicks_queue_one_training(own_lake: Path) -> None:
    make_people(10)
    audience = save_tagged()

    def click() -> object:
        return facade.create_model(
            actor=actor_over(), audience_id=audience, basis="consent", now=NOW
        )

    found = _at_once(click, click, click)

    assert sum(isinstance(one, TrainingBusyError) for one in found) == 2
    assert Training.objects.count() == Lookalike.objects.count() == 1
