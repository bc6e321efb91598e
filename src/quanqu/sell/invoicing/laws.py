"""The laws of invoices: sums, numbers without gaps, red within blue."""

from quanqu.infra.laws.facade import law
from quanqu.sell.invoicing.queries.laws import (
    gaps_in_series,
    reds_beyond_blues,
    sums_unlike_the_lines,
)

law("L2.invoice_sums", "An invoice is the sum of its lines.", sums_unlike_the_lines)
law("L2.invoice_numbers", "The numbers of a series of invoices have no gap.", gaps_in_series)
law(
    "L2.invoice_reds",
    "Red invoices take back what their blue one charged, and never more.",
    reds_beyond_blues,
)
