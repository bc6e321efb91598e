"""Files nobody described: what columns are taken for, and sums that agree to the cent."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from tests.builders.strangers import (
    SALES,
    STYLES,
    cents,
    write_columnar,
    write_nested,
    write_sales,
    write_workbook,
    write_wrapped,
)

from quanqu.doors.connectors.contracts import (
    EntityKind,
    Hints,
    Inspection,
    Layout,
    NoRecordsError,
    UnknownFieldError,
    UnmappedColumnsError,
)
from quanqu.doors.connectors.drafts import draft_yaml
from quanqu.doors.connectors.guessed import guessed_mappings, inspect_all
from quanqu.doors.connectors.inputs import open_input
from quanqu.doors.connectors.looking import inspect
from quanqu.doors.connectors.registry import load_mapping, manifest
from quanqu.doors.connectors.rules.assemble import Defaults, assemble
from quanqu.doors.connectors.rules.guessing.dates import date_style
from quanqu.doors.connectors.rules.guessing.names import likenesses, words_in

TOTAL = sum(cents(sale.amount) for sale in SALES)
ORDERS = {sale.order for sale in SALES}


def convert(path: Path, work: Path, **hints: Any) -> dict[EntityKind, list[dict[str, Any]]]:
    """Guess a file's mapping and return everything that comes of the file, rejects under None."""
    own = list(guessed_mappings(path=path, hints=Hints(**hints), currency="CNY"))
    given = open_input(path, manifest("generic"), own, Path(mkdtemp(dir=work)))
    found: dict[Any, list[dict[str, Any]]] = {kind: [] for kind in EntityKind}
    found[None] = []
    for feed in given.feeds:
        for first, last in feed.chunks():
            made = assemble(feed.mapping, feed.slices(first, last), Defaults("CNY", "UTC"))
            for kind, table in made.tables.items():
                found[kind] += table.to_pylist()
            found[None] += [{"reason": r.reason, "field": r.field} for r in made.rejects]
    return found


def total(rows: list[dict[str, Any]]) -> int:
    """Add up the amounts of lines."""
    return sum(row["amount_minor"] for row in rows)


def taken(look: Inspection) -> dict[str, str | None]:
    """Return what each column was taken for."""
    return {column.name: column.guess for column in look.columns}


def write(folder: Path, text: str, name: str = "file.csv") -> Path:
    """Write a small file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("manner", STYLES)
def test_the_same_sales_come_in_from_every_manner_of_file(manner: str, tmp_path: Path) -> None:
    style = STYLES[manner]
    path = write_sales(tmp_path, style)

    look = inspect(path=path)
    made = convert(path, tmp_path)

    assert list(taken(look).values()) == [
        "order_id", "date", "customer_id", "sku", "product_name", "quantity", "price", "amount",
    ]  # fmt: skip
    assert (look.shape, look.missing) == ("order_lines", ())
    assert {row["external_id"] for row in made[EntityKind.ORDERS]} == ORDERS
    assert total(made[EntityKind.LINES]) == TOTAL
    assert {row["id:member_id"] for row in made[EntityKind.CUSTOMERS]} == {
        sale.customer for sale in SALES
    }
    days = Counter(row["placed_at"].date() for row in made[EntityKind.ORDERS])
    assert days == Counter(sale.at.date() for sale in SALES[::2])
    assert not made[None]  # type: ignore[index] # the place of rejects


@pytest.mark.parametrize("bring", [write_workbook, write_nested, write_wrapped, write_columnar])
def test_other_formats_come_in_alike(bring: Any, tmp_path: Path) -> None:
    made = convert(bring(tmp_path), tmp_path)

    assert {row["external_id"] for row in made[EntityKind.ORDERS]} == ORDERS
    assert total(made[EntityKind.LINES]) == TOTAL
    assert Counter(row["sku"] for row in made[EntityKind.LINES]) == Counter(s.sku for s in SALES)


def test_a_workbook_brings_its_second_sheet_and_not_its_cover(tmp_path: Path) -> None:
    path = write_workbook(tmp_path)

    looks = inspect_all(path=path, hints=Hints(), currency="CNY")
    made = convert(path, tmp_path)

    assert [(look.sheet, look.shape, look.header) for look in looks] == [
        ("Sales", "order_lines", 3), ("People", "customers", 1),
    ]  # fmt: skip
    assert {row["id:email"] for row in made[EntityKind.CUSTOMERS] if row.get("id:email")} == {
        f"{sale.customer.lower()}@example.com" for sale in SALES
    }
    only = inspect(path=path, hints=Hints(layout=Layout(sheet="People")))
    assert only.mapping["layout"] == {"sheet": "People"}


def test_rows_without_an_order_number_are_orders_by_customer_and_day_or_each_its_own(
    tmp_path: Path,
) -> None:
    rows = "2023-05-01,C1,P1,3.00\n2023-05-01,C1,P2,4.00\n2023-05-02,C1,P1,5.00\n"
    baskets = write(tmp_path, "date,customer,product,amount\n" + rows)
    bare = write(tmp_path, "sold at,amount\n2023-05-01,3.00\n2023-05-01,3.00\n", "bare.csv")

    by_day = convert(baskets, tmp_path)
    each = convert(baskets, tmp_path, fields={"order_id": ("@row",)})
    twice = [row["external_id"] for row in convert(bare, tmp_path)[EntityKind.ORDERS]]

    assert len(by_day[EntityKind.ORDERS]) == 2
    assert len(each[EntityKind.ORDERS]) == 3
    assert total(by_day[EntityKind.LINES]) == total(each[EntityKind.LINES]) == 1200
    assert twice[1] == f"{twice[0]}-2"
    assert twice == [row["external_id"] for row in convert(bare, tmp_path)[EntityKind.ORDERS]]


def test_negative_rows_are_returns_and_a_line_of_totals_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Ticket;Trans date;Item;Qty;Amount\n1;05.01.2023;A;2;10,00\n"
                           "2;06.01.2023;A;-1;(5,00)\n;;;1;5,00\n")  # fmt: skip

    made = convert(path, tmp_path)

    assert total(made[EntityKind.LINES]) == 1000
    assert [(r["external_id"], r["kind"]) for r in made[EntityKind.REFUNDS]] == [("2", "return")]
    assert [(r["quantity"], r["amount_minor"]) for r in made[EntityKind.REFUND_LINES]] == [(1, 500)]
    assert [r["reason"] for r in made[None]] == ["missing_value"]  # type: ignore[index]


def test_a_total_repeated_on_every_line_counts_once(tmp_path: Path) -> None:
    lines = "".join(f"{n},2023-01-{n:02},A,2,5.00,17.50\n{n},2023-01-{n:02},B,1,3.50,17.50\n"
                    for n in range(1, 9))  # fmt: skip
    path = write(tmp_path, "order no,order time,item id,item count,item price,paid\n" + lines)

    look = inspect(path=path)
    made = convert(path, tmp_path)

    assert taken(look)["paid"] == "order_total"
    assert look.mapping["balance"] is True
    assert {row["total_minor"] for row in made[EntityKind.ORDERS]} == {1750}
    assert total(made[EntityKind.LINES]) == 8 * 1350


def test_rates_and_sums_of_discount_are_told_apart(tmp_path: Path) -> None:
    head = "OrderID,OrderDate,ProductID,UnitPrice,Quantity,Discount\n"
    rate = write(tmp_path, head + "1,2023-01-05,A,10.00,3,0.15\n2,2023-01-06,A,10.00,1,0\n")
    percent = write(
        tmp_path, head + "1,2023-01-05,A,10.00,3,15%\n2,2023-01-06,A,9.99,1,0%\n", "p.csv"
    )
    money = write(
        tmp_path, head + "1,2023-01-05,A,10.00,3,4.50\n2,2023-01-06,A,10.00,1,\n", "m.csv"
    )

    amounts = [
        [row["amount_minor"] for row in convert(path, tmp_path)[EntityKind.LINES]]
        for path in (rate, percent, money)
    ]

    assert amounts == [[2550, 1000], [2550, 999], [2550, 1000]]


def test_currencies_are_told_by_sign_by_row_or_header(tmp_path: Path) -> None:
    head = "order,date,amount\n"
    one = write(tmp_path, head + "1,2023-01-05,£5.00\n", "one.csv")
    two = write(tmp_path, head + "1,2023-01-05,€5.00\n2,2023-01-05,$6.00\n", "two.csv")
    named = write(tmp_path, "order,date,amount (CHF)\n1,2023-01-05,5.00\n", "named.csv")

    rows = convert(two, tmp_path)[EntityKind.ORDERS]

    assert inspect(path=one).mapping["currency"] == "GBP"
    assert [row["currency"] for row in rows] == ["EUR", "USD"]
    assert inspect(path=named).mapping["currency"] == "CHF"
    assert inspect(path=one, hints=Hints(currency="USD")).mapping["currency"] == "USD"


def test_what_a_spreadsheet_did_to_numbers_is_undone_or_told(tmp_path: Path) -> None:
    wrapped = write(tmp_path, 'order,date,member,amount\n="0012",2023-01-05,1308.0,5\n')
    cut = write(
        tmp_path, "order,date,amount\n1.2E+17,2023-01-05,5\n1.2E+17,2023-01-06,6\n", "c.csv"
    )

    (order,) = convert(wrapped, tmp_path)[EntityKind.ORDERS]

    assert (order["external_id"], order["id:member_id"]) == ("0012", "1308")
    assert "damaged_ids" in {note.code for note in inspect(path=cut).notes}


@pytest.mark.parametrize(
    ("values", "formats", "order", "is_open"),
    [
        (["31/12/2023", "01/02/2023 10:00"], ("%d/%m/%Y", "%d/%m/%Y %H:%M"), "dmy", False),
        (["12/31/23 1:05 PM"], ("%m/%d/%y %I:%M %p",), "mdy", False),
        (["01/02/2023"], ("%d/%m/%Y",), "", True),
        (["2023-01-05", "2023-01-05 10:00:00"], ("iso",), "", False),
        (["5. März 2024"], ("%d. %b %Y",), "", False),
        (["2023年1月5日 10时05分"], ("%Y年%m月%d日 %H时%M分",), "", False),
    ],
)
def test_dates_tell_their_format(
    values: list[str], formats: tuple[str, ...], order: str, is_open: bool
) -> None:
    style = date_style(values)

    assert style is not None
    assert (set(style.formats), style.order, style.is_open) == (set(formats), order, is_open)


def test_an_open_date_is_read_as_the_file_runs_and_said_so(tmp_path: Path) -> None:
    rows = "".join(f"{n},0{n}/05/2023,5.00\n" for n in range(1, 9))
    path = write(tmp_path, "order,date,amount\n" + rows)
    still = write(tmp_path, "order,date,amount\n1,03/03/2023,5.00\n", "still.csv")

    placed = [row["placed_at"] for row in convert(path, tmp_path)[EntityKind.ORDERS]]
    told = convert(path, tmp_path, date_order="mdy")[EntityKind.ORDERS]

    assert placed[:2] == [datetime(2023, 5, day, tzinfo=UTC) for day in (1, 2)]
    assert told[1]["placed_at"] == datetime(2023, 2, 5, tzinfo=UTC)
    assert "day_first_assumed" in {note.code for note in inspect(path=still).notes}


def test_what_is_missing_is_named_and_a_draft_is_written_for_it(tmp_path: Path) -> None:
    path = write(tmp_path, "transaction,item\n1,citrus fruit\n1,margarine\n")

    look = inspect(path=path)
    with pytest.raises(UnmappedColumnsError) as caught:
        guessed_mappings(path=path, hints=Hints(), currency="CNY")
    draft = write(tmp_path, draft_yaml(look=look), "draft.yaml")
    mapping = load_mapping(draft)

    assert look.missing == ("date", "amount")
    assert caught.value.fields["columns"] == "transaction, item"
    assert "FILL_IN_amount" in draft.read_text()
    assert [entity.entity for entity in mapping.entities][:2] == ["orders", "lines"]


def test_hints_are_taken_as_told_and_wrong_ones_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,c,d\nx1,2023-01-05,3,9.99\n")
    fields = {"order_id": ("a",), "quantity": ("c",), "price": ("d",)}

    made = convert(path, tmp_path, fields=fields)

    assert total(made[EntityKind.LINES]) == 2997
    with pytest.raises(UnknownFieldError):
        inspect(path=path, hints=Hints(fields={"order_no": ("a",)}))
    with pytest.raises(UnknownFieldError):
        inspect(path=path, hints=Hints(fields={"order_id": ("z",)}))
    assert taken(inspect(path=path, hints=Hints(left_out=frozenset({"b"}))))["b"] is None


def test_people_goods_and_events_are_told_from_sales(tmp_path: Path) -> None:
    head = "Núm. cliente;Nombre y apellidos;Correo electrónico;Sexo\n"
    rows = "9;José Muñoz;j@example.es;H\n10;Ana Paz;a@example.es;M\n"
    people = write(tmp_path, head + rows)
    rows = "Item no.\tItem description\tProduct group\tPrice\nA-1\tPot\tWare\t9\n"
    goods = write(tmp_path, rows, "g.tsv")
    events = write(
        tmp_path, "user_id,item_id,behavior_type,timestamp\n1,2,pv,1511848894\n", "e.csv"
    )

    made = [convert(path, tmp_path) for path in (people, goods, events)]

    (first, second) = made[0][EntityKind.CUSTOMERS]
    assert (first["name"], first["gender"], second["gender"]) == ("José Muñoz", "male", "female")
    (product,), (listing,) = made[1][EntityKind.PRODUCTS], made[1][EntityKind.LISTINGS]
    assert (product["name"], product["category_path"]) == ("Pot", "Ware")
    assert listing["price_minor"] == 900
    assert [row["event"] for row in made[2][EntityKind.EVENTS]] == ["Product Viewed"]


def test_json_of_another_form_is_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, '{"1": [[1, 2], [3]], "2": [[4]]}', "lists.json")

    with pytest.raises(NoRecordsError):
        inspect(path=path)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("CustomerID", "customer_id"), ("cust no", "customer_id"), ("Kd.-Nr.", "customer_id"),
        ("DaySinceLastOrder", ""), ("Average price", ""), ("Cashback amount", ""),
        ("Ship Date", ""), ("收货人姓名", "ship_name"), ("Order Total", "order_total"),
        ("qty", "quantity"), ("Prix unitaire TTC", "price"), ("N° commande", "order_id"),
    ],
)  # fmt: skip
def test_names_are_told_by_their_words(name: str, field: str) -> None:
    found = likenesses(name)
    best = max(found, key=lambda each: found[each], default="")

    assert (best if found.get(best, 0) >= 0.5 else "") == field


def test_words_are_spelled_out_without_accents_and_units() -> None:
    assert words_in("N° de la commande (EUR)") == ("number", "commande")
    assert words_in("custNo") == ("customer", "number")
    assert words_in("Größe") == ("grosse",)


def test_a_text_that_is_a_word_for_nothing_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path, "order,date,customer_id,sku,product name,qty,price\n"
                           "1,2023-01-05,NA,A,nan,1,2\n1,2023-01-05,7,B,Null,1,2\n")  # fmt: skip

    made = convert(path, tmp_path)

    assert [row["name"] for row in made[EntityKind.LINES]] == [None, "Null"]
    assert [row["id:member_id"] for row in made[EntityKind.ORDERS]] == ["7"]
