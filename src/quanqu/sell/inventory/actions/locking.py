"""Lock levels in one order, and write what changed of them: the only way they are changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection

from quanqu.sell.inventory.contracts import StockState
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.giving_way import withheld

_PHYSICAL: Final = tuple(state.value for state in StockState)
_COLUMNS: Final = (
    "held", "allocated", "safety", "safety_target", "backorder_limit", *_PHYSICAL
)  # fmt: skip

_SAVED: Final = (
    f"UPDATE inventory_level l SET {', '.join(f'{name} = t.{name}' for name in _COLUMNS)} "  # noqa: S608 - names of our own
    f"FROM unnest(%s::int[], %s::bigint[]{', %s::bigint[]' * len(_COLUMNS)}) "
    f"AS t(p, v, {', '.join(_COLUMNS)}) WHERE l.place_key = t.p AND l.variant_key = t.v"
)


@dataclass(slots=True)
class LockedLevel:
    """The balances of a locked row, to be changed and saved."""

    held: int
    allocated: int
    safety: int
    safety_target: int
    backorder_limit: int
    states: dict[StockState, int]

    @property
    def available(self) -> int:
        """What can be promised now."""
        return self.states[StockState.ON_HAND] - self.safety + self.backorder_limit - self.claimed

    @property
    def claimed(self) -> int:
        """What is promised."""
        return self.held + self.allocated

    def withhold(self) -> None:
        """Withhold as much safety stock as is left beside what is claimed."""
        self.safety = withheld(
            target=self.safety_target,
            on_hand=self.states[StockState.ON_HAND],
            backorder_limit=self.backorder_limit,
            claimed=self.claimed,
        )


def make_levels(ats: Collection[At]) -> None:
    """Make the rows of levels that are not there yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_level (place_key, variant_key) "
            "SELECT * FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) ORDER BY p, v "
            "ON CONFLICT DO NOTHING",
            _keys(ats),
        )


def lock_levels(ats: Collection[At]) -> dict[At, LockedLevel]:
    """Lock the rows of levels by place and item, and return those that are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.place_key, l.variant_key, {', '.join(f'l.{name}' for name in _COLUMNS)} "  # noqa: S608 - names of our own
            "FROM inventory_level l JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
            "ON l.place_key = t.p AND l.variant_key = t.v "
            "ORDER BY l.place_key, l.variant_key FOR UPDATE OF l",
            _keys(ats),
        )
        return {
            (place, variant): LockedLevel(
                held, allocated, safety, target, limit, dict(zip(StockState, states, strict=True))
            )
            for place, variant, held, allocated, safety, target, limit, *states in cursor.fetchall()
        }


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
            *one.states.values(),
        )
        for one in levels.values()
    ]
    columns = [list(values) for values in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_SAVED, [*_keys(levels), *columns])


def _keys(ats: Collection[At]) -> list[list[int]]:
    ordered = list(ats)
    return [[place for place, _ in ordered], [variant for _, variant in ordered]]
