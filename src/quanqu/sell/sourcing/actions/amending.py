"""Follow what was changed of an order whose places sourcing decided."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.kernel.ids import encode
from quanqu.sell.sourcing.actions.loads import change_loads
from quanqu.sell.sourcing.actions.records import parcel_told
from quanqu.sell.sourcing.contracts import Decision, DecisionNotFoundError, Parcel, ShippedLine
from quanqu.sell.sourcing.models import Decision as DecisionRow
from quanqu.sell.sourcing.models import Request
from quanqu.sell.sourcing.queries.decisions import as_decision, parcels_in

__all__ = ["amend"]

Rest = tuple[UUID, tuple[ShippedLine, ...]]
"""The hold a parcel has now, and what is in it."""


def amend(
    *,
    request_id: UUID,
    amend_id: UUID,
    changed: Mapping[UUID, Rest | None],
    added: Sequence[Parcel],
    cause: str,
    now: datetime,
    uncounted: Sequence[Parcel] = (),
) -> Decision:
    """Keep a decision as its order is after somebody changed it: nothing is decided or held.

    For a room above that has moved the holds and checked who may.  `changed`: by the hold a parcel
    had, what it has now; None: the parcel is gone, its place has room for another.  `added`:
    parcels another decision made, which counted them; `uncounted`: parcels nobody counted.
    The same `amend_id` again changes nothing.  Locks: the request, loads by (place, day).
    Raises: DecisionNotFoundError.
    """
    with transaction.atomic():
        row = Request.objects.select_for_update().filter(request_id=request_id).first()
        if row is None or row.revision < 0:
            raise DecisionNotFoundError(ref=encode("srq", request_id))
        last = DecisionRow.objects.select_related("request", "version").get(
            request=row, revision=row.revision
        )
        if DecisionRow.objects.filter(request=row, move_id=amend_id).exists():
            return as_decision(last)
        kept, gone = _parted(last, changed)
        change_loads(
            given=[(one.place_key, one.day) for one in uncounted],
            taken=[(one.place_key, one.day) for one in gone],
            limits={},
        )
        row.revision += 1
        row.save(update_fields=["revision"])
        parcels = [parcel_told(one) for one in (*kept, *added, *uncounted)]
        made = DecisionRow.objects.create(
            request=row,
            revision=row.revision,
            move_id=amend_id,
            version=last.version,
            strategy=last.strategy,
            question=last.question,
            answer={**last.answer, "parcels": parcels},
            criteria=last.criteria,
            score=last.score,
            bound=last.bound,
            gap=last.gap,
            tries=0,
            cause=cause,
            reasons=last.reasons,
            decided_at=now,
        )
        return as_decision(made)


def _parted(
    last: DecisionRow, changed: Mapping[UUID, Rest | None]
) -> tuple[list[Parcel], list[Parcel]]:
    """Return the parcels of a decision that stay, as they are now, and those that are gone."""
    kept: list[Parcel] = []
    gone: list[Parcel] = []
    for one in parcels_in(last):
        if one.hold_id is None or one.hold_id not in changed:
            kept.append(one)
        elif rest := changed[one.hold_id]:
            kept.append(replace(one, hold_id=rest[0], lines=rest[1]))
        else:
            gone.append(one)
    return kept, gone
