"""Opens an import run: which input, which mapping, which place; an interrupted one goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from quanqu.doors.connectors.actions.places import (
    PERMISSION,
    Ground,
    Manner,
    currency_there,
    find_ground,
    find_there,
    place_code,
)
from quanqu.doors.connectors.contracts import ImportRequest, Manifest, Mapping, RunState
from quanqu.doors.connectors.guessed import guessed_mappings, is_for_none
from quanqu.doors.connectors.inputs import fingerprint
from quanqu.doors.connectors.models import ImportRun, SavedMapping
from quanqu.doors.connectors.queries import mapping_of, run_id
from quanqu.doors.connectors.registry import load_mapping, manifest, mappings
from quanqu.doors.connectors.rules.parse import parse_mapping
from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotFoundError, QuanquError

__all__ = ["NOWHERE", "OPEN", "keep_refusal", "manner_of", "open_import"]

NOWHERE: Final = 0
OPEN: Final = (RunState.WAITING.value, RunState.RUNNING.value)
_RESUMABLE: Final = (*OPEN, RunState.FAILED.value, RunState.CANCELLED.value)


@transaction.atomic
def open_import(*, actor: Actor, request: ImportRequest, now: datetime) -> ImportRun:
    """Return the run of a request: an interrupted one of the same input, else a new one."""
    actor.require(PERMISSION)
    known = manifest(request.channel)
    sha256, size = fingerprint(request.path)
    chosen = _told_mappings(request, known)
    if request.dry_run:
        ground = find_there(actor=actor, manifest=known, request=request)
    else:
        manner = manner_of(chosen)
        ground = find_ground(actor=actor, manifest=known, request=request, now=now, manner=manner)
    if request.mapping_name:
        chosen = (_saved_mapping(request, ground),)
    name, version = _named(request, chosen)
    data = [msgspec.to_builtins(mapping) for mapping in chosen] or None
    before = None
    if ground is not None and not request.dry_run and not request.restart:
        before = _interrupted(request, ground, sha256, (name, version, data))
    if before is not None:
        before.is_cancel_requested = False
        before.path = str(request.path.resolve())
        before.save(update_fields=["is_cancel_requested", "path"])
        return before
    run = ImportRun.objects.create(
        state=RunState.WAITING.value,
        mapping=name,
        mapping_version=version,
        mapping_data=data,
        sha256=sha256,
        size_bytes=size,
        **_asked(actor, request, now),
        **_where(request, ground),
    )
    after = {"channel": run.channel, "file": run.file_name, "dry_run": run.is_dry_run}
    record(actor=actor, action="connectors.import", subject=run_id(run), after=after, now=now)
    return run


@transaction.atomic
def keep_refusal(
    *, actor: Actor, request: ImportRequest, error: QuanquError, now: datetime
) -> None:
    """Leave a failed run of a file that could not be opened, so that it is seen in the list."""
    known = manifest(request.channel)
    sha256, size = fingerprint(request.path)
    ground = find_there(actor=actor, manifest=known, request=request)
    ImportRun.objects.create(
        state=RunState.FAILED.value,
        mapping=request.channel,
        sha256=sha256,
        size_bytes=size,
        started_at=now,
        finished_at=now,
        error_code=error.code,
        error=str(error).replace("\x00", ""),
        **_asked(actor, request, now),
        **_where(request, ground),
    )


def _asked(actor: Actor, request: ImportRequest, now: datetime) -> dict[str, Any]:
    return {
        "is_dry_run": request.dry_run,
        "channel": request.channel,
        "file_name": request.file_name or request.path.name,
        "path": str(request.path.resolve()),
        "started_by": actor.name,
        "created_at": now,
    }


def _where(request: ImportRequest, ground: Ground | None) -> dict[str, Any]:
    """Return where a run works; a rehearsal of a place not there yet works nowhere."""
    if ground is None:
        code = place_code(manifest(request.channel), request)
        return {
            "place_key": NOWHERE,
            "place_code": code,
            "company_key": NOWHERE,
            "company_code": request.company_code,
        }
    return {
        "place_key": ground.place.key,
        "place_code": ground.place.code,
        "company_key": ground.company_key,
        "company_code": ground.place.company_code,
        "allowed_places": None if ground.allowed is None else sorted(ground.allowed),
    }


def manner_of(chosen: Sequence[Mapping]) -> Manner:
    """Return the currency and zone that the mappings tell, for a place that is made for them."""
    currency = next((mapping.currency for mapping in chosen if mapping.currency), "")
    return Manner(currency or "", next((m.zone for m in chosen if m.zone), "") or "")


def _told_mappings(request: ImportRequest, known: Manifest) -> tuple[Mapping, ...]:
    """Return the mappings given with the request or made of the file; none: the channel's own."""
    if request.mapping_path is not None:
        return (load_mapping(request.mapping_path),)
    if request.mapping_contents:
        return tuple(parse_mapping(dict(one), name="mapping") for one in request.mapping_contents)
    if request.mapping_name or not (known.guesses or _is_export(request, known)):
        return ()
    currency = request.hints.currency or currency_there(manifest=known, request=request)
    return guessed_mappings(path=request.path, hints=request.hints, currency=currency)


def _is_export(request: ImportRequest, known: Manifest) -> bool:
    """Tell whether it is a table for a channel that pushes payloads and knows no such table."""
    return known.kind == "payload" and is_for_none(request.path, mappings(known.code))


def _saved_mapping(request: ImportRequest, ground: Ground | None) -> Mapping:
    company = NOWHERE if ground is None else ground.company_key
    rows = SavedMapping.objects.filter(company_key=company, name=request.mapping_name)
    row = rows.order_by("-version").first()
    if row is None:
        raise NotFoundError(kind="Mapping", ref=request.mapping_name)
    return mapping_of(row.content)


def _named(request: ImportRequest, chosen: Sequence[Mapping]) -> tuple[str, int]:
    if chosen:
        return chosen[0].name, chosen[0].version
    own = mappings(request.channel)
    return request.channel, max(mapping.version for mapping in own)


def _interrupted(
    request: ImportRequest, ground: Ground, sha256: str, mapping: tuple[str, int, Any]
) -> ImportRun | None:
    """Return the newest run of the same input and mapping that did not end."""
    name, version, data = mapping
    found = ImportRun.objects.filter(
        channel=request.channel,
        sha256=sha256,
        place_key=ground.place.key,
        mapping=name,
        mapping_version=version,
        is_dry_run=False,
    ).order_by("-key")
    newest = found.first()
    if newest is None or newest.state not in _RESUMABLE or newest.error_code:
        return None
    return newest if newest.mapping_data == data else None
