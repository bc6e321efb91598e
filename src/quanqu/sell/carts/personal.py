"""The personal data of sell.carts: what a customer meant to buy goes with the customer."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import SqlWork, declare

_BUYER: Final = "subject_key = ANY(%(subjects)s)"
_OF_BUYER: Final = f"cart_key IN (SELECT key FROM carts_cart WHERE {_BUYER})"  # noqa: S608 - fragments of our own code

declare(
    Holding(
        name="carts_line",
        store=Store.TABLE,
        personal={"variant_key": DataClass.ORDER, "added_at": DataClass.ORDER},
        plain="cart_key place_key quantity is_saved is_gift",
        found_by="the customer of its cart",
        phase=40,
        work=SqlWork("carts_line", _OF_BUYER),
    )
)
declare(
    Holding(
        name="carts_cart",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "touched_at": DataClass.ORDER},
        plain="key id place_key company_key kind state currency share_code order_id merged_into "
        "made_by made_at ends_at told_at",
        found_by="subject_key, the customer",
        phase=45,
        work=SqlWork("carts_cart", _BUYER),
    )
)
