"""Draw an invoice as PDF: A4, as many pages as its lines need.

Latin text is set in Helvetica, other in STSong-Light, which every PDF reader brings along.
"""

import io
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from quanqu.kernel.money import Money
from quanqu.sell.invoicing.adapters.fields import unit_price
from quanqu.sell.invoicing.contracts import (
    InvoiceDetail,
    InvoiceKind,
    InvoiceLine,
    LineKind,
    Regime,
    TaxedSum,
)

__all__ = ["as_pdf"]

WIDTH, HEIGHT = A4
_EDGE: Final = 18 * mm
_HAN: Final = "STSong-Light"
_LATIN: Final = "Helvetica"
_BOLD: Final = "Helvetica-Bold"
_STEP: Final = 6 * mm
_LOWEST: Final = 60 * mm
_COLUMNS: Final = (  # where each column ends or, of the first, begins, in mm from the edge
    ("name", 0), ("quantity", 92), ("price", 116), ("net", 138), ("rate", 152), ("tax", 174),
)  # fmt: skip
_WORDS: Final = {
    "blue": ("Invoice", "发票"),
    "red": ("Credit note", "红字发票"),
    "number": ("Number", "号码"),
    "issued": ("Date", "开票日期"),
    "order": ("Order", "订单"),
    "original": ("Takes back", "对应蓝字发票"),
    "seller": ("Seller", "销售方"),
    "buyer": ("Buyer", "购买方"),
    "tax_id": ("Tax number", "纳税人识别号"),
    "name": ("Item", "项目名称"),
    "quantity": ("Quantity", "数量"),
    "price": ("Unit price", "单价"),
    "net": ("Net", "金额"),
    "rate": ("Rate", "税率"),
    "tax": ("Tax", "税额"),
    "total": ("Total", "价税合计"),
    "rounding": ("Rounding", "尾差"),
    "shipping": ("Delivery", "运费"),
    "page": ("Page", "页"),
}
pdfmetrics.registerFont(UnicodeCIDFont(_HAN))


def as_pdf(detail: InvoiceDetail) -> bytes:
    """Return the invoice; the same one gives the same bytes."""
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(detail.row.number)
    paper = _Paper(canvas, detail)
    paper.head()
    for line in detail.lines:
        paper.line(line)
    paper.foot()
    canvas.showPage()
    canvas.save()
    return page.getvalue()


class _Paper:
    """Where the pen is, and on which page."""

    def __init__(self, canvas: Any, detail: InvoiceDetail) -> None:
        self.canvas, self.detail = canvas, detail
        self.at, self.number = HEIGHT - _EDGE, 1
        self.sign = -1 if detail.row.kind is InvoiceKind.RED else 1
        self.language = 1 if detail.row.regime is Regime.FAPIAO else 0

    def head(self) -> None:
        """Say what it is, of whom, and for whom."""
        row, seller, buyer = self.detail.row, self.detail.seller, self.detail.buyer
        self._put(_EDGE, self._word(row.kind.value), 18, is_bold=True)
        self.at -= 10 * mm
        facts = [("number", row.number), ("issued", row.issued_on.isoformat())]
        facts += [("order", row.order_number)] if row.order_number else []
        facts += [("original", row.original_number)] if row.original_number else []
        for name, text in facts:
            self._put(_EDGE, f"{self._word(name)}: {text}", 10)
            self.at -= _STEP
        self.at -= _STEP / 2
        for name, who, number, texts in (
            ("seller", seller.name, seller.tax_id,
             (seller.street, f"{seller.postcode} {seller.city} {seller.country}",
              f"{seller.bank} {seller.bank_account}")),
            ("buyer", buyer.title, buyer.tax_id,
             (buyer.street, f"{buyer.postcode} {buyer.city} {buyer.country}",
              f"{buyer.bank} {buyer.bank_account}")),
        ):  # fmt: skip
            self._put(_EDGE, f"{self._word(name)}: {who}", 10, is_bold=True)
            self.at -= _STEP
            if number:
                self._put(_EDGE, f"{self._word('tax_id')}: {number}", 9)
                self.at -= _STEP
            for text in filter(None, (one.strip() for one in texts)):
                self._put(_EDGE, text, 9)
                self.at -= _STEP * 0.8
            self.at -= _STEP / 2
        self._headings()

    def line(self, line: InvoiceLine) -> None:
        """Write a line, on a new page where this one is full."""
        if self.at < _LOWEST:
            self._turn()
        name = line.name or (self._word("shipping") if line.kind is LineKind.SHIPPING else line.sku)
        cells = {
            "quantity": str(self.sign * line.quantity),
            "price": unit_price(line, self.detail.row.currency),
            "net": self._money(line.net_minor),
            "rate": _rate(line),
            "tax": self._money(line.tax_minor),
        }
        self._put(_EDGE, name, 9, room=70 * mm)
        for column, ends in _COLUMNS[1:]:
            self._put(_EDGE + ends * mm, cells[column], 9, is_right=True, room=24 * mm)
        self.at -= _STEP
        if line.class_code:
            self._put(_EDGE, line.class_code, 7)
            self.at -= _STEP * 0.8

    def foot(self) -> None:
        """Write the sums by rate, the whole, and what was noted."""
        row = self.detail.row
        self._rule()
        for one in self.detail.sums:
            self._sum(_rate(one), one.net_minor, one.tax_minor)
        if row.rounding_minor:
            self._pair("rounding", row.rounding_minor)
        self._pair("total", row.gross_minor, is_bold=True)
        for one in self.detail.sums:
            if one.reason or one.reason_code:
                self._put(_EDGE, f"{one.reason_code} {one.reason}".strip(), 8)
                self.at -= _STEP
        for text in filter(None, (row.reason, row.note)):
            self._put(_EDGE, text, 8)
            self.at -= _STEP
        self._page()

    def _sum(self, rate: str, net: int, owed: int) -> None:
        self._put(_EDGE + 138 * mm, self._money(net), 9, is_right=True)
        self._put(_EDGE + 152 * mm, rate, 9, is_right=True)
        self._put(_EDGE + 174 * mm, self._money(owed), 9, is_right=True)
        self.at -= _STEP

    def _pair(self, word: str, minor: int, *, is_bold: bool = False) -> None:
        self._put(_EDGE + 100 * mm, self._word(word), 10, is_bold=is_bold)
        told = f"{self._money(minor)} {self.detail.row.currency}"
        self._put(_EDGE + 174 * mm, told, 10, is_right=True, is_bold=is_bold)
        self.at -= _STEP

    def _headings(self) -> None:
        self._put(_EDGE, self._word("name"), 8, is_bold=True)
        for column, ends in _COLUMNS[1:]:
            self._put(_EDGE + ends * mm, self._word(column), 8, is_right=True, is_bold=True)
        self.at -= 2 * mm
        self._rule()

    def _turn(self) -> None:
        self._page()
        self.canvas.showPage()
        self.at, self.number = HEIGHT - _EDGE, self.number + 1
        self._put(_EDGE, self.detail.row.number, 9)
        self.at -= _STEP * 1.5
        self._headings()

    def _page(self) -> None:
        self.at = 12 * mm
        self._put(WIDTH - _EDGE, f"{self._word('page')} {self.number}", 8, is_right=True)

    def _rule(self) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(_EDGE, self.at, WIDTH - _EDGE, self.at)
        self.at -= 5 * mm

    def _money(self, minor: int) -> str:
        return Money(self.sign * minor, self.detail.row.currency).amount

    def _word(self, name: str) -> str:
        return _WORDS[name][self.language]

    def _put(
        self,
        left: float,
        text: str,
        size: int,
        *,
        is_right: bool = False,
        is_bold: bool = False,
        room: float = WIDTH - 2 * _EDGE,
    ) -> None:
        """Write a text, smaller where it would not fit, and cut where it would be too small."""
        font = _font(text, is_bold=is_bold)
        width = pdfmetrics.stringWidth(text, font, size)
        told = max(6, size * room / width) if width > room else size
        while len(text) > 1 and pdfmetrics.stringWidth(text, font, told) > room:
            text = f"{text[:-2]}…" if font == _HAN else f"{text[:-4]}..."
        self.canvas.setFont(font, told)
        draw = self.canvas.drawRightString if is_right else self.canvas.drawString
        draw(left, self.at, text)


def _rate(of: InvoiceLine | TaxedSum) -> str:
    if of.treatment.value == "S":
        return f"{(of.rate * 100).normalize():f}%"
    return f"0% {of.treatment.value}"


def _font(text: str, *, is_bold: bool = False) -> str:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _HAN
    return _BOLD if is_bold else _LATIN
