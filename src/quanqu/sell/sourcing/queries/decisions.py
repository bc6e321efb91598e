"""Decisions with their reasons, as an actor may see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.kernel.time import parse_time
from quanqu.sell.sourcing.contracts import (
    Criterion,
    Decision,
    DecisionFilters,
    DecisionNotFoundError,
    DecisionRow,
    Parcel,
    Reason,
    Rejection,
    ShadowResult,
    ShippedLine,
    Unfillable,
)
from quanqu.sell.sourcing.models import Decision as Row
from quanqu.sell.sourcing.models import Request, Shadow
from quanqu.sell.sourcing.queries.rights import VIEW, company_keys
from quanqu.sell.sourcing.rules.reasons import CODES, SHIPS

__all__ = ["as_decision", "get_decision", "list_decisions", "parcels_in", "unfilled_in"]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def get_decision(*, actor: Actor, request_id: UUID, revision: int | None = None) -> Decision:
    """Return what was decided of a request, as it stands or at a revision, with all reasons.

    Raises: NotAllowedError, DecisionNotFoundError.
    """
    wanted = F("request__revision") if revision is None else revision
    allowed = company_keys(actor, VIEW)
    rows = Row.objects.filter(request__request_id=request_id, revision=wanted)
    if allowed is not None:
        rows = rows.filter(request__company_key__in=allowed)
    row = rows.select_related("request", "version").first()
    if row is None:
        raise DecisionNotFoundError(ref=encode("srq", request_id))
    return as_decision(row, with_reasons=True)


def list_decisions(
    *, actor: Actor, filters: DecisionFilters, cursor: str | None = None, limit: int = 50
) -> Page[DecisionRow]:
    """Return a page of requests as they stand, newest first. Raises: NotAllowedError."""
    found = _seen(actor).filter(revision__gte=0)
    if filters.company_key is not None:
        found = found.filter(company_key=filters.company_key)
    if filters.is_filled is not None:
        found = found.filter(is_filled=filters.is_filled)
    rows, following = _NEWEST.page(found, cursor, limit)
    latest = {
        row.request_id: row
        for row in Row.objects.filter(
            request__in=rows, revision=F("request__revision")
        ).select_related("version")
    }
    return Page(tuple(_listed(row, latest[row.key]) for row in rows), following)


def as_decision(row: Row, *, with_reasons: bool = False) -> Decision:
    """Return a revision as a contract; reasons and shadows are read when they are asked for."""
    request = row.request
    unfillable = row.answer["unfillable"]
    return Decision(
        request_id=request.request_id,
        revision=row.revision,
        company_key=request.company_key,
        channel=request.channel,
        owner=request.owner,
        parcels=parcels_in(row),
        unfilled=unfilled_in(row),
        unfillable=Unfillable(unfillable) if unfillable else None,
        strategy=row.strategy,
        profile_id=row.version.id if row.version else None,
        profile_number=row.version.number if row.version else 0,
        criteria=tuple(Criterion(one) for one in row.criteria),
        score=tuple(row.score),
        bound=tuple(row.bound),
        gap=row.gap,
        tries=row.tries,
        digest=request.digest,
        cause=row.cause,
        decided_at=row.decided_at,
        rejections=_rejections(row) if with_reasons else (),
        shadows=_shadows(row) if with_reasons else (),
    )


def parcels_in(row: Row) -> tuple[Parcel, ...]:
    """Return the parcels of a revision."""
    return tuple(
        Parcel(
            place_key=one["place"],
            lines=_lines(one["lines"]),
            km=one["km"],
            cost_minor=one["cost_minor"],
            leaves_at=parse_time(one["leaves_at"]),
            arrives_at=parse_time(one["arrives_at"]),
            day=date.fromisoformat(one["day"]),
            hold_id=UUID(one["hold"]),
        )
        for one in row.answer["parcels"]
    )


def unfilled_in(row: Row) -> tuple[ShippedLine, ...]:
    """Return the lines of a revision that stay behind."""
    return _lines(row.answer["unfilled"])


def _lines(told: list[list[int]]) -> tuple[ShippedLine, ...]:
    return tuple(ShippedLine(item, quantity) for item, quantity in told)


def _rejections(row: Row) -> tuple[Rejection, ...]:
    """Return why places do not ship: those that came nearest first."""
    told: Mapping[str, list[int]] = row.reasons
    items = [line[0] for line in row.question["lines"]]
    columns = (told[name] for name in ("places", "codes", "lacks", "criterion", "by"))
    found = [
        Rejection(
            place_key=place,
            reason=CODES[code],
            lines=tuple(item for at, item in enumerate(items) if lacks >> at & 1)
            if CODES[code] is Reason.TOO_FEW
            else (),
            criterion=Criterion(row.criteria[criterion]) if criterion >= 0 else None,
            by=by,
        )
        for place, code, lacks, criterion, by in zip(*columns, strict=True)
        if code != SHIPS
    ]
    order = {Reason.SAME: 0, Reason.WORSE: 1, Reason.TOO_FEW: 2, Reason.NO_STOCK: 3}
    criteria = {Criterion(one): at for at, one in enumerate(row.criteria)}

    def nearness(one: Rejection) -> tuple[int, int, int, int]:
        at = criteria[one.criterion] if one.criterion else 0
        return order.get(one.reason, 4), -at, one.by, len(one.lines)

    return tuple(sorted(found, key=nearness))


def _shadows(row: Row) -> tuple[ShadowResult, ...]:
    found = Shadow.objects.filter(decision=row).select_related("version")
    items = [line[0] for line in row.question["lines"]]
    return tuple(
        ShadowResult(
            profile_id=one.version.id,
            number=one.version.number,
            strategy=one.strategy,
            parcels=tuple(
                (place, tuple(items[at] for at in lines)) for place, lines in one.parcels
            ),
            cost_minor=one.cost_minor,
            km=one.km,
            is_same=one.is_same,
        )
        for one in found
    )


def _listed(request: Request, row: Row) -> DecisionRow:
    parcels: list[dict[str, Any]] = row.answer["parcels"]
    return DecisionRow(
        key=request.key,
        request_id=request.request_id,
        revision=request.revision,
        company_key=request.company_key,
        channel=request.channel,
        owner=request.owner,
        place_keys=tuple(one["place"] for one in parcels),
        is_filled=request.is_filled,
        strategy=row.strategy,
        profile_number=row.version.number if row.version else 0,
        gap=row.gap,
        cause=row.cause,
        decided_at=row.decided_at,
    )


def _seen(actor: Actor) -> QuerySet[Request]:
    allowed = company_keys(actor, VIEW)
    found = Request.objects.all()
    return found if allowed is None else found.filter(company_key__in=allowed)
