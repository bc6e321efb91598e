"""What live orders refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "ForeignSourceError",
    "LiveOrderNotFoundError",
    "NoPriceError",
    "NotEnoughError",
    "OrderDueError",
    "OrderEditConflictError",
    "OrderEditError",
    "OrderHeldUpError",
    "OrderItemError",
    "OrderLineError",
    "OrderMergeError",
    "OrderMergeNotFoundError",
    "OrderReusedError",
    "OrderStepError",
    "PartNotFoundError",
    "PartStepError",
    "PaymentRefusedError",
    "PickupCodeError",
    "ReservationDraftError",
    "ReservationError",
    "TenderSumError",
    "TooManyOrdersError",
]


class ForeignSourceError(RefusedError):
    """Goods of another company of the group, which no rule between the two lets an order have."""

    code = "checkout.foreign_source"
    template = "Goods at {place} are another company's, and no rule lets this order have them."


class OrderLineError(InvalidError):
    """A line that cannot be sold whatever is there."""

    code = "checkout.line"
    template = "Line {line}: {problem}."


class OrderItemError(NotFoundError):
    """There is no such item at the place's company."""

    code = "checkout.item_not_found"
    template = "Line {line}: no item {ref} was found at {place}."


class NoPriceError(RefusedError):
    """The place asks no price for an item, and none was given."""

    code = "checkout.no_price"
    template = "Line {line}: {sku} has no price in {currency} at this place."


class TenderSumError(InvalidError):
    """The payments do not make the total."""

    code = "checkout.tender_sum"
    template = "The payments make {paid}, the order {total} ({currency})."


class NotEnoughError(RefusedError):
    """Some of the goods are not there; `short` tells each."""

    code = "checkout.not_enough"
    template = "Not enough of {count} of the lines can be promised."


class PaymentRefusedError(RefusedError):
    """A payment that is answered at once was refused; no order was placed."""

    code = "checkout.payment_refused"
    template = "The payment by {tender} was refused: {reason}."


class LiveOrderNotFoundError(NotFoundError):
    """No such live order, or none this actor may know of."""

    code = "checkout.order_not_found"
    template = "No live order {ref} was found."


class OrderStepError(RefusedError):
    """The order stands where this cannot follow."""

    code = "checkout.step"
    template = "The order {ref} is {state}; the step {step} cannot follow."


class OrderReusedError(InvalidError):
    """An order was placed under this id before, with other lines or money."""

    code = "checkout.order_reused"
    template = "The id {ref} was used for another order."


class PickupCodeError(RefusedError):
    """The code the buyer showed is not that of the order."""

    code = "checkout.pickup_code"
    template = "This is not the pickup code of the order {ref}."


class PartNotFoundError(NotFoundError):
    """The order has no such part, or none this actor may know of."""

    code = "checkout.part_not_found"
    template = "The order {ref} has no part {part}."


class PartStepError(RefusedError):
    """The part stands where this cannot follow."""

    code = "checkout.part_step"
    template = "Part {part} of the order {ref} is {state}; the step {step} cannot follow."


class OrderHeldUpError(RefusedError):
    """A person has to let the order go on first."""

    code = "checkout.held_up"
    template = "The order {ref} is held up: {kinds}."


class TooManyOrdersError(InvalidError):
    """More orders than are moved by one call."""

    code = "checkout.too_many_orders"
    template = "{count} orders are named; one call moves at most {most}."


class OrderEditError(RefusedError):
    """This cannot be changed of the order as it stands."""

    code = "checkout.edit"
    template = "The order {ref} was not changed: {problem}."


class OrderEditConflictError(RefusedError):
    """Somebody else changed the order since it was looked at."""

    code = "checkout.edit_conflict"
    template = "The order {ref} was changed meanwhile: it is at edition {edition}, not {expected}."


class OrderDueError(RefusedError):
    """Money is still due for the order, or none is and some was offered."""

    code = "checkout.due"
    template = "Of the order {ref} there is {due} {currency} to be paid: {problem}."


class OrderMergeError(RefusedError):
    """These two orders cannot be made one, or two again."""

    code = "checkout.merge"
    template = "The orders {ref} and {other} stay as they are: {problem}."


class OrderMergeNotFoundError(NotFoundError):
    """The order was never merged so, or not with an order this actor may know of."""

    code = "checkout.merge_not_found"
    template = "No merge {ref} of this order was found."


class ReservationDraftError(InvalidError):
    """This cannot be reserved to be tried, whatever is there."""

    code = "checkout.reservation_draft"
    template = "Nothing was reserved: {problem}."


class ReservationError(RefusedError):
    """The reservation stands where this cannot follow."""

    code = "checkout.reservation"
    template = "The reservation {ref} stays as it is: {problem}."
