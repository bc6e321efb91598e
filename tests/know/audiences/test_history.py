"""An audience in time: sizes by day, who was in it on a day, and the feed in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.know.audiences.test_saved import (
    BRITONS,
    BUYERS,
    NOW,
    TODAY,
    _actor,
    _buy,
    _refresh,
    _save,
    people,
)

from quanqu.kernel.errors import NotAllowedError
from quanqu.know.audiences.contracts import ChangeFilters, DaySize, SizeSpanError
from quanqu.know.audiences.facade import (
    count_feed,
    count_members_on,
    follow_audiences,
    forget_followed,
    list_changes,
    list_feed,
    list_members,
    overlap_audiences,
    size_by_day,
)
from quanqu.know.audiences.models import AudienceMember, AudienceRefresh
from quanqu.know.audiences.rules.insight import fill_days

__all__ = ["people"]

pytestmark = pytest.mark.django_db


def test_days_without_a_refresh_have_the_size_of_the_day_before() -> None:
    known = {date(2026, 6, 1): 4, date(2026, 6, 4): 7}

    found = fill_days(known, date(2026, 6, 2), date(2026, 6, 5))

    assert [(one.on.day, one.members, one.is_worked_out) for one in found] == [
        (2, 4, False),
        (3, 4, False),
        (4, 7, True),
        (5, 7, False),
    ]
    assert fill_days(known, date(2026, 5, 1), date(2026, 5, 31)) == ()
    assert fill_days(known, date(2026, 5, 30), date(2026, 6, 1)) == (
        DaySize(date(2026, 6, 1), 4, True),
    )


def test_the_size_of_a_day_is_that_of_its_last_refresh(people: list[int]) -> None:
    buyers = _save(BUYERS)
    asked = {"actor": _actor(), "audience_id": buyers}
    last = TODAY + timedelta(days=40)
    assert size_by_day(**asked, first=TODAY, last=last).known_since is None
    _refresh(buyers)
    _buy(3, people[2], TODAY + timedelta(days=10), 1)
    _refresh(buyers, days=10)
    _refresh(buyers, days=35)

    found = size_by_day(**asked, first=TODAY + timedelta(days=5), last=last)

    assert found.known_since == TODAY
    sizes = {one.on: one.members for one in found.days}
    refreshes = AudienceRefresh.objects.values_list("refreshed_at", "members")
    for number in range(5, 41):
        on = TODAY + timedelta(days=number)
        before = [(at, n) for at, n in refreshes if at.date() <= on]
        assert sizes[on] == max(before)[1], on
    assert set(sizes.values()) == {1, 2}
    for first in (last + timedelta(days=1), last - timedelta(days=800)):
        with pytest.raises(SizeSpanError):
            size_by_day(**asked, first=first, last=last)


def test_who_was_in_it_on_a_day_is_counted_once_each(people: list[int]) -> None:
    everybody = _save({"version": 1, "match": {**BRITONS["match"], "op": "exists", "value": None}})
    _refresh(everybody)
    noon = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
    stays = AudienceMember.objects.filter(customer_key=people[0])
    stays.update(left_at=noon)
    audience = stays.get().audience
    AudienceMember.objects.create(
        audience=audience, customer_key=people[0], entered_at=noon + timedelta(hours=1)
    )

    def held(on: date) -> list[int]:
        page = list_members(actor=_actor(), audience_id=everybody, on=on)
        return sorted(member.customer.key for member in page.items)

    def count(on: date) -> int:
        return count_members_on(actor=_actor(), audience_id=everybody, on=on)

    for on in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)):
        assert held(on) == sorted(people)
        assert count(on) == 3
    assert count(TODAY - timedelta(days=1)) == 0
    with pytest.raises(NotAllowedError):
        count_members_on(actor=_actor(rights=frozenset()), audience_id=everybody, on=TODAY)


def test_the_feed_is_narrowed_by_way_and_days_and_tells_reasons(people: list[int]) -> None:
    forget_followed()
    buyers = _save(BUYERS)
    follow_audiences(now=NOW)
    _buy(3, people[2], TODAY, 1)
    follow_audiences(now=NOW + timedelta(minutes=1))
    follow_audiences(now=NOW + timedelta(days=30))

    def feed(filters: ChangeFilters) -> list[tuple[int, bool]]:
        page = list_feed(actor=_actor(), audience_id=buyers, filters=filters)
        total = count_feed(actor=_actor(), audience_id=buyers, filters=filters)
        assert total == len(page.items)
        return [(row.customer.key, row.has_entered) for row in page.items]

    every = feed(ChangeFilters())
    assert every[-1] == (people[2], True)
    assert sorted(every[:-1]) == [(people[0], False), (people[2], False)]
    assert feed(ChangeFilters(has_entered=True)) == [(people[2], True)]
    assert feed(ChangeFilters(last=TODAY)) == [(people[2], True)]
    assert len(feed(ChangeFilters(first=TODAY + timedelta(days=1)))) == 2
    (came,) = list_feed(
        actor=_actor(), audience_id=buyers, filters=ChangeFilters(has_entered=True)
    ).items
    assert came.reasons == ("did “Order Completed” in the last 30 days",)
    left = list_changes(
        actor=_actor(), audience_id=buyers, filters=ChangeFilters(has_entered=False)
    )
    assert [row.has_entered for row in left.items] == [False, False]

    first = list_feed(actor=_actor(), audience_id=buyers, filters=ChangeFilters(), limit=2)
    rest = list_feed(
        actor=_actor(), audience_id=buyers, filters=ChangeFilters(), cursor=first.next_cursor
    )
    assert [(row.customer.key, row.has_entered) for row in (*first.items, *rest.items)] == every


def test_likeness_is_of_those_in_either(people: list[int]) -> None:
    buyers, britons = _save(BUYERS), _save(BRITONS, name="Britons")
    for one in (buyers, britons):
        _refresh(one)

    found = overlap_audiences(actor=_actor(), audience_ids=[buyers, britons])

    (cell,) = (one for one in found.pairs if (one.first, one.second) == (buyers, britons))
    members = {buyers: {people[0]}, britons: {people[0], people[1]}}
    both, either = members[buyers] & members[britons], members[buyers] | members[britons]
    assert cell.jaccard == len(both) / len(either)
    assert (cell.of_first, cell.of_second) == (1.0, 0.5)
