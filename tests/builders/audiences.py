"""A small world of customers and events in the lake, random rules, and a plain-Python oracle."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, register

AS_OF = date(2026, 6, 15)
_LATER = AS_OF + timedelta(days=9)
COUNTRIES = ("GB", "CN", "BR", None)
TAGS = ("vip", "new", "staff")
SITES = ("plc_leeds", "plc_york", "plc_hull")
KINDS = ("phone", "email", "cookie")
NAMES = ("Order Completed", "Product Viewed", "Email Opened")
CATEGORIES = ("Shoes", "Hats", "", None)


class World:
    """Customers by key, owners of subjects, pairs of customer and place, and events."""

    def __init__(self) -> None:
        self.customers: list[dict[str, Any]] = []
        self.owner: dict[int, int] = {}
        self.presence: list[tuple[int, int]] = []
        self.events: list[dict[str, Any]] = []
        self.consents: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []

    def __repr__(self) -> str:
        return f"World({len(self.customers)} customers, {len(self.events)} events)"


def make_world(seed: int, customers: int = 30, events: int = 300) -> World:
    """Make a random world: customers with one to three subjects each, events over 200 days."""
    rng = Random(seed)
    world = World()
    for number in range(1, customers + 1):
        key = number * 10
        traits = {
            "plan": rng.choice(["gold", "free", "a\"b'c"]),
            "score": rng.choice([1, 2.5, 7, "7"]),
            "vip": rng.random() < 0.5,
            "城市 名": rng.choice(["北京", "x"]),
        }
        point = rng.choice([None, (51.5, -0.12), (53.8, -1.55), (-33.9, 151.2), (0.5, 179.9)])
        kept = {name: value for name, value in traits.items() if rng.random() < 0.7}
        own = Random(seed * 1000 + number)  # leaves the other draws as they are
        values = {"favourite": own.choice(CATEGORIES[:2]), "spend": own.choice([1, 2.5, 100])}
        world.customers.append(
            {
                "customer_key": key,
                "customer_id": f"cus_{number}",
                "first_seen_at": _at(AS_OF - timedelta(days=rng.randint(-20, 300)), rng),
                "country": rng.choice(COUNTRIES),
                "city": rng.choice(["Leeds", "leeds", "São Paulo", "%_", None]),
                "latitude": point and point[0],
                "longitude": point and point[1],
                "catchments": rng.choice([None, *[rng.sample(SITES, n) for n in (1, 2)]]),
                "nearest_store": rng.choice([None, *SITES]) if point else None,
                "birth_year": rng.choice([None, 1970, 1984, 2000]),
                "birth_day": rng.choice([None, 229, 615, 616, 622, 701, 1231, 101]),
                "member_since_on": rng.choice([None, AS_OF, AS_OF - timedelta(days=40)]),
                "traits": json.dumps(kept, ensure_ascii=rng.random() < 0.5) if kept else None,
                "tag_values": own.choice([None, json.dumps(values)]),
                "tags": rng.choice([None, [], *[rng.sample(TAGS, n) for n in (1, 2)]]),
                "identifier_types": rng.choice([None, ["phone"], ["email", "phone"]]),
                "bucket": "0",
            }
        )
        for offset in range(rng.randint(1, 3)):
            world.owner[key + offset] = key
        world.consents += _consents(key, rng)
        world.scores += _scores(key, Random(f"{seed}:{key}"))
        world.presence += [(key, place) for place in (1, 2, 3) if rng.random() < 0.4]
    for number in range(events):
        world.events.append(_event(number, rng, list(world.owner)))
    return world


def _consents(key: int, rng: Random) -> list[dict[str, Any]]:
    pairs = [("marketing", "email"), ("marketing", "sms"), ("service", "email")]
    return [
        {
            "customer_key": key,
            "purpose": purpose,
            "channel": channel,
            "is_allowed": rng.random() < 0.6,
            "valid_until": rng.choice(
                [None, _at(AS_OF + timedelta(days=rng.choice([-1, 9])), rng)]
            ),
            "bucket": "0",
        }
        for purpose, channel in pairs
        if rng.random() < 0.7
    ]


def _scores(key: int, rng: Random) -> list[dict[str, Any]]:
    return [
        {
            "customer_key": key,
            "score": score,
            "value": rng.choice([0, 0.25, 0.5, 1, 2.5, -3.0, 100]),
            "version": "1",
            "scored_at": _at(AS_OF, rng),
            "bucket": "0",
        }
        for score in ("churn", "lookalike:x")
        if rng.random() < 0.7
    ]


def _event(number: int, rng: Random, subjects: list[int]) -> dict[str, Any]:
    day = AS_OF - timedelta(days=rng.choice([-3, 0, 1, 6, 7, 29, 30, 31, 60, 89, 90, 150, 200]))
    properties = {
        "color": rng.choice(["red", "blue"]),
        "rating": rng.choice([1, 3, 5, "5", "n/a"]),
        "gift": rng.random() < 0.5,
    }
    kept = {name: value for name, value in properties.items() if rng.random() < 0.7}
    return {
        "event_key": number,
        "message_id": f"m{number}",
        "type": "track",
        "event": rng.choice(NAMES),
        "subject_key": rng.choice([*subjects, None]),
        "place_key": rng.choice([1, 2, 3, None]),
        "source": "shop",
        "channel": rng.choice(["web", "store"]),
        "occurred_at": _at(day, rng),
        "received_at": _at(day, rng),
        "day": day,
        "category": rng.choice(CATEGORIES),
        "product_ref": rng.choice(["p1", "p2", None]),
        "revenue_minor": rng.choice([None, 0, 100, 2550]),
        "currency": rng.choice(["GBP", "CNY"]),
        "quantity": rng.choice([None, 1, 2]),
        "properties": json.dumps(kept) if kept else None,
        "simulated": rng.random() < 0.2,
        "part": f"{day:%Y%m}",
    }


def _at(day: date, rng: Random) -> datetime:
    return datetime.combine(day, time(rng.randint(0, 23), rng.randint(0, 59)), UTC)


def put_in_lake(world: World) -> None:
    """Append the world to the tables of the lake, which the test must own."""
    rows = {
        "dim_customer": world.customers,
        "dim_identity": [
            {"subject_key": subject, "customer_key": key, "identifier_type": "x", "bucket": "0"}
            for subject, key in world.owner.items()
        ],
        "dim_presence": [
            {"customer_key": key, "place_key": place, "bucket": "0"}
            for key, place in world.presence
        ],
        "fact_event": world.events,
        "dim_consent": world.consents,
        "dim_score": world.scores,
    }
    for name, found in rows.items():
        declared = registry.publication(name)
        register(replace(declared, read=None))
        data = pa.Table.from_pylist(found, schema=declared.schema)
        append(name=name, table=data, app_id="world", app_version=1)


def _values(*samples: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(samples)


def _rule(field_: str, op: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> Any:
    return st.fixed_dictionaries({"field": st.just(field_), "op": op, "value": value})


def _conditions(specs: Mapping[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions over fields: name → sort (text, number, day, flag, json)."""
    texts = _values("GB", "CN", "Leeds", "%_", "Shoes", "web", "GBP", "red", "gold", "a\"b'c", "5")
    numbers = _values(0, 1, 2, 2.5, 5, 7, 100, 1984)
    days = _values("2026-06-15", "2026-05-16", "2026-04-30", "2027-01-01")
    spans = st.tuples(days, days).map(sorted).map(list)
    ranges = st.tuples(numbers, numbers).map(sorted).map(list)
    equal, member = st.sampled_from(["eq", "ne"]), st.sampled_from(["in", "not_in"])
    order, words = (
        st.sampled_from(["gt", "gte", "lt", "lte"]),
        st.sampled_from(["contains", "starts_with", "ends_with"]),
    )

    def of_sort(name: str, sort: str) -> list[Any]:
        known = [_rule(name, st.sampled_from(["exists", "not_exists"]), st.none())]
        text = [
            _rule(name, equal, texts),
            _rule(name, member, st.lists(texts, min_size=1, max_size=3)),
            _rule(name, words, texts),
        ]
        number = [
            _rule(name, equal, numbers),
            _rule(name, member, st.lists(numbers, min_size=1, max_size=3)),
            _rule(name, order, numbers),
            _rule(name, st.just("between"), ranges),
        ]
        day = [
            _rule(name, st.sampled_from(["before", "after"]), days),
            _rule(name, st.just("between"), spans),
            _rule(
                name,
                st.sampled_from(["within_last", "within_next", "before_last", "after_next"]),
                st.integers(1, 200),
            ),
        ]
        flag = [_rule(name, equal, st.booleans())]
        tags = [
            _rule(name, st.just("contains"), st.sampled_from(TAGS)),
            _rule(name, member, st.lists(st.sampled_from(TAGS), min_size=1, max_size=2)),
        ]
        kinds = [
            _rule(name, st.just("contains"), st.sampled_from(KINDS)),
            _rule(name, member, st.lists(st.sampled_from(KINDS), min_size=1, max_size=2)),
        ]
        return {
            "text": text + known,
            "number": number + known,
            "day": day + known,
            "flag": flag,
            "tags": tags + known,
            "kinds": kinds + known,
            "json": text + number + flag + known,
        }[sort]

    return st.one_of(
        *(strategy for name, sort in specs.items() for strategy in of_sort(name, sort))
    )


PROFILES = _conditions(
    {
        "country": "text",
        "city": "text",
        "birth_year": "number",
        "first_seen_at": "day",
        "member_since_on": "day",
        "tags": "tags",
        "identifier_types": "kinds",
        "traits.plan": "json",
        "traits.score": "json",
        "traits.vip": "flag",
        "traits.城市 名": "text",
        "tag_values.favourite": "text",
        "tag_values.spend": "json",
        "scores.churn": "number",
        "scores.lookalike:x": "number",
        "scores.nobody": "number",
    }
).map(lambda rule: {"kind": "profile", **rule})
CONDITIONS = _conditions(
    {
        "category": "text",
        "channel": "text",
        "revenue_minor": "number",
        "simulated": "flag",
        "properties.color": "text",
        "properties.rating": "json",
        "properties.gift": "flag",
    }
)
WINDOWS = st.one_of(
    st.just({}),
    st.integers(1, 200).map(lambda days: {"last_days": days}),
    st.sampled_from(
        [
            {"from": "2026-04-16", "to": "2026-06-08"},
            {"from": "2026-05-16"},
            {"to": "2026-05-15"},
            {"from_days_ago": 60, "to_days_ago": 7},
            {"from_days_ago": 0},
            {"to_days_ago": 30},
            {"festival": {"code": "labour_day", "days_before": 3, "days_after": 20}},
            {"festival": {"code": "shopping_festival", "days_before": 12, "days_after": 5}},
            {"festival": {"code": "spring_festival", "back": 2, "days_after": 60}},
        ]
    ),
)


MEASURES = (
    *("count", "sum", "average", "min", "max", "distinct"),
    *("distinct_days", "distinct_weeks", "recency", "first", "last"),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an event rule."""
    measure = draw(st.sampled_from(MEASURES))
    rule: dict[str, Any] = {
        "kind": "event",
        "event": draw(st.sampled_from(NAMES)),
        "measure": measure,
        "where": draw(st.lists(CONDITIONS, max_size=2)),
        "window": draw(WINDOWS),
    }
    if measure == "count" and draw(st.booleans()):
        days, least = draw(st.integers(1, 60)), draw(st.integers(2, 4))
        return {**rule, "op": "gte", "value": least, "within_any_days": days}
    if measure == "distinct":
        rule["of"] = draw(st.sampled_from(["category", "properties.color", "revenue_minor"]))
    if measure in ("sum", "average", "min", "max"):
        rule["of"] = draw(st.sampled_from(["quantity", "revenue_minor", "properties.rating"]))
        if rule["of"] == "revenue_minor":
            rule["where"] = [{"field": "currency", "op": "eq", "value": "GBP"}]
    if measure in ("first", "last"):
        day = st.sampled_from(["2026-06-08", "2026-05-16", "2026-04-01"])
        rule["op"], rule["value"] = draw(
            st.one_of(
                st.tuples(st.sampled_from(["before", "after"]), day),
                st.tuples(st.sampled_from(["within_last", "before_last"]), st.integers(1, 100)),
                st.tuples(st.just("between"), st.just(["2026-04-16", "2026-05-16"])),
            )
        )
    else:
        sizes = st.sampled_from([-1, 0, 0.5, 1, 2, 3, 7, 30, 100, 2650])
        rule["op"], rule["value"] = draw(
            st.one_of(
                st.tuples(st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), sizes),
                st.tuples(st.just("between"), st.tuples(sizes, sizes).map(sorted).map(list)),
            )
        )
    return rule


@st.composite
def sequences(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a sequence of two to four steps."""
    steps: list[dict[str, Any]] = []
    for at in range(draw(st.integers(2, 4))):
        step: dict[str, Any] = {"event": draw(st.sampled_from(NAMES))}
        step["where"] = draw(st.lists(CONDITIONS, max_size=1))
        if at:
            unit = draw(st.sampled_from(["minutes", "hours", "days"]))
            step["within"] = {"number": draw(st.sampled_from([1, 20, 200, 2_000])), "unit": unit}
            same = st.sampled_from(["category", "product_ref", "properties.color"])
            step["same"] = draw(st.lists(same, max_size=2, unique=True))
            other = st.fixed_dictionaries(
                {
                    "event": st.sampled_from(NAMES),
                    "where": st.lists(CONDITIONS, max_size=1),
                }
            )
            step["without"] = draw(st.lists(other, max_size=1))
            if draw(st.booleans()):
                del step["within"]
        steps.append(step)
    return {"kind": "sequence", "steps": steps, "window": draw(WINDOWS)}


@st.composite
def ranks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a rule on tenths."""
    first, last = sorted((draw(st.integers(1, 10)), draw(st.integers(1, 10))))
    field = draw(st.sampled_from(["traits.score", "birth_year", "traits.plan", "scores.churn"]))
    return {"kind": "decile", "field": field, "from": first, "to": last}


OTHERS = st.one_of(
    ranks(),
    st.fixed_dictionaries(
        {
            "kind": st.just("consent"),
            "purpose": st.sampled_from(["marketing", "service"]),
            "channel": st.just("email"),
            "is_reachable": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("birthday"),
            "from_days": st.integers(0, 7),
            "to_days": st.integers(7, 300),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("near"),
            "within_km": st.sampled_from([1, 100, 300, 17_000, 20_000]),
            "latitude": st.sampled_from([51.5, 0, -90]),
            "longitude": st.sampled_from([-0.12, 180, 3.3]),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("catchment")}, optional={"place": st.sampled_from(SITES)}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("catchment"),
            "place": st.sampled_from(SITES),
            "is_nearest": st.just(True),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("split"),
            "salt": st.sampled_from(["a", "spring 2026", "盐"]),
            "from": st.sampled_from([0.0, 0.25, 0.5]),
            "to": st.sampled_from([0.51, 0.75, 1.0]),
        }
    ),
)


def trees() -> st.SearchStrategy[dict[str, Any]]:
    """Draw a whole tree of rules."""
    return st.recursive(
        st.one_of(PROFILES, events(), sequences(), OTHERS),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda n: {"kind": "and", "nodes": n}),
            st.lists(inner, min_size=1, max_size=3).map(lambda n: {"kind": "or", "nodes": n}),
            inner.map(lambda n: {"kind": "not", "node": n}),
        ),
        max_leaves=6,
    )
