"""Laws of conversion: nothing is lost, no amount is bent, groups stay whole."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.connectors import convert_rows, make_mapping, make_rows, rows_of

from quanqu.doors.connectors.contracts import EntityKind
from quanqu.doors.connectors.feeds import table_feed
from quanqu.doors.connectors.readers.encoding import detect_encoding
from quanqu.doors.connectors.rules.columns import text_of
from quanqu.doors.connectors.rules.grouping import (
    child_groups,
    fill_groups,
    group_rows,
    reduce_groups,
    starts_of,
)
from quanqu.doors.connectors.rules.numbers import scaled
from quanqu.doors.connectors.staging import StagedTable

AMOUNTS = st.decimals(-(10**11), 10**11, places=4)
CELLS = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["1", "2.5", "-3", "x", "1,000"]))
# the 3,755 characters of GB 2312 level one, which running text is made of
COMMON_HAN = [
    bytes([row, cell]).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if (row, cell) < (0xD7, 0xFA)
]
KEYS = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d"]))


@given(st.lists(AMOUNTS, max_size=30), st.integers(0, 4))
def test_decimal_text_and_its_float_make_the_same_integer(
    amounts: list[Decimal], digits: int
) -> None:
    quantum = Decimal(1).scaleb(-digits)
    expected = [int(a.quantize(quantum, ROUND_HALF_UP).scaleb(digits)) for a in amounts]
    exact = [a == a.quantize(quantum) for a in amounts]

    text = scaled(pa.array([str(a) for a in amounts], pa.string()), digits)
    rounded = scaled(pa.array([str(a) for a in amounts], pa.string()), digits, rounding="half_up")
    floats = scaled(pa.array([float(a) for a in amounts], pa.float64()), digits)

    assert rounded.values.to_pylist() == expected
    for found in (text, floats):
        for at, fits in enumerate(exact):
            assert (found.codes[at] == 0) == fits
            assert not fits or found.values[at].as_py() == expected[at]


@given(st.lists(st.fixed_dictionaries({
    "order": KEYS, "at": st.sampled_from(["2024-01-01", "2024-13-01", None]), "sku": CELLS,
    "quantity": CELLS, "price": CELLS, "email": CELLS,
}), max_size=25))  # fmt: skip
def test_every_row_is_accepted_or_rejected_and_money_is_the_sum_of_its_rows(
    rows: list[dict[str, str | None]],
) -> None:
    table = make_rows(*rows) if rows else make_rows({"order": None, "at": None, "sku": None,
        "quantity": None, "price": None, "email": None})  # fmt: skip

    made = convert_rows(make_mapping(), table)

    assert made.read == table.num_rows == made.accepted + len(made.rejects)
    assert len({reject.at for reject in made.rejects}) == len(made.rejects)
    assert made.tables[EntityKind.LINES].num_rows == made.accepted
    orders = {row["external_id"] for row in rows_of(made, EntityKind.ORDERS)}
    assert len(orders) == made.tables[EntityKind.ORDERS].num_rows
    for line in rows_of(made, EntityKind.LINES):
        exact = Decimal(line["quantity"]) * line["unit_price_e4"] / 100
        assert line["amount_minor"] == int(exact.to_integral_value(ROUND_HALF_UP))


@given(st.lists(KEYS, max_size=40), st.integers(1, 7))
def test_chunks_cover_every_row_once_and_never_split_a_group(
    keys: list[str | None], size: int
) -> None:
    rows = [{"order": k, "at": None, "sku": "s", "quantity": "1", "price": "1"} for k in keys]
    table = make_rows(*(rows or [{"order": "a", "at": None, "sku": "s", "quantity": "1",
                                  "price": "1"}]))  # fmt: skip
    feed = table_feed(make_mapping(), {"main": StagedTable("main", "f", table)})

    seen: list[int] = []
    homes: dict[str, set[int]] = defaultdict(set)
    for number, (first, last) in enumerate(feed.chunks(size)):
        piece = feed.slices(first, last)["main"].table
        seen += piece["__row"].to_pylist()
        for key in piece["order"].to_pylist():
            homes[str(key)].add(number)

    assert sorted(seen) == table["__row"].to_pylist()
    assert all(len(places) == 1 for key, places in homes.items() if key != "None")


@given(st.lists(st.tuples(KEYS, st.one_of(st.none(), st.integers(-9, 9))), max_size=30))
def test_groups_reduce_as_plain_python_does(pairs: list[tuple[str | None, int | None]]) -> None:
    keys = pa.array([k for k, _ in pairs], pa.string())
    grouping = group_rows([keys], len(pairs))
    order = range(len(pairs)) if grouping.order is None else grouping.order
    values = pa.array([pairs[at][1] for at in order], pa.int64())
    starts = starts_of(grouping.groups)
    grouped: dict[object, list[int | None]] = {}
    for at, (key, value) in enumerate(pairs):
        grouped.setdefault(at if key is None else key, []).append(value)
    known = [g for k, g in grouped.items() if isinstance(k, str)]
    loose = [g for k, g in grouped.items() if not isinstance(k, str)]
    wanted = [[v for v in g if v is not None] for g in known + loose]

    assert reduce_groups(values, starts, "first").to_pylist() == [(g or [None])[0] for g in wanted]
    assert reduce_groups(values, starts, "last").to_pylist() == [(g or [None])[-1] for g in wanted]
    assert reduce_groups(values, starts, "min").to_pylist() == [
        min(g, default=None) for g in wanted
    ]
    assert reduce_groups(values, starts, "max").to_pylist() == [
        max(g, default=None) for g in wanted
    ]
    assert reduce_groups(values, starts, "sum").to_pylist() == [
        sum(g) if g else None for g in wanted
    ]
    filled = fill_groups(values, grouping.groups).to_pylist()
    flat_wanted = [
        value if value is not None else (has or [None])[0]
        for group, has in zip(known + loose, wanted, strict=True)
        for value in group
    ]
    assert filled == flat_wanted


@given(st.lists(KEYS, max_size=20), st.lists(KEYS, max_size=20))
def test_children_follow_their_parents_or_are_orphans(
    parents: list[str | None], children: list[str | None]
) -> None:
    grouping = group_rows([pa.array(parents, pa.string())], len(parents))
    column = pa.array(children, pa.string())

    below, orphans = child_groups(column, grouping)

    assert below.order is not None
    assert sorted([*below.order, *orphans]) == list(range(len(children)))
    assert all(children[at] is None or children[at] not in parents for at in orphans)
    names = grouping.keys.to_pylist()
    assert [names[g] for g in below.groups] == [children[at] for at in below.order]
    assert bool(np.all(np.diff(below.groups) >= 0))


@given(st.text(st.sampled_from(COMMON_HAN), min_size=4))
def test_chinese_text_is_recognised_in_both_of_its_encodings(text: str) -> None:
    assert detect_encoding(("编号,名称\n" + text).encode()) == "utf-8"
    assert detect_encoding(("编号,名称\n" + text).encode("gb18030")) == "gb18030"


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=20))
def test_text_is_trimmed_and_blank_is_nothing(cells: list[str | None]) -> None:
    found = text_of(pa.array(cells, pa.string())).to_pylist()

    wanted = [None if c is None else c.replace("\x00", "") for c in cells]
    assert all(f is None or (f == f.strip() and f) for f in found)
    assert [f is None for f in found] == [not (w or "").strip() for w in wanted]
