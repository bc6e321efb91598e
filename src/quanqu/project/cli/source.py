"""`quanqu source`: make the sources of events and renew their write keys."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period, utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    ExportRequest,
    IssuedWriteKey,
    LogProgress,
    LogRequest,
    SourceChange,
    SourceDraft,
    SourceInfo,
    SourceKind,
    SourceNotFoundError,
)
from quanqu.project.cli.frame import DONE, emit, json_option, note
from quanqu.project.cli.units import find_place_key


@click.group()
def source() -> None:
    """Sources of events and their write keys."""


@source.command()
@click.argument("name")
@click.option("--place", "place_code", help="Where its events happen: a code or COMPANY/PLACE.")
@click.option("--code", default="", help="Code of the source; made of the name when left out.")
@click.option("--origin", "origins", multiple=True, help="Web origin whose pages may send.")
@click.option("--rate-limit", default=0, show_default=True, help="Events per second; 0: no limit.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SourceKind]),
    default=SourceKind.SERVER.value,
    show_default=True,
    help="What sends its events.",
)
@click.option("--simulated", is_flag=True, help="Its events are generated, not observed.")
@json_option
def create(name: str, place_code: str | None, as_json: bool, **options: Any) -> None:
    """Make a source and print its write key, which is shown only now."""
    draft = SourceDraft(
        name=name,
        code=options["code"],
        place_key=None if place_code is None else find_place_key(place_code),
        allowed_origins=options["origins"],
        rate_limit=options["rate_limit"],
        is_simulated=options["simulated"],
        kind=SourceKind(options["kind"]),
    )
    _show(facade.create_source(actor=SYSTEM, draft=draft, now=utc_now()), as_json)


@source.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sources."""
    found: list[SourceInfo] = []
    cursor: str | None = None
    while True:
        page = facade.list_sources(actor=SYSTEM, cursor=cursor, now=utc_now())
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    lines = [f"{each.code}  {each.name}  {'on' if each.is_enabled else 'off'}" for each in found]
    emit([_told(each) for each in found], as_json=as_json, text="\n".join(lines) or "None.")


@source.command()
@click.argument("code")
@click.option("--overlap-hours", default=168, show_default=True, help="How long old keys work on.")
@json_option
def rotate(code: str, overlap_hours: int, as_json: bool) -> None:
    """Give a source a new write key; the old ones work on for a while."""
    issued = facade.rotate_write_key(
        actor=SYSTEM,
        source_id=_source(code).id,
        overlap=timedelta(hours=overlap_hours),
        now=utc_now(),
    )
    _show(issued, as_json)


@source.command()
@click.argument("code")
@click.option("--off/--on", "is_off", default=True, help="Switch it off, or on again.")
@json_option
def switch(code: str, is_off: bool, as_json: bool) -> None:
    """Switch a source off or on again."""
    change = SourceChange(is_enabled=not is_off)
    changed = facade.change_source(
        actor=SYSTEM, source_id=_source(code).id, change=change, now=utc_now()
    )
    emit(_told(changed), as_json=as_json, text=f"{code} is {'off' if is_off else 'on'}")


@source.command("log")
@click.argument("code")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "log_format", default="", help="nginx or Apache format; combined if none."
)
@click.option("--dry-run", is_flag=True, help="Read and count; write nothing.")
@json_option
def read_log(
    code: str, paths: tuple[Path, ...], log_format: str, dry_run: bool, as_json: bool
) -> int:
    """Read access logs, plain or gzip, into the source CODE; what was read before is passed over.

    Of a folder every file with `log` in its name is read, the oldest first.
    """
    readings = []
    for path in _log_files(paths):
        request = LogRequest(code, path, log_format, dry_run)
        reading = facade.read_log(
            actor=SYSTEM, request=request, now=utc_now(), progress=_say_lines(path.name)
        )
        readings.append(reading)
    lines = [
        f"{each.file}: {each.lines:,} lines, {each.events:,} events, {each.assets:,} parts of "
        f"pages, {each.rejected:,} rejected" + (f" ({each.rejects_file})" if each.rejected else "")
        for each in readings
    ]
    emit([asdict(each) for each in readings], as_json=as_json, text="\n".join(lines) or "None.")
    return DONE


@source.command("export")
@click.argument("target")
@click.option("--first", required=True, help="First UTC day, such as 2026-11-01.")
@click.option("--last", required=True, help="Last UTC day.")
@click.option("--source", "sources", multiple=True, help="Code of a source; all when left out.")
@click.option("--event", "events", multiple=True, help="Name of an event; all when left out.")
@json_option
def export(
    target: str,
    first: str,
    last: str,
    sources: tuple[str, ...],
    events: tuple[str, ...],
    as_json: bool,
) -> int:
    """Write settled events as Parquet to TARGET, a folder or an object store, with a manifest.

    The same command again goes on where it stopped.
    """
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    request = ExportRequest(target, period, sources, events)
    done = facade.export_events(actor=SYSTEM, request=request, now=utc_now(), progress=_say_days)
    text = (
        f"{done.rows:,} events in {done.files:,} files ({done.kept:,} were there): {done.manifest}"
    )
    emit(asdict(done), as_json=as_json, text=text)
    return DONE


def _say_days(done: int, days: int) -> None:
    if done % 30 == 0 or done == days:
        note(f"{done:,} of {days:,} days")


def _log_files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = [one for one in path.iterdir() if "log" in one.name] if path.is_dir() else [path]
        found += sorted(
            (one for one in inside if one.is_file()), key=lambda one: one.stat().st_mtime
        )
    return found


def _say_lines(name: str) -> LogProgress:
    def say(lines: int) -> None:
        if lines % 100_000 == 0:
            note(f"{name}: {lines:,} lines")

    return say


def _source(code: str) -> SourceInfo:
    found = facade.find_source(code=code, now=utc_now())
    if found is None:
        raise SourceNotFoundError(ref=code)
    return found


def _show(issued: IssuedWriteKey, as_json: bool) -> None:
    told = {**_told(issued.source), "write_key": issued.write_key}
    emit(told, as_json=as_json, text=issued.write_key)
    note(f"This is the write key of {issued.source.code}. Keep it: it is not shown again.")


def _told(info: SourceInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "code": info.code,
        "name": info.name,
        "place_key": info.place_key,
        "allowed_origins": list(info.allowed_origins),
        "rate_limit": info.rate_limit,
        "is_enabled": info.is_enabled,
        "is_simulated": info.is_simulated,
        "kind": info.kind.value,
        "key_hints": list(info.key_hints),
    }
