"""The laws of the books between companies: mirrored, and zero in sum."""

from quanqu.infra.laws.facade import law
from quanqu.sell.intercompany.queries.laws import (
    books_unlike_each_other,
    entries_unlike_the_movements,
)

law(
    "L2.intercompany_mirrored",
    "What goes between companies is in both their books once, with opposite signs.",
    entries_unlike_the_movements,
)
law(
    "L2.intercompany_zero",
    "What companies of the group claim of each other is zero in sum.",
    books_unlike_each_other,
)
