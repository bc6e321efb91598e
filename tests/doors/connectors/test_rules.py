"""The conversion kernel: exact numbers, times in zones, conditions, arithmetic, bad mappings."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.builders.connectors import ORDER_LINES, make_mapping

from quanqu.doors.connectors.contracts import BadMappingError, Condition, Field, ValueType
from quanqu.doors.connectors.rules.columns import REASON_OF, Converted, text_of
from quanqu.doors.connectors.rules.conditions import holds
from quanqu.doors.connectors.rules.fields import Source, evaluate, json_objects
from quanqu.doors.connectors.rules.numbers import exponents_of, scaled, to_int, to_money
from quanqu.doors.connectors.rules.parse import mapping_schema, parse_manifest, parse_mapping
from quanqu.doors.connectors.rules.signatures import is_signed, sign
from quanqu.doors.connectors.rules.times import days_of, to_bool, to_date, to_instant


def told(found: Converted) -> list[Any]:
    """Return per row the value, or the reason there is none."""
    reasons = [REASON_OF[code] for code in found.codes]
    return [
        value if reason is None else str(reason)
        for value, reason in zip(found.values.to_pylist(), reasons, strict=True)
    ]


def source(**columns: list[Any]) -> Source:
    """Return a source of the columns, in US dollars and Shanghai time."""
    arrays = {name: pa.array(values) for name, values in columns.items()}
    length = len(next(iter(arrays.values())))
    blank = pa.nulls(length, pa.string())
    return Source(
        lambda name: arrays.get(name, blank), length, "Asia/Shanghai", np.full(length, 2, np.int8)
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.34", 123400),
        (" -0.5 ", -5000),
        ("+5", 50000),
        ("1,234.5", 12345000),
        ("1,23", "not_a_number"),
        ("(3.20)", -32000),
        ("￥9.9", 99000),
        ("£1,000", 10000000),
        ("1e3", 10000000),
        ("1.5E-2", 150),
        ('["1.10", null, "2"]', 31000),
        ("[]", 0),
        ("0.12345", "too_many_decimals"),
        ("12345678901234567890", "number_too_large"),
        ("abc", "not_a_number"),
        ("NaN", "not_a_number"),
        ("1_000", "not_a_number"),
        ("", None),
    ],
)
def test_text_is_read_as_exact_decimal(text: str, value: Any) -> None:
    assert told(scaled(pa.array([text]), 4)) == [value]


def test_decimal_comma_is_an_option() -> None:
    assert told(scaled(pa.array(["1.234,50", "1,5"]), 2, decimal=",")) == [123450, 150]


def test_floats_count_as_the_decimal_they_print_as() -> None:
    column = pa.array(
        [0.1 + 0.2, 6.95, -53594.36, 0.001, 1e20, float("nan"), None, 1.23456, 1.776357e-15]
    )

    found = told(scaled(column, 4))

    assert found == [3000, 69500, -535943600, 10, "number_too_large", None, None,
                     "too_many_decimals", 0]  # fmt: skip


@pytest.mark.parametrize("column", [[1.005, 2.675, -1.005], ["1.005", "2.675", "-1.005"]])
def test_half_up_rounds_away_from_zero_whatever_the_type(column: list[Any]) -> None:
    assert told(scaled(pa.array(column), 2, rounding="half_up")) == [101, 268, -101]


def test_whole_numbers_and_money_of_each_currency() -> None:
    currencies = exponents_of(pa.array(["USD", "JPY", "KWD", "JPY"]))

    assert told(to_int(pa.array(["1", "2.0", "2.5"]))) == [1, 2, "not_a_whole_number"]
    assert told(to_money(pa.array(["1.50", "100", "1.234", "1.5"]), currencies)) == [
        150, 100, 1234, "too_many_decimals",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2017-09-23T18:15:47-00:00", "2017-09-23T18:15:47"),
        ("2016-05-17T04:14:36-04:00", "2016-05-17T08:14:36"),
        ("2019-05-07T15:42:57.058Z", "2019-05-07T15:42:57.058000"),
        ("2017-07-28 14:18:32", "2017-07-28T06:18:32"),
        ("2018-01-01 10:30", "2018-01-01T02:30:00"),
        ("2018-01-01", "2017-12-31T16:00:00"),
        ("0001-01-01 00:00:00", None),
        ("2017-13-01", "not_a_time"),
        ("2017-02-29", "not_a_time"),
        ("soon", "not_a_time"),
        ("", None),
    ],
)
def test_iso_times_without_an_offset_are_local(text: str, utc: str | None) -> None:
    (found,) = told(to_instant(pa.array([text]), [], "Asia/Shanghai"))

    shown = found.replace(tzinfo=None).isoformat() if isinstance(found, datetime) else found
    assert shown == utc


def test_other_formats_are_tried_in_order_and_no_date_rolls_over() -> None:
    column = pa.array(["01/12/2009 07:45", "31/02/2010 01:01", "2009年12月1日", "1/2/2010 8:05 x"])

    found = told(to_instant(column, ["%d/%m/%Y %H:%M", "%Y年%m月%d日"], "UTC"))

    assert found == [
        datetime(2009, 12, 1, 7, 45, tzinfo=UTC),
        "not_a_time",
        datetime(2009, 12, 1, tzinfo=UTC),
        "not_a_time",
    ]


def test_unix_seconds_take_zero_for_not_yet() -> None:
    found = told(to_instant(pa.array([1731916551, 0, None]), ["unix_s"], "UTC"))

    assert found == [datetime(2024, 11, 18, 7, 55, 51, tzinfo=UTC), None, None]


def test_hours_that_are_twice_or_never_there_are_read() -> None:
    column = pa.array(["2024-10-27 01:30:00", "2024-03-31 01:30:00"])

    found = told(to_instant(column, [], "Europe/London"))

    assert found == [
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    ]


def test_dates_yes_and_no_and_business_days() -> None:
    instants = pa.array([datetime(2024, 1, 1, 20, tzinfo=UTC)], pa.timestamp("us", "UTC"))

    assert told(to_date(pa.array(["2018-01-02T23:00:00", "2018-02-30"]), [])) == [
        date(2018, 1, 2), "not_a_date",
    ]  # fmt: skip
    assert told(to_bool(pa.array(["Yes", "否", "maybe", None]))) == [
        True, False, "not_a_yes_or_no", None,
    ]  # fmt: skip
    assert days_of(instants, "Asia/Shanghai").to_pylist() == [date(2024, 1, 2)]


def test_text_loses_what_a_database_cannot_hold() -> None:
    assert text_of(pa.array([" a\x00b ", "  ", None])).to_pylist() == ["ab", None, None]
    assert text_of(pa.array([13085.0, 0.5, float("nan")])).to_pylist() == ["13085", "0.5", None]


@pytest.mark.parametrize(
    ("field", "kind", "expected"),
    [
        (Field(from_=["b", "a"]), ValueType.TEXT, ["B1", "7"]),
        (Field(from_=["a", "b"], join="-"), ValueType.TEXT, ["6-B1", "7"]),
        (Field(from_="b", case="lower", prefix="x-"), ValueType.TEXT, ["x-b1", None]),
        (Field(from_="b", extract="B(?P<n>.)"), ValueType.INT, [1, None]),
        (Field(from_="b", map={"B1": "one"}, default="none"), ValueType.TEXT, ["one", "none"]),
        (Field(from_="a", map={"6": "six"}), ValueType.TEXT, ["six", "unknown_value"]),
        (Field(from_="a", map={"6": "six"}, otherwise="keep"), ValueType.TEXT, ["six", "7"]),
        (Field(from_="a", map={"6": "six"}, otherwise="drop"), ValueType.TEXT, ["six", None]),
        (Field(from_="b", required=True), ValueType.TEXT, ["B1", "missing_value"]),
        (Field(from_="fen", unit="minor"), ValueType.MONEY, [105, 200]),
        (Field(from_="fen", unit="minor"), ValueType.PRICE_E4, [10500, 20000]),
        (Field(add=["price", "fee"], subtract=["off"]), ValueType.MONEY, [155, 200]),
        (Field(times=["quantity", "price"]), ValueType.MONEY, [317, 0]),
        (Field(times=["quantity", "price"], subtract=["off"]), ValueType.MONEY, [267, 0]),
        (Field(times=["quantity", "price"], negate=True), ValueType.MONEY, [-317, 0]),
        (Field(add=["price"], over="quantity"), ValueType.PRICE_E4, [3517, None]),
        (Field(from_="off", absolute=True), ValueType.MONEY, [50, 0]),
        (Field(from_="minus", minimum=0), ValueType.PRICE_E4, ["negative_price", 10000]),
        (Field(from_="minus", minimum=0), ValueType.MONEY, ["negative_value", 100]),
        (Field(const="x"), ValueType.TEXT, ["x", "x"]),
        (Field(const=1), ValueType.INT, [1, 1]),
        (Field(const="false"), ValueType.BOOL, [False, False]),
        (Field(from_="price"), ValueType.MONEY, ["too_many_decimals", 200]),
        (Field(from_="price", round="half_up"), ValueType.MONEY, [106, 200]),
    ],
)
def test_fields(field: Field, kind: ValueType, expected: list[Any]) -> None:
    given = source(
        a=[6, 7], b=["B1", None], fen=[105, 200], price=["1.055", "2"], fee=["0.995", None],
        off=["0.50", "-0.00"], quantity=["3", "0"], minus=["-1", "1"],
    )  # fmt: skip

    assert told(evaluate(field, kind, given)) == expected


def test_a_product_beyond_64_bits_is_refused_not_wrapped() -> None:
    given = source(q=["99999999999", "2"], p=["99999999", "3"])

    found = told(evaluate(Field(times=["q", "p"]), ValueType.MONEY, given))

    assert found == ["number_too_large", 600]


def test_traits_leave_absent_values_out() -> None:
    given = source(age=["35", None], size=["2", "x"])

    found = json_objects({"age": "age", "size": Field(from_="size", type=ValueType.INT)}, given)

    assert told(found) == ['{"age":"35","size":2}', "not_a_whole_number"] or told(found) == [
        '{"age":"35","size":2}', "not_a_number",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(column="i", starts_with="C"), [True, False, False]),
        (Condition(column="s", ignore_case=True, in_=["post", "d"]), [True, False, True]),
        (Condition(column="s", equals="post"), [True, False, False]),
        (Condition(column="s", missing=True), [False, True, False]),
        (Condition(column="q", less_than=0), [True, False, False]),
        (Condition(column="q", greater_than=0.5), [False, True, False]),
        (Condition(column="q", equals_number=0), [False, False, True]),
        (Condition(column="i", matches="^[0-9]+$"), [False, True, False]),
        (Condition(not_=Condition(column="s", missing=True)), [True, False, True]),
        (
            Condition(any=[Condition(column="q", less_than=0), Condition(column="s", equals="D")]),
            [True, False, True],
        ),
        (
            Condition(column="i", starts_with="C", all=[Condition(column="q", greater_than=0)]),
            [False, False, False],
        ),
    ],
)
def test_conditions(condition: Condition, expected: list[bool]) -> None:
    given = source(i=["C1", "2", None], s=["post", None, "D"], q=[-1, 1, 0])

    assert holds(condition, given.look, 3).to_pylist() == expected


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"version": "one"}, "version"),
        ({"kind": "graph"}, "kind"),
        ({"colour": 1}, "the top"),
        ({"entities": []}, "entities"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"currency": "yuan"}, "currency"),
        ({"kind": "payload", "records": "a[?"}, "records"),
        ({"reject": [{"reason": "x", "when": {"equals": "1"}}]}, "reject[0].when"),
    ],
)
def test_a_bad_mapping_is_refused_with_the_place(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadMappingError) as caught:
        make_mapping(**changes)

    assert caught.value.fields["where"] == where


@pytest.mark.parametrize(
    ("entity", "where"),
    [
        ({"fields": {"colour": "a"}}, "entities[0].fields"),
        ({"fields": {"sku": {"from": "a", "const": 1}}}, "entities[0].fields.sku"),
        ({"fields": {"sku": {}}}, "entities[0].fields.sku"),
        ({"fields": {"sku": {"from": "a", "extract": "("}}}, "entities[0].fields.sku"),
        ({"fields": {"sku": {"from": "a", "extract": "(a)"}}}, "entities[0].fields.sku"),
        ({"fields": {"sku": {"from": "a", "zone": "X"}}}, "zone"),
        ({"fields": {}, "identifiers": {"nose": "a"}}, "entities[0].identifiers"),
        ({"fields": {}, "table": "items"}, "entities[0].table"),
        ({"fields": {}, "when": {"column": "a", "matches": "["}}, "entities[0].when"),
    ],
)
def test_a_bad_entity_is_refused_with_the_place(entity: dict[str, Any], where: str) -> None:
    with pytest.raises(BadMappingError) as caught:
        make_mapping(entities=[{"entity": "lines", **entity}])

    assert caught.value.fields["where"] == where


def test_a_bad_manifest_is_refused() -> None:
    with pytest.raises(BadMappingError):
        parse_manifest({"code": "x"}, name="x")


def test_the_schema_knows_every_field_of_a_mapping() -> None:
    schema = mapping_schema()

    assert schema["$schema"].endswith("2020-12/schema")
    assert set(ORDER_LINES) <= set(schema["$defs"]["Mapping"]["properties"])
    assert parse_mapping(ORDER_LINES, name="own").name == "own"


def test_signatures_hold_for_their_body_only() -> None:
    signature = sign(b"{}", "secret")

    assert is_signed(b"{}", signature, "secret")
    assert not is_signed(b"{ }", signature, "secret")
    assert not is_signed(b"{}", signature, "other")
    assert not is_signed(b"{}", "ü", "secret")
