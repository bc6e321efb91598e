"""Hand out an audience as a file a spreadsheet opens safely, and write down that it was."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.later import Later
from quanqu.kernel.text import safe_cell
from quanqu.kernel.time import format_time
from quanqu.know.audiences.contracts import (
    ContactUse,
    ExportApprovalError,
    ExportCheck,
    ExportFile,
    ExportFormatError,
    ExportUseError,
)
from quanqu.know.audiences.models import Audience
from quanqu.know.audiences.queries.exports import most_alone
from quanqu.know.audiences.queries.saved import VIEW, member_keys, visible_audience
from quanqu.know.consent.contracts import Channel, Purpose
from quanqu.know.consent.facade import decide
from quanqu.know.customers.contracts import ContactRow
from quanqu.know.customers.facade import list_contacts

_openpyxl: Final = Later("openpyxl")
_TIME: Final = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("name", pa.string()),
        ("email", pa.string()),
        ("phone", pa.string()),
        ("country", pa.string()),
        ("region", pa.string()),
        ("city", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("first_seen_at", _TIME),
        ("entered_at", _TIME),
    ]
)
HEADER: Final = tuple(SCHEMA.names)
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "hashed": "text/csv; charset=utf-8",
}
HASHED: Final = "hashed"
_AT_ONCE: Final = 10_000
_Row = tuple[Any, ...]


def export_audience(
    *,
    actor: Actor,
    audience_id: UUID,
    format_: str,
    is_clear: bool,
    now: datetime,
    use: ContactUse | None = None,
) -> ExportFile:
    """Return the members at the last refresh as a file:
    `csv`, `xlsx`, `parquet` or `hashed`.

    Formulas are disarmed in the two that spreadsheets open; Parquet keeps every value as it is.
    Contact fields are masked unless `is_clear`, which needs customers.reveal and the `use` they
    are meant for: who did not allow it is left out and counted by reason.  `hashed` is a file for
    ad platforms, of those who allow that: the SHA-256 of the e-mail address in small letters and
    of the phone number (E.164); it reads them in clear.
    More people in clear or hashed than one person may hand out alone need a second one: see
    ask_export.
    Raises: NotAllowedError, NotFoundError, ExportFormatError, ExportUseError, ExportApprovalError.
    """
    actor.require("customers.export")
    if format_ == HASHED:
        is_clear, use = True, ContactUse(Purpose.AD_SYNC, Channel.ADS)
    if is_clear:
        actor.require("customers.reveal")
    audience = visible_audience(actor, audience_id, VIEW)
    check_format(format_, is_clear=is_clear, use=use)
    most = most_alone() if is_clear else None
    made, told = make_export(
        actor, audience, format_, is_clear=is_clear, use=use, now=now, most=most
    )
    with transaction.atomic():
        subject = encode("aud", audience.id)
        record(actor=actor, action="audiences.export", subject=subject, after=told, now=now)
    return made


def check_format(format_: str, *, is_clear: bool, use: ContactUse | None) -> ContactUse:
    """Return what an export is for. Raises: ExportFormatError, ExportUseError."""
    if format_ not in _TYPES:
        raise ExportFormatError(format=format_)
    if is_clear and use is None:
        raise ExportUseError
    return use or ContactUse("", "")


def make_export(
    actor: Actor,
    audience: Audience,
    format_: str,
    *,
    is_clear: bool,
    use: ContactUse | None,
    now: datetime,
    most: int | None = None,
) -> tuple[ExportFile, dict[str, Any]]:
    """Return the file and what the trail says of it, which the caller writes.

    Raises: ExportApprovalError for more people than `most`.
    """
    members: Sequence[tuple[int, datetime]] = member_keys(audience.key)
    left_out: dict[str, int] = {}
    if use is not None:
        members, left_out = _allowed(members, use, now)
    if most is not None and len(members) > most:
        raise ExportApprovalError(people=len(members), most=most)
    rows = list(_rows(actor, members, is_clear=is_clear))
    told: dict[str, Any] = {"format": format_, "rows": len(rows), "clear": is_clear}
    if use is not None:
        told |= {"purpose": use.purpose, "channel": use.channel, "left_out": left_out}
    ending = "sha256.csv" if format_ == HASHED else format_
    name = f"audience-{encode('aud', audience.id)}.{ending}"
    content = _WRITERS[format_](rows)
    return ExportFile(name, _TYPES[format_], content, len(rows), left_out), told


def people_allowed(audience: Audience, use: ContactUse, now: datetime) -> int:
    """Return how many members at the last refresh allow a use."""
    return len(_allowed(member_keys(audience.key), use, now)[0])


def check_export(*, actor: Actor, audience_id: UUID, use: ContactUse, now: datetime) -> ExportCheck:
    """Return how many members at the last refresh allow a use, and how many do not, by reason.

    Raises: NotAllowedError, NotFoundError, UnknownPurposeError, UnknownChannelError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    members, left_out = _allowed(member_keys(audience.key), use, now)
    return ExportCheck(len(members), left_out)


def _allowed(
    members: Sequence[tuple[int, datetime]], use: ContactUse, now: datetime
) -> tuple[Sequence[tuple[int, datetime]], dict[str, int]]:
    """Keep the members the gate of know.consent lets through; count the others by reason."""
    keys = [key for key, _ in members]
    found = decide(purpose=use.purpose, channel=use.channel, at=now, customers=keys)
    answers = zip(found["is_allowed"].to_pylist(), found["reason"].to_pylist(), strict=True)
    allowed, left_out = [], Counter[str]()
    for member, (is_allowed, reason) in zip(members, answers, strict=True):
        if is_allowed:
            allowed.append(member)
        else:
            left_out[reason] += 1
    return allowed, dict(sorted(left_out.items()))


def _rows(
    actor: Actor, members: Sequence[tuple[int, datetime]], *, is_clear: bool
) -> Iterator[_Row]:
    for at in range(0, len(members), _AT_ONCE):
        part = members[at : at + _AT_ONCE]
        keys = [key for key, _ in part]
        known = list_contacts(actor=actor, customer_keys=keys, is_clear=is_clear)
        for key, entered_at in part:
            if key in known:
                yield _row(known[key], entered_at)


def _row(contact: ContactRow, entered_at: datetime) -> _Row:
    return (
        encode("cus", contact.id),
        contact.name,
        contact.email,
        contact.phone,
        contact.country,
        contact.region,
        contact.city,
        list(contact.tags),
        contact.first_seen_at,
        entered_at,
    )


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return format_time(value)
    return safe_cell(", ".join(value) if isinstance(value, list) else value or "")


def _csv(rows: Sequence[_Row]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(HEADER)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return sink.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[_Row]) -> bytes:
    book = _openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Audience")
    sheet.append(HEADER)
    for row in rows:
        sheet.append([_cell(value) for value in row])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _parquet(rows: Sequence[_Row]) -> bytes:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in HEADER]
    data = pa.Table.from_arrays(
        [pa.array(found, field.type) for found, field in zip(columns, SCHEMA, strict=True)],
        schema=SCHEMA,
    )
    sink = io.BytesIO()
    pq.write_table(data, sink, compression="zstd")
    return sink.getvalue()


def _hashed(rows: Sequence[_Row]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(("email_sha256", "phone_sha256"))
    at_email, at_phone = HEADER.index("email"), HEADER.index("phone")
    for row in rows:
        email, phone = _sha256((row[at_email] or "").strip().lower()), _sha256(row[at_phone] or "")
        if email or phone:
            writer.writerow((email, phone))
    return sink.getvalue().encode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


_WRITERS: Final[dict[str, Callable[[Sequence[_Row]], bytes]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    HASHED: _hashed,
}
