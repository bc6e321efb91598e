"""A file of identifiers: which columns name the customers."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from quanqu.doors.connectors.contracts import NoIdentifiersError, UnreadableFileError
from quanqu.doors.connectors.facade import read_identifiers


def _csv(folder: Path, text: str) -> Path:
    path = folder / "upload.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("header", "value", "type_"),
    [
        ("E-mail", "ann@shop.org", "email"),
        ("邮箱地址", "", "email"),
        ("whatever", "ann@shop.org", "email"),
        ("手机号", "13912345678", "phone"),
        ("Mobile number", "+44 7700 900123", "phone"),
        ("列甲", "+8613912345678", "phone"),
        ("会员号", "M-1", "member_id"),
        ("Member ID", "10077", "member_id"),
        ("Loyalty card", "7700123456", "loyalty_card"),
        ("会员卡号", "7700123456", "loyalty_card"),
        ("unionid", "oABC-1", "wechat_unionid"),
        ("Customer", "cus_01hz0000000000000000000000", "customer_id"),
    ],
)
def test_columns_are_found_by_values_and_names(
    header: str, value: str, type_: str, tmp_path: Path
) -> None:
    path = _csv(tmp_path, f"{header},Note text\n{value},first\n{value},second\n")

    found = read_identifiers(path=path, most=10)

    assert found.types == {header: type_}
    assert found.rows == [2, 3]
    assert found.values[type_] == [value or None, value or None]


def test_an_excel_sheet_and_a_parquet_file_are_read_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Phone", "Email"), (13912345678, "ann@shop.org"), (None, "bo@shop.org")):
        sheet.append(row)
    book.save(tmp_path / "upload.xlsx")
    table = pa.table({"member id": [1001, 1002], "tags": [["a"], []]})
    pq.write_table(table, tmp_path / "upload.parquet")

    excel = read_identifiers(path=tmp_path / "upload.xlsx", most=10)
    parquet = read_identifiers(path=tmp_path / "upload.parquet", most=10)

    assert excel.values == {
        "phone": ["13912345678", None],
        "email": ["ann@shop.org", "bo@shop.org"],
    }
    assert parquet.values == {"member_id": ["1001", "1002"]}


def test_a_choice_goes_before_the_guess_and_one_row_more_tells_that_it_is_too_long(
    tmp_path: Path,
) -> None:
    path = _csv(tmp_path, "code,email\nA1,a@shop.org\nA2,b@shop.org\nA3,c@shop.org\n")

    chosen = read_identifiers(path=path, most=10, chosen={"code": "member_id"})
    cut = read_identifiers(path=path, most=1)

    assert chosen.values == {"member_id": ["A1", "A2", "A3"]}
    assert cut.rows == [2, 3]
    with pytest.raises(NoIdentifiersError, match="code, email"):
        read_identifiers(path=path, most=10, chosen={"shoe": "member_id"})
    with pytest.raises(NoIdentifiersError):
        read_identifiers(path=_csv(tmp_path, "colour,size\nred,L\n"), most=10)
    with pytest.raises(UnreadableFileError):
        read_identifiers(path=_csv(tmp_path, ""), most=10)
