"""The personal data of sell.returns: money stays for the books, the buyer is taken out."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.sell.returns.queries.photos import PHOTO_PURPOSE

_ACCOUNTS: Final = (
    "Amounts are kept for the books as tax law asks (eight to ten years in Germany, § 147 AO; "
    "thirty in China, 会计档案管理办法); who returned is taken out."
)
_BUYER: Final = "subject_key = ANY(%(subjects)s)"
_OF_BUYER: Final = f"return_key IN (SELECT key FROM returns_return WHERE {_BUYER})"  # noqa: S608 - fragments of our own code

declare(
    Holding(
        name="returns_photo",
        store=Store.TABLE,
        personal={"sealed": DataClass.ORDER, "digest": DataClass.ORDER},
        plain="key id return_key media_type size at",
        found_by="the buyer of the return",
        phase=40,
        work=SqlWork(
            "returns_photo",
            _OF_BUYER,
            sealed={"sealed": PHOTO_PURPOSE},
            hidden=frozenset({"digest"}),
        ),
    )
)
declare(
    Holding(
        name="returns_line",
        store=Store.TABLE,
        personal={"note": DataClass.ORDER},
        plain="name return_key line_no variant_key sku quantity reason received grades accepted "
        "goods_minor fee_minor",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of the return, until that is anonymised",
        reason=_ACCOUNTS,
        phase=45,
        work=SqlWork("returns_line", f"{_OF_BUYER} AND note <> ''", setting="note = ''"),
    )
)
declare(
    Holding(
        name="returns_entry",
        store=Store.TABLE,
        personal={"card_hash": DataClass.IDENTIFIER},
        plain="key return_key at kind line_no variant_key state quantity amount_minor tender "
        "payment_id operation_id actor",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of the return, until that is anonymised",
        reason=_ACCOUNTS,
        phase=45,
        work=SqlWork(
            "returns_entry",
            f"{_OF_BUYER} AND card_hash IS NOT NULL",
            setting="card_hash = NULL",
            hidden=frozenset({"card_hash"}),
        ),
    )
)
declare(
    Holding(
        name="returns_return",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "opened_at": DataClass.ORDER,
            "note": DataClass.ORDER,
        },
        plain="key id sale_key order_id order_number place_key sale_place_key company_key state "
        "keeps_goods by_parcel has_receipt is_exception is_live currency goods_minor fee_minor "
        "label_minor shipping_minor refund_minor credit_minor credit_used_minor "
        "exchange_order_id supplier_return_id policy_number doubts fingerprint business_date "
        "opened_by changed_at settled_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_ACCOUNTS,
        work=SqlWork(
            "returns_return",
            _BUYER,
            setting="subject_key = NULL, note = ''",
            hidden=frozenset({"fingerprint"}),
        ),
    )
)
declare_plain("returns_step", "key return_key at actor step state detail")
declare_plain("returns_policy", "key company_key number body note made_by made_at")
declare_plain(
    "returns_sale",
    "key order_id place_key company_key currency paid_minor refunded_minor asked_minor "
    "shipping_minor shipping_refunded_minor",
)
declare_plain("returns_sale_line", "sale_key line_no bought claimed settled")
