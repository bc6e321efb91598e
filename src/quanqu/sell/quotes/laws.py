"""The laws of quotes."""

from quanqu.infra.laws.facade import law
from quanqu.sell.quotes.queries.laws import quotes_unlike_their_lines, quotes_unlike_their_orders

law("L2.quotes_sum_up", "A quote comes to the sum of its lines.", quotes_unlike_their_lines)
law("L2.quotes_are_ordered_once", "An ordered quote is one order.", quotes_unlike_their_orders)
