"""The nine laws of the house, and what holds each beyond the checks over live data."""

from typing import Final

from quanqu.infra.laws.facade import HouseLaw, laws

HOUSE_LAWS: Final = (
    HouseLaw(
        "L1",
        "No oversell: holds and allocations stay within what is on hand.",
        "A constraint of the table of levels; a state machine and races in sell.inventory; what is "
        "incoming equals open purchase orders in sell.supply; what left is in parcels in "
        "sell.fulfilment; a supplier has one order for what it ships in sell.dropship.",
    ),
    HouseLaw(
        "L2",
        "Money is conserved.",
        "Constraints of the tables of orders and payments; tests of properties, state machines and "
        "races in sell.orders, sell.payments, sell.checkout, sell.returns and sell.invoicing.",
    ),
    HouseLaw(
        "L3",
        "A message is sent at most once, and only where consent, caps and quiet hours allow it.",
        "There is no room that sends messages yet.",
    ),
    HouseLaw(
        "L4",
        "A merge of customers can be undone and never widens consent.",
        "Tests of properties in know.customers (components equal a recomputation), know.consent.",
    ),
    HouseLaw(
        "L5",
        "One price: the same cart gives the same total through every door.",
        "There is no room that prices a cart yet: orders come in as their channels told them.",
    ),
    HouseLaw(
        "L6",
        "An acknowledged event is never lost and never counted twice.",
        "Tests of every crash point in know.timeline; `quanqu bench ingest` with kill -9.",
    ),
    HouseLaw(
        "L7",
        "Erasing a customer reaches every table, the lake, exports and features.",
        "tests/know/privacy/test_erasing.py: every table, byte of the lake and file; "
        "tests/architecture/test_personal.py: no column that nobody declared; "
        "tests/doors/test_personal_data.py: the lake, logs and trail name nobody.",
    ),
    HouseLaw(
        "L8",
        "Every number comes from a metric defined once and agrees wherever it is shown.",
        "Tests of learn.metrics against an independent oracle on two engines; tests/proof.",
    ),
    HouseLaw(
        "L9",
        "What a person may not see, no door shows.",
        "tests/doors/test_scope_everywhere.py: two scoped people at every call and page.",
    ),
)


def unchecked_laws() -> tuple[HouseLaw, ...]:
    """Return the laws of the house of which no part is checked over live data."""
    return tuple(one for one in HOUSE_LAWS if not any(one.covers(law) for law in laws()))
