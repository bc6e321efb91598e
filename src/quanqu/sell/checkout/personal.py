"""The personal data of sell.checkout: money stays for the books, the buyer is taken out."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.sell.checkout.queries.orders import CONTACT_PURPOSE

_ACCOUNTS: Final = (
    "Amounts are kept for the books as tax law asks (eight to ten years in Germany, § 147 AO; "
    "thirty in China, 会计档案管理办法); who bought is taken out."
)
_BUYER: Final = "subject_key = ANY(%(subjects)s)"
_OF_BUYER: Final = f"order_key IN (SELECT key FROM checkout_order WHERE {_BUYER})"  # noqa: S608 - fragments of our own code

declare(
    Holding(
        name="checkout_contact",
        store=Store.TABLE,
        personal={"sealed": DataClass.CONTACT},
        plain="order_key",
        found_by="the order's buyer",
        phase=40,
        work=SqlWork("checkout_contact", _OF_BUYER, sealed={"sealed": CONTACT_PURPOSE}),
    )
)
declare(
    Holding(
        name="checkout_line",
        store=Store.TABLE,
        personal={"name": DataClass.ORDER},
        plain="order_key line_no variant_key sku quantity unit_price_minor amount_minor "
        "from_place_key part_no drop_no",
        treatment=Treatment.KEPT,
        found_by="the buyer of its order, until that is anonymised",
        reason=_ACCOUNTS,
        phase=45,
        work=SqlWork("checkout_line", _OF_BUYER),
    )
)
declare(
    Holding(
        name="checkout_order",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "placed_at": DataClass.ORDER,
            "note": DataClass.ORDER,
        },
        plain="key id place_key company_key state delivery pickup_place_key currency goods_minor "
        "shipping_minor total_minor returned_minor due_minor over_minor edition "
        "business_date pay_until sourcing_id cancel_reason fingerprint version "
        "recorded_version changed_at slot_starts_at slot_ends_at is_reservation",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_ACCOUNTS,
        work=SqlWork("checkout_order", _BUYER, setting="subject_key = NULL, note = ''"),
    )
)
declare(
    Holding(
        name="checkout_edit",
        store=Store.TABLE,
        personal={"sealed": DataClass.CONTACT, "reason": DataClass.ORDER},
        plain="key id order_key edition at actor before after fields fingerprint",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of its order",
        reason=_ACCOUNTS,
        phase=40,
        work=SqlWork(
            "checkout_edit",
            _OF_BUYER,
            setting="sealed = NULL, reason = ''",
            sealed={"sealed": CONTACT_PURPOSE},
        ),
    )
)
declare(
    Holding(
        name="checkout_drop",
        store=Store.TABLE,
        personal={"sealed": DataClass.CONTACT},
        plain="order_key no wanted_on",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of its order",
        reason=_ACCOUNTS,
        phase=40,
        work=SqlWork(
            "checkout_drop",
            _OF_BUYER,
            setting="sealed = NULL",
            sealed={"sealed": CONTACT_PURPOSE},
        ),
    )
)
declare(
    Holding(
        name="checkout_merge",
        store=Store.TABLE,
        personal={"reason": DataClass.ORDER},
        plain="key id kept_key gone_key at actor kept_minor gone_minor merged_minor edition lines "
        "payments undone_at undone_by",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of the order that was kept",
        reason=_ACCOUNTS,
        phase=40,
        work=SqlWork(
            "checkout_merge",
            _OF_BUYER.replace("order_key", "kept_key", 1),
            setting="reason = ''",
        ),
    )
)
declare_plain(
    "checkout_part", "key order_key no place_key hold_id state changed_at drop_no wanted_on"
)
declare_plain(
    "checkout_order_hold",
    "key order_key kind note put_at put_by released_at released_by",
)
declare_plain("checkout_step", "key order_key at actor step state detail part_no")
declare_plain("checkout_reserve_rule", "place_key hours")
