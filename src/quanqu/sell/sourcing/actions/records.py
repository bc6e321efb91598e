"""Write what was decided, with its reasons, and what a version in shadow would have decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from quanqu.kernel.time import format_time
from quanqu.sell.sourcing.actions.deciding import Held, Wish
from quanqu.sell.sourcing.contracts import Parcel, Question, ShippedLine
from quanqu.sell.sourcing.models import Decision, Request, Shadow
from quanqu.sell.sourcing.queries.versions import Acting
from quanqu.sell.sourcing.rules.choosing import choose, keeps_nothing
from quanqu.sell.sourcing.rules.nodes import Nodes
from quanqu.sell.sourcing.rules.reading import read_profile
from quanqu.sell.sourcing.rules.reasons import Reasons

__all__ = ["parcel_told", "record_decision"]


def record_decision(
    request: Request,
    wish: Wish,
    held: Held,
    acting: Acting,
    *,
    parcels: tuple[Parcel, ...],
    unfilled: tuple[ShippedLine, ...],
    cause: str,
    move_id: UUID | None,
    now: datetime,
) -> Decision:
    """Write a revision of a request, and what the shadow says beside it.

    `parcels` and `unfilled`: all of the request after it, those that did not move too.
    """
    best, choice = held.choice.best, held.choice
    strategy = acting.profile.strategies[choice.strategy]
    request.revision, request.is_filled = wish.revision, not unfilled
    request.save(update_fields=["revision", "is_filled"])
    row = Decision.objects.create(
        request=request,
        revision=wish.revision,
        move_id=move_id,
        version=acting.version,
        strategy=choice.strategy,
        question=_told(wish.question),
        answer={
            "parcels": [parcel_told(one) for one in parcels],
            "unfilled": [[line.variant_key, line.quantity] for line in unfilled],
            "unfillable": choice.unfillable.value if choice.unfillable and unfilled else None,
        },
        criteria=[one.by.value for one in strategy.criteria],
        score=list(best.score) if best else [],
        bound=list(best.bound) if best else [],
        gap=best.gap if best else 0.0,
        tries=held.tries,
        cause=cause,
        reasons=_columns(choice.reasons, held.nodes),
        decided_at=now,
    )
    if acting.shadow is not None:
        _record_shadow(row, wish.question, held, acting, now)
    return row


def _record_shadow(
    row: Decision, question: Question, held: Held, acting: Acting, now: datetime
) -> None:
    """Let the shadow decide on the same stock."""
    assert acting.shadow is not None  # noqa: S101 - the caller looked
    other = choose(read_profile(acting.shadow.body), question, held.nodes, held.stock, now)
    ours = () if keeps_nothing(held.choice) else held.choice.parcels
    theirs = () if keeps_nothing(other) else other.parcels
    Shadow.objects.create(
        decision=row,
        version=acting.shadow,
        strategy=other.strategy,
        parcels=[[held.nodes.each[place].key, list(lines)] for place, lines in theirs],
        is_filled=not other.unfilled,
        is_same=ours == theirs,
        cost_minor=sum(other.cost_minor),
        km=sum(km or 0 for km in other.km),
        acted_is_filled=not held.choice.unfilled,
        acted_parcels=len(ours),
        acted_cost_minor=sum(held.choice.cost_minor),
        acted_km=sum(km or 0 for km in held.choice.km),
    )


def _told(question: Question) -> dict[str, Any]:
    """Return what is kept of a question: never where the customer is."""
    return {
        "channel": question.channel,
        "tier": question.tier,
        "method": question.method.value,
        "pickup_place_key": question.pickup_place_key,
        "lines": [
            [line.variant_key, line.quantity, line.value_minor, line.weight_g]
            for line in question.lines
        ],
    }


def parcel_told(parcel: Parcel) -> dict[str, Any]:
    """Return a parcel as it is kept."""
    return {
        "place": parcel.place_key,
        "lines": [[line.variant_key, line.quantity] for line in parcel.lines],
        "km": parcel.km,
        "cost_minor": parcel.cost_minor,
        "leaves_at": format_time(parcel.leaves_at),
        "arrives_at": format_time(parcel.arrives_at),
        "hold": str(parcel.hold_id),
        "day": parcel.day.isoformat(),
    }


def _columns(reasons: Reasons, nodes: Nodes) -> dict[str, list[int]]:
    return {
        "places": nodes.keys.tolist(),
        "codes": reasons.codes.tolist(),
        "lacks": reasons.lacks.tolist(),
        "criterion": reasons.criterion.tolist(),
        "by": reasons.by.tolist(),
    }
