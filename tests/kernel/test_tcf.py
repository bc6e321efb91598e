"""TCF strings of the official encoder, and garbage. `tcf/make.mjs` says how they were made."""

import contextlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.tcf import MOST_CHARS, TcString, TcStringError, decode

STRINGS = json.loads((Path(__file__).parent / "tcf" / "strings.json").read_text())
SAME = (
    "cmp_id", "cmp_version", "consent_screen", "language", "vendor_list_version",
    "policy_version", "is_service_specific", "uses_non_standard_texts",
    "is_purpose_one_treatment", "publisher_country",
)  # fmt: skip
SETS = (
    "special_features", "purposes", "legitimate_interests", "vendors",
    "vendor_legitimate_interests", "disclosed_vendors",
)  # fmt: skip


@pytest.mark.parametrize("told", STRINGS, ids=range(len(STRINGS)))
def test_a_string_of_the_official_encoder_is_read_whole(told: dict[str, Any]) -> None:
    found = decode(told["text"])

    assert {name: getattr(found, name) for name in SAME} == {name: told[name] for name in SAME}
    for name in SETS:
        assert sorted(getattr(found, name)) == told[name], name
    assert found.created_at == datetime.fromisoformat(told["created"])
    assert found.updated_at == datetime.fromisoformat(told["updated"])
    assert sorted((r.purpose, r.kind, *sorted(r.vendors)) for r in found.restrictions) == sorted(
        (r["purpose"], r["kind"], *r["vendors"]) for r in told["restrictions"]
    )
    own = told["publisher"]
    if own is None:
        assert found.publisher is None
    else:
        assert found.publisher is not None
        assert found.publisher.custom_count == own.pop("custom_count")
        for name, numbers in own.items():
            assert sorted(getattr(found.publisher, name)) == numbers, name


def test_a_string_of_v2_3_must_disclose_its_vendors() -> None:
    whole = next(one["text"] for one in STRINGS if one["policy_version"] == 5)
    older = next(one["text"] for one in STRINGS if one["policy_version"] == 4)

    with pytest.raises(TcStringError, match="disclosed vendors are missing"):
        decode(whole.split(".")[0])
    assert decode(older.split(".")[0]).disclosed_vendors is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "letters"),
        ("A" * (MOST_CHARS + 1), "letters"),
        ("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "version is 1"),
        ("not a string!", "base64url"),
        ("CAAA", "cut off"),
        (f"{STRINGS[0]['text']}.AAAA", "type 0"),
        (f"{STRINGS[0]['text']}.{STRINGS[0]['text'].split('.')[1]}", "repeated"),
        (STRINGS[0]["text"].split(".")[0][:40], "cut off"),
    ],
)
def test_garbage_is_called_so(text: str, problem: str) -> None:
    with pytest.raises(TcStringError, match=problem):
        decode(text)


@given(st.text(max_size=60) | st.from_regex(r"C[A-Za-z0-9_-]{20,90}(\.[A-Za-z0-9_-]{0,30}){0,3}"))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(TcStringError):
        assert isinstance(decode(text), TcString)


@given(st.sampled_from(STRINGS), st.integers(0, 400), st.sampled_from("AZaz09-_.*"))
def test_a_changed_letter_is_read_or_refused(told: dict[str, Any], at: int, letter: str) -> None:
    text = told["text"]
    with contextlib.suppress(TcStringError):
        assert decode(text[:at] + letter + text[at + 1 :]).version == 2
