"""The sentences that match lines of statements with the ledger, and compare the two.

Each takes `company`, `today` and `now`; docs/rules/settlement.md says what they do.
"""

from typing import Final

__all__ = [
    "COMPARISONS",
    "DIFFERING",
    "FOUND",
    "FREE_CREDITS",
    "KEEPING",
    "LINKS",
    "PAIR",
    "UNMATCHED",
    "WAITING_PAYOUTS",
]

_FREE: Final = (
    "l.company_key = %(company)s AND l.account_key IN (SELECT key FROM payments_account "
    "WHERE company_key = %(company)s) AND l.entry_key IS NULL"
)
"""Lines of the company's accounts that tell of no line of the ledger yet."""

_TELL: Final = (
    'INSERT INTO payments_differing (kind, entry_key, line_key, account_key, "on", expected, '
    "found, currency, reference) "
)
_SAME: Final = "t.kind = d.kind AND t.entry_key = d.entry_key AND t.line_key = d.line_key"
_NOTE: Final = "INSERT INTO payments_difference_note (difference_key, act, note, actor, at) "

_STILL: Final = "NOT EXISTS (SELECT 1 FROM payments_found f WHERE f.line_key = l.line_key)"
_FRAGMENTS: Final = {
    "<free>": _FREE,
    "<tell>": _TELL,
    "<same>": _SAME,
    "<note>": _NOTE,
    "<still>": _STILL,
}


def _whole(sentence: str) -> str:
    """Put the fragments of ours into a sentence."""
    for mark, fragment in _FRAGMENTS.items():
        sentence = sentence.replace(mark, fragment)
    return sentence


UNMATCHED: Final = {
    "line_key": "bigint", "account_key": "bigint", "book": "text", "kind": "text",
    "provider_id": "text", "payment_ref": "text", "own_id": "uuid", "paid_minor": "bigint",
    "at": "timestamptz", "payment_key": "bigint",
}  # fmt: skip
FOUND: Final = {
    "line_key": "bigint",
    "book": "text",
    "entry_key": "bigint",
    "payment_key": "bigint",
}
_TAKE: Final = _whole(
    "INSERT INTO payments_unmatched SELECT l.key, l.account_key, l.book, l.kind, l.provider_id, "
    "l.payment_ref, l.own_id, l.paid_minor, l.at, l.payment_key FROM payments_line l "
    "WHERE <free> AND l.kind IN ('capture', 'refund', 'reversal', 'fee')"
)
_BY_PROVIDER_ID: Final = (
    "INSERT INTO payments_found SELECT l.line_key, l.book, e.key, e.payment_key "
    "FROM payments_unmatched l JOIN payments_entry e ON e.account_key = l.account_key "
    "AND e.kind = l.kind AND e.provider_id = l.provider_id "
    "WHERE l.kind IN ('capture', 'refund') AND l.provider_id <> ''"
)
_BY_OPERATION: Final = _whole(
    "INSERT INTO payments_found SELECT l.line_key, l.book, e.key, e.payment_key "
    "FROM payments_unmatched l JOIN payments_entry e ON e.operation_id = l.own_id "
    "AND e.kind = l.kind AND e.account_key = l.account_key "
    "WHERE l.kind = 'refund' AND l.own_id IS NOT NULL AND <still>"
)
_PAYMENT_BY_REFERENCE: Final = _whole(
    "UPDATE payments_unmatched l SET payment_key = p.key FROM payments_payment p "
    "WHERE l.payment_key IS NULL AND l.payment_ref <> '' AND p.account_key = l.account_key "
    "AND p.provider_ref = l.payment_ref AND p.provider_ref <> '' AND <still>"
)
_PAYMENT_BY_OWN_ID: Final = _whole(
    "UPDATE payments_unmatched l SET payment_key = p.key FROM payments_payment p "
    "WHERE l.payment_key IS NULL AND l.own_id IS NOT NULL AND p.id = l.own_id "
    "AND p.account_key = l.account_key AND <still>"
)
_PAIRED: Final = _whole(
    "INSERT INTO payments_found SELECT a.line_key, a.book, b.key, b.payment_key FROM ("
    "SELECT l.line_key, l.book, l.kind, l.payment_key, l.paid_minor, row_number() OVER (PARTITION "
    "BY l.payment_key, l.kind, l.book<line> ORDER BY l.at, l.line_key) AS place "
    "FROM payments_unmatched l WHERE l.kind IN ('capture', 'refund') "
    "AND l.payment_key IS NOT NULL AND <still>) a "
    "JOIN (SELECT e.key, e.kind, e.payment_key, e.amount_minor, k.book, row_number() OVER "
    "(PARTITION BY e.payment_key, e.kind, k.book<entry> ORDER BY e.key) AS place "
    "FROM (SELECT DISTINCT l.payment_key, l.book FROM payments_unmatched l "
    "WHERE l.kind IN ('capture', 'refund') AND l.payment_key IS NOT NULL AND <still>) k "
    "JOIN payments_entry e ON e.payment_key = k.payment_key AND e.kind IN ('capture', 'refund') "
    "WHERE NOT EXISTS (SELECT 1 FROM payments_found f WHERE f.entry_key = e.key "
    "AND f.book = k.book) AND NOT EXISTS (SELECT 1 FROM payments_line m WHERE m.entry_key = e.key "
    "AND m.book = k.book AND NOT m.is_extra AND m.kind IN ('capture', 'refund'))) b "
    "ON b.payment_key = a.payment_key AND b.kind = a.kind AND b.book = a.book "
    "AND b.place = a.place<pair>"
)
_IN_TURN_BY_AMOUNT: Final = (
    _PAIRED.replace("<line>", ", l.paid_minor")
    .replace("<entry>", ", e.amount_minor")
    .replace("<pair>", " AND b.amount_minor = a.paid_minor")
)
_IN_TURN: Final = _PAIRED.replace("<line>", "").replace("<entry>", "").replace("<pair>", "")
_BESIDE_CAPTURES: Final = (
    "INSERT INTO payments_found SELECT c.line_key, '', c.key, c.payment_key FROM ("
    "SELECT l.line_key, e.key, e.payment_key, row_number() OVER (PARTITION BY l.line_key "
    "ORDER BY (e.provider_id = l.provider_id) DESC, e.key) AS place FROM payments_unmatched l "
    "JOIN payments_entry e ON e.payment_key = l.payment_key AND e.kind = 'capture' "
    "WHERE l.kind IN ('reversal', 'fee') AND l.payment_key IS NOT NULL) c WHERE c.place = 1"
)
_ATTACH: Final = (
    "UPDATE payments_line l SET entry_key = f.entry_key, payment_key = f.payment_key, "
    "is_extra = f.book <> '' AND (f.place > 1 OR EXISTS (SELECT 1 FROM payments_line m "
    "WHERE m.entry_key = f.entry_key AND m.book = f.book AND NOT m.is_extra "
    "AND m.kind IN ('capture', 'refund'))) FROM (SELECT g.*, row_number() OVER (PARTITION BY "
    "g.entry_key, g.book ORDER BY g.line_key) AS place FROM payments_found g) f "
    "WHERE l.key = f.line_key"
)
_KNOW_PAYMENT: Final = (
    "UPDATE payments_line l SET payment_key = u.payment_key FROM payments_unmatched u "
    "WHERE l.key = u.line_key AND u.payment_key IS NOT NULL AND l.payment_key IS NULL"
)
LINKS: Final = (
    _TAKE,
    "ANALYZE payments_unmatched",
    _BY_PROVIDER_ID,
    "ANALYZE payments_found",
    _BY_OPERATION,
    _PAYMENT_BY_REFERENCE,
    _PAYMENT_BY_OWN_ID,
    _IN_TURN_BY_AMOUNT,
    _IN_TURN,
    _BESIDE_CAPTURES,
    "ANALYZE payments_found",
    _ATTACH,
    _KNOW_PAYMENT,
)
"""Lines without an entry are taken aside, what they tell of is found, then it is written down."""

WAITING_PAYOUTS: Final = (
    'SELECT l.key, l."on", l.amount_minor, l.currency, l.provider_id, l.own_ref, '
    "coalesce(t.payout_days, 5) FROM payments_line l "
    "LEFT JOIN payments_terms t ON t.account_key = l.account_key "
    "WHERE l.company_key = %(company)s AND l.kind = 'payout' AND NOT EXISTS "
    "(SELECT 1 FROM payments_line b WHERE b.payout_key = l.key) ORDER BY l.key"
)
FREE_CREDITS: Final = (
    'SELECT l.key, l."on", l.amount_minor, l.currency, l.text FROM payments_line l '
    "WHERE l.company_key = %(company)s AND l.kind = 'credit' AND l.payout_key IS NULL "
    'AND l."on" >= %(first)s::date - 1 AND (l.amount_minor = ANY(%(amounts)s) OR EXISTS '
    "(SELECT 1 FROM unnest(%(names)s::text[]) n WHERE strpos(regexp_replace(upper(l.text), "
    "'[^[:alnum:]]', '', 'g'), regexp_replace(upper(n), '[^[:alnum:]]', '', 'g')) > 0)) "
    "ORDER BY l.key"
)
PAIR: Final = (
    "UPDATE payments_line l SET payout_key = f.payout FROM "
    "unnest(%(credits)s::bigint[], %(payouts)s::bigint[]) AS f (credit, payout) "
    "WHERE l.key = f.credit"
)

DIFFERING: Final = {
    "kind": "text", "entry_key": "bigint", "line_key": "bigint", "account_key": "bigint",
    "on": "date", "expected": "bigint", "found": "bigint", "currency": "text", "reference": "text",
}  # fmt: skip
_MISSING_AT_PROVIDER: Final = _whole(
    "<tell>SELECT 'missing_at_provider', e.key, 0, e.account_key, e.at::date, e.amount_minor, 0, "
    "e.currency, p.reference FROM payments_terms t "
    "JOIN payments_account a ON a.key = t.account_key AND a.company_key = %(company)s "
    "JOIN payments_entry e ON e.account_key = t.account_key AND e.at >= t.since_on "
    "AND e.at < %(now)s - make_interval(days => t.wait_days) "
    "AND e.kind IN ('capture', 'refund') "
    "JOIN payments_payment p ON p.key = e.payment_key "
    "WHERE NOT EXISTS (SELECT 1 FROM payments_line l WHERE l.entry_key = e.key "
    "AND l.kind IN ('capture', 'refund'))"
)
_UNKNOWN_HERE: Final = _whole(
    "<tell>SELECT CASE WHEN l.kind = 'refund' THEN 'refund_unknown' "
    "WHEN EXISTS (SELECT 1 FROM payments_line m WHERE m.payment_key = l.payment_key "
    "AND m.book = l.book AND m.kind = 'capture' AND m.entry_key IS NOT NULL) THEN 'duplicate' "
    "ELSE 'missing_here' END, 0, l.key, "
    'l.account_key, l."on", 0, l.paid_minor, l.paid_currency, '
    "coalesce(nullif(l.own_ref, ''), nullif(l.provider_id, ''), l.payment_ref) "
    "FROM payments_line l WHERE <free> AND l.kind IN ('capture', 'refund')"
)
_TOLD_TWICE: Final = _whole(
    "<tell>SELECT 'duplicate', l.entry_key, l.key, l.account_key, l.\"on\", 0, l.paid_minor, "
    "l.paid_currency, p.reference FROM payments_line l "
    "JOIN payments_payment p ON p.key = l.payment_key "
    "WHERE l.company_key = %(company)s AND l.is_extra"
)
_OTHER_AMOUNT: Final = _whole(
    "<tell>SELECT 'amount_differs', e.key, min(l.key) FILTER (WHERE l.kind <> 'reversal'), "
    "e.account_key, min(l.\"on\"), e.amount_minor, sum(CASE WHEN l.kind = 'reversal' "
    "THEN -l.paid_minor ELSE l.paid_minor END), max(l.paid_currency), p.reference "
    "FROM payments_line l JOIN payments_entry e ON e.key = l.entry_key "
    "JOIN payments_payment p ON p.key = e.payment_key "
    "WHERE l.company_key = %(company)s AND NOT l.is_extra "
    "AND l.kind IN ('capture', 'refund', 'reversal') "
    "GROUP BY e.key, l.book, p.reference HAVING count(*) FILTER (WHERE l.kind <> 'reversal') > 0 "
    "AND (sum(CASE WHEN l.kind = 'reversal' THEN -l.paid_minor ELSE l.paid_minor END) "
    "<> e.amount_minor OR max(l.paid_currency) <> e.currency OR min(l.paid_currency) <> e.currency)"
)
_OTHER_FEE: Final = _whole(
    "<tell>SELECT 'fee_unexpected', s.entry_key, s.line_key, s.account_key, s.day, s.expected, "
    "s.found, s.currency, p.reference FROM ("
    "SELECT l.payment_key, l.book, min(l.entry_key) AS entry_key, min(l.key) AS line_key, "
    'min(l.account_key) AS account_key, min(l."on") AS day, min(l.currency) AS currency, '
    "count(*) FILTER (WHERE l.kind <> 'fee') AS lines, sum(l.fee_minor) "
    "+ coalesce(sum(l.amount_minor) FILTER (WHERE l.kind = 'fee'), 0) AS found, "
    "sum(CASE l.kind WHEN 'capture' THEN round(l.amount_minor * t.fee_rate) + t.fee_fixed_minor "
    "WHEN 'reversal' THEN -round(l.amount_minor * t.fee_rate) "
    "WHEN 'refund' THEN CASE WHEN t.returns_fee THEN -round(l.amount_minor * t.fee_rate) "
    "ELSE 0 END "
    "ELSE 0 END) AS expected, row_number() OVER (PARTITION BY l.payment_key "
    "ORDER BY (l.book = 'trades') DESC) AS place FROM payments_line l "
    "JOIN payments_terms t ON t.account_key = l.account_key AND t.fee_rate IS NOT NULL "
    "WHERE l.company_key = %(company)s AND NOT l.is_extra AND l.entry_key IS NOT NULL "
    "AND l.kind IN ('capture', 'refund', 'reversal', 'fee') GROUP BY l.payment_key, l.book) s "
    "JOIN payments_payment p ON p.key = s.payment_key "
    "WHERE s.place = 1 AND abs(s.found - s.expected) > s.lines"
)
_NOT_ARRIVED: Final = _whole(
    "<tell>SELECT 'payout_not_arrived', 0, l.key, l.account_key, l.\"on\", l.amount_minor, 0, "
    "l.currency, l.provider_id FROM payments_line l "
    "LEFT JOIN payments_terms t ON t.account_key = l.account_key "
    "WHERE l.company_key = %(company)s AND l.kind = 'payout' "
    'AND l."on" + coalesce(t.payout_days, 5) < %(today)s AND l."on" >= (SELECT min(b."on") '
    "FROM payments_line b WHERE b.company_key = %(company)s AND b.book = 'bank') "
    "AND NOT EXISTS (SELECT 1 FROM payments_line b WHERE b.payout_key = l.key)"
)
_OTHER_PAYOUT: Final = _whole(
    "<tell>SELECT 'payout_differs', 0, l.key, l.account_key, l.\"on\", l.amount_minor, "
    "b.amount_minor, l.currency, l.provider_id FROM payments_line b "
    "JOIN payments_line l ON l.key = b.payout_key "
    "WHERE b.company_key = %(company)s AND b.amount_minor <> l.amount_minor"
)
COMPARISONS: Final = (
    _MISSING_AT_PROVIDER,
    _UNKNOWN_HERE,
    _TOLD_TWICE,
    _OTHER_AMOUNT,
    _OTHER_FEE,
    _NOT_ARRIVED,
    _OTHER_PAYOUT,
)

_SETTLED: Final = _whole(
    "WITH gone AS (UPDATE payments_difference d SET state = 'settled', changed_at = %(now)s "
    "WHERE d.company_key = %(company)s AND d.state = 'open' AND NOT EXISTS "
    "(SELECT 1 FROM payments_differing t WHERE <same>) RETURNING d.key) "
    "<note>SELECT key, 'settled', '', '', %(now)s FROM gone"
)
_CHANGED: Final = _whole(
    "WITH other AS (SELECT d.key, d.state, t.expected, t.found, t.currency, t.reference "
    "FROM payments_difference d JOIN payments_differing t ON <same> "
    "WHERE d.company_key = %(company)s AND (d.state = 'settled' "
    "OR d.expected_minor <> t.expected "
    "OR d.found_minor <> t.found OR d.currency <> t.currency) FOR UPDATE OF d), "
    "kept AS (UPDATE payments_difference d SET expected_minor = o.expected, "
    "found_minor = o.found, currency = o.currency, reference = o.reference, state = 'open', "
    "closed_by = '', changed_at = %(now)s FROM other o WHERE d.key = o.key) "
    "<note>SELECT key, CASE WHEN state = 'settled' THEN 'reopened' ELSE 'changed' END, '', "
    "'', %(now)s FROM other"
)
_NEW: Final = _whole(
    "INSERT INTO payments_difference (id, company_key, account_key, kind, entry_key, line_key, "
    'state, "on", expected_minor, found_minor, currency, reference, opened_at, changed_at) '
    "SELECT gen_random_uuid(), %(company)s, account_key, kind, entry_key, line_key, 'open', "
    '"on", expected, found, currency, reference, %(now)s, %(now)s FROM payments_differing '
    'ORDER BY "on", kind, entry_key, line_key '
    "ON CONFLICT (kind, entry_key, line_key) DO NOTHING"
)
KEEPING: Final = (_SETTLED, _CHANGED, _NEW)
