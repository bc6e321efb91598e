"""The REST API of imports."""

from dataclasses import asdict
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from quanqu.doors.connectors import facade
from quanqu.doors.connectors.api.reading import hints_of, kept_upload, mappings_of
from quanqu.doors.connectors.api.schemas import (
    ChannelOut,
    ConnectionIn,
    ConnectionOut,
    DeliveryOut,
    ImportIn,
    ImportOut,
    LookIn,
    LookOut,
    MappingIn,
    MappingOut,
    ReadAsOut,
    RejectOut,
)
from quanqu.doors.connectors.contracts import ImportRequest, ImportRow, SavedMapping
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page
from quanqu.kernel.time import utc_now

router = Router(tags=["imports"])


@router.get("/channels", response=list[ChannelOut], summary="List channels")
def list_channels(request: HttpRequest) -> list[dict[str, Any]]:
    """The channels whose files and payloads can be imported."""
    actor_of(request)
    return [
        {
            "code": each.code,
            "name": each.name,
            "kind": each.kind,
            "place_type": each.place_type,
            "currency": each.currency,
            "has_webhook": each.has_webhook,
            "credit": each.credit,
        }
        for each in facade.list_channels()
    ]


@router.get("/imports", response=PageOut[ImportOut], summary="List imports")
def list_imports(request: HttpRequest, page: Query[PageParams]) -> dict[str, Any]:
    """The imports in scope, newest first."""
    found = facade.list_imports(actor=actor_of(request), cursor=page.cursor, limit=page.limit)
    return cursor_page(request, found, _told)


@router.post("/imports", response={202: ImportOut}, summary="Import a file")
def start_import(
    request: HttpRequest, payload: Form[ImportIn], file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """Take a file and leave its import to the worker; look at the import for its progress."""
    actor = actor_of(request)
    wanted = ImportRequest(
        channel=payload.channel,
        path=kept_upload(actor, file),
        place_code=payload.place,
        company_code=payload.company,
        mapping_name=payload.mapping,
        mapping_contents=mappings_of(payload),
        hints=hints_of(payload),
        dry_run=payload.dry_run,
    )
    row = facade.queue_import(actor=actor, request=wanted, now=utc_now())
    return Status(202, _told(row))


@router.post("/import-looks", response=list[LookOut], summary="Look at a file")
def look_at_file(
    request: HttpRequest, payload: Form[LookIn], file: File[UploadedFile]
) -> list[dict[str, Any]]:
    """What each column of a file would be taken for, table by table; nothing is kept of it.

    Empty for channels that know their own columns.
    """
    actor = actor_of(request)
    path = kept_upload(actor, file)
    wanted = ImportRequest(
        channel=payload.channel,
        path=path,
        place_code=payload.place,
        company_code=payload.company,
        hints=hints_of(payload),
    )
    try:
        looks = facade.look_over(actor=actor, request=wanted)
    finally:
        facade.drop_upload(path=path)
    return [
        {
            **asdict(look),
            "notes": [{"code": n.code, "text": facade.note_text(note=n)} for n in look.notes],
        }
        for look in looks
    ]


@router.get("/imports/{import_id}", response=ImportOut, summary="Get an import")
def get_import(request: HttpRequest, import_id: str) -> dict[str, Any]:
    """One import with its counts so far."""
    return _told(facade.get_import(actor=actor_of(request), import_id=import_id))


@router.get("/imports/{import_id}/rejects", response=PageOut[RejectOut], summary="List rejects")
def list_rejects(request: HttpRequest, import_id: str, page: Query[PageParams]) -> dict[str, Any]:
    """The rows an import rejected, with reason and original values."""
    found = facade.list_rejects(
        actor=actor_of(request), import_id=import_id, cursor=page.cursor, limit=page.limit
    )
    return cursor_page(request, found, asdict)


@router.get("/imports/{import_id}/mapping", response=ReadAsOut, summary="How it was read")
def get_import_mapping(request: HttpRequest, import_id: str) -> dict[str, Any]:
    """The mappings an import was read with, and what each column of its files became."""
    found = facade.read_as(actor=actor_of(request), import_id=import_id)
    taken = [
        {"column": one.column, "targets": [f"{entity}.{field}" for entity, field in one.targets]}
        for one in found.taken
    ]
    return {"mappings": list(found.mappings), "taken": taken}


@router.post("/imports/{import_id}/cancellation", response=ImportOut, summary="Cancel an import")
def cancel_import(request: HttpRequest, import_id: str) -> dict[str, Any]:
    """Stop an import after the step it is at; what is recorded stays."""
    row = facade.cancel_import(actor=actor_of(request), import_id=import_id, now=utc_now())
    return _told(row)


@router.get("/mapping-schema", response=dict[str, Any], summary="The JSON Schema of mappings")
def mapping_schema(request: HttpRequest) -> dict[str, Any]:
    """The schema a mapping of one's own is checked against."""
    actor_of(request)
    return facade.mapping_schema()


@router.get("/mappings", response=list[MappingOut], summary="List the mappings of a company")
def list_mappings(request: HttpRequest, company: str) -> list[dict[str, Any]]:
    """The newest version of every mapping a company keeps."""
    actor = actor_of(request)
    key = facade.company_key_of(actor=actor, code=company)
    return [_mapping_told(row) for row in facade.list_mappings(actor=actor, company_key=key)]


@router.post("/mappings", response={201: MappingOut}, summary="Keep a mapping")
def save_mapping(request: HttpRequest, payload: MappingIn) -> Status[dict[str, Any]]:
    """Keep a mapping as the next version of its name; imports then take it by name."""
    actor = actor_of(request)
    key = facade.company_key_of(actor=actor, code=payload.company)
    made = facade.save_mapping(actor=actor, company_key=key, content=payload.mapping, now=utc_now())
    return Status(201, _mapping_told(made))


@router.put("/connections", response=ConnectionOut, summary="Connect a shop")
def connect_shop(request: HttpRequest, payload: ConnectionIn) -> dict[str, Any]:
    """Let a shop push its orders, products and customers; the same code renews its secret."""
    made = facade.connect_shop(
        actor=actor_of(request),
        channel=payload.channel,
        code=payload.code,
        place_code=payload.place,
        secret=payload.secret,
        now=utc_now(),
    )
    return asdict(made)


@router.get("/connections", response=list[ConnectionOut], summary="List connected shops")
def list_connections(request: HttpRequest) -> list[dict[str, Any]]:
    """The shops that push to places in scope."""
    return [asdict(one) for one in facade.list_connections(actor=actor_of(request))]


@router.get(
    "/connections/{code}/deliveries", response=PageOut[DeliveryOut], summary="List deliveries"
)
def list_deliveries(request: HttpRequest, code: str, page: Query[PageParams]) -> dict[str, Any]:
    """What a shop pushed, newest first, and what came of it."""
    found = facade.list_deliveries(
        actor=actor_of(request), code=code, cursor=page.cursor, limit=page.limit
    )
    return cursor_page(request, found, asdict)


def _mapping_told(row: SavedMapping) -> dict[str, Any]:
    return {
        "name": row.name,
        "version": row.version,
        "mapping": msgspec.to_builtins(row.mapping),
    }


def _told(row: ImportRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ImportOut.model_fields if hasattr(row, name)}
    return {**told, **asdict(row.counts)}
