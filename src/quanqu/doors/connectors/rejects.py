"""The file of rejected rows: a part per step while a run goes on, NDJSON and CSV at its end.

A step writes its part before it commits and again when it is redone, so a crash neither loses nor
doubles a row.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from quanqu.doors.connectors.contracts import RejectRow
from quanqu.doors.connectors.reasons import words_of
from quanqu.infra.home.facade import open_home
from quanqu.kernel.text import safe_cell

__all__ = ["RejectFile", "reject_record"]

_COLUMNS: Final = ("table", "row", "reason", "field", "message_en", "message_zh", "values")
_NDJSON: Final = "rejects.ndjson"
_CSV: Final = "rejects.csv"


class RejectFile:
    """The rejected rows of one run, in the home's folder of rejects."""

    def __init__(self, run_id: str) -> None:
        self.folder = open_home().rejects / run_id

    @property
    def ndjson(self) -> Path:
        """One JSON object a row, with the original values."""
        return self.folder / _NDJSON

    @property
    def csv(self) -> Path:
        """The same for a spreadsheet; cells that would run as formulas are disarmed."""
        return self.folder / _CSV

    @property
    def exists(self) -> bool:
        """True when the run is over and rejected something."""
        return self.ndjson.is_file() and self.ndjson.stat().st_size > 0

    def write_part(self, step: int, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write the rejects of one step, replacing what an interrupted attempt left."""
        path = self.folder / f"part-{step:08}.ndjson"
        lines = [msgspec.json.encode(row) for row in rows]
        if not lines:
            path.unlink(missing_ok=True)
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(b"\n".join(lines) + b"\n")
        os.replace(draft, path)

    def finish(self) -> None:
        """Join the parts into the two files."""
        parts = sorted(self.folder.glob("part-*.ndjson"))
        if not parts:
            return
        with self.ndjson.open("wb") as joined, self.csv.open("w", newline="") as sheet:
            sheet.write("\ufeff")
            writer = csv.writer(sheet)
            writer.writerow(_COLUMNS)
            for part in parts:
                content = part.read_bytes()
                joined.write(content)
                writer.writerows(_cells(line) for line in io.BytesIO(content))
        for part in parts:
            part.unlink()

    def read(self, *, after: int = 0, limit: int = 50, language: str = "en") -> Iterator[RejectRow]:
        """Yield rejected rows from a position on; a running run shows its parts so far."""
        files = (
            [self.ndjson] if self.ndjson.is_file() else sorted(self.folder.glob("part-*.ndjson"))
        )
        seen = 0
        for file in files:
            with file.open("rb") as opened:
                for line in opened:
                    seen += 1
                    if seen > after + limit:
                        return
                    if seen > after:
                        yield _row(msgspec.json.decode(line), language)


def reject_record(
    *,
    table: str,
    row: int,
    reason: str,
    field: str,
    values: Mapping[str, Any],
    own: Mapping[str, Mapping[str, str]],
    detail: str = "",
) -> dict[str, Any]:
    """Return a rejected row as it is filed; `own` are the words of the mapping's own reasons."""
    words = words_of(reason, own)
    return {
        "table": table,
        "row": row,
        "reason": reason,
        "field": field,
        "message_en": f"{words['en']} {detail}".strip(),
        "message_zh": f"{words['zh-hans']} {detail}".strip(),
        "values": values,
    }


def _cells(line: bytes) -> list[str]:
    found = msgspec.json.decode(line)
    values = msgspec.json.encode(found["values"]).decode()
    shown = [*(str(found[name]) for name in _COLUMNS[:-1]), values]
    return [safe_cell(cell) for cell in shown]


def _row(found: dict[str, Any], language: str) -> RejectRow:
    message = found["message_zh" if language.startswith("zh") else "message_en"]
    return RejectRow(
        table=found["table"],
        row=found["row"],
        reason=found["reason"],
        field=found["field"],
        message=message,
        values=found["values"],
    )
