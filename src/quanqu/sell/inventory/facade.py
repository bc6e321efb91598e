"""What sell.inventory offers."""

from quanqu.sell.inventory.actions.closing import close_place, reopen_place
from quanqu.sell.inventory.actions.counts import (
    approve_count,
    cancel_count,
    create_count,
    enter_count,
    recount,
    submit_count,
)
from quanqu.sell.inventory.actions.discrepancies import (
    decide_discrepancy,
    end_claim,
    undo_decision,
)
from quanqu.sell.inventory.actions.ending import expire_holds
from quanqu.sell.inventory.actions.feeds import (
    drop_old_changes,
    end_feed,
    follow_feeds,
    make_feed,
    replay_feed,
    send_feeds,
)
from quanqu.sell.inventory.actions.fencing import ring_fence
from quanqu.sell.inventory.actions.holding import hold_many, hold_stock, holding
from quanqu.sell.inventory.actions.kits import set_kit
from quanqu.sell.inventory.actions.limiting import forget_buyers, limit_buyers
from quanqu.sell.inventory.actions.outside import post_outside
from quanqu.sell.inventory.actions.policies import set_policy
from quanqu.sell.inventory.actions.pools import end_pool, hold_from_pool, save_pool
from quanqu.sell.inventory.actions.posting import post_movements
from quanqu.sell.inventory.actions.queueing import (
    end_waiting,
    forget_tickets,
    join_queue,
    leave_queue,
)
from quanqu.sell.inventory.actions.rebuilding import rebuild_levels
from quanqu.sell.inventory.actions.recalls import name_lot, set_lot_state, withdraw_ended
from quanqu.sell.inventory.actions.releasing import set_release_day
from quanqu.sell.inventory.actions.ruling import follow_all_rules, set_rules
from quanqu.sell.inventory.actions.serving import end_tickets, serve_queues
from quanqu.sell.inventory.actions.settling import (
    allocate_hold,
    consume_hold,
    consume_holds,
    extend_hold,
    release_hold,
)
from quanqu.sell.inventory.actions.splitting import split_holds
from quanqu.sell.inventory.actions.stating import state_on_hand
from quanqu.sell.inventory.actions.swapping import swap_holds
from quanqu.sell.inventory.actions.tracking import track_items
from quanqu.sell.inventory.actions.transfers import (
    cancel_transfer,
    change_transfer,
    close_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from quanqu.sell.inventory.queries.availability import availability, available_at, stock_ages
from quanqu.sell.inventory.queries.boards import count_board, list_board, stocked_places
from quanqu.sell.inventory.queries.closing import list_closed_places
from quanqu.sell.inventory.queries.counts import count_counts, get_count, list_counts
from quanqu.sell.inventory.queries.discrepancies import (
    count_discrepancies,
    get_discrepancy,
    list_discrepancies,
)
from quanqu.sell.inventory.queries.feeds import get_feed, list_feeds, read_feed
from quanqu.sell.inventory.queries.kits import find_kit, list_kits
from quanqu.sell.inventory.queries.levels import (
    explain_level,
    find_level,
    get_hold,
    holds_by_id,
    list_ledger,
    list_levels,
)
from quanqu.sell.inventory.queries.lots import (
    count_lots,
    get_lot,
    list_lots,
    list_tracking,
    lot_promises,
    lot_sales,
    propose_picks,
)
from quanqu.sell.inventory.queries.owned import owned_units
from quanqu.sell.inventory.queries.pools import get_pool, list_pools, pool_availability
from quanqu.sell.inventory.queries.positions import stock_positions
from quanqu.sell.inventory.queries.refs import moved_by_refs
from quanqu.sell.inventory.queries.releases import (
    count_releases,
    find_release,
    list_releases,
    unreleased,
)
from quanqu.sell.inventory.queries.ruling import list_channel_levels, list_limits, list_rules
from quanqu.sell.inventory.queries.shortages import short_lines
from quanqu.sell.inventory.queries.sold import sold_units
from quanqu.sell.inventory.queries.tickets import count_tickets, get_ticket, list_tickets
from quanqu.sell.inventory.queries.transfers import count_transfers, get_transfer, list_transfers
from quanqu.sell.inventory.queries.turnover import count_turnover, list_turnover
from quanqu.sell.inventory.queries.waiting import waiting_lines
from quanqu.sell.inventory.queries.withholding import (
    count_fences,
    count_limits,
    count_rules,
    find_fence,
    find_limit,
    find_rule,
    page_fences,
    page_limits,
    page_rules,
)
from quanqu.sell.inventory.registry import register_outlook

__all__ = [
    "allocate_hold",
    "approve_count",
    "availability",
    "available_at",
    "cancel_count",
    "cancel_transfer",
    "change_transfer",
    "close_place",
    "close_transfer",
    "consume_hold",
    "consume_holds",
    "count_board",
    "count_counts",
    "count_discrepancies",
    "count_fences",
    "count_limits",
    "count_lots",
    "count_releases",
    "count_rules",
    "count_tickets",
    "count_transfers",
    "count_turnover",
    "create_count",
    "create_transfer",
    "decide_discrepancy",
    "drop_old_changes",
    "end_claim",
    "end_feed",
    "end_pool",
    "end_tickets",
    "end_waiting",
    "enter_count",
    "expire_holds",
    "explain_level",
    "extend_hold",
    "find_fence",
    "find_kit",
    "find_level",
    "find_limit",
    "find_release",
    "find_rule",
    "follow_all_rules",
    "follow_feeds",
    "forget_buyers",
    "forget_tickets",
    "get_count",
    "get_discrepancy",
    "get_feed",
    "get_hold",
    "get_lot",
    "get_pool",
    "get_ticket",
    "get_transfer",
    "hold_from_pool",
    "hold_many",
    "hold_stock",
    "holding",
    "holds_by_id",
    "join_queue",
    "leave_queue",
    "limit_buyers",
    "list_board",
    "list_channel_levels",
    "list_closed_places",
    "list_counts",
    "list_discrepancies",
    "list_feeds",
    "list_kits",
    "list_ledger",
    "list_levels",
    "list_limits",
    "list_lots",
    "list_pools",
    "list_releases",
    "list_rules",
    "list_tickets",
    "list_tracking",
    "list_transfers",
    "list_turnover",
    "lot_promises",
    "lot_sales",
    "make_feed",
    "moved_by_refs",
    "name_lot",
    "owned_units",
    "page_fences",
    "page_limits",
    "page_rules",
    "pool_availability",
    "post_movements",
    "post_outside",
    "propose_picks",
    "read_feed",
    "rebuild_levels",
    "receive_transfer",
    "recount",
    "register_outlook",
    "release_hold",
    "reopen_place",
    "replay_feed",
    "ring_fence",
    "save_pool",
    "send_feeds",
    "send_transfer",
    "serve_queues",
    "set_kit",
    "set_lot_state",
    "set_policy",
    "set_release_day",
    "set_rules",
    "short_lines",
    "sold_units",
    "split_holds",
    "state_on_hand",
    "stock_ages",
    "stock_positions",
    "stocked_places",
    "submit_count",
    "swap_holds",
    "track_items",
    "undo_decision",
    "unreleased",
    "waiting_lines",
    "withdraw_ended",
]
