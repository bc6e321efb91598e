"""What the laws of stock ask of the live data: sentences that name breaches."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from quanqu.sell.inventory.contracts import StockState

MOST_TOLD: Final = 20


def oversold() -> Sequence[str]:
    """Name levels of which more is promised than there is."""
    return _told(
        "SELECT format('Item %s at place %s: %s held and %s allocated of %s on hand, %s of them "
        "withheld, and %s more allowed.', variant_key, place_key, held, allocated, on_hand, "
        "safety + fenced, backorder_limit) FROM inventory_level "
        "WHERE held + allocated > on_hand - safety - fenced + backorder_limit"
    )


def fences_unlike_the_shares() -> Sequence[str]:
    """Name levels that keep another quantity for channels than the channels have."""
    return _told(
        "SELECT format('Item %s at place %s: %s kept for channels, which have %s.', variant_key, "
        "place_key, fenced, said) FROM (SELECT coalesce(l.variant_key, s.variant_key) AS "
        "variant_key, coalesce(l.place_key, s.place_key) AS place_key, coalesce(l.fenced, 0) AS "
        "fenced, coalesce(s.said, 0) AS said, l.is_ruled OR s.place_key IS NULL AS is_told "
        "FROM inventory_level l FULL JOIN (SELECT place_key, variant_key, sum(kept)::bigint AS "
        "said FROM inventory_channel_share GROUP BY 1, 2) s ON l.place_key = s.place_key "
        "AND l.variant_key = s.variant_key) x WHERE fenced <> said OR is_told IS NOT TRUE"
    )


def balances_unlike_the_ledger() -> Sequence[str]:
    """Name balances that are not the sum of their movements."""
    states = ", ".join(f"('{state.value}', l.{state.value})" for state in StockState)
    return _told(
        "SELECT format('Item %s at place %s: %s %s, its movements come to %s.', variant_key, "  # noqa: S608 - names of our own states
        "place_key, balance, state, said) FROM (SELECT coalesce(b.variant_key, m.variant_key) "
        "AS variant_key, coalesce(b.place_key, m.place_key) AS place_key, "
        "coalesce(b.state, m.state) AS state, coalesce(b.balance, 0) AS balance, "
        "coalesce(m.said, 0) AS said FROM (SELECT l.variant_key, l.place_key, s.state, s.balance "
        "FROM inventory_level l CROSS JOIN LATERAL (VALUES " + states + ") AS s(state, balance)) b "
        "FULL JOIN (SELECT variant_key, place_key, state, sum(quantity)::bigint AS said "
        "FROM inventory_movement GROUP BY 1, 2, 3) m USING (variant_key, place_key, state)) x "
        "WHERE balance <> said"
    )


def claims_unlike_the_holds() -> Sequence[str]:
    """Name levels whose held or allocated quantity is not that of their holds."""
    return _told(
        "SELECT format('Item %s at place %s: %s held and %s allocated, its holds come to %s and "
        "%s.', variant_key, place_key, held, allocated, said_held, said_allocated) FROM ("
        "SELECT variant_key, place_key, coalesce(l.held, 0) AS held, coalesce(l.allocated, 0) "
        "AS allocated, coalesce(h.held, 0) AS said_held, coalesce(h.allocated, 0) AS "
        "said_allocated FROM inventory_level l FULL JOIN (SELECT variant_key, place_key, "
        "coalesce(sum(quantity) FILTER (WHERE state = 'held'), 0)::bigint AS held, "
        "coalesce(sum(quantity) FILTER (WHERE state = 'allocated'), 0)::bigint AS allocated "
        "FROM inventory_hold WHERE state IN ('held', 'allocated') GROUP BY 1, 2) h "
        "USING (variant_key, place_key)) x "
        "WHERE (held, allocated) <> (said_held, said_allocated)"
    )


def transit_unlike_the_transfers() -> Sequence[str]:
    """Name items on the way to a place that are not what its open transfers say."""
    return _told(
        "SELECT format('Item %s to place %s: %s in transit, its open transfers come to %s.', "
        "variant_key, place_key, balance, said) FROM (SELECT coalesce(l.variant_key, "
        "t.variant_key) AS variant_key, coalesce(l.place_key, t.place_key) AS place_key, "
        "coalesce(l.in_transit, 0) AS balance, coalesce(t.said, 0) AS said "
        "FROM (SELECT * FROM inventory_level WHERE in_transit <> 0) l FULL JOIN ("
        "SELECT i.variant_key, h.to_place_key AS place_key, "
        "sum(i.quantity - i.received - i.damaged - i.lost - i.returned)::bigint AS said "
        "FROM inventory_transfer h JOIN inventory_transfer_line i ON i.transfer_key = h.key "
        "WHERE h.state IN ('sent', 'partly_received') GROUP BY 1, 2) t "
        "ON t.variant_key = l.variant_key AND t.place_key = l.place_key) x WHERE balance <> said"
    )


def transfers_unlike_the_decisions() -> Sequence[str]:
    """Name lines of which what was sent is not what arrived, was decided about and is open."""
    return _told(
        "SELECT format('Line %s of transfer %s: %s sent, %s arrived, %s lost, %s turned back, %s "
        "of %s surplus decided about; decisions say %s, %s and %s.', i.line_no, h.id, "
        "coalesce(m.sent, i.quantity), i.received + i.damaged, i.lost, i.returned, "
        "i.surplus_decided, i.surplus, d.lost, d.returned, d.surplus) "
        "FROM inventory_transfer h JOIN inventory_transfer_line i ON i.transfer_key = h.key "
        "CROSS JOIN LATERAL (SELECT coalesce(sum(quantity) FILTER (WHERE kind IN ('written_off', "
        "'claimed')), 0)::bigint AS lost, coalesce(sum(quantity) FILTER (WHERE kind = "
        "'found_at_sender'), 0)::bigint AS returned, coalesce(sum(quantity) FILTER (WHERE kind = "
        "'found_at_receiver'), 0)::bigint AS received, coalesce(sum(quantity) FILTER (WHERE kind "
        "LIKE 'surplus%'), 0)::bigint AS surplus FROM inventory_transfer_decision "
        "WHERE transfer_key = h.key AND line_no = i.line_no AND state <> 'undone') d "
        "LEFT JOIN inventory_posted p ON p.source = 'transfers' AND p.name = h.id || '/sent' "
        "LEFT JOIN (SELECT posting_id, variant_key, sum(quantity)::bigint AS sent "
        "FROM inventory_movement WHERE kind = 'transfer_out' AND state = 'in_transit' "
        "GROUP BY 1, 2) m ON m.posting_id = p.posting_id AND m.variant_key = i.variant_key "
        "WHERE (i.lost, i.returned, i.surplus_decided) <> (d.lost, d.returned, d.surplus) "
        "OR i.received < d.received OR m.sent <> i.quantity OR (h.state IN ('received', 'closed') "
        "AND i.quantity <> i.received + i.damaged + i.lost + i.returned)"
    )


def closings_unlike_the_places() -> Sequence[str]:
    """Name levels that are open while their place is closed, or closed at another time."""
    return _told(
        "SELECT format('Item %s at place %s: closed from %s to %s, its place from %s to %s.', "
        "l.variant_key, l.place_key, l.closed_from, l.closed_until, c.closed_from, c.closed_until) "
        "FROM inventory_level l LEFT JOIN inventory_closing c USING (place_key) "
        "WHERE (l.closed_from, l.closed_until) IS DISTINCT FROM (c.closed_from, c.closed_until)"
    )


def held_where_closed() -> Sequence[str]:
    """Name holds that were granted while their place was closed."""
    return _told(
        "SELECT format('Hold %s, line %s: made at %s at place %s, which is closed since %s.', "
        "h.request_id, h.line_no, h.held_at, h.place_key, c.closed_from) "
        "FROM inventory_hold h JOIN inventory_closing c USING (place_key) "
        "WHERE h.state IN ('held', 'allocated') AND h.held_at >= c.closed_from "
        "AND (c.closed_until IS NULL OR h.held_at < c.closed_until)"
    )


def lots_unlike_the_levels() -> Sequence[str]:
    """Name balances of tracked items that are not the sum of their lots, and lots of others."""
    return _told(
        "SELECT format('Item %s at place %s: %s %s, its lots come to %s.', variant_key, place_key, "
        "balance, state, said) FROM (SELECT coalesce(b.variant_key, m.variant_key) AS variant_key, "
        "coalesce(b.place_key, m.place_key) AS place_key, coalesce(b.state, m.state) AS state, "
        "coalesce(b.balance, 0) AS balance, coalesce(m.said, 0) AS said FROM (SELECT "
        "l.variant_key, l.place_key, s.state, s.balance FROM inventory_level l CROSS JOIN LATERAL "
        "(VALUES ('on_hand', l.on_hand), ('damaged', l.damaged), ('quality_hold', l.quality_hold)) "
        "AS s(state, balance) WHERE l.is_tracked) b FULL JOIN (SELECT variant_key, place_key, "
        "state, sum(quantity)::bigint AS said FROM inventory_lot_level GROUP BY 1, 2, 3) m "
        "USING (variant_key, place_key, state)) x WHERE balance <> said"
    )


def serials_in_two_places() -> Sequence[str]:
    """Name serials of which more than one unit is somewhere."""
    return _told(
        "SELECT format('Serial %s of item %s: %s units are there.', o.code, o.variant_key, "
        "sum(b.quantity)) FROM inventory_lot o JOIN inventory_lot_level b ON b.lot_key = o.key "
        "WHERE o.is_serial GROUP BY o.key HAVING sum(b.quantity) > 1"
    )


def kits_with_stock() -> Sequence[str]:
    """Name kits that have balances of their own: nobody would be promised them."""
    return _told(
        "SELECT DISTINCT format('Item %s is a kit and has a level at place %s.', l.variant_key, "
        "l.place_key) FROM inventory_level l JOIN inventory_kit_part k ON k.kit_key = l.variant_key"
    )


def waiting_unlike_the_tickets() -> Sequence[str]:
    """Name levels for which another number waits than there are tickets."""
    return _told(
        "SELECT format('Item %s at place %s: %s wait, there are %s tickets.', variant_key, "
        "place_key, coalesce(l.waiting, 0), coalesce(t.said, 0)) FROM (SELECT * FROM "
        "inventory_level WHERE waiting > 0) l FULL JOIN (SELECT place_key, variant_key, count(*) "
        "AS said FROM inventory_ticket WHERE state = 'waiting' GROUP BY 1, 2) t "
        "USING (place_key, variant_key) WHERE coalesce(l.waiting, 0) <> coalesce(t.said, 0)"
    )


def lines_out_of_order() -> Sequence[str]:
    """Name tickets that wait though one that came later was served."""
    return _told(
        "SELECT format('Ticket %s waits for item %s at place %s, and one that came later was "
        "served.', w.id, w.variant_key, w.place_key) FROM inventory_ticket w WHERE w.state = "
        "'waiting' AND EXISTS (SELECT FROM inventory_ticket s WHERE s.place_key = w.place_key "
        "AND s.variant_key = w.variant_key AND s.key > w.key AND s.state = 'served')"
    )


def tickets_unlike_the_holds() -> Sequence[str]:
    """Name served tickets without a hold of their own, and others with one."""
    return _told(
        "SELECT format('Ticket %s is %s and has %s.', t.id, t.state, "
        "CASE WHEN h.request_id IS NULL THEN 'no hold' ELSE 'a hold' END) FROM inventory_ticket t "
        "LEFT JOIN inventory_hold h ON h.request_id = t.id AND h.line_no = 1 "
        "WHERE (t.state = 'served') <> (h.request_id IS NOT NULL)"
    )


def _told(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY 1 LIMIT {MOST_TOLD}")
        return [row[0] for row in cursor.fetchall()]
