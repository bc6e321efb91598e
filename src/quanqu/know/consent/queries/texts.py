"""Read the words purposes are asked in."""

from quanqu.know.consent.contracts import ConsentTextRow, Purpose
from quanqu.know.consent.models import ConsentText


def list_texts(*, purpose: str | None = None) -> tuple[ConsentTextRow, ...]:
    """Return every published text, the newest version of each purpose first."""
    found = ConsentText.objects.order_by("purpose", "-version", "language")
    if purpose is not None:
        found = found.filter(purpose=purpose)
    return tuple(map(text_row, found))


def current_texts(*, language: str) -> dict[Purpose, ConsentTextRow]:
    """Return the newest text of each purpose in a language."""
    newest = ConsentText.objects.filter(language=language).order_by("purpose", "-version")
    return {Purpose(row.purpose): text_row(row) for row in newest.distinct("purpose")}


def text_row(row: ConsentText) -> ConsentTextRow:
    """Return a row of the table as a contract."""
    return ConsentTextRow(
        Purpose(row.purpose),
        row.version,
        row.language,
        row.text,
        row.text_hash,
        row.published_at,
        row.published_by,
    )
