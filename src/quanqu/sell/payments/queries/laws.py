"""What the laws of payments ask of the live data: sentences that name breaches."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from quanqu.know.org.facade import places_by_key

MOST_TOLD: Final = 20


def beyond_the_promise() -> Sequence[str]:
    """Name payments of which more went back than came, or came than was promised."""
    return _told(
        "SELECT format('Payment %s: %s promised of %s, %s taken, %s given up, %s given back.', "
        "id, authorised_minor, amount_minor, captured_minor, voided_minor, refunded_minor) "
        "FROM payments_payment WHERE refunded_minor > captured_minor "
        "OR captured_minor + voided_minor > authorised_minor OR authorised_minor > amount_minor"
    )


def unlike_the_ledger() -> Sequence[str]:
    """Name payments whose figures are not the sums of their entries."""
    return _told(
        "SELECT format('Payment %s: %s promised, %s taken, %s given up, %s given back; its entries "
        "come to %s, %s, %s, %s.', p.id, p.authorised_minor, p.captured_minor, p.voided_minor, "
        "p.refunded_minor, e.authorised, e.captured, e.voided, e.refunded) "
        "FROM payments_payment p CROSS JOIN LATERAL (SELECT "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'authorisation'), 0) AS authorised, "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS captured, "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'void'), 0) AS voided, "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded "
        "FROM payments_entry WHERE payment_key = p.key) e "
        "WHERE (p.authorised_minor, p.captured_minor, p.voided_minor, p.refunded_minor) "
        "<> (e.authorised, e.captured, e.voided, e.refunded)"
    )


def unlike_what_is_under_way() -> Sequence[str]:
    """Name payments whose set-aside amounts are more than is asked of their provider."""
    return _told(
        "SELECT format('Payment %s: %s, %s and %s are set aside; asked for are %s, %s and %s.', "
        "p.id, p.capturing_minor, p.voiding_minor, p.refunding_minor, o.capturing, o.voiding, "
        "o.refunding) FROM payments_payment p CROSS JOIN LATERAL (SELECT "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS capturing, "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'void'), 0) AS voiding, "
        "coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunding "
        "FROM payments_operation WHERE payment_key = p.key "
        "AND state NOT IN ('done', 'refused')) o "
        "WHERE p.capturing_minor > o.capturing OR p.voiding_minor > o.voiding "
        "OR p.refunding_minor > o.refunding"
    )


def unaccounted_cents() -> Sequence[str]:
    """Name what was taken or given back and is neither matched, nor waiting, nor listed.

    As of the last reconciliation, which comes every hour.
    """
    return _told(
        "SELECT format('Entry %s of payment %s: %s %s (%s) is not matched, not waiting and not "
        "listed.', e.key, e.payment_key, e.kind, e.amount_minor, e.currency) "
        "FROM payments_terms t JOIN payments_entry e ON e.account_key = t.account_key "
        "AND e.at >= t.since_on AND e.kind IN ('capture', 'refund') "
        "AND e.at < t.reconciled_at - make_interval(days => t.wait_days) "
        "WHERE NOT EXISTS (SELECT 1 FROM payments_line l WHERE l.entry_key = e.key "
        "AND l.kind IN ('capture', 'refund')) "
        "AND NOT EXISTS (SELECT 1 FROM payments_difference d WHERE d.entry_key = e.key "
        "AND d.kind = 'missing_at_provider' AND d.state <> 'settled')"
    )


def matched_otherwise() -> Sequence[str]:
    """Name lines that tell of another amount than the ledger, of nothing it knows, unlisted."""
    return _told(
        "SELECT format('Line %s of statement %s: %s %s (%s) is told otherwise than the ledger and "
        "not listed.', l.key, l.statement_key, l.kind, l.paid_minor, l.paid_currency) "
        "FROM payments_line l LEFT JOIN payments_entry e ON e.key = l.entry_key "
        "WHERE l.account_key > 0 AND l.kind IN ('capture', 'refund') "
        "AND (l.is_extra OR e.key IS NULL OR (e.amount_minor, e.currency) <> "
        "((SELECT sum(CASE WHEN r.kind = 'reversal' THEN -r.paid_minor ELSE r.paid_minor END) "
        "FROM payments_line r WHERE r.entry_key = e.key AND r.book = l.book AND NOT r.is_extra "
        "AND r.kind IN ('capture', 'refund', 'reversal')), l.paid_currency)) "
        "AND NOT EXISTS (SELECT 1 FROM payments_difference d WHERE d.line_key = l.key "
        "AND d.kind <> 'fee_unexpected' AND d.state <> 'settled')"
    )


def strayed_payments() -> Sequence[str]:
    """Name places whose payments say another company than theirs."""
    places = places_by_key()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_key, company_key, count(*) FROM payments_payment GROUP BY 1, 2"
        )
        found = cursor.fetchall()
    return [
        f"{count} payments of place {place} say company {company}, "
        f"which is {places[place].company_key if place in places else 'of no place'}."
        for place, company, count in sorted(found)
        if place not in places or places[place].company_key != company
    ][:MOST_TOLD]


def _told(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY 1 LIMIT {MOST_TOLD}")
        return [row[0] for row in cursor.fetchall()]
