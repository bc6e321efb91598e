"""Share movements of tracked items out over their lots, in the transaction that posts them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.contracts import (
    LotError,
    LotState,
    Movement,
    MovementKind,
    Posting,
    SerialElsewhereError,
    StockState,
    Tracked,
    Tracking,
)
from quanqu.sell.inventory.models import TrackedItem
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.lots import (
    LOT_STATES,
    Held,
    LotBook,
    Moved,
    check_lots,
    is_sellable,
)

__all__ = ["load_book", "move_lots", "quality_posting", "tracking_of", "write_lots"]

_HERE: Final = (
    "SELECT o.key, o.variant_key, o.code, o.best_before, o.state, o.is_serial, "
    "b.place_key, b.state, b.quantity FROM inventory_lot o LEFT JOIN inventory_lot_level b "
    "ON b.lot_key = o.key AND b.place_key = ANY(%s) AND b.quantity > 0 "
    "WHERE o.variant_key = ANY(%s) AND (b.key IS NOT NULL OR o.code = ANY(%s)) "
    "ORDER BY o.key FOR SHARE OF o"
)
_ON_THE_WAY: Final = (
    "SELECT o.variant_key, m.lot_key, -sum(m.quantity)::bigint FROM inventory_lot_movement m "
    "JOIN inventory_lot o ON o.key = m.lot_key WHERE m.ref = %s AND m.ref <> '' "
    "AND m.kind IN ('transfer_out', 'transfer_in') AND o.variant_key = ANY(%s) "
    "GROUP BY 1, 2 HAVING -sum(m.quantity) > 0 ORDER BY 2"
)
_LOTS: Final = (
    "SELECT key, variant_key, code, best_before, state, is_serial FROM inventory_lot "
    "WHERE key = ANY(%s) FOR SHARE"
)
_NAMED: Final = (
    "INSERT INTO inventory_lot (id, company_key, variant_key, code, best_before, is_serial, "
    "changed_by, changed_at) SELECT gen_random_uuid(), i.company_key, t.v, t.c, t.b, "
    "i.by = 'serial', %s, %s FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS t(v, c, b) "
    "JOIN inventory_tracked_item i ON i.variant_key = t.v ORDER BY t.v, t.c "
    "ON CONFLICT (variant_key, code) DO NOTHING"
)
_SAVED: Final = (
    "INSERT INTO inventory_lot_level (lot_key, place_key, variant_key, state, quantity, is_serial) "
    "SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::text[], %s::bigint[], "
    "%s::boolean[]) AS t(o, p, v, s, q, i) ORDER BY q, o, p "
    "ON CONFLICT (lot_key, place_key, state) DO UPDATE SET quantity = excluded.quantity"
)
_MOVED: Final = (
    "INSERT INTO inventory_lot_movement (posting_id, lot_key, place_key, kind, state, quantity, "
    "ref, at) SELECT %s, t.*, %s FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], "
    "%s::bigint[], %s::text[]) AS t"
)
_ELSEWHERE: Final = (
    "SELECT o.code FROM inventory_lot_level b JOIN inventory_lot o ON o.key = b.lot_key "
    "WHERE b.lot_key = ANY(%s) AND b.is_serial AND b.quantity > 0 "
    "AND NOT (b.lot_key, b.place_key, b.state) IN (SELECT * FROM unnest(%s::bigint[], %s::int[], "
    "%s::text[])) LIMIT 1"
)


def move_lots(
    posting: Posting, posting_id: UUID, tracked: Collection[At], *, actor: str, now: datetime
) -> list[Posting]:
    """Change the lots of tracked levels as a posting changed the levels.

    Returns what has to be posted after it: goods that came of a lot that may not be sold go on
    quality hold at once.  Locks: levels are locked by the caller; lots are locked after them.
    Raises: LotError, LotShortError, SerialElsewhereError.
    """
    told = [one for one in posting.movements if one.lot]
    moved = [
        one
        for one in posting.movements
        if (one.place_key, one.variant_key) in tracked and one.state in LOT_STATES
    ]
    if not moved and not told:
        return []
    rules = tracking_of({one.variant_key for one in (*moved, *told)})
    check_lots(posting.movements, rules)
    _name(moved, actor, now)
    book = load_book(moved, ref=posting.ref)
    _check_ends(posting.movements, book)
    unnamed = {one.variant_key: one for one in book.lots.values() if not one.code}
    before = dict(book.balances)
    parts = book.share(moved, unnamed)
    write_lots(book, before, parts, posting, posting_id)
    return _held_back(parts, rules, now)


def tracking_of(variant_keys: Collection[int]) -> dict[int, Tracking]:
    """Return how items are tracked, of those that are."""
    rows = TrackedItem.objects.filter(variant_key__in=variant_keys)
    return {
        row.variant_key: Tracking(row.variant_key, Tracked(row.by), row.min_days) for row in rows
    }


def load_book(movements: Sequence[Movement], *, ref: str) -> LotBook:
    """Return the lots at the levels of movements, those they name, and those on the way to them."""
    places = list({one.place_key for one in movements})
    items = list({one.variant_key for one in movements})
    codes = list({one.lot for one in movements} | {""})
    book = LotBook({}, {})
    with connection.cursor() as cursor:
        cursor.execute(_HERE, [places, items, codes])
        for *lot, place, state, units in cursor.fetchall():
            book.lots[lot[0]] = _held(lot)
            if place is not None:
                book.balances[lot[0], place, StockState(state)] = units
        if ref and any(one.kind is MovementKind.TRANSFER_IN for one in movements):
            cursor.execute(_ON_THE_WAY, [ref, items])
            way = cursor.fetchall()
            cursor.execute(_LOTS, [[key for _, key, _ in way]])
            book.lots |= {row[0]: _held(row) for row in cursor.fetchall()}
            for item, key, units in way:
                book.on_the_way.setdefault(item, []).append((book.lots[key], units))
    return book


def write_lots(
    book: LotBook,
    before: Mapping[tuple[int, int, StockState], int],
    parts: Sequence[Moved],
    posting: Posting,
    posting_id: UUID,
) -> None:
    """Write what changed of lots, and how. Raises: SerialElsewhereError."""
    changed = [
        (key, place, book.lots[key].variant_key, state.value, units, book.lots[key].is_serial)
        for (key, place, state), units in book.balances.items()
        if units != before.get((key, place, state), 0)
    ]
    if not parts:
        return
    coming = [row for row in changed if row[5] and row[4]]
    if twice := [row for row in coming if row[4] > 1]:
        raise SerialElsewhereError(serial=book.lots[twice[0][0]].code)
    with connection.cursor() as cursor:
        if coming:
            at = [(row[0], row[1], row[3]) for row in changed]
            cursor.execute(
                _ELSEWHERE, [[row[0] for row in coming], *map(list, zip(*at, strict=True))]
            )
            if found := cursor.fetchone():
                raise SerialElsewhereError(serial=found[0])
        if changed:
            try:
                cursor.execute(_SAVED, [list(column) for column in zip(*changed, strict=True)])
            except IntegrityError as error:  # it came somewhere else in the same moment
                raise SerialElsewhereError(serial=book.lots[coming[0][0]].code) from error
        rows = [
            (
                one.lot.key,
                one.place_key,
                one.kind.value,
                one.state.value,
                one.quantity,
                one.ref or posting.ref,
            )
            for one in parts
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(_MOVED, [posting_id, posting.at, *columns])


def _name(movements: Sequence[Movement], actor: str, now: datetime) -> None:
    """Make lots that are told for the first time."""
    named = {(one.variant_key, one.lot): one.best_before for one in movements if one.lot
             and one.quantity > 0}  # fmt: skip
    if not named:
        return
    items, codes = zip(*named, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [actor, now, list(items), list(codes), list(named.values())])


def _check_ends(movements: Sequence[Movement], book: LotBook) -> None:
    """Refuse another best-before than a lot has. Raises: LotError."""
    lots = {(one.variant_key, one.code): one for one in book.lots.values()}
    for number, one in enumerate(movements, 1):
        lot = lots.get((one.variant_key, one.lot))
        if one.best_before and one.lot and lot and lot.best_before != one.best_before:
            has = lot.best_before.isoformat() if lot.best_before else "none"
            raise LotError(line=number, problem=f"the lot has another best-before: {has}")


def _held_back(
    parts: Iterable[Moved], rules: Mapping[int, Tracking], now: datetime
) -> list[Posting]:
    """Return what puts goods on quality hold that came on hand and may not be sold."""
    came = [
        one for one in parts
        if one.quantity > 0 and one.state is StockState.ON_HAND and one.lot.code
        and one.kind is not MovementKind.QUALITY_RELEASE
    ]  # fmt: skip
    if not came:
        return []
    places = places_by_key(keys={one.place_key for one in came})
    stopped = []
    for one in came:
        place = places.get(one.place_key)
        today = local_date(now, place.time_zone if place else "UTC")
        days = rules[one.lot.variant_key].min_days
        fresh = is_sellable(one.lot.best_before, today=today, min_days=days)
        if one.lot.state is not LotState.OPEN or not fresh:
            stopped.append(one)
    return [quality_posting(stopped, now=now)] if stopped else []


def quality_posting(parts: Sequence[Moved], *, now: datetime, is_back: bool = False) -> Posting:
    """Return the posting that puts units of lots on quality hold, or (is_back) on hand again."""
    sign = 1 if is_back else -1
    kind = MovementKind.QUALITY_RELEASE if is_back else MovementKind.QUALITY_HOLD
    movements = []
    for one in parts:
        for state, way in ((StockState.ON_HAND, sign), (StockState.QUALITY_HOLD, -sign)):
            movements.append(
                Movement(
                    one.place_key, one.lot.variant_key, kind, state, way * one.quantity,
                    one.lot.code,
                )
            )  # fmt: skip
    return Posting(tuple(movements), now, "inventory", reason="lot")


def _held(row: Sequence[object]) -> Held:
    key, variant, code, ends, state, is_serial = row
    return Held(key, variant, code, ends, LotState(state), is_serial)  # type: ignore[arg-type] # a row of the table
