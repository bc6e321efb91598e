"""Files as strangers bring them: the same sales, told in many manners."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["SALES", "Sale", "Style", "cents", "write_sales", "write_workbook"]


@dataclass(frozen=True)
class Sale:
    """One line of one order."""

    order: str
    at: datetime
    customer: str
    sku: str
    name: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """What the line comes to."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Style:
    """How a file is written. `names`: order, date, customer, sku, name, quantity, price, amount."""

    names: tuple[str, ...]
    date: str = "%Y-%m-%d %H:%M"
    delimiter: str = ","
    encoding: str = "utf-8"
    money: Callable[[Decimal], str] = str
    before: tuple[str, ...] = ()
    line_end: str = "\n"


def cents(value: Decimal) -> int:
    """Return an amount in hundredths, rounded half up."""
    return int((value * 100).to_integral_value(ROUND_HALF_UP))


def german(value: Decimal) -> str:
    """Write an amount as in Germany."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,")) + " €"


def french(value: Decimal) -> str:
    """Write an amount as in France, with a space that does not break."""
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",") + " €"


def american(value: Decimal) -> str:
    """Write an amount as in the United States."""
    return f"${value:,.2f}"


SALES = tuple(
    Sale(f"{5000 + n // 2}", datetime(2023, 1 + n // 2 % 12, 13 + n // 2 % 15, 9, n // 2 % 60),  # noqa: DTZ001 - as told
         f"C{100 + n // 4}", f"P-{n % 5}",
         ("Green tea", "Tea, \"fine\"", "Pot", "Cup", "Spoon")[n % 5],
         1 + n % 3, Decimal(1999 + 1234 * n) / 100)
    for n in range(40)
)  # fmt: skip
STYLES = {
    "german": Style(
        ("Bestellnummer", "Bestelldatum", "Kundennummer", "Artikelnummer", "Bezeichnung", "Menge",
         "Einzelpreis", "Gesamtpreis"),
        "%d.%m.%Y", ";", "utf-8-sig", german,
    ),
    "french": Style(
        ("N° commande", "Date de commande", "Code client", "Référence", "Désignation", "Quantité",
         "Prix unitaire", "Montant TTC"),
        "%d/%m/%Y %H:%M", ";", "cp1252", french,
    ),
    "chinese": Style(
        ("订单编号", "订单创建时间", "买家会员名", "商家编码", "宝贝标题", "购买数量", "单价",
         "实付金额"),
        "%Y/%m/%d %H:%M:%S", ",", "gb18030", lambda value: f"¥{value}",
    ),
    "american": Style(
        ("Invoice #", "Invoice Date/Time", "Cust #", "Item No.", "Description", "Qty Sold",
         "Unit Price", "Ext. Price"),
        "%m/%d/%Y %I:%M %p", "\t", "utf-16", american,
    ),
    "japanese": Style(
        ("受注番号", "受注日", "顧客番号", "商品コード", "商品名", "数量", "単価", "金額"),
        "%Y年%m月%d日", ",", "cp932", str,
    ),
    "titled": Style(
        ("Receipt", "Sold on", "Client no", "Article", "Article name", "Pcs", "Price",
         "Line total"),
        "%d-%b-%Y", "|", "utf-8", str, ("Report of sales", "", "Made by|accounting", ""), "\r\n",
    ),
    "old mac": Style(
        ("Order nr", "Created", "Buyer", "Sku", "Item", "Qty", "Unit price", "Amount"),
        "%Y-%m-%dT%H:%M:%S+02:00", ";", "latin-1", str, ("sep=;",), "\r",
    ),
}  # fmt: skip


def write_sales(
    folder: Path, style: Style, sales: Sequence[Sale] = SALES, name: str = "sales.csv"
) -> Path:
    """Write sales as a delimited file in a style."""
    text = io.StringIO()
    for line in style.before:
        text.write(line + style.line_end)
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator=style.line_end)
    writer.writerow(style.names)
    for sale in sales:
        writer.writerow(
            [sale.order, sale.at.strftime(style.date), sale.customer, sale.sku, sale.name,
             sale.quantity, style.money(sale.price), style.money(sale.amount)]
        )  # fmt: skip
    path = folder / name
    path.write_bytes(text.getvalue().encode(style.encoding))
    return path


def write_workbook(folder: Path, sales: Sequence[Sale] = SALES) -> Path:
    """Write a workbook: a cover, sales below a merged title with order numbers merged over their
    lines and dates as serial numbers, and a sheet of customers."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    cover["A1"] = "Prepared by accounting"
    sheet = book.create_sheet("Sales")
    sheet["A1"] = "All sales of 2023"
    sheet.merge_cells("A1:G1")
    sheet.append([])
    sheet.append(["Order", "Date", "Customer", "SKU", "Item", "Qty", "Price"])
    for at, sale in enumerate(sales):
        first = at == 0 or sales[at - 1].order != sale.order
        days = (sale.at - datetime(1899, 12, 30)).days  # noqa: DTZ001 - a spreadsheet's day
        sheet.append([sale.order if first else None, days, sale.customer, sale.sku, sale.name,
                      sale.quantity, float(sale.price)])  # fmt: skip
    for at in range(0, len(sales), 2):
        sheet.merge_cells(start_row=4 + at, end_row=5 + at, start_column=1, end_column=1)
    people = book.create_sheet("People")
    people.append(["Customer", "Full name", "Mail"])
    for code in sorted({sale.customer for sale in sales}):
        people.append([code, f"Ann {code}", f"{code.lower()}@example.com"])
    path = folder / "book.xlsx"
    book.save(path)
    return path


def write_nested(folder: Path, sales: Sequence[Sale] = SALES) -> Path:
    """Write orders with their lines as NDJSON under names of its own."""
    orders: dict[str, dict[str, object]] = {}
    for sale in sales:
        head = {"ref": sale.order, "createdAt": sale.at.isoformat() + "Z",
                "buyer": {"id": sale.customer}, "positions": []}  # fmt: skip
        order = orders.setdefault(sale.order, head)
        line = {"article": {"code": sale.sku, "label": sale.name}, "qty": sale.quantity,
                "unitPrice": float(sale.price)}  # fmt: skip
        order["positions"].append(line)  # type: ignore[attr-defined] # the list made above
    path = folder / "orders.ndjson"
    path.write_text("\n".join(json.dumps(order) for order in orders.values()))
    return path


def write_wrapped(folder: Path, sales: Sequence[Sale] = SALES) -> Path:
    """Write flat rows deep within one JSON document."""
    rows = [{"bill no": s.order, "bill time": int(s.at.timestamp()), "member": s.customer,
             "goods": {"sn": s.sku, "name": s.name}, "num": s.quantity, "price": str(s.price)}
            for s in sales]  # fmt: skip
    path = folder / "rows.json"
    path.write_text(json.dumps({"code": 0, "data": {"count": len(rows), "list": rows}}))
    return path


def write_columnar(folder: Path, sales: Sequence[Sale] = SALES) -> Path:
    """Write Parquet with types of its own."""
    table = pa.table({
        "trx": [int(sale.order) for sale in sales],
        "ts": pa.array([sale.at for sale in sales], pa.timestamp("us")),
        "cust": pa.array([sale.customer for sale in sales]).dictionary_encode(),
        "prod": [sale.sku for sale in sales],
        "prod_desc": [sale.name for sale in sales],
        "units": pa.array([sale.quantity for sale in sales], pa.int16()),
        "net_value": pa.array([sale.amount for sale in sales], pa.decimal128(12, 2)),
    })  # fmt: skip
    path = folder / "export.parquet"
    pq.write_table(table, path)
    return path
