"""The personal data of sell.orders: money rows stay for the accounts, the buyer is taken out."""

from collections.abc import Mapping
from typing import Final

from quanqu.infra.lake.facade import LakeRows, mark_dirty
from quanqu.infra.personal.contracts import DataClass, Holding, Store, Subjects, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.sell.orders.actions.statements import rows
from quanqu.sell.orders.queries.addresses import ADDRESS_PURPOSE
from quanqu.sell.orders.rules import part_of

_ACCOUNTS: Final = (
    "Amounts are kept for the books as tax law asks (eight to ten years in Germany, § 147 AO; "
    "thirty in China, 会计档案管理办法); who bought is taken out."
)
_BUYER: Final = "subject_key = ANY(%(subjects)s)"
_OF_BUYER: Final = f"order_key IN (SELECT key FROM orders_order WHERE {_BUYER})"  # noqa: S608 - fragments of our own code
_OF_GIVEN_BACK: Final = f"refund_key IN (SELECT key FROM orders_refund WHERE {_BUYER})"  # noqa: S608
_MONTHS: Final = (
    "SELECT DISTINCT company_key, date_trunc('month', business_date)::date FROM {} "
    "WHERE subject_key = ANY(%(subjects)s)"
)
_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "orders_order": ("fact_order", "fact_order_line"),
    "orders_refund": ("fact_refund",),
}


def mark_buyers(people: Subjects) -> None:
    """Have the lake's facts of these buyers written anew."""
    for table, publications in _TABLES.items():
        found = rows(_MONTHS.format(table), {"subjects": list(people.subjects)})
        parts = {part_of(company, month) for company, month in found}
        for publication in publications:
            mark_dirty(publication=publication, partitions=parts)


def _order(names: str) -> dict[str, DataClass]:
    return dict.fromkeys(names.split(), DataClass.ORDER)


declare(
    Holding(
        name="orders_orderaddress",
        store=Store.TABLE,
        personal={"sealed": DataClass.CONTACT},
        plain="order_key",
        found_by="the order's buyer",
        phase=40,
        work=SqlWork("orders_orderaddress", _OF_BUYER, sealed={"sealed": ADDRESS_PURPOSE}),
    )
)
declare(
    Holding(
        name="orders_orderhistory",
        store=Store.TABLE,
        personal=_order("before after"),
        plain="key order_key at source",
        found_by="the order's buyer",
        phase=40,
        work=SqlWork("orders_orderhistory", _OF_BUYER),
    )
)
for _name, _condition, _personal, _plain in (
    (
        "orders_orderline",
        _OF_BUYER,
        "name",
        "order_key line_no external_line kind sku variant_key quantity unit_price_e4 "
        "discount_minor tax_minor amount_minor",
    ),
    (
        "orders_orderpayment",
        _OF_BUYER,
        "reference method",
        "key order_key seq amount_minor currency installments status paid_at",
    ),
    (
        "orders_refundline",
        _OF_GIVEN_BACK,
        "name",
        "refund_key line_no kind sku variant_key quantity amount_minor",
    ),
):
    declare(
        Holding(
            name=_name,
            store=Store.TABLE,
            personal=_order(_personal),
            plain=_plain,
            treatment=Treatment.KEPT,
            found_by="the buyer of its document, until that is anonymised",
            reason=_ACCOUNTS,
            phase=45,
            work=SqlWork(_name, _condition),
        )
    )
declare(
    Holding(
        name="orders_order",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            **_order("external_id number placed_at note replaced city region postcode_area"),
        },
        plain="key id place_key company_key business_date currency status channel_status "
        "goods_minor discount_minor shipping_minor fee_minor tax_minor is_tax_included total_minor "
        "captured_minor refunded_minor item_count line_count country source content_hash "
        "recorded_at updated_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_ACCOUNTS,
        work=SqlWork(
            "orders_order",
            _BUYER,
            setting="subject_key = NULL, note = '', replaced = NULL, postcode_area = ''",
            prepare=mark_buyers,
        ),
    )
)
declare(
    Holding(
        name="orders_refund",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            **_order("external_id order_external_id refunded_at reason replaced city region"),
        },
        plain="key id place_key company_key order_key business_date currency kind amount_minor "
        "item_count country source content_hash recorded_at updated_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_ACCOUNTS,
        work=SqlWork(
            "orders_refund",
            _BUYER,
            setting="subject_key = NULL, reason = '', replaced = NULL",
            prepare=mark_buyers,
        ),
    )
)

_PLACE: Final = "place_key company_key channel"
for _fact, _columns in (
    (
        "fact_order",
        f"order_key order_id {_PLACE} placed_at business_date local_hour currency status "
        "goods_minor discount_minor shipping_minor fee_minor tax_minor total_minor item_count "
        "line_count country region city is_guest part",
    ),
    (
        "fact_order_line",
        f"order_key line_no {_PLACE} business_date currency status variant_key product_key sku "
        "kind quantity unit_price_e4 amount_minor discount_minor part",
    ),
    (
        "fact_refund",
        f"refund_key refund_id order_key {_PLACE} refunded_at business_date currency kind "
        "amount_minor item_count country region city part",
    ),
):
    declare(
        Holding(
            name=_fact,
            store=Store.LAKE,
            personal={"subject_key": DataClass.IDENTIFIER},
            plain=_columns,
            treatment=Treatment.ANONYMISED,
            found_by="subject_key, the buyer",
            reason=_ACCOUNTS,
            phase=97,
            work=LakeRows(_fact, "subject_key"),
            is_transactional=False,
        )
    )
declare_plain(
    "fact_payment",
    f"payment_key order_key {_PLACE} method amount_minor currency installments business_date "
    "status part",
    store=Store.LAKE,
)
declare_plain(
    "fact_refund_line",
    f"refund_key line_no {_PLACE} business_date currency kind variant_key product_key sku "
    "quantity amount_minor line_kind part",
    store=Store.LAKE,
)
