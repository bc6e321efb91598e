"""The personal data of sell.quotes: prices stay for the books, the buyer is taken out."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain

_ACCOUNTS: Final = (
    "Agreed prices are kept for the books as tax law asks (eight to ten years in Germany, "
    "§ 147 AO; thirty in China, 会计档案管理办法); for whom they were is taken out."
)
_BUYER: Final = "subject_key = ANY(%(subjects)s)"

declare(
    Holding(
        name="quotes_quote",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "buyer": DataClass.ORDER,
            "note": DataClass.ORDER,
        },
        plain="key id place_key company_key state edition currency goods_minor shipping_minor "
        "valid_until approved_edition order_id made_by made_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_ACCOUNTS,
        work=SqlWork("quotes_quote", _BUYER, setting="subject_key = NULL, buyer = '-', note = ''"),
    )
)
declare_plain("quotes_line", "quote_key line_no variant_key quantity unit_price_minor")
declare_plain("quotes_step", "key quote_key at actor act detail")
declare_plain("quotes_rule", "company_key limit_minor currency")
