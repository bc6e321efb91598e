"""Tell who came into audiences and who left: the feed and the events."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.infra.db.facade import copy_in
from quanqu.infra.outbox.facade import emit_many
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import CustomersEntered, CustomersLeft
from quanqu.know.audiences.models import Audience

_IN_EVENT: Final = 1_000
_AT_ONCE: Final = 20_000
_FEED: Final = pa.schema(
    [
        ("audience_key", pa.int64()),
        ("customer_key", pa.int64()),
        ("has_entered", pa.bool_()),
        ("version", pa.int32()),
        ("changed_at", pa.timestamp("us", tz="UTC")),
        ("reasons", pa.list_(pa.string())),
    ]
)
Keys = npt.NDArray[np.int64]
Reasons = Callable[[Keys], Sequence[Sequence[str]]]


class Told(Protocol):
    """What was found by a version of the rules, and which rules turned, when that is known."""

    @property
    def version(self) -> int: ...
    @property
    def reasons(self) -> Reasons | None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Who came into an audience and who left it, by what was found."""

    audience: Audience
    found: Told
    entered: Keys
    left: Keys


@dataclass(frozen=True, slots=True)
class _News:
    """At most 1,000 customers who turned one way, with the rules that turned."""

    turn: Turn
    has_entered: bool
    pairs: list[tuple[int, list[str]]]


def tell(turns: Iterable[Turn], now: datetime) -> None:
    """Write the feed and state the events: of each audience those who left, then those who came."""
    waiting: list[_News] = []
    for news in _all_news(turns):
        waiting.append(news)
        if sum(len(one.pairs) for one in waiting) >= _AT_ONCE:
            _state(waiting, now)
            waiting = []
    _state(waiting, now)


def _all_news(turns: Iterable[Turn]) -> Iterator[_News]:
    for turn in turns:
        for customers, has_entered in ((turn.left, False), (turn.entered, True)):
            for at in range(0, len(customers), _IN_EVENT):
                part = customers[at : at + _IN_EVENT]
                found = turn.found.reasons(part) if turn.found.reasons else [[] for _ in part]
                pairs = zip(part.tolist(), map(list, found), strict=True)
                yield _News(turn, has_entered, list(pairs))


def _state(news: Sequence[_News], now: datetime) -> None:
    if not news:
        return
    copy_in(table="audiences_change", columns=list(_FEED.names), data=_feed(news, now))
    events = [
        (CustomersEntered if one.has_entered else CustomersLeft)(
            encode("aud", one.turn.audience.id), one.turn.found.version, one.pairs
        )
        for one in news
    ]
    emit_many(events, now=now)


def _feed(news: Sequence[_News], now: datetime) -> pa.Table:
    sizes = [len(one.pairs) for one in news]
    columns = [
        np.repeat([one.turn.audience.key for one in news], sizes),
        [key for one in news for key, _ in one.pairs],
        np.repeat([one.has_entered for one in news], sizes),
        np.repeat([one.turn.found.version for one in news], sizes),
        [now] * sum(sizes),
        [paths for one in news for _, paths in one.pairs],
    ]
    return pa.table(columns, names=_FEED.names).cast(_FEED)
