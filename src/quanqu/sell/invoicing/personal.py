"""The personal data of sell.invoicing: invoices stay, as tax law asks; so does their buyer."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.sell.invoicing.queries.invoices import BUYER_PURPOSE

_BOOKS: Final = (
    "An invoice has to be kept as it was written (eight years in Germany, § 14b UStG; thirty in "
    "China, 会计档案管理办法), with who it was made out to; it rests encrypted."
)
_BUYER: Final = "subject_key = ANY(%(subjects)s)"

declare(
    Holding(
        name="invoicing_invoice",
        store=Store.TABLE,
        personal={
            "buyer_sealed": DataClass.CONTACT,
            "subject_key": DataClass.IDENTIFIER,
            "note": DataClass.ORDER,
        },
        plain="key id kind regime company_key place_key series number order_id order_number "
        "part_no return_id original_key seller buyer_kind currency net_minor tax_minor "
        "rounding_minor gross_minor prepaid_minor reversed_minor is_replaced reason fingerprint "
        "issued_at issued_on issued_by",
        treatment=Treatment.KEPT,
        found_by="subject_key, the buyer of the order",
        reason=_BOOKS,
        work=SqlWork(
            "invoicing_invoice",
            _BUYER,
            sealed={"buyer_sealed": BUYER_PURPOSE},
            hidden=frozenset({"fingerprint"}),
        ),
    )
)
declare_plain(
    "invoicing_line",
    "key invoice_key line_no order_id order_line_no is_live kind sku name class_code unit quantity "
    "treatment rate reason_code reason net_minor tax_minor rounding_minor gross_minor taken_minor",
)
declare_plain("invoicing_sale", "order_id")
declare_plain("invoicing_return", "return_id order_id")
declare_plain("invoicing_series", "key company_key code last")
declare_plain("invoicing_seller", "company_key body changed_at changed_by")
declare_plain("invoicing_item", "key company_key sku category class_code name unit")
declare_plain(
    "invoicing_tax_rule",
    "key company_key region category version treatment rate is_included reason_code reason "
    "valid_from source made_by made_at",
)
