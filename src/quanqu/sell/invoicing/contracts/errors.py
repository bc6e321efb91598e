"""What invoices refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "BuyerError",
    "InvoiceFormatError",
    "InvoiceNotFoundError",
    "InvoiceOrderError",
    "InvoiceReusedError",
    "InvoiceStateError",
    "InvoiceSumError",
    "NoSellerError",
    "NoTaxRuleError",
    "SellerError",
    "TaxCompanyError",
    "TaxFileError",
    "TaxRuleError",
]


class InvoiceNotFoundError(NotFoundError):
    """No such invoice, or none this actor may know of."""

    code = "invoicing.not_found"
    template = "No invoice {ref} was found."


class InvoiceOrderError(NotFoundError):
    """No such order, or none this actor may invoice."""

    code = "invoicing.order_not_found"
    template = "No order {ref} was found that could be invoiced."


class InvoiceStateError(RefusedError):
    """The order or the invoice stands where this cannot follow."""

    code = "invoicing.state"
    template = "{ref}: {problem}."


class InvoiceReusedError(InvalidError):
    """The id was used for another invoice."""

    code = "invoicing.id_reused"
    template = "The id {ref} was used for another invoice."


class BuyerError(InvalidError):
    """What an invoice says of its buyer is missing or wrong."""

    code = "invoicing.buyer"
    template = "The buyer's {field}: {problem}."


class SellerError(InvalidError):
    """What invoices say of their seller is missing or wrong."""

    code = "invoicing.seller"
    template = "The seller's {field}: {problem}."


class NoSellerError(RefusedError):
    """Nobody said yet how this company writes invoices."""

    code = "invoicing.no_seller"
    template = "Nobody has said yet how {company} writes invoices."


class NoTaxRuleError(RefusedError):
    """No rule of that day says how a line is taxed; a rate is never guessed."""

    code = "invoicing.no_tax_rule"
    template = "No tax rule of {on} says how {category} is taxed in {region}."


class TaxRuleError(InvalidError):
    """A tax rule that cannot be."""

    code = "invoicing.tax_rule"
    template = "The {field} of the tax rule: {problem}."


class TaxCompanyError(NotFoundError):
    """No such company, or none whose invoices this actor may keep."""

    code = "invoicing.company"
    template = "No company {ref} was found whose invoices you keep."


class TaxFileError(InvalidError):
    """A file of rules or items that is not taken in; `rows` tells each reason, with its row."""

    code = "invoicing.file"
    template = "The file is not taken in: {count} of its rows cannot be."


class InvoiceSumError(RefusedError):
    """A red-letter invoice would take back more than its blue one charged."""

    code = "invoicing.red_above_blue"
    template = "The invoice {ref} has {left} {currency} left to take back; {asked} were asked."


class InvoiceFormatError(RefusedError):
    """The invoice's regime has no such form."""

    code = "invoicing.format"
    template = "An invoice of {regime} is not written as {form}."
