"""What each source tells of one customer's profile fields, and which of it survives."""

import base64
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.know.customers.contracts import (
    CONTACT_FIELDS,
    CORRECTION,
    PROFILE_FIELDS,
    FieldRule,
    OtherValue,
    ProfileField,
)
from quanqu.know.customers.models import SubjectProfile
from quanqu.know.customers.queries.ruleset import active_rules
from quanqu.know.customers.rules.profiles import DATES, mask
from quanqu.know.customers.rules.survival import LATEST, Told, choose

_MOST_OTHERS: Final = 10
_LOOKED_AT: Final = 1_000


def told_of(customer_key: int) -> dict[str, list[Told]]:
    """Return by field every value that is known of a customer, one for each source of each
    identifier and the first of all; contact fields are sealed."""
    found: dict[str, list[Told]] = defaultdict(list)
    for row in SubjectProfile.objects.filter(subject__customer_id=customer_key):
        for field in PROFILE_FIELDS:
            if field in row.seen:
                micros, source, mark = row.seen[field]
                value = getattr(row, field)
                stored = bytes(value) if field in CONTACT_FIELDS else value
                found[field].append(Told(stored, micros, source, mark, row.subject_id))
            for source, (micros, text, mark) in row.told.get(field, {}).items():
                other = _stored(field, text)
                found[field].append(Told(other, micros, source, mark, row.subject_id))
            if field in row.first:
                micros, text, mark, source = row.first[field]
                past = Told(_stored(field, text), micros, source, mark, row.subject_id, True)
                found[field].append(past)
    return {field: found[field] for field in PROFILE_FIELDS if field in found}


def surviving(found: Mapping[str, Sequence[Told]]) -> dict[str, tuple[Told, FieldRule]]:
    """Return the value that survives of each known profile field, and the rule that chose it."""
    rules = active_rules().rules.fields
    chosen = {}
    for field, told in found.items():
        rule = rules.get(field, LATEST)
        if (best := choose(rule, told)) is not None:
            chosen[field] = (best, rule)
    return chosen


def profile_of(customer_key: int) -> tuple[ProfileField, ...]:
    """Return what is known of a customer, masked, with what it was chosen from."""
    told, shown = told_of(customer_key), []
    for field, (best, rule) in surviving(told).items():
        others = sorted(
            (one for one in told[field] if one != best and not one.is_past),
            key=lambda one: -one.micros,
        )
        shown.append(
            ProfileField(
                field,
                mask(field, clear_value(field, best.value)),
                best.source,
                moment(best.micros),
                rule.by,
                tuple(
                    OtherValue(
                        mask(field, clear_value(field, one.value)), one.source, moment(one.micros)
                    )
                    for one in others[:_MOST_OTHERS]
                ),
            )
        )
    return tuple(shown)


def list_profile_sources(*, actor: Actor) -> tuple[str, ...]:
    """Return the names of sources that told something of the newest and oldest identifiers; none
    to who does not see the customers of the whole group, as a source may be another company's.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    if not actor.scope("customers.view").everything:
        return ()
    rows = SubjectProfile.objects.values_list("seen", "told")
    found: set[str] = set()
    for order in ("-subject_id", "subject_id"):
        for seen, told in rows.order_by(order)[:_LOOKED_AT]:
            found |= {one[1] for one in seen.values()}
            found |= {source for others in told.values() for source in others}
    return tuple(sorted(found - {CORRECTION}))


def open_told(kept: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return what other sources told, by field and source, in clear: for the person themselves."""
    fields: Mapping[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return {
        field: {
            source: {
                "value": clear_value(field, _stored(field, text)),
                "observed_at": moment(micros).isoformat(),
            }
            for source, (micros, text, _) in told.items()
        }
        for field, told in fields.items()
    }


def open_first(kept: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return what was told first, by field, in clear: for the person themselves."""
    fields: Mapping[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return {
        field: {
            "value": clear_value(field, _stored(field, text)),
            "observed_at": moment(micros).isoformat(),
            "source": source,
        }
        for field, (micros, text, _, source) in fields.items()
    }


def clear_value(field: str, value: Any) -> str:
    """Return a stored profile value as text, decrypted when it is a contact field."""
    if field in CONTACT_FIELDS:
        return decrypt(value, purpose=f"profile:{field}")
    return str(value)


def moment(micros: int) -> datetime:
    """Return microseconds since 1970 as a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def _stored(field: str, text: str) -> Any:
    if field in CONTACT_FIELDS:
        return base64.b64decode(text)
    return date.fromisoformat(text) if field in DATES else text
