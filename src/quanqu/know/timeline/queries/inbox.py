"""Reads of the inbox and of the rounds that settle it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import psycopg
from django.db import connection
from django.db.models import Count, Min, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.know.org import facade as org
from quanqu.know.timeline.contracts import BodyKind, InboxState
from quanqu.know.timeline.models import InboxBody, Source
from quanqu.know.timeline.queries.plan import compiled_plan
from quanqu.know.timeline.queries.sources import intake_of, visible_source_codes
from quanqu.know.timeline.rules.columns import ReadRound, in_columns
from quanqu.know.timeline.rules.drafts import SettlePlace, SettleSource, StoredBody
from quanqu.know.timeline.rules.protect import PURPOSE
from quanqu.know.timeline.rules.reading import read_round

_MOST_BODIES: Final = 5_000

_BODIES: Final = (
    b"SELECT key, id, source_key, kind, is_internal, is_clean, received_at, body"
    b" FROM timeline_inbox WHERE key = ANY(%s) ORDER BY key"
)
_MINE: Final = (
    b"SELECT fingerprint FROM timeline_seen WHERE fingerprint = ANY(%s::uuid[]) AND settlement = %s"
)


def inbox_state(*, actor: Actor, now: datetime) -> InboxState:
    """Tell what waits for settling, of the sources the actor may see.

    Units: age in seconds, 0 when nothing waits.  Raises: NotAllowedError.
    """
    actor.require("timeline.view")
    scope = actor.scope("timeline.view")
    waiting = InboxBody.objects.all()
    if not scope.everything:
        waiting = waiting.filter(source_key__in=visible_source_codes(scope))
    told = waiting.aggregate(
        bodies=Count("key"), events=Sum("event_count"), oldest=Min("received_at")
    )
    oldest = told["oldest"]
    age_s = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    return InboxState(told["bodies"], told["events"] or 0, age_s)


def waiting_keys(*, most_events: int) -> list[int]:
    """Return the keys of the oldest bodies: as many as hold about `most_events`, one at least."""
    return [key for key, _ in waiting_bodies(most_events=most_events)]


def waiting_bodies(*, most_events: int, without: Collection[int] = ()) -> list[tuple[int, int]]:
    """Return the oldest bodies but some, as (key, events)."""
    rows = InboxBody.objects.order_by("key").values_list("key", "event_count")
    found: list[tuple[int, int]] = []
    left_out, events = frozenset(without), 0
    for key, count in rows[: _MOST_BODIES + len(left_out)]:
        if key in left_out:
            continue
        found.append((key, count))
        events += count
        if events >= most_events or len(found) == _MOST_BODIES:
            break
    return found


def read_keys(keys: Sequence[int], *, blocking: bool = True) -> ReadRound:
    """Read bodies by key into columns, under the plan and the settings of sources in force.

    Without `blocking` neither holds anything back.
    """
    plan = compiled_plan(blocking=blocking)
    bodies = read_bodies(keys, sifting=blocking)
    return in_columns(read_round(bodies, plan, places=settle_places()))


def read_bodies(keys: Sequence[int], *, sifting: bool = True) -> list[StoredBody]:
    """Return bodies by key, decrypted, in the order of their keys."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        rows = cursor.execute(_BODIES, [list(keys)], binary=True).fetchall()
    sources = settle_sources({row[2] for row in rows}, sifting=sifting)
    return [
        StoredBody(
            id=row[1],
            source=sources[row[2]],
            kind=BodyKind(row[3]),
            is_internal=row[4],
            is_clean=row[5],
            received_at=row[6],
            body=crypto.decrypt(row[7], purpose=PURPOSE).encode(),
        )
        for row in rows
    ]


def settle_sources(keys: Collection[int], *, sifting: bool = True) -> dict[int, SettleSource]:
    """Return what settling needs to know of sources: code, company, place, what they let in."""
    rows = list(Source.objects.filter(key__in=list(keys)))
    places = settle_places(keys=[row.place_id for row in rows if row.place_id is not None])
    found = {}
    for row in rows:
        place = places.get(row.place_id or 0, SettlePlace())
        intake = intake_of(row) if sifting else intake_of(row).letting_all_through()
        found[row.key] = SettleSource(
            key=row.key,
            code=row.code,
            company=place.company or row.code,
            place=place,
            is_simulated=row.is_simulated,
            intake=intake,
            is_sifting=intake.sampling_rate < 1 or intake.late_days > 0,
        )
    return found


def settle_places(*, keys: Collection[int] | None = None) -> dict[int, SettlePlace]:
    """Return what settling needs to know of places, all of them or those asked for."""
    return {
        key: SettlePlace(
            key=key,
            company=place.company_code,
            channel=place.channel.value if place.channel else "",
            currency=place.currency,
            is_simulated=place.details.is_simulated,
            country=place.details.country,
        )
        for key, place in org.places_by_key(keys=keys).items()
    }


def settled_in(number: int, fingerprints: Sequence[str]) -> set[str]:
    """Return those of the fingerprints (hex) that the settlement of this number took in."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return {row[0].hex for row in cursor.execute(_MINE, [list(fingerprints), number])}
