"""What sell.invoicing offers."""

from quanqu.sell.invoicing.actions.issuing import issue_invoice
from quanqu.sell.invoicing.actions.reversing import correct_invoice, take_back_return
from quanqu.sell.invoicing.actions.taxes import (
    import_items,
    import_tax_rules,
    save_items,
    save_seller,
    save_tax_rules,
)
from quanqu.sell.invoicing.queries.documents import FORMS, invoice_file
from quanqu.sell.invoicing.queries.invoices import (
    count_invoices,
    get_invoice,
    invoices_of_orders,
    list_invoices,
)
from quanqu.sell.invoicing.queries.quoting import quote_tax
from quanqu.sell.invoicing.queries.rights import taxed_companies
from quanqu.sell.invoicing.queries.taxes import find_seller, list_items, list_tax_rules

__all__ = [
    "FORMS",
    "correct_invoice",
    "count_invoices",
    "find_seller",
    "get_invoice",
    "import_items",
    "import_tax_rules",
    "invoice_file",
    "invoices_of_orders",
    "issue_invoice",
    "list_invoices",
    "list_items",
    "list_tax_rules",
    "quote_tax",
    "save_items",
    "save_seller",
    "save_tax_rules",
    "take_back_return",
    "taxed_companies",
]
