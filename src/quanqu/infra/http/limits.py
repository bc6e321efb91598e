"""Rate limits: one token bucket per caller, taken from in one SQL statement."""

import math
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


def take(*, name: str, limit: Limit, now: datetime) -> LimitState:
    """Take one call from the bucket of that name, if there is one. Concurrent takers queue."""
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
    response["RateLimit-Limit"] = str(state.limit)
    response["RateLimit-Remaining"] = str(state.remaining)
    response["RateLimit-Reset"] = str(state.reset_s)


def drop_old_buckets(*, now: datetime) -> int:
    """Forget callers unseen for a day and return how many; they would start full anyway."""
    return RateBucket.objects.filter(updated_at__lt=now - _KEPT).delete()[0]
