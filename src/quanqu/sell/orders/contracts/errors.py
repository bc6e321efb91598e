"""What orders refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError

__all__ = ["OrderBatchError", "OrderNotFoundError", "SortNeedsCurrencyError"]


class OrderNotFoundError(NotFoundError):
    """No such order, or none this actor may know of."""

    code = "orders.order_not_found"
    template = "No order {ref} was found."


class OrderBatchError(InvalidError):
    """A table of a batch lacks a needed column, or a column cannot be read as its type."""

    code = "orders.batch_column"
    template = "The column {column} of {table} {problem}."


class SortNeedsCurrencyError(InvalidError):
    """Amounts of several currencies have no order among each other."""

    code = "orders.sort_needs_currency"
    template = "Orders come by {sort} total within one currency only: give currency, too."
