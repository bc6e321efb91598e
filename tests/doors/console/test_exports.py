"""Files made of lists are safe to open in a spreadsheet."""

import csv
import io
from datetime import date

from openpyxl import load_workbook

from quanqu.doors.console.kit.exports import as_csv, as_xlsx

ROWS = [["=1+1", 5, None], ["+441234", 2.5, date(2026, 11, 22)], ["茶", -3, "@x"]]


def test_formulas_are_disarmed_and_numbers_stay() -> None:
    text = "".join(as_csv(["a", "b", "c"], ROWS))

    assert text.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(text[1:])))
    assert found == [
        ["a", "b", "c"],
        ["'=1+1", "5", ""],
        ["+441234", "2.5", "2026-11-22"],
        ["茶", "-3", "'@x"],
    ]


def test_a_workbook_holds_values_not_formulas() -> None:
    book = load_workbook(io.BytesIO(as_xlsx("Orders", ["a", "b", "c"], ROWS)))

    values = list(book.active.iter_rows(values_only=True))
    assert values[1] == ("'=1+1", 5, None)
    assert values[3][1] == -3
