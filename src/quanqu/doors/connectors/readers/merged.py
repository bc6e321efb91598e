"""Which cells of a sheet are merged over several rows, read from the workbook's own parts."""

import html
import re
import zipfile
from typing import IO, Final

from openpyxl.utils.cell import range_boundaries

__all__ = ["merged_downwards"]

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 200


def merged_downwards(plain: IO[bytes], title: str) -> dict[int, list[tuple[int, int]]]:
    """Return the cells of a sheet merged over rows: first row → (column from 0, last row)."""
    found: dict[int, list[tuple[int, int]]] = {}
    place = plain.tell()
    with zipfile.ZipFile(plain) as archive:
        part = _part_of(archive, title)
        for area in _areas(archive, part) if part in archive.namelist() else ():
            left, top, right, bottom = (edge or 0 for edge in range_boundaries(area))
            for column in range(left - 1, right) if bottom > top > 0 else ():
                found.setdefault(top, []).append((column, bottom))
    plain.seek(place)
    return found


def _part_of(archive: zipfile.ZipFile, title: str) -> str:
    """Return the name of the archive's part that holds the sheet; empty when it is not told."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        if html.unescape(_attribute(tag, b"name")) == title:
            wanted = _attribute(tag, rb"\w+:id")
            for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
                if _attribute(relation, b"Id") == wanted:
                    target = _attribute(relation, b"Target")
                    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"=\"([^\"]*)\"", tag)
    return found.group(1).decode(errors="replace") if found else ""


def _areas(archive: zipfile.ZipFile, part: str) -> set[str]:
    found: set[str] = set()
    kept = b""
    with archive.open(part) as opened:
        while block := opened.read(_BLOCK):
            text = kept + block
            found.update(area.decode() for area in _MERGE.findall(text))
            kept = text[-_OVERLAP:]
    return found
