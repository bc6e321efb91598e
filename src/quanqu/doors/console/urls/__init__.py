"""The addresses of the console."""

from quanqu.doors.console.urls import (
    audiences,
    behaviour,
    customers,
    dropship,
    fulfilment,
    intercompany,
    invoices,
    orders,
    payments,
    replenishment,
    returns,
    settings,
    shell,
    sourcing,
    stock,
    supply,
)

app_name = "console"

urlpatterns = [
    *shell.PATTERNS,
    *behaviour.PATTERNS,
    *customers.PATTERNS,
    *audiences.PATTERNS,
    *payments.PATTERNS,
    *supply.PATTERNS,
    *replenishment.PATTERNS,
    *sourcing.PATTERNS,
    *stock.PATTERNS,
    *fulfilment.PATTERNS,
    *dropship.PATTERNS,
    *orders.PATTERNS,
    *intercompany.PATTERNS,
    *invoices.PATTERNS,
    *returns.PATTERNS,
    *settings.PATTERNS,
]
