"""What sell.quotes offers."""

from quanqu.sell.quotes.actions.ordering import finish_ordering, order_quote
from quanqu.sell.quotes.actions.writing import (
    change_quote,
    expire_quotes,
    make_quote,
    move_quote,
    set_quote_limit,
)
from quanqu.sell.quotes.queries.quotes import count_quotes, get_quote, list_quotes, quote_limit

__all__ = [
    "change_quote",
    "count_quotes",
    "expire_quotes",
    "finish_ordering",
    "get_quote",
    "list_quotes",
    "make_quote",
    "move_quote",
    "order_quote",
    "quote_limit",
    "set_quote_limit",
]
