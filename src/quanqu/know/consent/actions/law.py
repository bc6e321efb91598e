"""The laws of consent on the live tables: no merge widened it, the chain of proofs holds."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from django.db import connection

from quanqu.infra.laws.facade import law
from quanqu.kernel.time import utc_now
from quanqu.know.consent.actions.ledger import new_records, read_ledger
from quanqu.know.consent.contracts import PURPOSES, Channel, Purpose, pairs
from quanqu.know.consent.models import ChainHead, ConsentRecord
from quanqu.know.consent.queries.gate import decide_customers
from quanqu.know.consent.queries.standings import read_standings
from quanqu.know.consent.rules.chain import START, prove
from quanqu.know.customers.facade import subject_map

MOST: Final = 20
_AT_ONCE: Final = 50_000
_STALE: Final = (
    "WITH told AS (SELECT DISTINCT ON (purpose, channel, subject_key, via_key) "
    "purpose, channel, subject_key, via_key, key FROM consent_record ORDER BY purpose, channel, "
    "subject_key, via_key, status <> 'pending' DESC, observed_at DESC, status <> 'granted' DESC, "
    "key DESC) SELECT coalesce(t.subject_key, s.subject_key), coalesce(t.purpose, s.purpose) "
    "FROM told t FULL JOIN consent_standing s USING (purpose, channel, subject_key, via_key) "
    "LEFT JOIN consent_record r ON r.key = s.record_key "
    "WHERE s.record_key IS DISTINCT FROM t.key OR (s.status, s.observed_at, s.valid_until) "
    "IS DISTINCT FROM (r.status, r.observed_at, r.valid_until) LIMIT 20"
)


def chain_breaches() -> list[str]:
    """Return a sentence for each place where the ledger is not what was proven."""
    head = ChainHead.objects.filter(key=1).first()
    expected = (head.records, bytes(head.proof)) if head else (0, START)
    before, count = START, 0
    for record in _records():
        count += 1
        if record["key"] != count:
            return [f"Record {count} of the consent ledger is missing."]
        before = prove(before, record)
        if before.hex() != record["proof"]:
            return [f"Record {count} of the consent ledger is not what its proof says."]
    if (count, before) != expected:
        return [f"The consent ledger ends at record {count}, its head says {expected[0]}."]
    return []


def standing_breaches() -> list[str]:
    """Return a sentence for each standing that does not follow from the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(_STALE)
        return [
            f"What stands for subject {subject} and {purpose} does not follow from the ledger."
            for subject, purpose in cursor.fetchall()
        ]


def merge_breaches() -> list[str]:
    """Return a sentence for each customer allowed although one of its identifiers refused.

    Each subject's own words are read from the ledger, apart from the gate's rule.
    """
    now = utc_now()
    wrong: list[str] = []
    owner_of = {row["subject_key"]: row["customer_key"] for row in subject_map().to_pylist()}
    for purpose, channel in pairs():
        if not PURPOSES[purpose].needs_consent:
            continue
        refused = _refusing(purpose, channel, now, owner_of)
        if not refused:
            continue
        keys = np.array(sorted(refused), dtype=np.int64)
        answer = decide_customers(keys, purpose=purpose, channel=channel, at=now)
        for key, is_allowed in zip(keys, answer["is_allowed"].to_pylist(), strict=True):
            if is_allowed:
                wrong.append(
                    f"Customer {key} is allowed for {purpose} by {channel}, subject "
                    f"{refused[int(key)]} refused."
                )
    return wrong[:MOST]


def _refusing(
    purpose: Purpose, channel: Channel, now: Any, owner_of: dict[int, int]
) -> dict[int, int]:
    """Return by customer a subject whose last own word, or word of the same customer, was no."""
    last: dict[int, tuple[Any, ...]] = {}
    channels = (channel, Channel.ALL)
    found = read_standings(at=now, subjects=None, purpose=purpose, channels=channels)
    for row in found.to_pylist():
        subject, via = row["subject_key"], row["via_key"]
        if row["status"] == "pending" or owner_of.get(subject, subject) != owner_of.get(via, via):
            continue
        word = (row["observed_us"], row["status"] != "granted")
        last[subject] = max(last.get(subject, (0, False)), word)
    return {owner_of.get(key, key): key for key, (_, is_refusal) in last.items() if is_refusal}


def _records() -> Iterator[dict[str, Any]]:
    last = ConsentRecord.objects.order_by("-key").values_list("key", flat=True).first() or 0
    for after in range(0, last, _AT_ONCE):
        for record in new_records(read_ledger(after=after, until=after + _AT_ONCE)):
            yield dict(record)


law(
    "L4.consent_merge",
    "No customer is allowed what one of their identifiers refused.",
    merge_breaches,
)
law(
    "L4.consent_chain",
    "Every record of the consent ledger is what its chained proof says, and none is missing.",
    chain_breaches,
)
law(
    "L4.consent_standing",
    "What stands of consent follows from the ledger.",
    standing_breaches,
)
