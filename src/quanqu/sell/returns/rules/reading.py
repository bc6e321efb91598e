"""Read a policy from JSON, and refuse one that cannot be."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from quanqu.know.org.contracts import ChannelCode
from quanqu.sell.returns.contracts import Policy, ReturnPolicyFormatError

__all__ = ["policy_schema", "read_policy", "written"]

_AT: Final = re.compile(r"^(?P<problem>.*?)(?: - at `(?P<at>[^`]*)`)?$", re.DOTALL)
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LARGEST: Final = 10**12
_MOST_DAYS: Final = 3_650
_MOST: Final = 200


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy."""
    return msgspec.json.schema(Policy)


def read_policy(body: Mapping[str, Any]) -> Policy:
    """Return the policy a JSON object tells. Raises: ReturnPolicyFormatError, naming the field."""
    if b"\\u0000" in msgspec.json.encode(body):
        raise ReturnPolicyFormatError(at="$", problem="has a character that no text has (NUL)")
    unknown = sorted(set(body) - set(Policy.__dataclass_fields__))
    if unknown:
        raise ReturnPolicyFormatError(at=f"$.{unknown[0]}", problem="is not known")
    try:
        found = msgspec.convert(dict(body), Policy)
    except msgspec.ValidationError as error:
        told = _AT.match(str(error))
        at, problem = (told["at"], told["problem"]) if told else (None, str(error))
        raise ReturnPolicyFormatError(at=at or "$", problem=problem) from None
    if not found.restocking_rate.is_finite():
        raise ReturnPolicyFormatError(at="$.restocking_rate", problem="is 0 to 1")
    for at, problem in _wrong(found):
        raise ReturnPolicyFormatError(at=at, problem=problem)
    return found


def written(policy: Policy) -> dict[str, Any]:
    """Return a policy as a JSON object."""
    found: dict[str, Any] = msgspec.to_builtins(policy)
    return found


def _wrong(policy: Policy) -> list[tuple[str, str]]:
    codes = [one.code for one in policy.reasons]
    tests = [
        ("$.currency", bool(re.fullmatch(r"[A-Z]{3}", policy.currency)), "is an ISO 4217 code"),
        ("$.window_days", 0 <= policy.window_days <= _MOST_DAYS, f"is 0 to {_MOST_DAYS}"),
        ("$.restocking_rate", 0 <= policy.restocking_rate <= 1, "is 0 to 1"),
        ("$.restocking_rate", _has_four_decimals(policy.restocking_rate), "has four decimals"),
        ("$.label_fee_minor", 0 <= policy.label_fee_minor <= _LARGEST, "is not negative"),
        ("$.keep_under_minor", 0 <= policy.keep_under_minor <= _LARGEST, "is not negative"),
        ("$.approval_above_minor", 0 <= (policy.approval_above_minor or 0) <= _LARGEST,
         "is not negative"),
        ("$.reasons", 0 < len(codes) <= _MOST, f"are 1 to {_MOST}"),
        ("$.reasons", len(set(codes)) == len(codes), "names a code twice"),
        ("$.reasons", all(_CODE.fullmatch(one) for one in codes),
         "have codes of small letters, digits and _"),
        ("$.windows", len(policy.windows) <= _MOST, f"are at most {_MOST}"),
        ("$.windows", all(0 <= one.days <= _MOST_DAYS for one in policy.windows),
         f"have 0 to {_MOST_DAYS} days"),
        ("$.windows", all(one.channel in ("", *ChannelCode) for one in policy.windows),
         "name a channel that is not known"),
        ("$.windows", all(one.reason in ("", *codes) for one in policy.windows),
         "name a reason that is not known"),
        ("$.holidays", all(one.bought_from <= one.bought_to <= one.until
                           for one in policy.holidays), "go from a day to a later one"),
        ("$.holidays", len(policy.holidays) <= _MOST, f"are at most {_MOST}"),
        ("$.refuse", not set(policy.refuse) & set(policy.review), "names what review names"),
    ]  # fmt: skip
    return [(at, problem) for at, is_right, problem in tests if not is_right]


def _has_four_decimals(rate: Decimal) -> bool:
    return 0 <= rate <= 1 and rate == rate.quantize(Decimal("0.0001"))
