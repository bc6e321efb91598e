"""Rate limits: one token bucket per caller, taken from in one SQL statement.

A caller who may make thousands of calls a second would write its bucket thousands of times: a
process takes what such a caller may use in a twentieth of a second at once, and counts it down.
"""

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.http import HttpResponse

from quanqu.infra.http.contracts import ApiRateLimitedError, Limit, LimitState
from quanqu.infra.http.models import RateBucket

_KEPT: Final = timedelta(days=1)
_TAKE: Final = """
INSERT INTO http_rate_bucket AS b (name, tokens, is_granted, updated_at)
VALUES (%(name)s, %(burst)s - 1, true, %(now)s)
ON CONFLICT (name) DO UPDATE SET (tokens, is_granted, updated_at) = (
    SELECT CASE WHEN full_now >= 1 THEN full_now - 1 ELSE full_now END, full_now >= 1,
           greatest(b.updated_at, %(now)s)
    FROM (SELECT least(%(burst)s, b.tokens + %(per_s)s * greatest(
              0, extract(epoch FROM %(now)s - b.updated_at))) AS full_now) AS refilled
)
RETURNING tokens, is_granted
"""

_LEASED: Final = """
UPDATE http_rate_bucket b SET tokens = r.full_now - %(count)s, is_granted = true,
    updated_at = greatest(b.updated_at, %(now)s)
FROM (SELECT name, least(%(burst)s, tokens + %(per_s)s * greatest(
          0, extract(epoch FROM %(now)s - updated_at))) AS full_now
      FROM http_rate_bucket WHERE name = %(name)s FOR UPDATE) r
WHERE b.name = r.name AND r.full_now >= %(count)s
RETURNING b.tokens
"""
_LEASE_S: Final = 0.05
_LONGEST: Final = timedelta(seconds=1)
_MOST: Final = 10_000
_leases: "dict[str, _Lease]" = {}
_guard: Final = threading.Lock()


@dataclass(slots=True)
class _Lease:
    """Calls of a caller that this process has taken and not used yet."""

    limit: Limit
    left: int
    tokens: float
    at: datetime


def take(*, name: str, limit: Limit, now: datetime) -> LimitState:
    """Take one call from the bucket of that name, if there is one. Concurrent takers queue."""
    count = int(limit.per_s * _LEASE_S)
    if count < 2:
        return _taken(name, limit, now)
    with _guard:
        lease = _leases.get(name)
        is_good = lease is not None and lease.limit == limit and lease.left > 0
        if lease is not None and is_good and timedelta(0) <= now - lease.at <= _LONGEST:
            lease.left -= 1
            return _granted(limit, lease.tokens + lease.left)
    tokens = _leased(name, limit, now, count)
    if tokens is None:
        return _taken(name, limit, now)
    with _guard:
        if len(_leases) >= _MOST:
            _leases.clear()
        _leases[name] = _Lease(limit, count - 1, tokens, now)
    return _granted(limit, tokens + count - 1)


def _leased(name: str, limit: Limit, now: datetime, count: int) -> float | None:
    """Take several calls; return what is left, None where there are fewer."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LEASED,
            {
                "name": name,
                "burst": float(limit.burst),
                "per_s": limit.per_s,
                "now": now,
                "count": count,
            },
        )
        found = cursor.fetchone()
    return None if found is None else float(found[0])


def _granted(limit: Limit, tokens: float) -> LimitState:
    return LimitState(
        limit=limit.burst,
        remaining=int(tokens),
        reset_s=math.ceil((limit.burst - tokens) / limit.per_s),
        is_granted=True,
        retry_after_s=0,
    )


def _taken(name: str, limit: Limit, now: datetime) -> LimitState:
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {"name": name, "burst": float(limit.burst), "per_s": limit.per_s, "now": now},
        )
        tokens, is_granted = cursor.fetchone()
    return LimitState(
        limit=limit.burst,
        remaining=int(tokens),
        reset_s=math.ceil((limit.burst - tokens) / limit.per_s),
        is_granted=is_granted,
        retry_after_s=0 if is_granted else max(1, math.ceil((1 - tokens) / limit.per_s)),
    )


def require_calls(state: LimitState) -> None:
    """Refuse a call that the bucket did not grant. Raises: ApiRateLimitedError."""
    if not state.is_granted:
        raise ApiRateLimitedError(retry_after_s=state.retry_after_s)


def put_limit_headers(response: HttpResponse, state: LimitState) -> None:
    """Say in the answer what is left (draft-ietf-httpapi-ratelimit-headers, version 6)."""
    for name, text in limit_headers(state).items():
        response[name] = text


def limit_headers(state: LimitState) -> dict[str, str]:
    """Return the headers that say what is left."""
    return {
        "RateLimit-Limit": str(state.limit),
        "RateLimit-Remaining": str(state.remaining),
        "RateLimit-Reset": str(state.reset_s),
    }


def drop_old_buckets(*, now: datetime) -> int:
    """Forget callers unseen for a day and return how many; they would start full anyway."""
    return RateBucket.objects.filter(updated_at__lt=now - _KEPT).delete()[0]
