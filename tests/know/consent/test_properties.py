"""The gate equals a plain reading of the rule; no merge widens, an unmerge gives back."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quanqu.know.consent.rules.deciding import STATUSES, Rows, decide_columns

NAMES = [status.value for status in STATUSES]
RECORD = st.tuples(
    st.integers(1, 6),  # subject
    st.sampled_from(NAMES),
    st.integers(1, 9),  # observed
    st.integers(0, 12),  # until (0: none), grants only
    st.booleans(),  # signal
)
RECORDS = st.lists(RECORD, max_size=25)
OWNERS = st.lists(st.integers(1, 6), min_size=6, max_size=6)
NONE = np.array([], dtype=np.int64)


def _decide(records: list[Any], owners: list[int], at: int) -> list[dict[str, Any]]:
    numbers = []
    for key, (subject, status, seen, until, signal) in enumerate(records):
        end = until if status == "granted" else 0
        code = NAMES.index(status)
        numbers.append((owners[subject - 1], subject, key, code, seen, end, signal))
    columns = [np.array(column) for column in zip(*numbers, strict=True)] or [NONE] * 7
    answer = decide_columns(
        Rows(*columns),
        wanted=np.arange(1, 7),
        restricted=NONE,
        needs_consent=True,
        at_us=at,
    )
    return answer.to_pylist()


def _plain(records: list[Any], owners: list[int], at: int, customer: int) -> dict[str, Any]:
    """Read the rule of docs/rules/consent.md sentence by sentence."""
    said: dict[str, list[int]] = {}
    signals = []
    for subject in range(1, 7):
        if owners[subject - 1] != customer:
            continue
        own = [
            (key, status, seen, until, signal)
            for key, (whose, status, seen, until, signal) in enumerate(records)
            if whose == subject and seen <= at
        ]
        answers = [one for one in own if one[1] != "pending"] or own
        if not answers:
            continue
        key, status, _, until, signal = max(
            answers, key=lambda one: (one[2], one[1] in ("denied", "withdrawn"), one[0])
        )
        if status == "granted" and until and until <= at:
            status = "expired"
        if status in ("denied", "withdrawn"):
            signals.append(signal)
        said.setdefault(status, []).append(key)
    refused = [key for word in ("denied", "withdrawn") for key in said.get(word, [])]
    if refused and "granted" in said:
        state, keys = "conflict", [*refused, *said["granted"]]
    elif refused:
        state, keys = ("withdrawn" if "withdrawn" in said else "denied"), refused
    else:
        state = next((s for s in ("granted", "expired", "pending") if s in said), "not_asked")
        keys = said.get(state, [])
    reason = "opt_out_signal" if signals and all(signals) else state
    return {
        "customer_key": customer,
        "is_allowed": state == "granted",
        "state": state,
        "reason": reason,
        "record_keys": sorted(keys),
    }


@given(records=RECORDS, owners=OWNERS, at=st.integers(0, 12))
def test_the_gate_is_the_plain_rule(records: list[Any], owners: list[int], at: int) -> None:
    found = _decide(records, owners, at)
    for row in found:
        del row["valid_until"]

    assert found == [_plain(records, owners, at, customer) for customer in range(1, 7)]


@given(records=RECORDS, owners=OWNERS, at=st.integers(0, 12), pair=st.permutations(range(1, 7)))
def test_no_merge_widens_and_an_unmerge_gives_back(
    records: list[Any], owners: list[int], at: int, pair: list[int]
) -> None:
    kept, gone = pair[0], pair[1]
    merged = [kept if owner == gone else owner for owner in owners]

    before = {row["customer_key"]: row for row in _decide(records, owners, at)}
    after = {row["customer_key"]: row for row in _decide(records, merged, at)}

    parts = before[kept], before[gone]
    refusals = {"denied", "withdrawn", "conflict"}
    if any(part["state"] in refusals for part in parts):
        assert not after[kept]["is_allowed"]
    if after[kept]["is_allowed"]:
        assert any(part["is_allowed"] for part in parts)
    others = [key for key in before if key not in (kept, gone)]
    assert [after[key] for key in others] == [before[key] for key in others]
    assert _decide(records, owners, at) == list(before.values())


@given(records=RECORDS, owners=OWNERS, at=st.integers(0, 12))
def test_a_grant_lasts_until_its_end(records: list[Any], owners: list[int], at: int) -> None:
    for row in _decide(records, owners, at):
        if row["state"] == "granted" and row["valid_until"] is not None:
            end = round(row["valid_until"].timestamp() * 1_000_000)
            seen = [one for one in records if one[2] <= at]
            assert end > at
            later = {one["customer_key"]: one for one in _decide(seen, owners, end)}
            assert later[row["customer_key"]]["state"] == "expired"
