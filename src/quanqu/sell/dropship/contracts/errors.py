"""What drop-shipping refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "DropshipAnswerError",
    "DropshipFieldError",
    "DropshipNotFoundError",
    "DropshipPaymentReusedError",
    "DropshipPlaceError",
    "DropshipStateError",
    "DropshipSupplierError",
]


class DropshipNotFoundError(NotFoundError):
    """No such order to a supplier, or none this actor may know of."""

    code = "dropship.order_not_found"
    template = "No drop-ship order {ref} was found."


class DropshipPlaceError(NotFoundError):
    """No such supplier's place, or none this actor may know of."""

    code = "dropship.place_not_found"
    template = "No supplier's place {ref} was found that ships to shoppers."


class DropshipSupplierError(RefusedError):
    """A place that cannot stand for this supplier."""

    code = "dropship.supplier"
    template = "This place cannot ship for the supplier: {problem}."


class DropshipFieldError(InvalidError):
    """A value that cannot be."""

    code = "dropship.field"
    template = "The {field} of the drop-shipping: {problem}."


class DropshipStateError(RefusedError):
    """The order to the supplier stands where this cannot be done."""

    code = "dropship.state"
    template = "The drop-ship order {ref} is {state}: this cannot be done with it now."


class DropshipAnswerError(InvalidError):
    """An answer that does not fit the order."""

    code = "dropship.answer"
    template = "The answer to line {line}: {problem}."


class DropshipPaymentReusedError(RefusedError):
    """The id was used for another payment."""

    code = "dropship.payment_reused"
    template = "The id {ref} was used for another payment."
