"""Lock levels in one order, and write what changed of them: the only way they are changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from quanqu.sell.inventory.contracts import StockState
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.giving_way import kept_of, withheld

_PHYSICAL: Final = tuple(state.value for state in StockState)
_COLUMNS: Final = (
    "held", "allocated", "safety", "safety_target", "backorder_limit", "fenced", *_PHYSICAL
)  # fmt: skip

_SAVED: Final = (
    f"UPDATE inventory_level l SET {', '.join(f'{name} = t.{name}' for name in _COLUMNS)} "  # noqa: S608 - names of our own
    f"FROM unnest(%s::int[], %s::bigint[]{', %s::bigint[]' * len(_COLUMNS)}) "
    f"AS t(p, v, {', '.join(_COLUMNS)}) WHERE l.place_key = t.p AND l.variant_key = t.v"
)


_SHARES: Final = (
    "SELECT s.place_key, s.variant_key, s.channel, s.wanted FROM inventory_channel_share s "
    "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) ON s.place_key = t.p AND s.variant_key = t.v "
    "ORDER BY s.key"
)
_SAVED_SHARES: Final = (
    "UPDATE inventory_channel_share s SET wanted = t.w, kept = t.k "
    "FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[]) "
    "AS t(p, v, c, w, k) WHERE s.place_key = t.p AND s.variant_key = t.v AND s.channel = t.c "
    "AND (s.wanted, s.kept) <> (t.w, t.k)"
)


@dataclass(slots=True)
class LockedLevel:
    """The balances of a locked row, to be changed and saved.

    `fences`: units wanted for channels beside what they were promised, the first filled first.
    """

    held: int
    allocated: int
    safety: int
    safety_target: int
    backorder_limit: int
    fenced: int
    states: dict[StockState, int]
    is_tracked: bool = False
    fences: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def available(self) -> int:
        """What can be promised now."""
        free = self.states[StockState.ON_HAND] - self.safety + self.backorder_limit
        return free - self.fenced - self.claimed

    @property
    def claimed(self) -> int:
        """What is promised."""
        return self.held + self.allocated

    def give_back(self, channel: str, units: int) -> None:
        """Want units for a channel again that a hold had of them; `withhold` keeps them."""
        if units and channel in self.fences:
            self.fences[channel] += units

    def withhold(self) -> None:
        """Keep what is left beside what is claimed: for channels first, then as safety stock."""
        room = self.states[StockState.ON_HAND] + self.backorder_limit - self.claimed
        kept = kept_of(list(self.fences.values()), room)
        self.kept, self.fenced = dict(zip(self.fences, kept, strict=True)), sum(kept)
        self.safety = withheld(
            target=self.safety_target,
            on_hand=self.states[StockState.ON_HAND],
            backorder_limit=self.backorder_limit,
            claimed=self.claimed + self.fenced,
        )


def make_levels(ats: Collection[At]) -> list[At]:
    """Make the rows of levels that are not there yet, and return which; kits have none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_level (place_key, variant_key) "
            "SELECT * FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) "
            "WHERE NOT EXISTS (SELECT FROM inventory_kit_part k WHERE k.kit_key = t.v) "
            "ORDER BY p, v "
            "ON CONFLICT DO NOTHING RETURNING place_key, variant_key",
            _keys(ats),
        )
        return [(place, variant) for place, variant in cursor.fetchall()]


def lock_levels(ats: Collection[At]) -> dict[At, LockedLevel]:
    """Lock the rows of levels by place and item, and return those that are there."""
    ruled = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.place_key, l.variant_key, l.is_ruled, l.is_tracked, "  # noqa: S608 - names of our own
            f"{', '.join(f'l.{name}' for name in _COLUMNS)} "
            "FROM inventory_level l JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
            "ON l.place_key = t.p AND l.variant_key = t.v "
            "ORDER BY l.place_key, l.variant_key FOR UPDATE OF l",
            _keys(ats),
        )
        levels: dict[At, LockedLevel] = {}
        for place, variant, is_ruled, is_tracked, *counts in cursor.fetchall():
            states = dict(zip(StockState, counts[-len(_PHYSICAL) :], strict=True))
            claims: dict[str, Any] = dict(zip(_COLUMNS, counts[: -len(_PHYSICAL)], strict=False))
            levels[place, variant] = LockedLevel(**claims, states=states, is_tracked=is_tracked)
            if is_ruled:
                ruled.append((place, variant))
        if ruled:
            cursor.execute(_SHARES, _keys(ruled))
            for place, variant, channel, wanted in cursor.fetchall():
                levels[place, variant].fences[channel] = wanted
    return levels


def save_levels(levels: Mapping[At, LockedLevel]) -> None:
    """Write locked rows back."""
    if not levels:
        return
    rows = [
        (
            one.held,
            one.allocated,
            one.safety,
            one.safety_target,
            one.backorder_limit,
            one.fenced,
            *one.states.values(),
        )
        for one in levels.values()
    ]
    columns = [list(values) for values in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_SAVED, [*_keys(levels), *columns])
        shares = [
            (*at, channel, one.fences[channel], kept)
            for at, one in levels.items()
            for channel, kept in one.kept.items()
        ]
        if shares:
            cursor.execute(_SAVED_SHARES, [list(column) for column in zip(*shares, strict=True)])


def _keys(ats: Collection[At]) -> list[list[int]]:
    ordered = list(ats)
    return [[place for place, _ in ordered], [variant for _, variant in ordered]]
