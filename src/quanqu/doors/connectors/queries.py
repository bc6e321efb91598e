"""Reads: runs, rejects, saved mappings, connections; what a scope does not show is not found."""

from pathlib import Path
from typing import Any

import msgspec
from django.db.models import Max, QuerySet
from django.utils.translation import get_language

from quanqu.doors.connectors.contracts import (
    ConnectionInfo,
    Counts,
    DeliveryInfo,
    ImportRow,
    Mapping,
    ReadAs,
    RejectRow,
    RunState,
)
from quanqu.doors.connectors.contracts.wizard import SavedMapping as SavedMappingRow
from quanqu.doors.connectors.models import Connection, Delivery, ImportRun, SavedMapping
from quanqu.doors.connectors.reasons import words_of
from quanqu.doors.connectors.registry import manifest, mappings
from quanqu.doors.connectors.rejects import RejectFile
from quanqu.doors.connectors.rules.taken import taken_of
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel import ids
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.paging import (
    MalformedCursorError,
    Page,
    decode_cursor,
    encode_cursor,
)
from quanqu.know.org.facade import companies_by_key, places_by_key

__all__ = [
    "company_key_of",
    "find_run",
    "get_import",
    "list_connections",
    "list_deliveries",
    "list_imports",
    "list_mappings",
    "list_rejects",
    "mapping_of",
    "mappings_of",
    "read_as",
    "reason_texts",
    "rejects_file",
    "run_id",
    "run_row",
    "saved_mapping",
]

PERMISSION = "imports.view"


def run_id(run: ImportRun) -> str:
    """Return the outside id of a run."""
    return ids.encode("imp", run.id)


def run_row(run: ImportRun) -> ImportRow:
    """Return a run as lists show it."""
    name = run_id(run)
    done = run.rows_accepted + run.rows_rejected
    return ImportRow(
        id=name,
        state=RunState(run.state),
        channel=run.channel,
        file_name=run.file_name,
        sha256=run.sha256,
        size_bytes=run.size_bytes,
        mapping=run.mapping,
        mapping_version=run.mapping_version,
        place_code=run.place_code,
        company_code=run.company_code,
        is_dry_run=run.is_dry_run,
        counts=Counts(done, run.rows_accepted, run.rows_rejected, run.entities, run.reasons),
        rows_total=run.rows_total,
        started_by=run.started_by,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        error_code=run.error_code,
        error=run.error,
        has_rejects=run.rows_rejected > 0,
    )


def find_run(*, actor: Actor, import_id: str, permission: str = PERMISSION) -> ImportRun:
    """Return a run the actor may see. Raises: NotFoundError, NotAllowedError, MalformedIdError."""
    actor.require(permission)
    found = _visible(actor, permission).filter(id=ids.decode("imp", import_id)).first()
    if found is None:
        raise NotFoundError(kind="Import", ref=import_id)
    return found


def get_import(*, actor: Actor, import_id: str) -> ImportRow:
    """Return an import the actor may see. Raises: NotFoundError."""
    return run_row(find_run(actor=actor, import_id=import_id))


def list_imports(*, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[ImportRow]:
    """Return a page of the imports the actor may see, newest first."""
    actor.require(PERMISSION)
    found = _visible(actor, PERMISSION)
    if cursor is not None:
        found = found.filter(key__lt=_number(cursor))
    rows = list(found.order_by("-key")[: limit + 1])
    more = encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None
    return Page(tuple(run_row(row) for row in rows[:limit]), more)


def list_rejects(
    *, actor: Actor, import_id: str, cursor: str | None = None, limit: int = 50
) -> Page[RejectRow]:
    """Return a page of the rows an import rejected, with their original values."""
    run = find_run(actor=actor, import_id=import_id)
    after = 0 if cursor is None else _number(cursor)
    language = get_language() or "en"
    rows = list(RejectFile(run_id(run)).read(after=after, limit=limit + 1, language=language))
    more = encode_cursor([after + limit]) if len(rows) > limit else None
    return Page(tuple(rows[:limit]), more)


def rejects_file(*, actor: Actor, import_id: str, form: str = "csv") -> Path:
    """Return the file of rejected rows, `csv` or `ndjson`. Raises: NotFoundError."""
    run = find_run(actor=actor, import_id=import_id)
    rejects = RejectFile(run_id(run))
    path = rejects.csv if form == "csv" else rejects.ndjson
    if not path.is_file():
        raise NotFoundError(kind="Rejects of import", ref=import_id)
    return path


def list_mappings(*, actor: Actor, company_key: int) -> tuple[SavedMappingRow, ...]:
    """Return the newest version of every mapping a company keeps, by name."""
    actor.require(PERMISSION)
    scope = actor.scope(PERMISSION)
    if not (scope.everything or company_key in scope.companies):
        return ()
    newest = SavedMapping.objects.filter(company_key=company_key).values("name")
    versions = {row["name"]: row["top"] for row in newest.annotate(top=Max("version"))}
    rows = SavedMapping.objects.filter(company_key=company_key, name__in=versions)
    return tuple(
        saved_mapping(row) for row in rows.order_by("name") if row.version == versions[row.name]
    )


def company_key_of(*, actor: Actor, code: str) -> int:
    """Return the key of a company the actor may import for. Raises: NotFoundError."""
    actor.require(PERMISSION)
    scope = actor.scope(PERMISSION)
    for company in companies_by_key().values():
        if company.code == code and (scope.everything or company.key in scope.companies):
            return company.key
    raise NotFoundError(kind="Company", ref=code)


def read_as(*, actor: Actor, import_id: str) -> ReadAs:
    """Return how an import was read: its mappings and what each column became."""
    run = find_run(actor=actor, import_id=import_id)
    found = mappings_of(run.mapping_data) or list(mappings(run.channel))
    contents = tuple(msgspec.to_builtins(mapping) for mapping in found)
    return ReadAs(contents, tuple(one for mapping in found for one in taken_of(mapping)))


def list_connections(*, actor: Actor) -> tuple[ConnectionInfo, ...]:
    """Return the connected shops of the actor's places, by code; never their secrets."""
    actor.require(PERMISSION)
    rows = list(_connections(actor).order_by("code"))
    places = places_by_key(keys=[row.place_key for row in rows])
    return tuple(
        ConnectionInfo(
            row.code, row.channel, places[row.place_key].code, f"/hooks/{row.channel}/{row.code}"
        )
        for row in rows
    )


def list_deliveries(
    *, actor: Actor, code: str, cursor: str | None = None, limit: int = 50
) -> Page[DeliveryInfo]:
    """Return a page of what a shop pushed, newest first. Raises: NotFoundError."""
    actor.require(PERMISSION)
    connected = _connections(actor).filter(code=code).first()
    if connected is None:
        raise NotFoundError(kind="Connection", ref=code)
    found = Delivery.objects.filter(connection=connected).defer("body_enc")
    if cursor is not None:
        found = found.filter(key__lt=_number(cursor))
    rows = list(found.order_by("-key")[: limit + 1])
    more = encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None
    return Page(tuple(_delivery(row) for row in rows[:limit]), more)


def _delivery(row: Delivery) -> DeliveryInfo:
    return DeliveryInfo(
        row.key, row.topic, row.resource, row.outcome, row.received_at, row.processed_at
    )


def _connections(actor: Actor) -> QuerySet[Connection]:
    scope = actor.scope(PERMISSION)
    found = Connection.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)


def reason_texts(*, actor: Actor, import_id: str) -> dict[str, str]:
    """Return the words of the reasons an import rejected rows for, in the reader's language."""
    run = find_run(actor=actor, import_id=import_id)
    own: dict[str, dict[str, str]] = {}
    for mapping in mappings_of(run.mapping_data) or mappings(run.channel):
        own |= mapping.reasons
    for refusal in manifest(run.channel).refuse:
        own.setdefault(refusal.reason, refusal.words)
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    return {reason: words_of(reason, own)[language] for reason in run.reasons}


def saved_mapping(row: SavedMapping) -> SavedMappingRow:
    """Return a kept mapping as a contract."""
    return SavedMappingRow(
        id=row.key,
        company_key=row.company_key,
        name=row.name,
        version=row.version,
        mapping=mapping_of(row.content),
    )


def mappings_of(content: Any) -> list[Mapping]:
    """Read the mappings of a run back; none: those of its channel."""
    kept = content if isinstance(content, list) else [content] if content else []
    return [mapping_of(one) for one in kept]


def mapping_of(content: Any) -> Mapping:
    """Read a mapping back from its stored form."""
    return msgspec.convert(content, Mapping)


def _number(cursor: str) -> int:
    (value,) = decode_cursor(cursor, length=1)
    if not isinstance(value, int) or value < 0:
        raise MalformedCursorError(text=cursor)
    return value


def _visible(actor: Actor, permission: str) -> QuerySet[ImportRun]:
    scope = actor.scope(permission)
    if scope.everything:
        return ImportRun.objects.all()
    return ImportRun.objects.filter(place_key__in=scope.places)
