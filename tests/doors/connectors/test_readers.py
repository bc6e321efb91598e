"""Readers: any encoding and delimiter, and a named error where a file breaks, nothing else lost."""

import gzip
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quanqu.doors.connectors.contracts import (
    LIMITS,
    CellTooLargeError,
    EmptyFileError,
    ExpansionLimitError,
    Layout,
    Limits,
    LineTooLongError,
    MalformedFileError,
    MissingSheetError,
    TooManyColumnsError,
    TruncatedFileError,
    UnsupportedFileError,
    WrongEncodingError,
)
from quanqu.doors.connectors.readers.batches import ROW, Reading
from quanqu.doors.connectors.readers.open import open_documents, open_table


def read(path: Path, limits: Limits = LIMITS) -> tuple[list[dict[str, Any]], Reading]:
    """Read a file to its end: rows and the reading."""
    reading = open_table(path, limits)
    rows = [row for batch in reading.batches for row in batch.to_pylist()]
    return rows, reading


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "text", "named"),
    [
        ("utf-8", "订单号,客户\n1,张三\n", "utf-8"),
        ("utf-8-sig", "订单号,客户\n1,张三\n", "utf-8-sig"),
        ("utf-16", "订单号,客户\n1,张三\n", "utf-16"),
        ("gb18030", "订单号,客户\n1,张三\n2,欧阳娜娜\n", "gb18030"),
        ("latin-1", "id,name\n1,café\n2,naïve façade\n", "cp1252"),
        ("cp1252", "id,prix\n1,5 €\n2,“crème”\n", "cp1252"),
        ("cp950", "訂單編號,客戶姓名\n1,陳小明\n2,臺北市信義區\n", "cp950"),
        ("cp932", "受注番号,商品名\n1,緑茶セット\n2,お茶\n", "cp932"),
        ("cp949", "주문번호,상품명\n1,녹차 세트\n2,홍차와 우롱차\n", "cp949"),
        ("cp1251", "Номер,Клиент\n1,Иванов Пётр\n", "cp1251"),
        ("cp1250", "nr,imię\n1,Łukasz Żółć\n", "cp1250"),
        ("utf-16-le", "id,name\n1,abc\n2,def\n", "utf-16-le"),
        ("gb18030", "Bestellung,Betrag\n1,9801 €\n2,12 €\n", "gb18030"),
        ("gb18030", "Commande,Montant\n1,1\u00a0234 €\n", "gb18030"),
        ("gb18030", "id,day\n1,2023年01月13日\n", "gb18030"),
        ("cp950", "id,day\n1,2023年01月13日\n", "cp950"),
        ("cp932", "id,day\n1,2023年01月13日\n", "cp932"),
        ("cp1252", "id,amount\n1,12.50 €\n", "cp1252"),
        ("cp1252", "id,amount\n1,¥12.50\n", "cp1252"),
        ("cp949", "고객번호,이름\n1,김민수\n", "cp949"),
        ("gb18030", "id,name\n1,啊啊啊啊啊啊啊啊啊啊啊啊\n", "gb18030"),
    ],
)
def test_encoding_is_told_by_the_bytes(
    tmp_path: Path, encoding: str, text: str, named: str
) -> None:
    rows, reading = read(write(tmp_path, "a.csv", text.encode(encoding)))

    header, *lines = [line.split(",") for line in text.splitlines()]
    assert reading.encoding == named
    assert [[row[name] for name in header] for row in rows] == lines


def test_encoding_is_found_behind_megabytes_of_ascii(tmp_path: Path) -> None:
    body = "1,plain\n" * 400_000 + "2,张三\n"

    rows, reading = read(write(tmp_path, "a.csv", ("id,name\n" + body).encode("gb18030")))

    assert reading.encoding == "gb18030"
    assert rows[-1]["name"] == "张三"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_sniffed_with_quotes_honoured(tmp_path: Path, delimiter: str) -> None:
    line = delimiter.join(["1", '"a,b;c|d"', "x"])
    path = write(tmp_path, "a.csv", f"{delimiter.join('abc')}\n{line}\n".encode())

    rows, reading = read(path)

    assert reading.delimiter == delimiter
    assert rows[0]["b"] == "a,b;c|d"


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b'id,name,n\n1,"a\nb",2\n2,c\n3,d,4\n4,x,5,6\n5,,7')

    rows, reading = read(path)

    assert [(row[ROW], row["id"], row["name"]) for row in rows] == [
        (2, "1", "a\nb"),
        (4, "3", "d"),
        (6, "5", None),
    ]
    assert [(bad.row, str(bad.reason), bad.text) for bad in reading.bad_rows] == [
        (3, "wrong_column_count", "2,c"),
        (5, "wrong_column_count", "4,x,5,6"),
    ]
    assert reading.failure is None


def test_wrong_bytes_end_the_file_with_their_row_and_keep_what_came_before(tmp_path: Path) -> None:
    good = "id,名\n" + "1,张三丰\n" * 300
    path = write(tmp_path, "a.csv", good.encode() + b"2,\xff\xfe\n3,x\n")

    rows, reading = read(path)

    assert len(rows) == 300
    assert isinstance(reading.failure, WrongEncodingError)
    assert reading.failure.fields["row"] == 302


@pytest.mark.parametrize("tail", ["3,c", '3,"c', '3,"c\nd'])
def test_half_a_last_row_is_truncation(tmp_path: Path, tail: str) -> None:
    rows, reading = read(write(tmp_path, "a.csv", f"id,name,n\n1,a,2\n2,b,3\n{tail}".encode()))

    assert [row["id"] for row in rows] == ["1", "2"]
    assert isinstance(reading.failure, TruncatedFileError)


def test_half_a_gzip_keeps_its_whole_rows(tmp_path: Path) -> None:
    text = "id,name\n" + "".join(f"{i},n{i * 7919 % 10007}\n" for i in range(100_000))
    packed = gzip.compress(text.encode())

    rows, reading = read(write(tmp_path, "a.csv.gz", packed[: len(packed) // 2]))

    assert isinstance(reading.failure, TruncatedFileError)
    assert 10_000 < len(rows) < 100_000
    assert rows == [
        {ROW: i + 2, "id": f"{i}", "name": f"n{i * 7919 % 10007}"} for i in range(len(rows))
    ]


def test_a_line_of_a_gigabyte_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"id,name\n1,a\n")
        file.seek(1 << 30)
        file.write(b"\n")

    rows, reading = read(path)

    assert [row["id"] for row in rows] == ["1"]
    assert isinstance(reading.failure, LineTooLongError)
    assert reading.failure.fields["row"] == 2


def test_a_gzip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(b"id,name\n" + b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 400_000)

    with pytest.raises(ExpansionLimitError):
        open_table(write(tmp_path, "a.csv.gz", packed), Limits(free_expansion=1 << 20))


def test_a_gzip_bomb_that_hides_its_size_stops_at_its_bound(tmp_path: Path) -> None:
    packed = gzip.compress(b"id,name\n" + b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 400_000)
    limits = Limits(free_expansion=1 << 20)

    rows, reading = read(write(tmp_path, "a.csv.gz", packed[:-4] + bytes(4)), limits)

    assert isinstance(reading.failure, ExpansionLimitError)
    assert 0 < len(rows) < 400_000


def test_an_excel_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"a" * (80 << 20))

    with pytest.raises(ExpansionLimitError):
        open_table(path)


def test_too_many_columns_and_too_large_cells_have_names(tmp_path: Path) -> None:
    wide = write(tmp_path, "wide.csv", b",".join(b"c%d" % i for i in range(2_001)) + b"\n")
    fat = write(tmp_path, "fat.csv", b"id,name\n1,ok\n2," + b"x" * (1 << 21) + b"\n")

    with pytest.raises(TooManyColumnsError):
        open_table(wide)
    _, reading = read(fat)

    assert isinstance(reading.failure, CellTooLargeError)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.csv", b"", EmptyFileError),
        ("a.json", b"[1, {", TruncatedFileError),
        ("a.json", b"nope", MalformedFileError),
        ("a.json", b"[" * 100_000, MalformedFileError),
        ("a.xlsx", b"PK\x03\x04half", TruncatedFileError),
        ("a.xlsx", b"not a book", MalformedFileError),
        ("a.parquet", b"not columns", MalformedFileError),
        ("a.pdf", b"%PDF", UnsupportedFileError),
        ("a.zip", b"PK\x03\x04", UnsupportedFileError),
        ("a.csv", b"PK\x03\x04 an archive named otherwise", UnsupportedFileError),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnsupportedFileError),
        ("a.xls", b"<html><table></table></html>", UnsupportedFileError),
        ("a.csv", bytes(range(256)) * 20, MalformedFileError),
    ],
)
def test_unreadable_files_have_named_errors(
    tmp_path: Path, name: str, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_table(write(tmp_path, name, content))


def test_half_a_parquet_file_is_truncation(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(1000))}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()

    with pytest.raises(TruncatedFileError):
        open_table(write(tmp_path, "half.parquet", whole[: len(whole) // 2]))


def test_parquet_keeps_its_types_also_inside_gzip(tmp_path: Path) -> None:
    table = pa.table({"price": [6.95], "at": [datetime(2009, 12, 1, 7, 45)]})  # noqa: DTZ001 - naive on purpose
    pq.write_table(table, tmp_path / "a.parquet")
    path = write(tmp_path, "a.parquet.gz", gzip.compress((tmp_path / "a.parquet").read_bytes()))

    batches = list(open_table(path).batches)

    assert batches[0].schema.field("price").type == pa.float64()
    assert batches[0].num_rows == 1


def test_excel_cells_become_exact_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "price", "at", "yes", None])
    sheet.append([13085.0, 0.001, datetime(2009, 12, 1, 7, 45), True])  # noqa: DTZ001 - Excel has no zones
    sheet.append([])
    sheet.append([7, 1e-7, None, None])
    book.save(tmp_path / "a.xlsx")

    rows, reading = read(tmp_path / "a.xlsx")

    assert rows == [
        {ROW: 2, "id": "13085", "price": "0.001", "at": "2009-12-01 07:45:00", "yes": "true"},
        {ROW: 4, "id": "7", "price": "0.0000001", "at": None, "yes": None},
    ]
    assert reading.failure is None


def test_json_numbers_stay_what_they_were_written_as(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", b'[{"a": 1.10, "b": 12345678901234567890}, {"c": "x"}, 3]')

    rows, reading = read(path)

    assert [(row["a"], row["b"], row["c"]) for row in rows] == [
        ("1.10", "12345678901234567890", None),
        (None, None, "x"),
    ]
    assert [bad.row for bad in reading.bad_rows] == [3]


def test_ndjson_skips_bad_lines_and_names_a_cut_one(tmp_path: Path) -> None:
    lines = [json.dumps({"a": i}) for i in range(3)]
    path = write(tmp_path, "a.ndjson", "\n".join([lines[0], "nope", lines[1], '{"a":']).encode())

    documents = open_documents(path)
    found = [number for number, _ in documents.items]

    assert found == [1, 3]
    assert [bad.row for bad in documents.bad_rows] == [2]
    assert isinstance(documents.failure, TruncatedFileError)


def test_a_header_without_rows_is_empty(tmp_path: Path) -> None:
    _, reading = read(write(tmp_path, "a.csv", b"id,name\n"))

    assert isinstance(reading.failure, EmptyFileError)


def test_titles_above_the_header_and_blank_rows_keep_the_numbers_of_a_spreadsheet(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "a.csv", b"Report,,\n\nid,name,n\n1,a,2\n\n,,\n2,b,3\nTotal\n")

    rows, reading = read(path)

    assert reading.header == 3
    assert [(row[ROW], row["id"]) for row in rows] == [(4, "1"), (7, "2")]
    assert [bad.row for bad in reading.bad_rows] == [8]


@pytest.mark.parametrize(
    ("content", "names", "first"),
    [
        (b"1,2024-01-05,a\n2,2024-01-06,b\n", ["column 1", "column 2", "column 3"], 1),
        (b"sep=;\nid;n\n1;2\n", ["id", "n"], 3),
        (b"id,n,\n1,2,\n3,4,\n", ["id", "n", "column 3"], 2),
        (b'"id","n"\n"r1",1,2\n"r2",3,4\n', ["column 1", "id", "n"], 2),
        (b'"a\nb",n\n1,2\n', ["a\nb", "n"], 2),
        (b" id  date   n\n 1   20240105  2.5\n 22  20240106  3\n", ["id", "date", "n"], 2),
    ],
)
def test_headers_are_found_or_missed(
    tmp_path: Path, content: bytes, names: list[str], first: int
) -> None:
    rows, _ = read(write(tmp_path, "a.csv", content))

    assert list(rows[0]) == [ROW, *names]
    assert rows[0][ROW] == first


def test_a_layout_that_is_told_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "x;y\nid;n\n1;é\n".encode("cp1252"))
    layout = Layout(header=2, delimiter=";", encoding="cp1252")

    rows = open_table(path, layout=layout)

    assert [row for batch in rows.batches for row in batch.to_pylist()] == [
        {ROW: 3, "id": "1", "n": "é"}
    ]


def test_a_long_file_of_han_is_not_cut_within_a_character(tmp_path: Path) -> None:
    for lead in range(3):
        body = "名" * 200 + "\n"
        text = "x" * lead + "甲,乙\n" + ("1," + body) * 500

        rows, reading = read(write(tmp_path, f"{lead}.csv", text.encode()))

        assert (len(rows), reading.failure) == (500, None)


def test_lines_that_end_in_a_return_alone_are_lines(tmp_path: Path) -> None:
    rows, _ = read(write(tmp_path, "a.csv", b"id,n\r1,2\r3,4\r"))

    assert [(row["id"], row["n"]) for row in rows] == [("1", "2"), ("3", "4")]


def test_a_workbook_under_another_name_and_lines_named_json_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "n"])
    sheet.append([1, 0.1 + 0.2])
    book.save(tmp_path / "b.xlsx")
    named = write(tmp_path, "b.csv", (tmp_path / "b.xlsx").read_bytes())
    lines = write(tmp_path, "l.json", b'{"a": 1}\n{"a": {"b": 2}}\n')

    assert read(named)[0] == [{ROW: 2, "id": "1", "n": "0.3"}]
    assert [(row["a"], row.get("a.b")) for row in read(lines)[0]] == [("1", None), (None, "2")]


def test_cells_merged_downwards_hold_in_every_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["order", "sku"], ["A", "x"], [None, "y"], ["B", "z"], [None, "w"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")

    rows, _ = read(tmp_path / "a.xlsx")

    assert [row["order"] for row in rows] == ["A", "A", "B", None]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(MissingSheetError, match="Sheet"):
        open_table(tmp_path / "a.xlsx", layout=Layout(sheet="Sales"))
