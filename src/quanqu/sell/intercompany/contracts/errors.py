"""What the books between companies refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError

__all__ = ["SettlementReusedError", "TransferCompanyError", "TransferRuleError"]


class TransferCompanyError(NotFoundError):
    """No such company, or none the whole of which is entrusted to this actor."""

    code = "intercompany.company"
    template = "No company {ref} was found whose books between companies you keep."


class TransferRuleError(InvalidError):
    """A rule or a settlement that cannot be."""

    code = "intercompany.rule"
    template = "The {field} of the transfer: {problem}."


class SettlementReusedError(InvalidError):
    """The id was used for another settlement."""

    code = "intercompany.id_reused"
    template = "The id {ref} was used for another settlement."
