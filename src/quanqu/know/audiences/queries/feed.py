"""The feed: who came into an audience and who left it, with the rules that turned in words."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page, encode_cursor
from quanqu.know.audiences.contracts import AudienceChangeRow, ChangeFilters, FeedRow
from quanqu.know.audiences.models import Audience, AudienceChange, AudienceVersion
from quanqu.know.audiences.queries.saved import VIEW, cursor_number, visible_audience
from quanqu.know.audiences.rules.reading import leaves, parse
from quanqu.know.audiences.rules.sentences import describe_rule
from quanqu.know.customers.facade import customers_by_key

_EVERY_CHANGE: Final = ChangeFilters()


def list_changes(
    *,
    actor: Actor,
    audience_id: UUID,
    filters: ChangeFilters = _EVERY_CHANGE,
    cursor: str | None = None,
    limit: int = 200,
) -> Page[AudienceChangeRow]:
    """Return a page of who came and left, oldest first, with the rules that turned in words.

    The cursor of the last page is kept by the reader and asked again later: what is new comes
    after it, in the order in which it was written.  Customers out of the actor's sight are left
    out.  Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    found = changes_of(audience, filters).order_by("key")
    if cursor:
        found = found.filter(key__gt=cursor_number(cursor))
    rows = list(found[:limit])
    known = customers_by_key(actor=actor, customer_keys=[row.customer_key for row in rows])
    said = reasons_in_words(audience, rows, actor.language)
    items = tuple(
        AudienceChangeRow(
            encode("cus", known[row.customer_key].id),
            row.has_entered,
            row.version,
            row.changed_at,
            reasons,
        )
        for row, reasons in zip(rows, said, strict=True)
        if row.customer_key in known
    )
    return Page(items, encode_cursor([rows[-1].key]) if rows else cursor)


def list_feed(
    *,
    actor: Actor,
    audience_id: UUID,
    filters: ChangeFilters,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[FeedRow]:
    """Return a page of who came and left, newest first, with the rules that turned in words.

    Customers out of the actor's sight are left out.
    Raises: NotAllowedError, NotFoundError, MalformedCursorError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    found = changes_of(audience, filters).order_by("-key")
    if cursor:
        found = found.filter(key__lt=cursor_number(cursor))
    rows = list(found[: limit + 1])
    page = rows[:limit]
    known = customers_by_key(actor=actor, customer_keys=[row.customer_key for row in page])
    said = reasons_in_words(audience, page, actor.language)
    items = tuple(
        FeedRow(known[row.customer_key], row.has_entered, row.version, row.changed_at, reasons)
        for row, reasons in zip(page, said, strict=True)
        if row.customer_key in known
    )
    return Page(items, encode_cursor([page[-1].key]) if len(rows) > limit else None)


def count_feed(*, actor: Actor, audience_id: UUID, filters: ChangeFilters) -> int:
    """Return how many changes the filters leave. Raises: NotAllowedError, NotFoundError."""
    audience = visible_audience(actor, audience_id, VIEW)
    return changes_of(audience, filters).count()


def changes_of(audience: Audience, filters: ChangeFilters) -> QuerySet[AudienceChange]:
    """Return the changes of an audience that the filters leave."""
    found = AudienceChange.objects.filter(audience=audience)
    if filters.has_entered is not None:
        found = found.filter(has_entered=filters.has_entered)
    if filters.first is not None:
        found = found.filter(changed_at__gte=datetime.combine(filters.first, time(), UTC))
    if filters.last is not None:
        found = found.filter(changed_at__lte=datetime.combine(filters.last, time.max, UTC))
    return found


def reasons_in_words(
    audience: Audience, rows: Sequence[AudienceChange], language: str
) -> list[tuple[str, ...]]:
    """Return for each change the rules that turned in words; one of an audience spoken of is told
    by that rule."""
    told = _rules_in_words(audience, {row.version for row in rows}, language)
    return [_reasons(told, row) for row in rows]


def _reasons(told: dict[tuple[int, str], str], row: AudienceChange) -> tuple[str, ...]:
    said = [
        words
        for path in row.reasons
        for (version, at), words in told.items()
        if version == row.version and (path == at or path.startswith(f"{at}."))
    ]
    return tuple(dict.fromkeys(said))


def _rules_in_words(
    audience: Audience, versions: set[int], language: str
) -> dict[tuple[int, str], str]:
    spoken = language if language in ("en", "zh-hans") else "en"
    saved = AudienceVersion.objects.filter(audience=audience, number__in=versions)
    return {
        (row.number, path): describe_rule(rule, spoken)
        for row in saved
        for path, rule in leaves(parse(row.definition).match)
    }
