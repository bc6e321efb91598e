"""Hold goods: decided in the order of arrival, in sets, committed before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Combiner, Question, Work, do_alone
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.deciding import decide_holds
from quanqu.sell.inventory.contracts import Hold, HoldRequest
from quanqu.sell.inventory.rules.postings import check_lines

MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    request: HoldRequest
    now: datetime


def hold_stock(*, actor: Actor, request: HoldRequest, now: datetime) -> Hold:
    """Hold all lines of a request or none; when it is answered, it is committed.

    Inside a transaction it is a part of that one, and others who want the same items wait for its
    end.  Outside, requests of many threads are decided together.  Asked again under the same
    request id, the first grant counts, as it stands now.
    Locks: levels by (place, item).  Raises: NotAllowedError, StockPlaceError, HoldLineError.
    """
    return do_alone(holding(actor=actor, request=request, now=now))


def holding(*, actor: Actor, request: HoldRequest, now: datetime) -> Work[Hold]:
    """As `hold_stock`, as a work: many holds of one thread are decided as one set.

    Raises: NotAllowedError, StockPlaceError, HoldLineError.
    """
    check_lines(request.lines)
    require_places(actor, {line.place_key for line in request.lines})
    if connection.in_atomic_block:
        return decide_holds([request], now=now)[0]
    decided: Hold = yield Question(_COMBINER, _Asked(request, now))
    return decided


def hold_many(*, requests: Sequence[HoldRequest], now: datetime) -> list[Hold]:
    """Decide requests in their order within the caller's transaction, each all lines or none.

    For a room above that has checked who may; its transaction decides whether they last.
    Locks: levels by (place, item).  Raises: HoldLineError.
    """
    for request in requests:
        check_lines(request.lines)
    return decide_holds(requests, now=now)


def _decide(asked: Sequence[_Asked]) -> list[Hold]:
    return decide_holds([one.request for one in asked], now=max(one.now for one in asked))


_COMBINER: Final = Combiner(_decide, most=MOST_AT_ONCE)
