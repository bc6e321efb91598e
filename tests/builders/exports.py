"""Real sales as the exports that shops download: each program's own columns and manners."""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import openpyxl
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tests.builders.strangers import Sale, cents

__all__ = ["EXPORTS", "Export", "real_sales"]

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data"))
RETAIL = DATA / "online_retail_2009_2010" / "online_retail_2009_2010.parquet"
SHIPPING = Decimal("4.95")
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Export:
    """A writer of a file, and what it must come to: totals of orders and refunds in cents."""

    write: Callable[[Path, Sequence[Sale]], Path]
    ordered: Callable[[Sequence[Sale]], int]
    refunded: Callable[[Sequence[Sale]], int] = lambda _: 0


def real_sales(rows: int = 4_000, orders: int = 60) -> list[Sale]:
    """Return the lines of real orders; empty where the real data are not here."""
    if not RETAIL.exists():
        return []
    table = pq.read_table(RETAIL).slice(20_000, rows)
    named = dict(zip(("order", "sku", "name", "quantity", "at", "price", "customer"),
                     table.column_names, strict=False))  # fmt: skip
    is_sale = pc.and_(pc.greater(table[named["quantity"]], 0), pc.greater(table[named["price"]], 0))
    whole = pc.and_(is_sale, pc.is_valid(table[named["customer"]]))
    told = table.filter(whole).select(list(named.values())).to_pylist()
    found = [
        Sale(str(row[named["order"]]), row[named["at"]], f"C{int(row[named['customer']])}",
             str(row[named["sku"]]), str(row[named["name"]]).strip(), int(row[named["quantity"]]),
             Decimal(str(row[named["price"]])))
        for row in told
    ]  # fmt: skip
    kept = sorted({sale.order for sale in found})[:orders]
    return sorted((s for s in found if s.order in kept), key=lambda s: (s.order, s.sku))


def by_order(sales: Sequence[Sale]) -> Iterator[tuple[int, list[Sale]]]:
    """Yield the orders with a running number."""
    for number, (_, lines) in enumerate(groupby(sales, key=lambda sale: sale.order)):
        yield number, list(lines)


def money(value: Decimal) -> str:
    """Write an amount with two decimals."""
    return f"{cents(value) / 100:.2f}"


def goods(sales: Sequence[Sale]) -> int:
    """Return what the lines come to, each rounded."""
    return sum(cents(sale.amount) for sale in sales)


def with_shipping(sales: Sequence[Sale]) -> int:
    """Return the lines and shipping once an order."""
    return goods(sales) + len({sale.order for sale in sales}) * cents(SHIPPING)


def every_third(sales: Sequence[Sale]) -> int:
    """Return what was given back where one in each third order is: its first line."""
    return sum(cents(lines[0].amount) for at, lines in by_order(sales) if at % 3 == 0)


def write_csv(
    path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8", after: str = ""
) -> Path:
    """Write rows as a delimited file under the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes((text.getvalue() + after).encode(encoding))
    return path


def shopify(path: Path, sales: Sequence[Sale]) -> Path:
    """Write an orders_export.csv: what is the order's stands on its first row only."""
    rows: Rows = []
    for at, lines in by_order(sales):
        total = sum((Decimal(cents(s.amount)) / 100 for s in lines), SHIPPING)
        back = money(lines[0].amount) if at % 3 == 0 else "0.00"
        for number, sale in enumerate(lines):
            head: dict[str, object] = dict.fromkeys(
                ("Financial Status", "Paid at", "Currency", "Subtotal", "Shipping", "Taxes",
                 "Total", "Discount Code", "Discount Amount", "Billing Name", "Billing Zip",
                 "Billing Country", "Refunded Amount"), "")  # fmt: skip
            if number == 0:
                head = {
                    "Financial Status": "partially_refunded" if at % 3 == 0 else "paid",
                    "Paid at": sale.at.strftime("%Y-%m-%d %H:%M:%S +0000"), "Currency": "GBP",
                    "Subtotal": money(total - SHIPPING), "Shipping": SHIPPING, "Taxes": "0.00",
                    "Total": money(total), "Discount Code": "", "Discount Amount": "0.00",
                    "Billing Name": f"Buyer {sale.customer}", "Billing Zip": "'01234",
                    "Billing Country": "GB", "Refunded Amount": back,
                }  # fmt: skip
            rows.append({
                "Name": f"#{sale.order}", "Email": f"{sale.customer.lower()}@example.com", **head,
                "Created at": sale.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
                "Lineitem quantity": sale.quantity, "Lineitem name": f"{sale.name} &amp; more",
                "Lineitem price": sale.price, "Lineitem compare at price": "",
                "Lineitem sku": "" if number == 1 else sale.sku,
                "Lineitem requires shipping": "true", "Lineitem fulfillment status": "fulfilled",
                "Id": "" if number else f"55{sale.order}",
                "Lineitem discount": "0.00",
            })  # fmt: skip
    return write_csv(path / "orders_export_1.csv", rows)


def woocommerce(path: Path, sales: Sequence[Sale]) -> Path:
    """Write an export of orders: what is the order's stands on every row."""
    rows: Rows = []
    for at, lines in by_order(sales):
        total = sum((Decimal(cents(s.amount)) / 100 for s in lines), SHIPPING)
        rows += [{
            "Order Number": s.order, "Order Status": "Completed",
            "Order Date": s.at.strftime("%Y-%m-%d %H:%M"),
            "Email (Billing)": f"{s.customer.lower()}@example.com", "City (Billing)": "Leeds",
            "Country Code (Billing)": "GB", "Cart Discount Amount": "0",
            "Order Subtotal Amount": money(total - SHIPPING), "Order Shipping Amount": SHIPPING,
            "Order Refund Amount": money(lines[0].amount) if at % 3 == 0 else "0",
            "Order Total Amount": money(total), "Order Total Tax Amount": "0", "SKU": s.sku,
            "Item #": number, "Item Name": s.name, "Quantity (- Refund)": s.quantity,
            "Item Cost": s.price,
        } for number, s in enumerate(lines, 1)]  # fmt: skip
    return write_csv(path / "orders.csv", rows, encoding="utf-8-sig")


def amazon(path: Path, sales: Sequence[Sale]) -> Path:
    """Write the report of all orders: a line's price before its discount; blanks when cancelled."""
    rows: Rows = [{
        "amazon-order-id": f"111-{s.order}", "merchant-order-id": "",
        "purchase-date": s.at.strftime("%Y-%m-%dT%H:%M:%S+00:00"), "order-status": "Shipped",
        "sales-channel": "Amazon.co.uk", "product-name": s.name, "sku": s.sku,
        "asin": "B000000001", "quantity": s.quantity, "currency": "GBP",
        "item-price": money(s.amount + 1), "item-tax": "0.20", "shipping-price": "",
        "item-promotion-discount": "1.00", "ship-city": "LEEDS", "ship-country": "GB",
    } for s in sales]  # fmt: skip
    last = dict(rows[-1]) | {"amazon-order-id": "111-0", "order-status": "Cancelled", "quantity": 0,
                             "item-price": "", "item-promotion-discount": ""}  # fmt: skip
    return write_csv(path / "report.txt", [*rows, last], delimiter="\t", encoding="cp1252")


def square(path: Path, sales: Sequence[Sale]) -> Path:
    """Write the detail of items: date and time apart, signs at the amounts, refunds below zero."""
    rows: Rows = []
    for at, lines in by_order(sales):
        back = [(f"R{lines[0].order}", -1, lines[0])] if at % 3 == 0 else []
        for order, sign, s in [*((s.order, 1, s) for s in lines), *back]:
            shown = f"{cents(s.amount) / 100:,.2f}"
            rows.append({
                "Date": s.at.strftime("%m/%d/%Y"), "Time": s.at.strftime("%H:%M:%S"),
                "Category": "Gifts", "Item": s.name, "Qty": f"{sign * s.quantity}.0", "SKU": s.sku,
                "Gross Sales": f"-£{shown}" if sign < 0 else f"£{shown}", "Discounts": "£0.00",
                "Net Sales": f"-£{shown}" if sign < 0 else f"£{shown}",
                "Transaction ID": order, "Customer ID": s.customer,
            })  # fmt: skip
    return write_csv(path / "items.csv", rows)


def taobao(path: Path, sales: Sequence[Sale]) -> Path:
    """Write an ExportOrderList: one row an order, no lines, numbers wrapped against Excel."""
    rows: Rows = []
    for at, lines in by_order(sales):
        total = sum((Decimal(cents(s.amount)) / 100 for s in lines), SHIPPING)
        rows.append({
            "订单编号": f'="2024{lines[0].order}00"', "买家会员名": lines[0].customer,
            "买家应付货款": money(total - SHIPPING), "买家应付邮费": SHIPPING,
            "总金额": money(total),
            "买家实际支付金额": money(total), "订单状态": "交易成功", "收货人姓名": "李雷",
            "收货地址": "上海市 上海市 徐汇区", "联系手机": "'13800138000",
            "订单创建时间": lines[0].at.strftime("%Y-%m-%d %H:%M:%S"), "宝贝标题": lines[0].name,
            "宝贝总数量": sum(s.quantity for s in lines),
            "退款金额": money(lines[0].amount) if at % 3 == 0 else "0.00",
        })  # fmt: skip
    return write_csv(path / "ExportOrderList.csv", rows, encoding="gb18030")


def jingdong(path: Path, sales: Sequence[Sale]) -> Path:
    """Write an export of orders: the order's amounts on every line."""
    rows: Rows = []
    for _, lines in by_order(sales):
        total = sum((Decimal(cents(s.amount)) / 100 for s in lines), SHIPPING)
        rows += [{
            "订单号": s.order, "商品ID": f"10{s.sku}", "商品名称": s.name, "订购数量": s.quantity,
            "下单时间": s.at.strftime("%Y-%m-%d %H:%M:%S"), "京东价": s.price,
            "订单金额": money(total), "结算金额": money(total), "应付金额": money(total),
            "订单状态": "完成", "下单帐号": s.customer, "运费金额": SHIPPING, "货号": s.sku,
        } for s in lines]  # fmt: skip
    return write_csv(path / "jd.csv", rows, encoding="gb18030")


def youzan(path: Path, sales: Sequence[Sale]) -> Path:
    """Write an export of orders: what each line was given back stands on it."""
    rows: Rows = []
    for at, lines in by_order(sales):
        total = sum((Decimal(cents(s.amount)) / 100 for s in lines), SHIPPING)
        rows += [{
            "订单号": f"E{s.order}", "订单状态": "交易完成", "商品名称": s.name, "商品编码": s.sku,
            "商品单价": s.price, "商品数量": s.quantity, "商品实际成交金额": money(s.amount),
            "订单商品总计": money(total - SHIPPING), "运费": SHIPPING, "订单实付金额": money(total),
            "买家姓名": "李雷", "买家手机号": "13800138000",
            "订单创建时间": s.at.strftime("%Y-%m-%d %H:%M:%S"),
            "商品已退款金额": money(s.amount) if at % 3 == 0 and number == 0 else "0.00",
        } for number, s in enumerate(lines)]  # fmt: skip
    return write_csv(path / "youzan.csv", rows, encoding="utf-16")


def german(path: Path, sales: Sequence[Sale]) -> Path:
    """Write decimal commas, grouped thousands, semicolons, blank rows and a sum at the end."""
    rows: Rows = [{
        "Bestell-Nr.": s.order, "Datum": s.at.strftime("%d.%m.%Y"),
        "Uhrzeit": s.at.strftime("%H:%M"),
        "Kunde": s.customer, "Artikelnr.": s.sku, "Bezeichnung": s.name, "Menge": s.quantity,
        "Gesamtpreis": f"{cents(s.amount) / 100:,.2f} €".translate(str.maketrans(",.", ".,")),
    } for s in sales]  # fmt: skip
    total = f"{goods(sales) / 100:,.2f} €".translate(str.maketrans(",.", ".,"))
    after = f";;;;;;;\r\n\r\nSumme;;;;;;;{total}\r\n"
    return write_csv(path / "umsatz.csv", rows, delimiter=";", encoding="cp1252", after=after)


def orders_alone(path: Path, sales: Sequence[Sale]) -> Path:
    """Write a workbook of orders without lines: serial days, refunds in a column of their own."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Order ref", "Order date", "Client code", "Grand total (GBP)", "Refunded amount"])
    for at, lines in by_order(sales):
        days = (lines[0].at - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a spreadsheet's day
        back = cents(lines[0].amount) / 100 if at % 3 == 0 else None
        sheet.append([lines[0].order, days, lines[0].customer, goods(lines) / 100, back])
    name = path / "orders.xlsx"
    book.save(name)
    return name


EXPORTS = {
    "shopify": Export(shopify, with_shipping, every_third),
    "woocommerce": Export(woocommerce, with_shipping, every_third),
    "amazon": Export(amazon, goods),
    "square": Export(square, goods, every_third),
    "taobao": Export(taobao, with_shipping, every_third),
    "jd": Export(jingdong, with_shipping),
    "youzan": Export(youzan, with_shipping, every_third),
    "german": Export(german, goods),
    "orders alone": Export(orders_alone, goods, every_third),
}
