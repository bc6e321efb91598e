"""What `quanqu import` shows of a file that is guessed at."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

import click

from quanqu.doors.connectors import facade
from quanqu.doors.connectors.contracts import GuessNote, Inspection
from quanqu.project.cli.frame import DONE, REFUSED, emit

__all__ = ["look_told", "looks_text", "say_what_is_missing", "write_draft"]

_WIDEST: Final = 32
_SURE: Final = 0.7


def looks_text(looks: tuple[Inspection, ...]) -> str:
    """Return the looks as a table of columns for each, with what was assumed."""
    return "".join(f"{_look_text(look)}\n\n" for look in looks)


def look_told(look: Inspection) -> dict[str, Any]:
    """Return a look as data: columns, notes in words, and the mapping."""
    told = asdict(look)
    told["notes"] = [
        {"code": note.code, "text": facade.note_text(note=note), **note.values}
        for note in look.notes
    ]
    return told


def say_what_is_missing(looks: tuple[Inspection, ...]) -> bool:
    """Show on stderr what was seen and how to go on; False when some table can be used."""
    if any(not look.missing for look in looks):
        return False
    field = looks[0].missing[0]
    example = next((c.name for c in looks[0].columns if c.guess is None), "COLUMN")
    click.echo(
        f"{looks_text(looks)}Name the column with --map {field}={example!r}, say what a row is "
        "with --shape,\nor write a draft to edit with --write-mapping draft.yaml.",
        err=True,
    )
    return True


def write_draft(look: Inspection, path: Path, *, as_json: bool) -> int:
    """Write the mapping of a look as YAML; refused while a needed field is missing, written yet."""
    path.write_text(facade.draft_yaml(look=look), encoding="utf-8")
    told = {"mapping": str(path), "missing": list(look.missing), "look": look_told(look)}
    lines = [_look_text(look), "", f"mapping written: {path}"]
    if look.missing:
        lines.append(f"fill in what was not found: {', '.join(look.missing)}")
    lines.append(f"then: quanqu import generic {look.file_name} --mapping {path} --dry-run")
    emit(told, as_json=as_json, text="\n".join(lines))
    return REFUSED if look.missing else DONE


def _look_text(look: Inspection) -> str:
    parts = [
        look.format,
        look.encoding,
        f"separated by {look.delimiter!r}" if look.delimiter else "",
        f"sheet {look.sheet}" if look.sheet else "",
        f"header in row {look.header}" if look.header else "",
    ]
    told = ", ".join(part for part in parts if part)
    rows = [("COLUMN", "TAKEN FOR", "HOLDS", "FOR EXAMPLE")]
    for column in look.columns:
        doubt = "" if column.guess is None or column.confidence >= _SURE else " ?"
        taken = f"{column.guess}{doubt}" if column.guess is not None else "-"
        example = " · ".join(column.samples[:2])
        rows.append((column.name, taken, column.holds, example))
    return "\n".join(
        [
            f"{look.file_name}: {told}",
            f"one row is one of {look.shape.replace('_', ' ')} ({look.rows_seen:,} rows looked at)",
            *_aligned(rows),
            *map(_note, look.notes),
        ]
    )


def _note(note: GuessNote) -> str:
    mark = "!" if note.code in facade.DOUBTFUL else "·"
    return f"{mark} {facade.note_text(note=note)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    shown = [tuple(_cut(cell) for cell in row) for row in rows]
    widths = [max(_width(row[at]) for row in shown) for at in range(len(rows[0]))]
    return [
        "  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def _cut(cell: str) -> str:
    plain = " ".join(cell.split())
    while _width(plain) > _WIDEST:
        plain = plain[:-2].rstrip() + "…"
    return plain


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal; Han characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
