"""The laws of returns: ledger, stock, payments and claims say the same."""

from quanqu.infra.laws.facade import law
from quanqu.sell.returns.queries.laws import (
    claims_unlike_the_returns,
    money_unlike_the_ledger,
    stock_unlike_the_ledger,
)

law(
    "L1.returned_goods",
    "What a return brought into stock is what its ledger says.",
    stock_unlike_the_ledger,
)
law(
    "L1.returned_within_bought",
    "What is claimed of an order is what its returns say.",
    claims_unlike_the_returns,
)
law(
    "L2.returned_money",
    "What a return gave back is what its ledger says, and payments gave it.",
    money_unlike_the_ledger,
)
