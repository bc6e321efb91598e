"""The export of a person's data: one JSON of everything, one CSV a place, in a ZIP."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from quanqu.kernel.text import safe_cell

README: Final = (
    "data.json holds every row of yours, by the place it rests in; the folder csv holds the same "
    "rows as tables.\n"
    "data.json 保存了关于您的全部数据，按存放位置分组；csv 文件夹内是同样内容的表格。\n"
)
_STAMP: Final = (2020, 1, 1, 0, 0, 0)


def pack(places: Mapping[str, Sequence[Mapping[str, Any]]], *, made_at: datetime) -> bytes:
    """Return the bytes of the ZIP.

    Shapes: `places` holds the JSON-ready rows of each place by its code; empty ones are left out of
    the tables and named in the JSON.
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", README)
        told = {"made_at": made_at.isoformat(), "places": {n: list(r) for n, r in places.items()}}
        _add(archive, "data.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
        for name, rows in places.items():
            if rows:
                _add(archive, f"csv/{name.replace(':', '_')}.csv", _sheet(rows))
    return sink.getvalue()


def _sheet(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    sink = io.StringIO()
    sink.write("\ufeff")
    writer = csv.writer(sink)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return sink.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_cell(value)
    return safe_cell(json.dumps(value, ensure_ascii=False, default=str))


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, _STAMP), text.encode(), zipfile.ZIP_DEFLATED)
