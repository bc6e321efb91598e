"""Two at once, and one that dies half-way: never half a tag."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.builders.tags import (
    BUYERS,
    FAVOURITE,
    NOW,
    TODAY,
    buy,
    make_actor,
    make_draft,
    make_people,
    make_tag,
    worn,
)

from quanqu.know.customers.contracts import TagTakenError
from quanqu.know.customers.models import PastTag
from quanqu.know.tags import facade
from quanqu.know.tags.actions import refreshing
from quanqu.know.tags.contracts import TagCycleError
from quanqu.know.tags.models import TagRefresh, WorkedTag

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(own_lake: Path) -> list[int]:
    return make_people()


def at_once(*works: object) -> list[BaseException]:
    gate, failures = threading.Barrier(len(works)), []

    def run(work: object) -> None:
        try:
            gate.wait(10)
            work()  # type: ignore[operator]
        except (DatabaseError, TagTakenError, TagCycleError) as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_two_refreshes_at_once_leave_one_truth(people: list[int]) -> None:
    tag = make_tag("favourite", FAVOURITE)
    times = [NOW + timedelta(seconds=at) for at in range(4)]
    failures = at_once(
        *(
            lambda now=now: facade.refresh_tag(actor=make_actor(), tag_id=tag.id, now=now)
            for now in times
        )
    )

    assert failures == []
    assert [worn(key) for key in people] == [{"favourite": "Tea"}, {"favourite": "Hats"}, {}]
    entered = sum(TagRefresh.objects.values_list("entered", flat=True))
    assert (entered, PastTag.objects.count()) == (2, 0)
    latest = TagRefresh.objects.order_by("-key").first()
    assert latest is not None
    assert latest.started_at == max(TagRefresh.objects.values_list("started_at", flat=True))


def test_an_older_refresh_that_comes_late_is_not_written(people: list[int]) -> None:
    tag = make_tag("favourite", FAVOURITE)
    facade.refresh_tag(actor=make_actor(), tag_id=tag.id, now=NOW + timedelta(minutes=1))
    buy(9, people[2], TODAY, category="Tea")

    assert facade.refresh_tag(actor=make_actor(), tag_id=tag.id, now=NOW) is None
    assert worn(people[2]) == {}


def test_a_refresh_of_an_older_version_is_not_written(people: list[int]) -> None:
    tag = make_tag("buyers")
    row = WorkedTag.objects.get(id=tag.id)
    ever = {"version": 2, "match": {"kind": "event", "event": "Order Completed"}}
    facade.change_tag(actor=make_actor(), tag_id=tag.id, draft=make_draft(ever), now=NOW)

    assert refreshing._refresh([row], NOW) == 0
    assert worn(people[0]) == {}


def test_one_that_dies_half_way_changed_nothing(people: list[int]) -> None:
    tag = make_tag("buyers")

    def die(**told: object) -> int:
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refreshing, "count_customers", die)  # after the tag was put on
        with pytest.raises(SystemExit):
            facade.refresh_tag(actor=make_actor(), tag_id=tag.id, now=NOW)
    assert (worn(people[0]), TagRefresh.objects.count()) == ({}, 0)

    facade.refresh_tag(actor=make_actor(), tag_id=tag.id, now=NOW)
    assert worn(people[0]) == {"buyers": None}


def test_two_that_would_close_a_circle_together_do_not(people: list[int]) -> None:
    def wearing(name: str) -> dict[str, object]:
        match = {"kind": "profile", "field": "tags", "op": "contains", "value": name}
        return {"version": 2, "match": match}

    failures = at_once(
        lambda: make_tag("a", wearing("b")),
        lambda: make_tag("b", wearing("a")),
        lambda: make_tag("c", BUYERS),
        lambda: make_tag("c", BUYERS),
    )

    assert sorted(type(one).__name__ for one in failures) == ["TagCycleError", "TagTakenError"]
    assert WorkedTag.objects.count() == 2


def test_archiving_while_it_is_worked_out(people: list[int]) -> None:
    tag = make_tag("buyers")
    row = WorkedTag.objects.get(id=tag.id)
    with transaction.atomic():
        facade.archive_tag(actor=make_actor(), tag_id=tag.id, now=NOW)

    assert refreshing._refresh([row], NOW + timedelta(seconds=1)) == 0
    assert worn(people[0]) == {}
