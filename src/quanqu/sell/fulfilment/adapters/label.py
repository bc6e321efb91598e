"""Draw the label of a parcel as PDF: 100 x 150 mm, with its number as Code 128.

Latin text is set in Helvetica; text with other letters in STSong-Light, one of the fonts every PDF
reader brings along for Chinese (Adobe-GB1), so that no font has to be shipped.
"""

import io
from typing import Any, Final

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from quanqu.sell.fulfilment.ports import Address, Consignment

__all__ = ["draw_label"]

WIDTH: Final = 100 * mm
HEIGHT: Final = 150 * mm
_EDGE: Final = 5 * mm
_HAN: Final = "STSong-Light"
_LATIN: Final = "Helvetica"
_BOLD: Final = "Helvetica-Bold"
pdfmetrics.registerFont(UnicodeCIDFont(_HAN))


def draw_label(consignment: Consignment, *, carrier_name: str, tracking_no: str) -> bytes:
    """Return the label; the same parcel gives the same bytes."""
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(tracking_no)
    _line(canvas, carrier_name, _EDGE, 141, 15, is_bold=True)
    _line(canvas, consignment.service_name, _EDGE, 135, 11)
    _rule(canvas, 132)
    below = _address(canvas, consignment.sender, 127, size=8)
    _rule(canvas, min(below, 110))
    _address(canvas, consignment.recipient, 102, size=13)
    _rule(canvas, 58)
    _barcode(canvas, tracking_no)
    _rule(canvas, 22)
    weight = f"{consignment.measures.weight_g / 1000:.3f} kg"
    left = f"{consignment.reference}  #{consignment.number}"
    _line(canvas, left, _EDGE, 15, 10, is_bold=True)
    _line(canvas, f"{weight}   {consignment.packed_on.isoformat()}", _EDGE, 9, 10)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _address(canvas: Any, who: Address, top: float, *, size: int) -> float:
    """Write an address from a height down; return where it ends. Units: mm, points."""
    town = " ".join(part for part in (who.postcode, who.city, who.region) if part)
    at = top
    for text in (who.name, who.phone, *_broken(who.street, size), town, who.country):
        if text:
            _line(canvas, text, _EDGE, at, size)
            at -= size * 0.48
    return at


def _broken(text: str, size: int) -> list[str]:
    """Break a street into at most three lines that fit."""
    lines: list[str] = []
    left = text
    while left and len(lines) < 3:
        fits = _fitting(left, size)
        cut = left.rfind(" ", 0, fits + 1) if fits < len(left) else fits
        cut = cut if cut > 0 else fits
        lines.append(left[:cut].strip())
        left = left[cut:].strip()
    return lines


def _fitting(text: str, size: int) -> int:
    room = WIDTH - 2 * _EDGE
    count = len(text)
    while count > 1 and pdfmetrics.stringWidth(text[:count], _font(text), size) > room:
        count -= 1
    return count


def _line(
    canvas: Any, text: str, left: float, at_mm: float, size: int, *, is_bold: bool = False
) -> None:
    """Write a line, smaller where it would not fit."""
    font = _font(text, is_bold=is_bold)
    width = pdfmetrics.stringWidth(text, font, size)
    room = WIDTH - left - _EDGE
    canvas.setFont(font, size if width <= room else max(5, size * room / width))
    canvas.drawString(left, at_mm * mm, text)


def _font(text: str, *, is_bold: bool = False) -> str:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _HAN
    return _BOLD if is_bold else _LATIN


def _rule(canvas: Any, at_mm: float) -> None:
    canvas.setLineWidth(0.7)
    canvas.line(_EDGE, at_mm * mm, WIDTH - _EDGE, at_mm * mm)


def _barcode(canvas: Any, tracking_no: str) -> None:
    """Draw the number as bars as wide as fits, with the quiet zones Code 128 asks for."""
    code = Code128(tracking_no, barHeight=22 * mm, barWidth=0.4 * mm, quiet=False)
    if code.width > WIDTH - 4 * _EDGE:
        thin = 0.4 * mm * (WIDTH - 4 * _EDGE) / code.width
        code = Code128(tracking_no, barHeight=22 * mm, barWidth=thin, quiet=False)
    code.drawOn(canvas, (WIDTH - code.width) / 2, 32 * mm)
    canvas.setFont(_BOLD, 12)
    canvas.drawCentredString(WIDTH / 2, 26 * mm, tracking_no)
