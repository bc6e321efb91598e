"""Counts, as an actor may see them: at places in scope, blind to whoever counts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models import Count as Tally
from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    CountFilters,
    CountLine,
    CountNotFoundError,
    CountState,
    CountView,
)
from quanqu.sell.inventory.models import Count
from quanqu.sell.inventory.models import CountLine as LineRow
from quanqu.sell.inventory.queries.levels import VIEW
from quanqu.sell.inventory.rules.counts import blind

__all__ = ["APPROVE", "count_counts", "count_lines", "count_view", "get_count", "list_counts"]

APPROVE: Final = "stock.approve"
_NEWEST: Final = Sorting("newest", "key", read=read_number)
_OVER: Final = frozenset({CountState.APPROVED, CountState.CANCELLED})
_FIELDS: Final = (
    "count_id", "line_no", "variant_key", "snapshot", "counted", "counted_at", "counted_by", "book",
    "first_difference", "is_recount",
)  # fmt: skip


def list_counts(
    *, actor: Actor, filters: CountFilters, cursor: str | None = None, limit: int = 50
) -> Page[CountView]:
    """Return a page of counts without their lines, the newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_filtered(actor, filters), cursor, limit)
    sums = {
        key: (lines, counted)
        for key, lines, counted in LineRow.objects.filter(count__in=[row.key for row in rows])
        .values_list("count_id")
        .annotate(lines=Tally("line_no"), counted=Tally("counted"))
    }
    found = []
    for row in rows:
        lines, counted = sums.get(row.key, (0, 0))
        view = count_view(row, (), actor)
        found.append(replace(view, line_count=lines, counted_count=counted))
    return Page(tuple(found), following)


def count_counts(*, actor: Actor, filters: CountFilters) -> int:
    """Return how many counts match. Raises: NotAllowedError."""
    return _filtered(actor, filters).count()


def get_count(*, actor: Actor, count_id: UUID) -> CountView:
    """Return a count. Raises: NotAllowedError, CountNotFoundError."""
    row = _seen(actor).filter(id=count_id).first()
    if row is None:
        raise CountNotFoundError(ref=encode("cnt", count_id))
    return count_view(row, count_lines([row])[row.key], actor)


def count_lines(rows: Sequence[Count]) -> dict[int, tuple[CountLine, ...]]:
    """Return the lines of counts by the count's key."""
    found: dict[int, list[CountLine]] = {row.key: [] for row in rows}
    wanted = LineRow.objects.filter(count__in=list(found)).order_by("count", "line_no")
    for key, *told in wanted.values_list(*_FIELDS):
        found[key].append(CountLine(*told))
    return {key: tuple(lines) for key, lines in found.items()}


def count_view(row: Count, lines: tuple[CountLine, ...], actor: Actor) -> CountView:
    """Return a row with its lines as the actor may see it.

    What the books say is nobody's while it is counted, the approvers' in review, everybody's
    after.
    """
    state = CountState(row.state)
    scope = actor.scope(APPROVE)
    approves = scope.everything or row.place_key in scope.places
    if not (state in _OVER or (state is CountState.REVIEW and approves)):
        lines = tuple(map(blind, lines))
    return CountView(
        key=row.key,
        id=row.id,
        place_key=row.place_key,
        state=state,
        category=row.category,
        is_of_items=row.is_of_items,
        tolerance=row.tolerance,
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        lines=lines,
        line_count=len(lines),
        counted_count=sum(line.counted is not None for line in lines),
    )


def _filtered(actor: Actor, filters: CountFilters) -> "QuerySet[Count]":
    found = _seen(actor)
    if filters.place_key is not None:
        found = found.filter(place_key=filters.place_key)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    return found


def _seen(actor: Actor) -> "QuerySet[Count]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = Count.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)
