"""Make, enter, submit, recount, approve and cancel counts.

A count's row is locked before any level, and never while one is locked.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import live_variants, variant_categories
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.posting import write_movements
from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    MOST_COUNTED,
    CountDraft,
    CountEmptyError,
    CountEntry,
    CountEntryError,
    CountItemError,
    CountLine,
    CountNotFoundError,
    CountOpenError,
    CountState,
    CountStateError,
    CountView,
    Posting,
    StockPlaceError,
    StockState,
)
from quanqu.sell.inventory.models import Count, PostedOnce
from quanqu.sell.inventory.models import CountLine as LineRow
from quanqu.sell.inventory.queries.counts import APPROVE, count_lines, count_view
from quanqu.sell.inventory.rules.counts import (
    CAN,
    check_entries,
    corrections,
    differing,
    sent_back,
)

COUNT: Final = "stock.count"
SOURCE: Final = "counts"

_KEPT: Final = (
    "SELECT variant_key FROM inventory_level WHERE place_key = %s "
    "AND on_hand + held + allocated > 0 ORDER BY variant_key LIMIT %s"
)
_SINCE: Final = (
    "SELECT m.variant_key, sum(m.quantity)::bigint FROM inventory_movement m "
    "JOIN unnest(%s::bigint[], %s::timestamptz[]) AS t(v, at) ON m.variant_key = t.v "
    "WHERE m.place_key = %s AND m.state = 'on_hand' AND m.at > t.at GROUP BY 1"
)
_SPACE: Final = 74_002
"""The space of advisory locks in which items of a place come into a count."""
_ELSEWHERE: Final = (
    "SELECT l.variant_key, c.id FROM inventory_count c JOIN inventory_count_line l "
    "ON l.count_key = c.key WHERE c.place_key = %s AND c.key <> %s "
    "AND c.state IN ('counting', 'recounting', 'review') AND l.variant_key = ANY(%s) LIMIT 1"
)
_SAVED: Final = (
    "UPDATE inventory_count_line l SET counted = t.c, counted_at = t.a, counted_by = t.w, "
    "book = t.b, first_difference = t.f, is_recount = t.r FROM unnest(%s::int[], %s::bigint[], "
    "%s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[], %s::boolean[]) "
    "AS t(n, c, a, w, b, f, r) WHERE l.count_key = %s AND l.line_no = t.n"
)


def create_count(*, actor: Actor, draft: CountDraft, now: datetime) -> CountView:
    """Begin a count of a place, with what is on hand now of each item as its snapshot.

    Items that were deleted or archived are refused when named; of a category or all, those are
    counted of which something is there.
    Raises: NotAllowedError, StockPlaceError, CountItemError, CountEmptyError, CountEntryError.
    """
    if not 0 <= draft.tolerance <= LARGEST_QUANTITY:
        raise CountEntryError(line=1, problem="the tolerance is a number from 0")
    require_places(actor, {draft.place_key}, COUNT)
    if draft.place_key not in places_by_key(keys=[draft.place_key]):
        raise StockPlaceError(ref=draft.place_key)
    items = _items(draft)
    if not 1 <= len(items) <= MOST_COUNTED:
        raise CountEmptyError(most=MOST_COUNTED, found=len(items))
    with transaction.atomic():
        row = Count.objects.create(
            place_key=draft.place_key,
            state=CountState.COUNTING.value,
            category=draft.category,
            is_of_items=bool(draft.variant_keys),
            tolerance=draft.tolerance,
            note=draft.note,
            created_by=actor.id,
            created_at=now,
        )
        _add_lines(row, items, 0)
        return _shown(row, actor)


def enter_count(
    *,
    actor: Actor,
    count_id: UUID,
    entries: Sequence[CountEntry],
    now: datetime,
    once: str = "",
) -> CountView:
    """Write down what was counted; entered again, the last number stands.

    `once`: a name of this entry; the same again changes nothing, as one scan is one unit.

    What the books say is read at the moment of counting: movements from then on are taken out of
    what is on hand now.  An item that is not on the list comes to it, unless items were named.
    Locks: the count, then levels.
    Raises: CountNotFoundError, CountStateError, CountEntryError, CountItemError.
    """
    with transaction.atomic():
        row = _locked(actor, count_id, "entered", COUNT)
        check_entries(entries, since=row.created_at, now=now)
        if once and not _is_first(row, once):
            return _shown(row, actor)
        known = {line.variant_key: line for line in count_lines([row])[row.key]}
        fresh = [one.variant_key for one in entries if one.variant_key not in known]
        if fresh:
            _require_fitting(row, fresh)
            _add_lines(row, fresh, len(known))
            known = {line.variant_key: line for line in count_lines([row])[row.key]}
        for one in entries:
            if row.state == CountState.RECOUNTING and not known[one.variant_key].is_recount:
                raise CountItemError(item=one.variant_key, problem="it need not be counted again")
        _save(row, _entered(row, known, entries, actor, now))
        return _shown(row, actor)


def submit_count(
    *, actor: Actor, count_id: UUID, now: datetime, is_rest_zero: bool = False
) -> CountView:
    """Hand a count in: what differs by more than the tolerance is counted again, else it is ready
    to be approved.  Handed in once more, nothing changes.

    `is_rest_zero`: what nobody entered was looked for and not there.
    Raises: CountNotFoundError, CountStateError, CountOpenError.
    """
    with transaction.atomic():
        row = _locked(actor, count_id, "submitted", COUNT, unless=CountState.REVIEW)
        if row.state == CountState.REVIEW:
            return _shown(row, actor)
        lines = count_lines([row])[row.key]
        left = [line for line in lines if line.counted is None]
        if left and not is_rest_zero:
            raise CountOpenError(count=len(left))
        if left:
            known = {line.variant_key: line for line in lines}
            zeros = [CountEntry(line.variant_key, 0) for line in left]
            _save(row, _entered(row, known, zeros, actor, now))
            lines = count_lines([row])[row.key]
        lines = tuple(_with_books(row, lines))
        _save(row, lines)
        again = differing(lines, row.tolerance)
        _send_back(row, lines, again)
        row.state = (CountState.RECOUNTING if again else CountState.REVIEW).value
        row.submitted_at = now
        row.save(update_fields=["state", "submitted_at"])
        return _shown(row, actor)


def recount(*, actor: Actor, count_id: UUID, line_nos: Collection[int] | None = None) -> CountView:
    """Let lines be counted again before they are approved; None: all that differ.

    Raises: NotAllowedError, CountNotFoundError, CountStateError, CountEmptyError.
    """
    with transaction.atomic():
        row = _locked(actor, count_id, "recounted", APPROVE)
        lines = count_lines([row])[row.key]
        wanted = {line.line_no for line in lines if line.difference}
        if line_nos is not None:
            wanted = {line.line_no for line in lines} & set(line_nos)
        if not wanted:
            raise CountEmptyError(most=MOST_COUNTED, found=0)
        _send_back(row, lines, wanted)
        row.state = CountState.RECOUNTING.value
        row.save(update_fields=["state"])
        return _shown(row, actor)


def approve_count(*, actor: Actor, count_id: UUID, now: datetime) -> CountView:
    """Post what differs as movements of counts, all of it at once; once more, nothing changes.

    The books are read once more, as a movement before the count may have been told after it.

    Locks: the count, then levels by (place, item).  Emits: HoldsCut.
    Raises: NotAllowedError, CountNotFoundError, CountStateError; StockShortfallError where more has
    left since than was there: recount it.
    """
    with transaction.atomic():
        row = _locked(actor, count_id, "approved", APPROVE, unless=CountState.APPROVED)
        if row.state == CountState.APPROVED:
            return _shown(row, actor)
        lines = _with_books(row, count_lines([row])[row.key])
        _save(row, lines)
        movements = corrections(lines, row.place_key)
        if movements:
            ref = encode("cnt", row.id)
            posting = Posting(movements, now, SOURCE, reason=row.note, ref=ref, once=str(row.id))
            write_movements(posting, actor=actor.id, now=now)
        return _settled(row, CountState.APPROVED, actor, now)


def cancel_count(*, actor: Actor, count_id: UUID, now: datetime) -> CountView:
    """Give a count up; nothing is posted. Cancelled once more, nothing changes.

    Raises: NotAllowedError, CountNotFoundError, CountStateError.
    """
    with transaction.atomic():
        row = _locked(actor, count_id, "cancelled", COUNT, unless=CountState.CANCELLED)
        if row.state == CountState.CANCELLED:
            return _shown(row, actor)
        return _settled(row, CountState.CANCELLED, actor, now)


def _items(draft: CountDraft) -> list[int]:
    if draft.variant_keys:
        items = list(dict.fromkeys(draft.variant_keys))
        _require_live(items)
        return items
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [draft.place_key, MOST_COUNTED * 20])
        items = [item for (item,) in cursor.fetchall()]
    if not draft.category:
        return items
    paths = variant_categories(variant_keys=items)
    return [item for item in items if _is_in(paths.get(item, ""), draft.category)]


def _is_in(path: str, category: str) -> bool:
    return path == category or path.startswith(f"{category} > ")


def _require_live(items: Sequence[int]) -> None:
    for item in set(items) - live_variants(variant_keys=items):
        raise CountItemError(item=item, problem="it was deleted or archived")


def _require_fitting(row: Count, items: Sequence[int]) -> None:
    """Refuse items that are found on the way and do not belong to a count."""
    if row.is_of_items or row.state == CountState.RECOUNTING:
        raise CountItemError(item=items[0], problem="it is not on the list")
    _require_live(items)
    if row.category:
        paths = variant_categories(variant_keys=items)
        for item in items:
            if not _is_in(paths.get(item, ""), row.category):
                raise CountItemError(item=item, problem=f"it is not in {row.category}")


def _add_lines(row: Count, items: Sequence[int], before: int) -> None:
    _require_alone(row, items)
    levels = lock_levels([(row.place_key, item) for item in items])
    LineRow.objects.bulk_create(
        [
            LineRow(
                count=row,
                line_no=number,
                variant_key=item,
                snapshot=level.states[StockState.ON_HAND]
                if (level := levels.get((row.place_key, item)))
                else 0,
            )
            for number, item in enumerate(items, before + 1)
        ]
    )


def _require_alone(row: Count, items: Sequence[int]) -> None:
    """Refuse items that another count of the place has: both would correct the same loss."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, row.place_key])
        cursor.execute(_ELSEWHERE, [row.place_key, row.key, list(items)])
        taken = cursor.fetchone()
    if taken is not None:
        item, other = taken
        problem = f"it is in the count {encode('cnt', other)} already"
        raise CountItemError(item=item, problem=problem)


def _entered(
    row: Count,
    known: dict[int, CountLine],
    entries: Sequence[CountEntry],
    actor: Actor,
    now: datetime,
) -> list[CountLine]:
    """Return lines with what was counted, and what the books said at that moment."""
    return _with_books(
        row,
        [
            replace(
                known[one.variant_key],
                counted=one.quantity + (known[one.variant_key].counted or 0) * one.is_more,
                counted_at=min(one.counted_at or now, now),
                counted_by=actor.id,
            )
            for one in entries
        ],
    )


def _is_first(row: Count, once: str) -> bool:
    told = {"source": SOURCE, "name": f"{row.id}/{once}"}
    _, is_first = PostedOnce.objects.get_or_create(**told, defaults={"posting_id": row.id})
    return is_first


def _with_books(row: Count, lines: Sequence[CountLine]) -> list[CountLine]:
    """Return counted lines with what the books say now of the moment they were counted at.

    The levels stay locked, so that nothing moves before it is written.
    """
    levels = lock_levels([(row.place_key, line.variant_key) for line in lines])
    with connection.cursor() as cursor:
        cursor.execute(
            _SINCE,
            [
                [line.variant_key for line in lines],
                [line.counted_at for line in lines],
                row.place_key,
            ],
        )
        since: dict[int, int] = dict(cursor.fetchall())
    found = []
    for line in lines:
        level = levels.get((row.place_key, line.variant_key))
        on_hand = level.states[StockState.ON_HAND] if level else 0
        found.append(replace(line, book=on_hand - since.get(line.variant_key, 0)))
    return found


def _send_back(row: Count, lines: Sequence[CountLine], line_nos: Collection[int]) -> None:
    _save(row, [sent_back(line) for line in lines if line.line_no in set(line_nos)])


def _save(row: Count, lines: Sequence[CountLine]) -> None:
    if not lines:
        return
    told = [
        (
            line.line_no,
            line.counted,
            line.counted_at,
            line.counted_by,
            line.book,
            line.first_difference,
            line.is_recount,
        )
        for line in lines
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SAVED, [*map(list, zip(*told, strict=True)), row.key])


def _settled(row: Count, state: CountState, actor: Actor, now: datetime) -> CountView:
    row.state, row.settled_at, row.settled_by = state.value, now, actor.id
    row.save(update_fields=["state", "settled_at", "settled_by"])
    return _shown(row, actor)


def _shown(row: Count, actor: Actor) -> CountView:
    return count_view(row, count_lines([row])[row.key], actor)


def _locked(
    actor: Actor,
    count_id: UUID,
    wanted: str,
    permission: str,
    *,
    unless: CountState | None = None,
) -> Count:
    """Lock a count at a place where the actor has the right."""
    actor.require(permission)
    row = Count.objects.select_for_update().filter(id=count_id).first()
    scope = actor.scope(permission)
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise CountNotFoundError(ref=encode("cnt", count_id))
    if row.state != unless and CountState(row.state) not in CAN[wanted]:
        raise CountStateError(ref=encode("cnt", row.id), state=row.state, wanted=wanted)
    return row
