"""What the catalogue refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError

__all__ = [
    "AttributeRuleError",
    "BatchColumnError",
    "FindingNotFoundError",
    "PolicyRangeError",
    "ProductNotFoundError",
]


class ProductNotFoundError(NotFoundError):
    """No such product, or none this actor may know of."""

    code = "catalog.product_not_found"
    template = "No product {ref} was found."


class FindingNotFoundError(NotFoundError):
    """No such finding, or none this actor may know of."""

    code = "catalog.finding_not_found"
    template = "No finding {ref} was found."


class BatchColumnError(InvalidError):
    """A batch lacks a needed column, or a column cannot be read as its type."""

    code = "catalog.batch_column"
    template = "The column {column} {problem}."


class AttributeRuleError(InvalidError):
    """An attribute definition contradicts itself."""

    code = "catalog.attribute_rule"
    template = "The attribute {attribute}: {problem}."


class PolicyRangeError(InvalidError):
    """A tolerance of the audit is outside its range."""

    code = "catalog.policy_range"
    template = "{field} must be between {low} and {high}."
