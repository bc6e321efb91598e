"""What may go into a parcel, and what is left to pack."""

from collections.abc import Iterable, Mapping

from quanqu.sell.checkout.contracts import LiveLine
from quanqu.sell.fulfilment.contracts import LARGEST_G, LARGEST_MM, Measures, ParcelFieldError

__all__ = ["check_measures", "left_to_pack"]


def left_to_pack(lines: Iterable[LiveLine], packed: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Return the units of each line that are in no parcel yet, by line number.

    A line that is no longer of the part and lies in a parcel counts as below zero.
    """
    left = {line.line_no: line.quantity for line in lines}
    for parcel in packed:
        for line_no, units in parcel.items():
            left[line_no] = left.get(line_no, 0) - units
    return {line_no: units for line_no, units in left.items() if units}


def check_measures(measures: Measures) -> None:
    """Refuse what no parcel weighs or measures. Raises: ParcelFieldError."""
    if not 0 < measures.weight_g <= LARGEST_G:
        raise ParcelFieldError(field="weight", problem=f"1 to {LARGEST_G} grams")
    sides = (measures.length_mm, measures.width_mm, measures.height_mm)
    if not all(0 <= side <= LARGEST_MM for side in sides):
        raise ParcelFieldError(field="size", problem=f"0 to {LARGEST_MM} millimetres a side")
    if any(sides) and not all(sides):
        raise ParcelFieldError(field="size", problem="all three sides or none")
