"""Rules of what is withheld, and how levels come to follow them.

A rule is saved first and followed after, a few thousand levels at a time; killed in between, the
hourly job goes on.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_categories
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels, save_levels
from quanqu.sell.inventory.contracts import StockPlaceError, StockRule
from quanqu.sell.inventory.models import Rule
from quanqu.sell.inventory.queries.ruling import rules_of
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.ruling import RuleBook, Withheld, check_rules

AT_ONCE: Final = 2_000
_PAGE: Final = (
    "SELECT l.place_key, l.variant_key, l.safety_target, l.is_safety_own, "
    "coalesce((SELECT jsonb_object_agg(s.channel, s.buffer) FROM inventory_channel_share s "
    "WHERE l.is_ruled AND s.place_key = l.place_key AND s.variant_key = l.variant_key "
    "AND s.buffer > 0), '{}')::text FROM inventory_level l WHERE l.place_key = ANY(%s) "
    "AND (l.place_key, l.variant_key) > (%s, %s) ORDER BY l.place_key, l.variant_key LIMIT %s"
)
_BUFFERED: Final = (
    "INSERT INTO inventory_channel_share (place_key, variant_key, channel, buffer) "
    "SELECT * FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::bigint[]) "
    "ON CONFLICT (place_key, variant_key, channel) DO UPDATE SET buffer = excluded.buffer"
)
_UNBUFFERED: Final = (
    "UPDATE inventory_channel_share s SET buffer = 0 "
    "FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "WHERE s.place_key = t.p AND s.variant_key = t.v AND s.buffer > 0"
)
_IDLE: Final = (
    "DELETE FROM inventory_channel_share s USING unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "WHERE s.place_key = t.p AND s.variant_key = t.v AND (s.buffer, s.wanted) = (0, 0) "
    "AND NOT EXISTS (SELECT FROM inventory_hold h WHERE h.place_key = t.p AND h.variant_key = t.v "
    "AND h.channel = s.channel AND h.fenced > 0 AND h.state IN ('held', 'allocated'))"
)
RULED: Final = (
    "UPDATE inventory_level l SET is_ruled = EXISTS (SELECT FROM inventory_channel_share s "
    "WHERE s.place_key = l.place_key AND s.variant_key = l.variant_key) "
    "OR EXISTS (SELECT FROM inventory_buyer_limit b WHERE b.variant_key = l.variant_key) "
    "FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "WHERE l.place_key = t.p AND l.variant_key = t.v"
)


def set_rules(
    *, actor: Actor, company_key: int, rules: Sequence[tuple[StockRule, bool]], now: datetime
) -> int:
    """Set rules of a company, each in place of the one of the same, or (False) take them away.

    Returns how many levels changed.  A rule of a place needs the right there, any other over all
    places of the company.  Locks: levels by (place, item).
    Raises: NotAllowedError, StockPlaceError, StockRuleError.
    """
    check_rules(rules, frozenset(ChannelCode))
    places = _places_of(company_key)
    for one, _is_kept in rules:
        if one.place_key is not None and one.place_key not in places:
            raise StockPlaceError(ref=one.place_key)
    everywhere = any(one.place_key is None for one, _ in rules)
    require_places(actor, places if everywhere else {one.place_key or 0 for one, _ in rules})
    with transaction.atomic():
        for one, is_kept in rules:
            subject: dict[str, Any] = {
                "company_key": company_key,
                "variant_key": one.variant_key,
                "category": one.category,
                "place_key": one.place_key,
                "channel": one.channel,
            }
            if is_kept:
                told = {"units": one.units, "set_by": actor.id, "set_at": now}
                Rule.objects.update_or_create(**subject, defaults=told)
            else:
                Rule.objects.filter(**subject).delete()
    return follow_rules(company_key=company_key)


def follow_all_rules() -> int:
    """Let the levels of every company with rules follow them; return how many changed."""
    companies = Rule.objects.order_by().values_list("company_key", flat=True).distinct()
    return sum(follow_rules(company_key=key) for key in companies)


def follow_rules(*, company_key: int, ats: Collection[At] | None = None) -> int:
    """Let levels of a company follow its rules; return how many changed.

    `ats`: new ones alone, which nobody else has seen yet.  Locks: levels by (place, item).
    """
    book = RuleBook(rules_of(company_key))
    if ats is not None:
        changed = _unlike(book, [(*at, 0, False, {}) for at in ats])
        _follow(changed)
        return len(changed)
    count = 0
    for rows in _pages(sorted(_places_of(company_key))):
        changed = _unlike(book, rows)
        with transaction.atomic():
            _follow(changed)
        count += len(changed)
    return count


def follow_rules_at(ats: Collection[At]) -> None:
    """Let new levels follow the rules of their companies, where there are any."""
    if not ats or not Rule.objects.exists():
        return
    places = places_by_key(keys={place for place, _ in ats})
    for company in {place.company_key for place in places.values()}:
        mine = [at for at in ats if at[0] in places and places[at[0]].company_key == company]
        follow_rules(company_key=company, ats=mine)


Row = tuple[int, int, int, bool, dict[str, int]]


def _pages(places: list[int]) -> Iterator[list[Row]]:
    after: At = (0, 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PAGE, [places, *after, AT_ONCE])
            rows = [(*row[:4], json.loads(row[4])) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        after = (rows[-1][0], rows[-1][1])


def _unlike(book: RuleBook, rows: Sequence[Row]) -> dict[At, Withheld]:
    """Return what levels should withhold, of those that do not."""
    categories = variant_categories(variant_keys={row[1] for row in rows})
    found: dict[At, Withheld] = {}
    for place, variant, safety, is_own, buffers in rows:
        told = book.withheld(
            place_key=place, variant_key=variant, category=categories.get(variant, "")
        )
        if told.buffers != buffers or (not is_own and told.safety != safety):
            found[place, variant] = told
    return found


def _follow(changed: dict[At, Withheld]) -> None:
    if not changed:
        return
    lock_levels(changed)
    keys = [[place for place, _ in changed], [variant for _, variant in changed]]
    buffered = [
        (*at, channel, units)
        for at, told in changed.items()
        for channel, units in told.buffers.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UNBUFFERED, keys)
        if buffered:
            cursor.execute(_BUFFERED, [list(column) for column in zip(*buffered, strict=True)])
        cursor.execute(_IDLE, keys)
        cursor.execute(RULED, keys)
        cursor.execute(
            "SELECT l.place_key, l.variant_key FROM inventory_level l "
            "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
            "ON l.place_key = t.p AND l.variant_key = t.v WHERE l.is_safety_own",
            keys,
        )
        own = set(cursor.fetchall())
    levels = lock_levels(changed)
    for at, level in levels.items():
        if at not in own:
            level.safety_target = changed[at].safety
        level.withhold()
    save_levels(levels)


def _places_of(company_key: int) -> set[int]:
    return {key for key, one in places_by_key().items() if one.company_key == company_key}
