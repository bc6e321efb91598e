"""The token bucket: bursts, refills, and many takers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from quanqu.infra.http.contracts import ApiRateLimitedError, Limit
from quanqu.infra.http.facade import drop_old_buckets, require_calls, take
from quanqu.infra.http.models import RateBucket

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = Limit(burst=3, per_s=0.5)


@pytest.mark.django_db
def test_burst_passes_then_waits_for_a_refill() -> None:
    states = [take(name="k", limit=LIMIT, now=NOW) for _ in range(4)]

    assert [state.is_granted for state in states] == [True, True, True, False]
    assert [state.remaining for state in states] == [2, 1, 0, 0]
    assert states[3].retry_after_s == 2
    assert states[3].reset_s == 6
    with pytest.raises(ApiRateLimitedError, match="2 s"):
        require_calls(states[3])
    assert not take(name="k", limit=LIMIT, now=NOW + timedelta(seconds=1.9)).is_granted
    assert take(name="k", limit=LIMIT, now=NOW + timedelta(seconds=2)).is_granted


@pytest.mark.django_db
def test_callers_do_not_share() -> None:
    for _ in range(3):
        take(name="a", limit=LIMIT, now=NOW)

    assert not take(name="a", limit=LIMIT, now=NOW).is_granted
    assert take(name="b", limit=LIMIT, now=NOW).is_granted


@pytest.mark.django_db
def test_clock_that_goes_back_gives_nothing() -> None:
    for _ in range(3):
        take(name="k", limit=LIMIT, now=NOW)

    assert not take(name="k", limit=LIMIT, now=NOW - timedelta(hours=1)).is_granted
    assert not take(name="k", limit=LIMIT, now=NOW).is_granted


class TestBucketProperty(DjangoTestCase):
    """A bucket never grants more than its burst and its refill allow."""

    @given(st.lists(st.integers(0, 4000), min_size=1, max_size=30))
    def test_granted_calls_stay_within_the_limit(self, waits_ms: list[int]) -> None:
        RateBucket.objects.all().delete()
        at, granted = NOW, 0
        for wait in waits_ms:
            at += timedelta(milliseconds=wait)
            granted += take(name="p", limit=LIMIT, now=at).is_granted

        assert granted <= LIMIT.burst + (at - NOW).total_seconds() * LIMIT.per_s + 1e-6


@pytest.mark.django_db(transaction=True)
def test_many_takers_at_once_get_exactly_the_burst() -> None:
    def call(_: int) -> bool:
        try:
            return take(name="hot", limit=Limit(burst=20, per_s=0.001), now=NOW).is_granted
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        granted = sum(pool.map(call, range(60)))

    assert granted == 20


@pytest.mark.django_db
def test_a_fast_caller_writes_its_bucket_seldom_and_gets_no_more_than_its_own(
    django_assert_max_num_queries: Any,
) -> None:
    fast = Limit(burst=200, per_s=400)
    granted = 0
    with django_assert_max_num_queries(20):
        for number in range(180):
            at = NOW + timedelta(milliseconds=number // 10)
            granted += take(name="fast", limit=fast, now=at).is_granted
    for number in range(180, 250):
        at = NOW + timedelta(milliseconds=number // 10)
        granted += take(name="fast", limit=fast, now=at).is_granted
    assert 200 <= granted <= 200 + 400 * 0.025
    states = [take(name="fast", limit=fast, now=NOW + timedelta(hours=1)) for _ in range(3)]
    assert [state.remaining for state in states] == [199, 198, 197]


@pytest.mark.django_db
def test_the_table_costs_no_flush_and_forgets() -> None:
    take(name="old", limit=LIMIT, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'http_rate_bucket'")
        assert cursor.fetchone() == ("u",)

    assert drop_old_buckets(now=NOW + timedelta(hours=23)) == 0
    assert drop_old_buckets(now=NOW + timedelta(hours=25)) == 1
