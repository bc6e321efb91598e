"""The chain of proofs against a calculation of its own, from the rows alone."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from tests.builders.consent import day, make_subjects, record, said

from quanqu.know.consent.models import ChainHead, ConsentRecord

pytestmark = pytest.mark.django_db


def _micros(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def test_every_proof_is_the_hash_of_the_one_before_and_the_row() -> None:
    keys = make_subjects(2)
    record(said(keys[0], "granted", 1.123, valid_until=day(90), source="门店"))
    record(said(keys[1], "denied", 2), said(keys[0], "withdrawn", 3))

    before = b""
    names = [
        field.column
        for field in ConsentRecord._meta.concrete_fields
        if field.column not in ("proof",)
    ]
    for row in ConsentRecord.objects.order_by("key"):
        told = {name: getattr(row, name) for name in names}
        told["id"] = row.id.hex
        for name in ("observed_at", "valid_until", "recorded_at"):
            told[name] = _micros(told[name])
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(before + text.encode()).digest()
        assert bytes(row.proof) == before
    head = ChainHead.objects.get()
    assert (head.records, bytes(head.proof)) == (3, before)
