"""The personal data of sell.supply: people at suppliers and of staff, none of customers."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import declare, declare_plain

declare(
    Holding(
        name="supply_supplier",
        store=Store.TABLE,
        personal={"contact": DataClass.CONTACT},
        plain="key id company_key code name currency lead_time_days minimum_minor is_active "
        "created_at updated_at",
        treatment=Treatment.KEPT,
        found_by="the supplier",
        reason="People who work at suppliers; a contact is replaced or emptied at its supplier.",
    )
)
for _name, _personal, _plain in (
    (
        "supply_orderhistory",
        "actor_name",
        "key order_key at actor_id act state version reason lines",
    ),
    (
        "supply_receipt",
        "actor_name",
        "key id order_key company_key place_key reference received_at recorded_at note",
    ),
    (
        "supply_supplierreturn",
        "actor_name",
        "key id supplier_key company_key place_key reference reason taken_from returned_at "
        "expected_minor credited_minor",
    ),
    (
        "supply_suppliercredit",
        "actor_name",
        "key return_key amount_minor reference recorded_at",
    ),
    (
        "supply_charge",
        "actor_name",
        "key receipt_key kind amount_minor basis reference recorded_at",
    ),
):
    declare(
        Holding(
            name=_name,
            store=Store.TABLE,
            personal={_personal: DataClass.STAFF},
            plain=_plain,
            treatment=Treatment.KEPT,
            found_by="the person of staff",
            reason="Who ordered and received is kept with the books.",
        )
    )
declare_plain(
    "supply_buyingrule", "company_key currency approval_limit_minor over_rate last_number"
)
declare_plain(
    "supply_itemcost",
    "key supplier_key variant_key supplier_code cost_minor pack_size minimum_quantity valid_from "
    "valid_to recorded_at",
)
declare_plain(
    "supply_purchaseorder",
    "key id company_key place_key supplier_key number state version currency total_minor "
    "expected_on note submitted_by created_at sent_at updated_at",
)
declare_plain(
    "supply_purchaseline",
    "key order_key line_no variant_key supplier_code ordered most received damaged waiting "
    "unit_cost_minor expected_on",
)
declare_plain("supply_receiptline", "key receipt_key line_key good damaged unit_cost_minor")
declare_plain("supply_chargeshare", "key charge_key line_key share_minor")
declare_plain(
    "supply_supplierreturnline", "key return_key line_no variant_key quantity unit_cost_minor"
)
