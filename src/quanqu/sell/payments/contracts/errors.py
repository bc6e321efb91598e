"""What payments refuse, and why."""

from quanqu.kernel.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)

__all__ = [
    "AccountInvalidError",
    "AccountNotFoundError",
    "CardNumberError",
    "DifferenceNotFoundError",
    "DifferenceStateError",
    "InsideTransactionError",
    "NoticeContentError",
    "NoticeEarlyError",
    "NoticeSignatureError",
    "PaymentAmountError",
    "PaymentFieldError",
    "PaymentNotFoundError",
    "PaymentReusedError",
    "PaymentStateError",
    "RefundDecidedError",
    "RefundNotFoundError",
    "RefundTooLargeError",
    "StatementFieldError",
    "StatementNotFoundError",
    "StatementUnreadableError",
    "TenderCannotError",
    "TenderNotOfferedError",
    "TenderUnknownError",
]


class PaymentAmountError(InvalidError):
    """An amount that cannot be paid: nothing, less, or too much."""

    code = "payments.amount"
    template = "An amount is from 1 to {largest} minor units; {amount} is not."


class PaymentFieldError(InvalidError):
    """A field of a request that is missing or too long."""

    code = "payments.field"
    template = "The {field} {problem}."


class CardNumberError(InvalidError):
    """What was given looks like a card number: it is neither kept nor sent anywhere."""

    code = "payments.card_number"
    template = "This looks like a card number. Give the token of the provider's vault instead."


class TenderUnknownError(InvalidError):
    """No such way to pay is declared."""

    code = "payments.tender_unknown"
    template = "There is no tender {tender!r}; there are {known}."


class TenderNotOfferedError(RefusedError):
    """The company has no account that takes this tender, or none of that code."""

    code = "payments.tender_not_offered"
    template = "This company does not take {tender}: it has no account for it."


class TenderCannotError(RefusedError):
    """The tender cannot do what is asked, whatever the payment."""

    code = "payments.tender_cannot"
    template = "{tender} cannot be {wanted}."


class PaymentNotFoundError(NotFoundError):
    """No such payment, or none this actor may know of."""

    code = "payments.not_found"
    template = "No payment {ref} was found."


class PaymentReusedError(RefusedError):
    """The id was used for something else: another amount, another payment."""

    code = "payments.id_reused"
    template = "The id {ref} was used for another {what}."


class PaymentStateError(RefusedError):
    """The payment stands where this cannot follow."""

    code = "payments.state"
    template = "The payment {ref} is {state}: {amount} cannot be {wanted}, at most {left}."


class RefundTooLargeError(RefusedError):
    """More is to go back than came and is still there."""

    code = "payments.refund_too_large"
    template = "{amount} is more than the {left} that can be given back for {reference}."


class AccountInvalidError(InvalidError):
    """An account that cannot work: an unknown provider, a setting or a key that is missing."""

    code = "payments.account_invalid"
    template = "The account: {problem}."


class AccountNotFoundError(NotFoundError):
    """No such account, or none this actor may know of."""

    code = "payments.account_not_found"
    template = "No account {ref} was found."


class InsideTransactionError(RefusedError):
    """A provider is asked only outside of a transaction, which would be held open meanwhile."""

    code = "payments.inside_transaction"
    template = "The provider is asked after the transaction, not within it."


class NoticeSignatureError(NotAllowedError):
    """The notice was not signed by the provider, or not just now; which account is not told."""

    code = "payments.notice_signature"
    template = "The notice is not signed by the provider of this account."


class NoticeContentError(InvalidError):
    """The notice is signed and cannot be read."""

    code = "payments.notice_content"
    template = "The notice of {provider} cannot be read."


class NoticeEarlyError(UnavailableError):
    """The notice tells of something that follows what is not known yet: send it again later."""

    code = "payments.notice_early"
    template = "This is told before what it follows. Send it again later."


class StatementUnreadableError(InvalidError):
    """The file is no statement of the form it is said to have; nothing of it is kept."""

    code = "payments.statement_unreadable"
    template = "The file cannot be read: {problem}."


class StatementFieldError(InvalidError):
    """A field of what is imported, noted or agreed that cannot be."""

    code = "payments.statement_field"
    template = "The {field}: {problem}."


class StatementNotFoundError(NotFoundError):
    """No such statement, or none this actor may know of."""

    code = "payments.statement_not_found"
    template = "No statement {ref} was found."


class DifferenceNotFoundError(NotFoundError):
    """No such difference, or none this actor may know of."""

    code = "payments.difference_not_found"
    template = "No difference {ref} was found."


class DifferenceStateError(RefusedError):
    """The difference stands where this cannot follow."""

    code = "payments.difference_state"
    template = "The difference {ref} is {state} and cannot be {wanted}."


class RefundNotFoundError(NotFoundError):
    """No such refund was refused, or none this actor may know of."""

    code = "payments.refund_not_found"
    template = "No refused refund {ref} was found."


class RefundDecidedError(RefusedError):
    """Somebody decided the refused refund otherwise."""

    code = "payments.refund_decided"
    template = "The refused refund {ref} was decided before: {way}."
