"""Whatever a file is written like, its sums come out to the cent (property test)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.strangers import (
    STYLES,
    Sale,
    Style,
    american,
    cents,
    french,
    german,
    write_sales,
)

from quanqu.doors.connectors.contracts import EntityKind, Hints
from quanqu.doors.connectors.guessed import guessed_mappings
from quanqu.doors.connectors.inputs import open_input
from quanqu.doors.connectors.registry import manifest
from quanqu.doors.connectors.rules.assemble import Defaults, assemble

DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%Y年%m月%d日", "%d-%b-%Y", "%Y%m%d")
WRITINGS = (str, german, french, american)
styles = st.builds(
    Style,
    names=st.sampled_from([style.names for style in STYLES.values()]),
    date=st.sampled_from(DATES),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    money=st.sampled_from(WRITINGS),
    before=st.sampled_from([(), ("Report",), ("Report", "", "of sales")]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)


@st.composite
def sales(draw: st.DrawFn) -> list[Sale]:
    """Draw the lines of some orders; days beyond the twelfth show which is the day."""
    found = []
    for order in range(draw(st.integers(3, 8))):
        at = datetime(2023, 1, 13, 8) + timedelta(days=31 * order, minutes=order)  # noqa: DTZ001 - as files tell it
        for line in range(draw(st.integers(1, 3))):
            price = Decimal(draw(st.integers(1, 900_000))) / 100
            quantity = draw(st.integers(1, 99))
            found.append(
                Sale(f"{900 + order}", at, f"C{order % 3}", f"P-{line}", "Tea pot", quantity, price)
            )
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(style=styles, rows=sales())
def test_a_file_of_any_manner_comes_in_to_the_cent(style: Style, rows: list[Sale]) -> None:
    at = [replace(row, at=row.at.replace(day=13 + index % 15)) for index, row in enumerate(rows)]
    by_order = {row.order: row.at for row in at}
    told = [replace(row, at=by_order[row.order]) for row in at]
    with TemporaryDirectory() as folder:
        path = write_sales(Path(folder), style, told)
        own = list(guessed_mappings(path=path, hints=Hints(), currency="CNY"))
        found = open_input(path, manifest("generic"), own, Path(folder) / "work")
        (feed,) = found.feeds
        made = assemble(feed.mapping, feed.slices(0, feed.count), Defaults("CNY", "UTC"))

    lines = made.tables[EntityKind.LINES]["amount_minor"].to_pylist()
    orders = made.tables[EntityKind.ORDERS]
    assert not made.rejects
    assert sum(lines) == sum(cents(row.amount) for row in told)
    assert (
        dict(
            zip(orders["external_id"].to_pylist(), orders["placed_at"].to_pylist(), strict=True)
        ).keys()
        == by_order.keys()
    )
    assert [value.date() for value in orders["placed_at"].to_pylist()] == [
        moment.date() for moment in by_order.values()
    ]
