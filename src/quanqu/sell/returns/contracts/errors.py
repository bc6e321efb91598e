"""What returns refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "ChargeBackError",
    "CreditError",
    "GradeError",
    "PhotoError",
    "RefundRefusedError",
    "ReturnLineError",
    "ReturnNotFoundError",
    "ReturnPlaceError",
    "ReturnPolicyError",
    "ReturnPolicyFormatError",
    "ReturnQuantityError",
    "ReturnReusedError",
    "ReturnStepError",
    "SaleNotFoundError",
    "SaleStateError",
    "TenderChoiceError",
]


class SaleNotFoundError(NotFoundError):
    """No such order, or none this actor may know of; elsewhere bought needs the paid total."""

    code = "returns.order_not_found"
    template = "No order {ref} was found. For one bought elsewhere, give the total it shows."


class SaleStateError(RefusedError):
    """The goods of the order never reached the buyer, so nothing can come back."""

    code = "returns.order_state"
    template = "The order {ref} is {state}: nothing of it can come back."


class ReturnPlaceError(NotFoundError):
    """No such place, or one this actor may not act at."""

    code = "returns.place"
    template = "Goods of this order cannot come back to the place {ref}."


class ReturnLineError(InvalidError):
    """A line that cannot come back whatever the policy says."""

    code = "returns.line"
    template = "Line {line}: {problem}."


class ReturnQuantityError(RefusedError):
    """More is to come back than was bought and has not come back yet."""

    code = "returns.quantity"
    template = "Line {line}: {asked} cannot come back, at most {free} of {bought}."


class ReturnPolicyError(RefusedError):
    """The policy says no; `reasons` tells each. An exception can be asked for."""

    code = "returns.policy"
    template = "The policy refuses {count} of the lines."


class ReturnPolicyFormatError(InvalidError):
    """A policy that cannot be: a field that is missing, unknown or out of range."""

    code = "returns.policy_format"
    template = "{at}: {problem}."


class ReturnNotFoundError(NotFoundError):
    """No such return, or none this actor may know of."""

    code = "returns.not_found"
    template = "No return {ref} was found."


class ReturnStepError(RefusedError):
    """The return stands where this cannot follow."""

    code = "returns.step"
    template = "The return {ref} is {state}; the step {step} cannot follow."


class ReturnReusedError(InvalidError):
    """The id was used for another return."""

    code = "returns.id_reused"
    template = "The id {ref} was used for another return."


class GradeError(InvalidError):
    """The grades of a line do not make what was received."""

    code = "returns.grades"
    template = "Line {line}: the grades make {graded}, {received} were received."


class TenderChoiceError(InvalidError):
    """How the money goes back has to be said, or cannot be said, for this order."""

    code = "returns.tender_choice"
    template = "The money of this order goes back {how}."


class RefundRefusedError(RefusedError):
    """The order of another channel cannot bear the refund, as it is recorded."""

    code = "returns.refund_refused"
    template = "The order {ref} cannot bear a refund of {amount} {currency}: {reason}."


class CreditError(RefusedError):
    """The credit of a return does not suffice, or is of another company or currency."""

    code = "returns.credit"
    template = "The return {ref} has no credit of {amount} {currency} left here."


class ChargeBackError(RefusedError):
    """No unit of the return was graded as damaged, so a supplier gets nothing back."""

    code = "returns.charge_back"
    template = "Nothing of the return {ref} is damaged stock that a supplier could get back."


class PhotoError(InvalidError):
    """A photo that cannot be kept: another kind of file, too large, too many."""

    code = "returns.photo"
    template = "The photo cannot be kept: {problem}."
