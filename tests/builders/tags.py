"""Builders of know.tags: customers with orders in the lake, tags over them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa
from tests.builders.customers import profile, resolve, seen_at

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, publish_dirty
from quanqu.know.customers.contracts import TagKind
from quanqu.know.customers.facade import customers_by_subject, list_customer_tags
from quanqu.know.tags.contracts import TagDraft, TagRow
from quanqu.know.tags.facade import refresh_tag, save_tag

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
RIGHTS = frozenset({"audiences.view", "audiences.manage", "customers.view", "customers.manage"})
BUYERS: dict[str, Any] = {
    "version": 2,
    "match": {"kind": "event", "event": "Order Completed", "window": {"last_days": 30}},
}
FAVOURITE: dict[str, Any] = {
    "measure": "most_frequent",
    "event": "Order Completed",
    "of": "category",
}


def make_actor(places: set[int] | None = None, rights: frozenset[str] = RIGHTS) -> Actor:
    """Return a person with rights over places, or over everything."""
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    return Actor(ActorKind.PERSON, "per_1", "Pat", (Grant(rights, scope),))


def make_people() -> list[int]:
    """Make Ann (GB), Bo (GB) and Cy (CN); Ann bought tea twice and hats once, Bo hats 40 days ago,
    Cy nothing."""
    found = resolve({"member_id": "s:1001"}, {"member_id": "s:1002"}, {"member_id": "s:1003"})
    keys = [key for key in found if key is not None]
    for key, name, country in zip(keys, ("Ann Lee", "Bo", "Cy"), ("GB", "GB", "CN"), strict=True):
        profile(key, name=name, country=country)
    seen_at((keys[0], 1), (keys[1], 2), (keys[2], 1))
    publish_dirty(now=NOW)
    buy(1, keys[0], TODAY, category="Tea", revenue_minor=250)
    buy(2, keys[0], TODAY - timedelta(2), category="Hats", revenue_minor=1000)
    buy(3, keys[0], TODAY - timedelta(5), category="Tea", revenue_minor=300)
    buy(4, keys[1], TODAY - timedelta(40), category="Hats", revenue_minor=99, currency="CNY")
    return keys


def buy(number: int, subject: int, day: date, **more: Any) -> None:
    """Put an order into the log."""
    schema = registry.publication("fact_event").schema
    row = {
        "event_key": number,
        "event": "Order Completed",
        "subject_key": subject,
        "place_key": 1,
        "occurred_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
        "day": day,
        "currency": "GBP",
        "part": f"{day:%Y%m}",
        **more,
    }
    table = pa.Table.from_pylist([row], schema=schema)
    append(name="fact_event", table=table, app_id="test", app_version=number)


def make_draft(definition: dict[str, Any] = BUYERS, **more: Any) -> TagDraft:
    """Return a draft; what has a measure is a statistic."""
    kind = TagKind.STATISTIC if "measure" in definition else TagKind.RULE
    return TagDraft(
        **{"kind": kind, "description": "", "owner": "", **more, "definition": definition}
    )


def make_tag(name: str, definition: dict[str, Any] = BUYERS, **more: Any) -> TagRow:
    """Save a tag."""
    draft = make_draft(definition, **more)
    return save_tag(actor=make_actor(), name=name, draft=draft, now=NOW)


def refresh(tag: TagRow, minutes: int = 0) -> tuple[int, int, int, int]:
    """Work a tag out and return customers, entered, left, changed."""
    now = NOW + timedelta(minutes=minutes)
    done = refresh_tag(actor=make_actor(), tag_id=tag.id, now=now)
    assert done is not None
    assert done.error == ""
    publish_dirty(now=now)
    return done.customers, done.entered, done.left, done.changed


def customer_id(subject: int) -> UUID:
    """Return the id of a subject's customer."""
    return customers_by_subject(actor=SYSTEM, subject_keys=[subject])[subject].id


def worn(subject: int) -> dict[str, str | float | None]:
    """Return the tags of a subject's customer with their values."""
    found = list_customer_tags(actor=SYSTEM, customer_id=customer_id(subject))
    return {
        one.name: one.value_text if one.value_number is None else one.value_number for one in found
    }
