"""What carts refuse, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "CartItemError",
    "CartLineError",
    "CartNotFoundError",
    "CartOfAnotherError",
    "CartReusedError",
    "CartStateError",
]


class CartNotFoundError(NotFoundError):
    """No such cart, or none this actor may know of."""

    code = "carts.not_found"
    template = "No cart {ref} was found."


class CartLineError(InvalidError):
    """A line that no cart can have."""

    code = "carts.line"
    template = "The line of {item}: {problem}."


class CartItemError(NotFoundError):
    """There is no such item at the cart's company."""

    code = "carts.item_not_found"
    template = "No item {ref} was found at the company of the cart."


class CartStateError(RefusedError):
    """The cart stands where this cannot follow."""

    code = "carts.state"
    template = "The cart {ref} is {state}: {problem}."


class CartOfAnotherError(RefusedError):
    """The cart belongs to another customer."""

    code = "carts.of_another"
    template = "The cart {ref} belongs to another customer."


class CartReusedError(InvalidError):
    """A cart was opened under this id before, at another place or for another customer."""

    code = "carts.reused"
    template = "The id {ref} was used for another cart."
