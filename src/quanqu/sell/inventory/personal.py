"""sell.inventory holds goods: who they are promised to is known by an owner's id elsewhere.

A buyer of a limited item is a keyed hash, and emptied when its window is over.
"""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "inventory_level",
    "key place_key variant_key on_hand held allocated safety safety_target backorder_limit damaged "
    "quality_hold in_transit incoming fenced is_ruled is_safety_own closed_from closed_until "
    "is_tracked waiting",
)
declare_plain("inventory_closing", "key place_key closed_from closed_until reason set_by set_at")
declare_plain("inventory_channel_share", "key place_key variant_key channel buffer wanted kept")
declare_plain("inventory_buyer_limit", "key company_key variant_key most window_s set_by set_at")
declare_plain(
    "inventory_rule",
    "key company_key variant_key category place_key channel units set_by set_at",
)
declare_plain(
    "inventory_movement",
    "key posting_id place_key variant_key kind state quantity balance at recorded_at source actor "
    "reason ref",
)
declare_plain("inventory_posted", "source name posting_id")
declare_plain(
    "inventory_hold",
    "request_id line_no owner place_key variant_key quantity state held_at expires_at settled_at "
    "channel fenced buyer",
)
declare_plain(
    "inventory_ticket",
    "key id place_key variant_key quantity owner channel who buyer turn_s state joined_at "
    "waits_until settled_at",
)
declare_plain(
    "inventory_count",
    "key id place_key state category is_of_items tolerance note created_by created_at "
    "submitted_at settled_at settled_by",
)
declare_plain(
    "inventory_count_line",
    "count_key line_no variant_key snapshot counted counted_at counted_by book first_difference "
    "is_recount",
)
declare_plain(
    "inventory_transfer",
    "key id from_place_key to_place_key state note created_by created_at sent_at settled_at",
)
declare_plain(
    "inventory_transfer_line",
    "transfer_key line_no variant_key quantity received damaged lost surplus returned "
    "surplus_decided",
)
declare_plain(
    "inventory_transfer_decision",
    "key transfer_key number line_no kind quantity note amount_minor currency state once "
    "decided_at",
)
declare_plain(
    "inventory_transfer_decision_step",
    "key decision_key state note amount_minor by actor_name at posting_id",
)
declare_plain("inventory_release", "key company_key variant_key place_key release_on set_by set_at")
declare_plain("inventory_tracked_item", "key company_key variant_key by min_days set_by set_at")
declare_plain(
    "inventory_lot",
    "key id company_key variant_key code best_before is_serial state reason changed_by changed_at",
)
declare_plain("inventory_lot_level", "key lot_key place_key variant_key state quantity is_serial")
declare_plain(
    "inventory_lot_movement",
    "key posting_id lot_key place_key kind state quantity at ref",
)
declare_plain("inventory_kit_part", "key company_key kit_key part_key quantity set_by set_at")
declare_plain("inventory_hold_kit", "key request_id place_key kit_key quantity")
declare_plain("inventory_pool", "key id company_key name channels set_by set_at")
declare_plain("inventory_pool_place", "key pool_key place_key rank")
declare_plain(
    "inventory_feed",
    "key id company_key channel name places url secret_enc made_by made_at sent dropped call_id "
    "call_last attempts next_at failing_since message",
)
declare_plain("inventory_feed_level", "key feed_key place_key variant_key units")
declare_plain("inventory_feed_change", "key feed_key place_key variant_key units at")
