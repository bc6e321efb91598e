"""`quanqu source`: make the sources of events and renew their write keys."""

from datetime import timedelta
from typing import Any

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    IssuedWriteKey,
    SourceChange,
    SourceDraft,
    SourceInfo,
    SourceNotFoundError,
)
from quanqu.project.cli.frame import emit, json_option, note
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
        "key_hints": list(info.key_hints),
    }
