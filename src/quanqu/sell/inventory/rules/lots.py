"""Which lots goods come from and go to: the earliest best-before first.

Source: docs/rules/stock-lots.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from quanqu.sell.inventory.contracts import (
    LotError,
    LotShortError,
    LotState,
    Movement,
    MovementKind,
    StockState,
    Tracked,
    Tracking,
)
from quanqu.sell.inventory.rules.admission import At

__all__ = ["LOT_STATES", "Held", "LotBook", "Moved", "check_lots", "first_ends", "is_sellable"]

LOT_STATES: Final = (StockState.ON_HAND, StockState.DAMAGED, StockState.QUALITY_HOLD)
"""The states in which goods of a lot are counted: those of a place."""
_LONGEST_CODE: Final = 100
_FROM_OUTSIDE: Final = frozenset(
    {MovementKind.RECEIPT, MovementKind.RETURN, MovementKind.TRANSFER_IN, MovementKind.COUNT}
)


@dataclass(frozen=True, slots=True)
class Held:
    """A lot as it is known; `code` empty: units that no lot was named for."""

    key: int
    variant_key: int
    code: str
    best_before: date | None = None
    state: LotState = LotState.OPEN
    is_serial: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Units of a lot that a movement changed. Units: `quantity` signed. `ref`: the movement's."""

    lot: Held
    place_key: int
    kind: MovementKind
    state: StockState
    quantity: int
    ref: str = ""


def is_sellable(best_before: date | None, *, today: date, min_days: int) -> bool:
    """Tell whether enough days remain; goods without a best-before always are."""
    return best_before is None or (best_before - today).days >= min_days


def first_ends(lots: Iterable[Held]) -> list[Held]:
    """Return lots in the order in which they are taken: the earliest best-before first.

    Without one after those with one, units of no named lot last; the older entry first.
    """
    return sorted(
        lots,
        key=lambda one: (
            not one.code, one.best_before is None, one.best_before or date.max, one.key
        ),
    )  # fmt: skip


def check_lots(movements: Sequence[Movement], tracked: Mapping[int, Tracking]) -> None:
    """Refuse lots that cannot be, by the movement's line from 1. Raises: LotError."""
    for number, one in enumerate(movements, 1):
        if not one.lot:
            continue
        told = tracked.get(one.variant_key)
        if told is None:
            raise LotError(line=number, problem="the item is not tracked by lots")
        if len(one.lot) > _LONGEST_CODE or not one.lot.isprintable():
            problem = f"a lot has 1 to {_LONGEST_CODE} printable characters"
            raise LotError(line=number, problem=problem)
        if one.state not in LOT_STATES:
            raise LotError(line=number, problem="goods on the way are of no lot yet")
        if told.by is Tracked.SERIAL and abs(one.quantity) != 1:
            raise LotError(line=number, problem="a serial is one unit")


@dataclass
class LotBook:
    """The lots at places while movements are shared out over them.

    `balances`: by (lot key, place, state).  `on_the_way`: lots that left for the same reason and
    have not arrived.  Shapes: what is there of a level is the sum over its lots, before and after.
    """

    lots: dict[int, Held]
    balances: dict[tuple[int, int, StockState], int]
    on_the_way: dict[int, list[tuple[Held, int]]] = field(default_factory=dict)

    def share(self, movements: Sequence[Movement], unnamed: Mapping[int, Held]) -> list[Moved]:
        """Return what the movements change of lots: what comes from outside, what leaves, what
        only changes its state.

        What leaves is of the lot it names, or of those whose best-before comes first.  What comes
        without a name is of the lots that left in the same act or on the same transfer, then of no
        named lot.  Raises: LotShortError.
        """
        left: dict[At, list[tuple[Held, int]]] = {}
        done: list[Moved] = []
        for one in movements:
            if one.quantity > 0 and one.kind in _FROM_OUTSIDE:
                done += self._put(one, {}, unnamed)
        for one in movements:
            if one.quantity < 0:
                taken = self._take(one)
                left.setdefault((one.place_key, one.variant_key), []).extend(
                    (part.lot, -part.quantity) for part in taken
                )
                done += taken
        for one in movements:
            if one.quantity > 0 and one.kind not in _FROM_OUTSIDE:
                done += self._put(one, left, unnamed)
        return done

    def _take(self, one: Movement) -> list[Moved]:
        wanted, parts = -one.quantity, []
        for lot in first_ends(self._there(one)):
            key = (lot.key, one.place_key, one.state)
            units = min(wanted, self.balances[key])
            if units:
                self.balances[key] -= units
                wanted -= units
                parts.append(Moved(lot, one.place_key, one.kind, one.state, -units, one.ref))
        if wanted:
            raise LotShortError(
                lot=one.lot, asked=-one.quantity, found=-one.quantity - wanted, item=one.variant_key
            )
        return parts

    def _there(self, one: Movement) -> list[Held]:
        return [
            self.lots[key]
            for (key, place, state), units in self.balances.items()
            if units and place == one.place_key and state == one.state
            and self.lots[key].variant_key == one.variant_key
            and (not one.lot or self.lots[key].code == one.lot)
            and not (one.is_unnamed and self.lots[key].code)
        ]  # fmt: skip

    def _put(
        self,
        one: Movement,
        left: dict[At, list[tuple[Held, int]]],
        unnamed: Mapping[int, Held],
    ) -> list[Moved]:
        wanted, parts = one.quantity, []
        if one.lot:
            (lot,) = [
                lot for lot in self.lots.values()
                if (lot.variant_key, lot.code) == (one.variant_key, one.lot)
            ]  # fmt: skip
            sources = [[(lot, wanted)]]
        else:
            sources = [left.get((one.place_key, one.variant_key), [])]
            if one.kind is MovementKind.TRANSFER_IN:
                sources.append(self.on_the_way.get(one.variant_key, []))
            sources.append([(unnamed[one.variant_key], wanted)])
        for source in sources:
            for at, (lot, most) in enumerate(source):
                units = min(wanted, most)
                if units:
                    source[at] = (lot, most - units)
                    wanted -= units
                    key = (lot.key, one.place_key, one.state)
                    self.balances[key] = self.balances.get(key, 0) + units
                    parts.append(Moved(lot, one.place_key, one.kind, one.state, units, one.ref))
        return parts
