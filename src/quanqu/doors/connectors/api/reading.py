"""Reads what a call tells of a file: the file itself, hints, a mapping."""

from pathlib import Path
from typing import Any

import msgspec
from ninja.files import UploadedFile

from quanqu.doors.connectors import facade
from quanqu.doors.connectors.api.schemas import HintsIn, ImportIn
from quanqu.doors.connectors.contracts import BadMappingError, Hints, Layout
from quanqu.infra.auth.contracts import Actor

__all__ = ["hints_of", "kept_upload", "mappings_of"]


def kept_upload(actor: Actor, file: UploadedFile) -> Path:
    """Keep an uploaded file and return where it lies. Raises: as keep_upload."""
    kept = facade.keep_upload(actor=actor, file_name=file.name or "upload", blocks=file.chunks())
    return facade.uploaded_path(token=kept.token)


def hints_of(payload: HintsIn) -> Hints:
    """Return the hints of a form. Raises: BadMappingError."""
    fields = _decoded(payload.fields, "fields", dict[str, str | list[str]])
    return Hints(
        fields={
            name: ((told,) if told else ()) if isinstance(told, str) else tuple(told)
            for name, told in (fields or {}).items()
        },
        left_out=frozenset(_decoded(payload.skip, "skip", list[str]) or ()),
        shape=payload.shape,
        layout=Layout(
            encoding=payload.encoding or None,
            delimiter=payload.delimiter or None,
            sheet=payload.sheet or None,
            header=payload.header_row,
        ),
        date_order=payload.date_order,
        decimal=payload.decimal,
        currency=payload.currency,
        zone=payload.zone,
    )


def mappings_of(payload: ImportIn) -> tuple[dict[str, Any], ...]:
    """Return the mapping given as JSON, if any. Raises: BadMappingError."""
    found = _decoded(payload.mapping_json, "mapping_json", dict[str, Any])
    return (found,) if found else ()


def _decoded(text: str, where: str, kind: Any) -> Any:
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadMappingError(mapping="the form", where=where, problem=str(error)) from None
