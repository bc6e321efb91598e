"""Hold goods: decided in the order of arrival, in sets, committed before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.combiner import Combiner
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
    check_lines(request.lines)
    require_places(actor, {line.place_key for line in request.lines})
    if connection.in_atomic_block:
        return decide_holds([request], now=now)[0]
    return _COMBINER.ask(_Asked(request, now))


def _decide(asked: Sequence[_Asked]) -> list[Hold]:
    return decide_holds([one.request for one in asked], now=max(one.now for one in asked))


_COMBINER: Final = Combiner(_decide, most=MOST_AT_ONCE)
