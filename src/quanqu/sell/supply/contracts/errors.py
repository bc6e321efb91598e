"""What supply refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "ChargeError",
    "CostDateError",
    "CreditError",
    "OrderChangeError",
    "OrderMinimumError",
    "OrderMoveError",
    "OverDeliveryError",
    "PurchaseLineError",
    "PurchaseOrderNotFoundError",
    "ReceiptLineError",
    "ReceiptNotFoundError",
    "ReceiptReferenceError",
    "ReturnLineError",
    "ReturnNotFoundError",
    "ReturnReferenceError",
    "ReturnShortError",
    "SecondPersonError",
    "SupplierCodeError",
    "SupplierFieldError",
    "SupplierFileError",
    "SupplierNotFoundError",
    "SupplyPlaceError",
]


class SupplierNotFoundError(NotFoundError):
    """No such supplier, or none this actor may know of."""

    code = "supply.supplier_not_found"
    template = "No supplier {ref} was found."


class PurchaseOrderNotFoundError(NotFoundError):
    """No such purchase order, or none this actor may know of."""

    code = "supply.order_not_found"
    template = "No purchase order {ref} was found."


class ReceiptNotFoundError(NotFoundError):
    """No such receipt, or none this actor may know of."""

    code = "supply.receipt_not_found"
    template = "No receipt {ref} was found."


class SupplyPlaceError(NotFoundError):
    """There is no such place, or none this actor may order goods to."""

    code = "supply.place_not_found"
    template = "No place {ref} was found."


class SupplierCodeError(RefusedError):
    """Another supplier of the company has this code."""

    code = "supply.supplier_code_taken"
    template = "The code {ref} belongs to another supplier of the company."


class SupplierFieldError(InvalidError):
    """A field of a supplier, of an item's cost or of the company's rules that cannot be."""

    code = "supply.field"
    template = "The field {field} cannot be taken: {reason}."


class SupplierFileError(InvalidError):
    """A supplier's catalogue that cannot be read."""

    code = "supply.file"
    template = "The catalogue cannot be read: {reason}."


class CostDateError(RefusedError):
    """A cost that would change the past."""

    code = "supply.cost_in_the_past"
    template = "A cost begins on {today} or later: what was valid before stays as it was."


class PurchaseLineError(InvalidError):
    """A line that cannot be ordered."""

    code = "supply.line"
    template = "Line {line}: {reason}."


class OrderMoveError(RefusedError):
    """The purchase order stands where this cannot be done."""

    code = "supply.order_state"
    template = "The purchase order {ref} is {state}: this cannot be done."


class OrderMinimumError(RefusedError):
    """The purchase order is below what the supplier delivers."""

    code = "supply.order_minimum"
    template = "The order comes to {total}; {supplier} delivers from {minimum}."


class SecondPersonError(RefusedError):
    """The company asks for a second person above an amount."""

    code = "supply.second_person"
    template = "Somebody else than who submitted the order has to approve it."


class OrderChangeError(RefusedError):
    """A change that a purchase order which was sent does not take."""

    code = "supply.order_change"
    template = "Line {line}: {reason}."


class OverDeliveryError(RefusedError):
    """More came than was ordered, beyond what the company tolerates."""

    code = "supply.over_delivery"
    template = "Line {line}: {units} units would be {excess} more than the {most} that may come."


class ReceiptLineError(InvalidError):
    """A line of a receipt that cannot be."""

    code = "supply.receipt_line"
    template = "Line {line}: {reason}."


class ReceiptReferenceError(RefusedError):
    """A receipt of this reference is there, with other goods."""

    code = "supply.receipt_reference"
    template = "The reference {ref} belongs to another receipt of this order."


class ChargeError(InvalidError):
    """A cost that cannot be shared out over a receipt."""

    code = "supply.charge"
    template = "The cost cannot be shared out: {reason}."


class ReturnNotFoundError(NotFoundError):
    """No such return to a supplier, or none this actor may know of."""

    code = "supply.return_not_found"
    template = "No return to a supplier {ref} was found."


class ReturnLineError(InvalidError):
    """A line of a return that cannot be."""

    code = "supply.return_line"
    template = "Line {line}: {reason}."


class ReturnReferenceError(RefusedError):
    """A return of this reference is there, with other goods."""

    code = "supply.return_reference"
    template = "The reference {ref} belongs to another return to this supplier."


class ReturnShortError(RefusedError):
    """There is not enough that is free to go back: what is promised to buyers stays."""

    code = "supply.return_short"
    template = "Line {line}: {available} units are free to go back, not {quantity}."


class CreditError(RefusedError):
    """A credit that is nothing, or more than what is still expected."""

    code = "supply.credit"
    template = "The credit cannot be taken: {reason}."
