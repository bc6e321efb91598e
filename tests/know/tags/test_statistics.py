"""Statistics find exactly the values that plain Python finds, on every engine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.audiences import AS_OF, CONDITIONS, NAMES, WINDOWS, World, put_in_lake
from tests.builders.tag_oracle import Value, values

from quanqu.infra.auth.contracts import Scope
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import StatisticNameError, TagDefinitionError
from quanqu.know.tags.queries.definitions import (
    describe_definition,
    parse_statistic,
    read_definition,
)
from quanqu.know.tags.queries.values import WEARERS, find_values

EVERYTHING = Scope(everything=True)
TEXTS = ("category", "channel", "product_ref", "properties.color", "properties.rating", "quantity")
NUMBERS = ("quantity", "revenue_minor", "properties.rating")
IN_POUNDS = {"field": "currency", "op": "eq", "value": "GBP"}


@st.composite
def statistics(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a statistic that makes sense."""
    measure = draw(
        st.sampled_from(["first", "last", "most_frequent", "sum", "average", "count", "distinct"])
    )
    made: dict[str, Any] = {
        "measure": measure,
        "event": draw(st.sampled_from(NAMES)),
        "where": draw(st.lists(CONDITIONS, max_size=2)),
        "window": draw(WINDOWS),
    }
    if measure in ("sum", "average"):
        made["of"] = draw(st.sampled_from(NUMBERS))
    elif measure != "count":
        made["of"] = draw(st.sampled_from((*TEXTS, "revenue_minor")))
    if made.get("of") == "revenue_minor":
        made["where"] = [*made["where"], IN_POUNDS]
    return made


def found(statistic: dict[str, Any]) -> dict[int, Value]:
    table = find_values(parse_statistic(statistic), EVERYTHING, AS_OF)
    assert table.schema == WEARERS
    return {
        row["customer_key"]: row["value_text"]
        if row["value_number"] is None
        else row["value_number"]
        for row in table.to_pylist()
    }


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(statistic=statistics())
def test_a_statistic_equals_the_oracle(
    world: World, engine: str, statistic: dict[str, Any]
) -> None:
    assert found(statistic) == pytest.approx(values(world, statistic, AS_OF), abs=1e-6)


def test_equal_frequencies_go_to_the_later_and_then_to_the_first_letter(own_lake: Path) -> None:
    world = World()
    world.customers = [{"customer_key": 10, "bucket": "0"}]
    world.owner = {10: 10}
    day = AS_OF
    told = [("Hats", 9), ("Shoes", 10), ("Bags", 10), ("Hats", 8), ("Shoes", 7), ("Bags", 7)]
    for number, (category, hour) in enumerate(told):
        world.events.append(
            {
                "event_key": number,
                "event": "Order Completed",
                "subject_key": 10,
                "occurred_at": datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
                "day": day,
                "category": category,
                "part": f"{day:%Y%m}",
            }
        )
    put_in_lake(world)

    asked = {"measure": "most_frequent", "event": "Order Completed", "of": "category"}
    assert found(asked) == {10: "Bags"}  # as often as Shoes, and both last at ten
    assert found({**asked, "measure": "first"}) == {10: "Shoes"}  # of seven o'clock the first
    assert found({**asked, "measure": "last"}) == {10: "Bags"}


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"measure": "sum"}, "$.of", "sum_of_what"),
        ({"measure": "sum", "of": "category"}, "$.of", "not_a_number_field"),
        ({"measure": "sum", "of": "place"}, "$.of", "unknown_field"),
        ({"measure": "last", "of": "shoe"}, "$.of", "unknown_field"),
        ({"measure": "count", "of": "category"}, "$.of", "of_without_sum"),
        ({"measure": "sum", "of": "revenue_minor"}, "$.where", "currency_needed"),
        ({"measure": "last", "of": "revenue_minor"}, "$.where", "currency_needed"),
        ({"measure": "count", "window": {"last_days": 0}}, "$", "shape"),
        ({"measure": "mode"}, "$", "shape"),
        ({"measure": "count", "event": "a\0b"}, "$.event", "not_printable"),
        (
            {"measure": "count", "where": [{"field": "shoe", "value": "x"}]},
            "$.where[0].field",
            "unknown_field",
        ),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(
    wrong: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(TagDefinitionError) as refused:
        parse_statistic({"event": "Order Completed", **wrong})

    assert (refused.value.problems[0].path, refused.value.problems[0].code) == (path, code)


def test_a_name_that_rules_cannot_speak_of_is_refused() -> None:
    asked = {"measure": "count", "event": "Order Completed"}
    told = {"kind": TagKind.STATISTIC, "definition": asked}

    assert read_definition(name="常买品类 2", **told) == asked
    with pytest.raises(StatisticNameError):
        read_definition(name='a"b', **told)


@pytest.mark.parametrize(
    ("definition", "english", "chinese"),
    [
        (
            {"measure": "most_frequent", "event": "Order Completed", "of": "category"},
            "The most frequent category of “Order Completed”.",
            "“Order Completed”中最常见的品类。",
        ),
        (
            {
                "measure": "sum",
                "event": "Order Completed",
                "of": "revenue_minor",
                "where": [IN_POUNDS, {"field": "channel", "op": "eq", "value": "web"}],
                "window": {"last_days": 90},
            },
            "The total revenue (GBP) of “Order Completed” where channel is “web” in the last 90 "
            "days.",
            "最近 90 天内“Order Completed”的收入（GBP）合计（渠道为“web”）。",
        ),
        (
            {"measure": "last", "event": "Order Completed", "of": "place"},
            "The last place of “Order Completed”.",
            "最近一次“Order Completed”的地点。",
        ),
    ],
)
def test_a_statistic_is_said_in_both_languages(
    definition: dict[str, Any], english: str, chinese: str
) -> None:
    told = {"kind": TagKind.STATISTIC, "definition": definition}

    assert describe_definition(language="en", **told) == english
    assert describe_definition(language="zh-hans", **told) == chinese
