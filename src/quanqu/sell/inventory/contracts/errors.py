"""What stock refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError, UnavailableError

__all__ = [
    "BuyerLimitError",
    "BuyerLimitRuleError",
    "CountEmptyError",
    "CountEntryError",
    "CountItemError",
    "CountNotFoundError",
    "CountOpenError",
    "CountStateError",
    "FeedBusyError",
    "FeedCursorError",
    "FeedError",
    "FeedNotFoundError",
    "HoldLineError",
    "HoldNotFoundError",
    "HoldSettledError",
    "KitError",
    "KitStockError",
    "LotError",
    "LotNotFoundError",
    "LotShortError",
    "MovementError",
    "NotAvailableError",
    "PlaceClosedError",
    "PlaceClosingError",
    "PoolError",
    "PoolNotFoundError",
    "SerialElsewhereError",
    "StockClockError",
    "StockItemError",
    "StockPlaceError",
    "StockPolicyError",
    "StockRuleError",
    "StockShortfallError",
    "TrackingError",
    "TransferLineError",
    "TransferNotFoundError",
    "TransferPlacesError",
    "TransferShortError",
    "TransferStateError",
]


class BuyerLimitError(RefusedError):
    """A buyer asked for more of items than one buyer may have; `over` tells each."""

    code = "inventory.buyer_limit"
    template = "One buyer may have less of {count} of the items than was asked for."


class BuyerLimitRuleError(InvalidError):
    """A limit that cannot be."""

    code = "inventory.buyer_limit_rule"
    template = "The {name} is a number from {least} to {largest}."


class CountNotFoundError(NotFoundError):
    """No such count, or none this actor may know of."""

    code = "inventory.count_not_found"
    template = "No count {ref} was found."


class CountEmptyError(RefusedError):
    """There is nothing to count, or more than one count takes."""

    code = "inventory.count_empty"
    template = "A count has 1 to {most} items; here are {found}."


class CountItemError(RefusedError):
    """An item that cannot be counted: it was deleted or archived, or is none of the count."""

    code = "inventory.count_item"
    template = "The item {item} cannot be counted: {problem}."


class CountEntryError(InvalidError):
    """A number that nobody can have counted, or at a time at which nobody can have."""

    code = "inventory.count_entry"
    template = "Entry {line}: {problem}."


class CountOpenError(RefusedError):
    """Lines are still to be counted."""

    code = "inventory.count_open"
    template = "{count} items have not been counted yet."


class CountStateError(RefusedError):
    """The count stands where this cannot follow."""

    code = "inventory.count_state"
    template = "The count {ref} is {state}; it cannot be {wanted}."


class KitError(InvalidError):
    """A kit that cannot be."""

    code = "inventory.kit"
    template = "The kit cannot be: {problem}."


class KitStockError(RefusedError):
    """A kit has no stock of its own: its parts have."""

    code = "inventory.kit_stock"
    template = "A kit has no stock of its own; set this for its parts."


class LotError(InvalidError):
    """A lot of a movement that cannot be."""

    code = "inventory.lot"
    template = "Line {line}: {problem}."


class LotNotFoundError(NotFoundError):
    """No such lot, or none this actor may know of."""

    code = "inventory.lot_not_found"
    template = "No lot {ref} was found."


class LotShortError(RefusedError):
    """A lot has less than is to be taken of it."""

    code = "inventory.lot_short"
    template = "{asked} are to be taken of lot {lot}, {found} are there."


class SerialElsewhereError(RefusedError):
    """A serial is already on hand: no unit is in two places."""

    code = "inventory.serial_elsewhere"
    template = "The serial {serial} is on hand already."


class TrackingError(RefusedError):
    """Tracking that cannot be set as it stands."""

    code = "inventory.tracking"
    template = "The item cannot be tracked so: {problem}."


class FeedBusyError(UnavailableError):
    """As many streams are open as this process keeps; read by cursor, or come back."""

    code = "inventory.feed_busy"
    template = "Too many streams are open; read the changes by their cursor, or try again."


class FeedCursorError(InvalidError):
    """The cursor is none, or changes after it are gone: read from the beginning."""

    code = "inventory.feed_cursor"
    template = "Nothing can be told after {cursor}; read again from 0."


class FeedError(InvalidError):
    """A feed that cannot be."""

    code = "inventory.feed"
    template = "The feed: {problem}."


class FeedNotFoundError(NotFoundError):
    """No such feed, or none this actor may know of."""

    code = "inventory.feed_not_found"
    template = "No feed {ref} was found."


class MovementError(InvalidError):
    """A movement that cannot be: a state its kind does not change, a quantity of nothing."""

    code = "inventory.movement"
    template = "Movement {line}: {problem}."


class HoldLineError(InvalidError):
    """A line that cannot be held whatever is there."""

    code = "inventory.hold_line"
    template = "Line {line}: {problem}."


class HoldNotFoundError(NotFoundError):
    """No such hold, or none this actor may know of."""

    code = "inventory.hold_not_found"
    template = "No hold {ref} was found."


class HoldSettledError(RefusedError):
    """The hold has ended, or stands where this cannot follow."""

    code = "inventory.hold_settled"
    template = "The hold {ref} is {state}; it cannot be {wanted}."


class NotAvailableError(RefusedError):
    """Goods cannot be held: for each line that is short, how much was asked for and is there."""

    code = "inventory.not_available"
    template = "{count} of the lines cannot be held: less is available than was asked for."


class PlaceClosedError(RefusedError):
    """Goods were asked for at a closed place; `places` tells each."""

    code = "inventory.place_closed"
    template = "The place {place} is closed: nothing is promised there."


class PlaceClosingError(InvalidError):
    """A time for which a place cannot be closed."""

    code = "inventory.place_closing"
    template = "The place cannot be closed: {problem}."


class PoolError(InvalidError):
    """A pool that cannot be, or that somebody does not sell from."""

    code = "inventory.pool"
    template = "The pool: {problem}."


class PoolNotFoundError(NotFoundError):
    """No such pool, or none this actor may know of."""

    code = "inventory.pool_not_found"
    template = "No pool {ref} was found."


class StockClockError(InvalidError):
    """A movement is said to have happened in the future: the clock that says so is wrong."""

    code = "inventory.clock"
    template = "The time {at} lies {ahead_s} s ahead; check the clock it comes from."


class StockItemError(NotFoundError):
    """The place's company sells no such item: it is unknown, or another company's."""

    code = "inventory.item_not_found"
    template = "No item {ref} of the company of place {place} was found."


class StockPlaceError(NotFoundError):
    """There is no such place, or none whose stock this actor may change."""

    code = "inventory.place_not_found"
    template = "No place {ref} was found."


class StockPolicyError(InvalidError):
    """A safety stock or a limit that cannot be."""

    code = "inventory.policy"
    template = "The {name} is a number from 0 to {largest}."


class StockRuleError(InvalidError):
    """A rule of stock that cannot be."""

    code = "inventory.rule"
    template = "Rule {line}: {problem}."


class StockShortfallError(RefusedError):
    """A movement would take more of a state than there is of it."""

    code = "inventory.shortfall"
    template = "{state} would fall to {balance} at place {place}, item {item}."


class TransferNotFoundError(NotFoundError):
    """No such transfer, or none this actor may know of."""

    code = "inventory.transfer_not_found"
    template = "No transfer {ref} was found."


class TransferPlacesError(InvalidError):
    """Goods are transferred between two places of one company."""

    code = "inventory.transfer_places"
    template = "A transfer goes from one place to another of the same company."


class TransferLineError(InvalidError):
    """A line of a transfer or of a receipt that cannot be."""

    code = "inventory.transfer_line"
    template = "Line {line}: {problem}."


class TransferShortError(RefusedError):
    """Less is there than is to be sent, or the rest is promised."""

    code = "inventory.transfer_short"
    template = "Line {line}: {asked} are to be sent, {free} are there and promised to nobody."


class TransferStateError(RefusedError):
    """The transfer stands where this cannot follow."""

    code = "inventory.transfer_state"
    template = "The transfer {ref} is {state}; it cannot be {wanted}."
