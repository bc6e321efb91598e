"""Which lots the lines of pick lists take, what ends first for the first.

Source: docs/rules/stock-lots.md.
"""

from collections.abc import Sequence

from quanqu.sell.fulfilment.contracts import LotToPick

__all__ = ["share_lots"]


def share_lots(
    lines: Sequence[tuple[int, int, int]], lots: Sequence[tuple[int, LotToPick]]
) -> dict[int, tuple[LotToPick, ...]]:
    """Return what each line (key, item, units) takes of lots (item, lot), in their order.

    `lots`: those of an item with what ends first ahead.  A line of which too little is there takes
    what there is.
    """
    left: dict[int, list[LotToPick]] = {}
    for item, lot in lots:
        left.setdefault(item, []).append(lot)
    found = {}
    for key, item, wanted in lines:
        taken, units = [], wanted
        shelf = left.get(item, [])
        while units and shelf:
            lot = shelf.pop(0)
            used = min(units, lot.quantity)
            taken.append(LotToPick(lot.code, lot.best_before, used))
            if used < lot.quantity:
                shelf.insert(0, LotToPick(lot.code, lot.best_before, lot.quantity - used))
            units -= used
        if taken:
            found[key] = tuple(taken)
    return found
