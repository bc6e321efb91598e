"""The laws of stock: nothing is promised twice, and balances rest on what happened."""

from quanqu.infra.laws.facade import law
from quanqu.sell.inventory.queries.laws import (
    balances_unlike_the_ledger,
    claims_unlike_the_holds,
    closings_unlike_the_places,
    fences_unlike_the_shares,
    held_where_closed,
    kits_with_stock,
    lines_out_of_order,
    lots_unlike_the_levels,
    oversold,
    serials_in_two_places,
    tickets_unlike_the_holds,
    transfers_unlike_the_decisions,
    transit_unlike_the_transfers,
    waiting_unlike_the_tickets,
)

law("L1.no_oversell", "What is promised of an item at a place is there.", oversold)
law(
    "L1.levels_are_the_ledger",
    "A balance is the sum of its movements.",
    balances_unlike_the_ledger,
)
law(
    "L1.fences_are_the_shares",
    "What is kept for channels is what each of them has.",
    fences_unlike_the_shares,
)
law("L1.claims_are_the_holds", "What is claimed is what holds say.", claims_unlike_the_holds)
law(
    "L1.transit_is_the_transfers",
    "What is on the way to a place is what its open transfers say.",
    transit_unlike_the_transfers,
)
law(
    "L1.transfers_are_decided",
    "What was sent is what arrived, what was decided about and what is open.",
    transfers_unlike_the_decisions,
)
law(
    "L1.closings_are_the_places",
    "Every level of a closed place is closed.",
    closings_unlike_the_places,
)
law("L1.no_hold_where_closed", "Nothing is promised at a closed place.", held_where_closed)
law(
    "L1.lots_are_the_levels",
    "What is there of a tracked item is what its lots say.",
    lots_unlike_the_levels,
)
law("L1.serials_are_one", "A serial is in one place at most.", serials_in_two_places)
law("L1.kits_have_no_stock", "A kit has no stock but that of its parts.", kits_with_stock)
law(
    "L1.waiting_is_the_tickets",
    "As many wait for an item at a place as there are places in line.",
    waiting_unlike_the_tickets,
)
law(
    "L1.lines_are_in_order",
    "Nobody waits for an item at a place who came before somebody that was served.",
    lines_out_of_order,
)
law(
    "L1.served_tickets_have_holds",
    "Whoever was served has the units as a hold, and whoever waits has none.",
    tickets_unlike_the_holds,
)
