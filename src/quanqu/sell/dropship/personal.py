"""Orders to suppliers name items, places and buyers' orders by id; whom they go to stays in
sell.orders and is read when it is asked for."""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "dropship_terms",
    "place_key company_key supplier_id supplier_name currency answer_minutes lead_days cut_off "
    "stale_hours url secret_enc is_active updated_at",
)
declare_plain(
    "dropship_offer",
    "key place_key variant_key cost_minor supplier_code lead_days cut_off buffer is_on stated "
    "stated_at paused paused_at updated_at",
)
declare_plain(
    "dropship_order",
    "key id order_id part_no number place_key sold_at_key company_key supplier_id state version "
    "currency made_at answer_by due_on promised_on answered_at shipped_at",
)
declare_plain(
    "dropship_line",
    "order_key line_no variant_key sku name supplier_code quantity unit_cost_minor state reason",
)
declare_plain("dropship_step", "key order_key at actor step detail")
declare_plain(
    "dropship_message",
    "key id order_key place_key version kind made_at attempts next_at sent_at failing",
)
declare_plain(
    "dropship_due",
    "key id kind place_key company_key order_key amount_minor currency reference at actor",
)
