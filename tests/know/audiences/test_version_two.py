"""Version 2 of the grammar: faults of its rules, references, limits, and the business calendar."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import DefinitionError, FestivalWindow
from quanqu.know.audiences.facade import (
    change_definition,
    describe_audience,
    describe_fault,
    save_audience,
    validate,
)
from quanqu.know.audiences.rules.consents import PAIRS
from quanqu.know.audiences.rules.festivals import CODES, birthdays_between, festival_days
from quanqu.know.audiences.rules.words import chinese, english

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
BOUGHT = {"kind": "event", "event": "Order Completed"}
VIEW, BUY = {"event": "Product Viewed"}, {"event": "Order Completed"}


def _faults(match: Any, version: int = 2) -> list[tuple[str, str]]:
    return [(p.path, p.code) for p in validate(definition={"version": version, "match": match})]


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ({"kind": "sequence", "steps": [VIEW]}, ".steps", "shape"),
        ({"kind": "sequence", "steps": [VIEW] * 6}, ".steps", "shape"),
        (
            {"kind": "sequence", "steps": [{**VIEW, "same": ["category"]}, BUY]},
            ".steps[0]",
            "first_step_follows_nothing",
        ),
        (
            {"kind": "sequence", "steps": [VIEW, {**BUY, "same": ["colour"]}]},
            ".steps[1].same[0]",
            "unknown_field",
        ),
        (
            {
                "kind": "sequence",
                "steps": [
                    VIEW,
                    {**BUY, "without": [{**VIEW, "where": [{"field": "x", "value": 1}]}]},
                ],
            },
            ".steps[1].without[0].where[0].field",
            "unknown_field",
        ),
        ({**BOUGHT, "window": {"from_days_ago": 3, "to_days_ago": 9}}, ".window.to_days_ago", ""),
        ({**BOUGHT, "window": {"last_days": 3, "to_days_ago": 9}}, ".window", "window_both"),
        (
            {**BOUGHT, "window": {"festival": {"code": "moon_day"}}},
            ".window.festival.code",
            "unknown_festival",
        ),
        ({**BOUGHT, "within_any_days": 3}, ".within_any_days", "burst_of_count"),
        ({**BOUGHT, "measure": "average"}, ".of", "sum_of_what"),
        ({**BOUGHT, "measure": "max", "of": "revenue_minor"}, ".where", "currency_needed"),
        ({**BOUGHT, "measure": "distinct", "of": "colour"}, ".of", "unknown_field"),
        ({"kind": "birthday", "from_days": 9, "to_days": 3}, ".to_days", "between_backwards"),
        ({"kind": "near", "within_km": 5}, "", "place_or_point"),
        ({"kind": "near", "within_km": 5, "latitude": 3}, "", "place_or_point"),
        ({"kind": "catchment", "is_nearest": True}, ".place", "nearest_of_what"),
        ({"kind": "split", "salt": "a", "from": 0.5, "to": 0.5}, ".to", "empty_share"),
        ({"kind": "decile", "field": "country", "to": 3}, ".field", "not_a_number_field"),
        ({"kind": "decile", "field": "birth_year", "from": 4, "to": 3}, ".to", ""),
        ({"kind": "consent", "purpose": "tea", "channel": "email"}, "", "unknown_consent"),
        (
            {
                "kind": "consent",
                "purpose": "analytics",
                "channel": "all",
                "is_reachable": True,
            },
            ".is_reachable",
            "no_way_to_reach",
        ),
        ({"kind": "audience", "audience": "vip"}, ".audience", "unknown_audience"),
    ],
)
def test_a_wrong_rule_is_told_where_and_why(rule: Any, path: str, code: str) -> None:
    ((at, found),) = _faults({"kind": "not", "node": rule})

    assert at == f"$.match.node{path}"
    assert code in found
    for language in ("en", "zh-hans"):
        (problem,) = validate(definition={"version": 2, "match": rule})
        assert "{" not in describe_fault(problem=problem, language=language)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "birthday", "to_days": 7},
        {"kind": "catchment"},
        {**BOUGHT, "window": {"to_days_ago": 9}},
        {**BOUGHT, "measure": "distinct_weeks"},
        {"kind": "profile", "field": "city", "op": "ends_with", "value": "x"},
    ],
)
def test_version_one_knows_none_of_it(rule: Any) -> None:
    assert _faults(rule, version=1) == [("$.match", "version_2_wanted")]
    assert _faults(rule, version=2) == []


@pytest.mark.parametrize("count", [201, 10_000])
def test_too_many_conditions_are_refused_with_their_number(count: int) -> None:
    flat = {"kind": "or", "nodes": [BOUGHT] * count}

    (problem,) = validate(definition={"version": 2, "match": flat})

    assert problem.code == "too_many"
    assert str(count) in describe_fault(problem=problem, language="en")


def test_both_languages_say_the_same_phrases() -> None:
    assert set(english.PHRASES) == set(chinese.PHRASES)
    assert set(english.PROBLEMS) == set(chinese.PROBLEMS)
    assert {f"festival.{code}" for code in CODES} <= set(english.PHRASES)


def test_every_consent_can_be_said() -> None:
    for purpose, channel in PAIRS:
        rule = {"kind": "consent", "purpose": purpose, "channel": channel}
        for language in ("en", "zh-hans"):
            assert describe_audience(definition={"version": 2, "match": rule}, language=language)


def test_a_sequence_is_said_in_words() -> None:
    steps = [
        VIEW,
        {
            **BUY,
            "within": {"number": 2, "unit": "hours"},
            "same": ["product_ref"],
            "without": [{"event": "Product Removed"}],
        },
    ]
    definition = {"version": 2, "match": {"kind": "sequence", "steps": steps}}

    assert describe_audience(definition=definition, language="en") == (
        "Customers with: did “Product Viewed”, then “Order Completed” within 2 hours with the same "
        "product without “Product Removed” in between."
    )
    assert describe_audience(definition=definition, language="zh-hans") == (
        "符合以下条件的客户：先后发生“Product Viewed”，随后在 2 小时内以相同的商品、"
        "其间没有“Product Removed”，“Order Completed”。"
    )


@pytest.mark.parametrize(
    ("code", "back", "day"),
    [
        # public holiday notices of the State Council and the days the shops kept
        ("spring_festival", 1, "2026-02-17"),
        ("spring_festival", 2, "2025-01-29"),
        ("spring_festival", 3, "2024-02-10"),
        ("mid_autumn", 1, "2025-10-06"),
        ("dragon_boat", 2, "2025-05-31"),
        ("black_friday", 1, "2025-11-28"),
        ("thanksgiving_us", 2, "2024-11-28"),
        ("shopping_festival", 1, "2026-06-18"),
        ("shopping_festival", 2, "2025-12-12"),
    ],
)
def test_days_of_the_business_calendar(code: str, back: int, day: str) -> None:
    found = festival_days(FestivalWindow(code, back), date(2026, 6, 20))

    assert found == (date.fromisoformat(day), date.fromisoformat(day))


def test_a_calendar_that_does_not_reach_back_holds_no_day() -> None:
    assert festival_days(FestivalWindow("qixi", 20), date(2000, 1, 1)) is None


def test_a_birthday_of_the_leap_day_comes_every_year() -> None:
    assert birthdays_between(date(2026, 2, 27), 0, 2) == [227, 228, 229, 301]
    assert birthdays_between(date(2028, 2, 28), 0, 0) == [228]
    assert birthdays_between(date(2028, 2, 28), 1, 1) == [229]


def _save(name: str, match: Any) -> Any:
    return save_audience(
        actor=SYSTEM, name=name, definition={"version": 2, "match": match}, now=NOW
    )


@pytest.mark.django_db
def test_an_audience_that_would_depend_on_itself_is_refused_with_the_path() -> None:
    first = _save("First", BOUGHT)
    of_first = {"kind": "audience", "audience": encode("aud", first.id)}
    second = _save("Second", {"kind": "not", "node": of_first})
    of_second = {"kind": "audience", "audience": encode("aud", second.id)}

    with pytest.raises(DefinitionError) as refused:
        change_definition(
            actor=SYSTEM,
            audience_id=first.id,
            definition={"version": 2, "match": {"kind": "or", "nodes": [BOUGHT, of_second]}},
            now=NOW,
        )

    (problem,) = refused.value.problems
    assert (problem.path, problem.code) == ("$.match.nodes[1].audience", "audience_cycle")
    assert problem.details["cycle"] == "First → Second → First"


@pytest.mark.django_db
def test_an_audience_or_place_that_is_not_there_is_refused() -> None:
    for rule, code in (
        ({"kind": "audience", "audience": "aud_00000000000000000000000000"}, "unknown_audience"),
        ({"kind": "near", "within_km": 3, "place": "plc_0"}, "unknown_place"),
    ):
        with pytest.raises(DefinitionError) as refused:
            _save("x", rule)
        assert refused.value.problems[0].code == code
