"""`quanqu import CHANNEL PATH`: bring a channel's file or folder in, with a progress bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from quanqu.doors.connectors import facade
from quanqu.doors.connectors.contracts import (
    ORDER_TOTALS,
    REFUND_TOTALS,
    ImportRequest,
    ImportRow,
    Inspection,
    ProgressCallback,
    RunState,
    UnreadableFileError,
)
from quanqu.doors.connectors.contracts import Progress as Step
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.money import exponent
from quanqu.kernel.time import utc_now
from quanqu.project.cli.frame import DONE, REFUSED, emit, json_option
from quanqu.project.cli.import_hints import hint_options, hints_of
from quanqu.project.cli.import_looks import (
    look_told,
    looks_text,
    say_what_is_missing,
    write_draft,
)

_SHOWN_REASONS = 12
_SUMS = {ORDER_TOTALS: "sum of the orders", REFUND_TOTALS: "sum of the refunds"}
_ONLY_GUESSED = "Hints and --write-mapping are for `generic` without --mapping."


@click.command()
@click.argument("channel", required=False)
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--place", default="", help="Code of the place; the channel's own when left out.")
@click.option("--company", default="", help="Code of the company the place belongs to.")
@click.option("--dry-run", is_flag=True, help="Check everything and count; write nothing.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A mapping of your own (YAML) instead of the channel's.",
)
@hint_options
@click.option(
    "--write-mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the mapping made of the file as YAML, to be edited; import nothing.",
)
@click.option("--restart", is_flag=True, help="Do not go on with an interrupted run.")
@click.option("--list", "as_list", is_flag=True, help="List the channels.")
@json_option
@click.pass_context
def import_(
    context: click.Context,
    /,
    channel: str | None,
    path: Path | None,
    as_json: bool,
    as_list: bool,
    **options: Any,
) -> int:
    """Import PATH, a file or folder of CHANNEL.

    For the channel `generic` the columns are guessed by name and content; --dry-run shows what
    each was taken for, and --map and the options after it correct that.
    """
    if as_list:
        _list_channels(as_json=as_json)
        return DONE
    if channel is None or path is None:
        raise click.UsageError("Give a channel and a path, or --list.", context)
    hints = hints_of(options)
    request = ImportRequest(
        channel=channel,
        path=path,
        place_code=options["place"],
        company_code=options["company"],
        mapping_path=options["mapping"],
        hints=hints,
        dry_run=options["dry_run"],
        restart=options["restart"],
    )
    is_guessed = not options["mapping"] and facade.is_guessed(channel=channel)
    if not is_guessed and (options["write_mapping"] or not hints.is_empty):
        raise click.UsageError(_ONLY_GUESSED, context)
    looks = _looks(request) if is_guessed else ()
    if looks and options["write_mapping"]:
        return write_draft(looks[0], options["write_mapping"], as_json=as_json)
    if looks and not say_what_is_missing(looks):
        request = replace(request, mapping_contents=facade.usable_contents(looks=looks, path=path))
    with _progress() as report:
        row = facade.run_import(
            actor=SYSTEM, request=request, now=utc_now(), progress=report, clock=utc_now
        )
    shown = looks if options["dry_run"] else ()
    emit(_told(row, looks), as_json=as_json, text=lambda: looks_text(shown) + _text(row))
    return DONE if row.state is RunState.DONE else REFUSED


def _looks(request: ImportRequest) -> tuple[Inspection, ...]:
    """Look at the input; one that cannot be read at all is left to the import, which files it."""
    try:
        return facade.look_over(actor=SYSTEM, request=request)
    except UnreadableFileError:
        return ()


class _Rate(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s")


@contextmanager
def _progress() -> Iterator[ProgressCallback]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def report(step: Step) -> None:
            bar.update(task, description=step.phase, completed=step.done, total=step.total or None)

        yield report


def _list_channels(*, as_json: bool) -> None:
    channels = facade.list_channels()
    told = [
        {"code": each.code, "name": each.name, "kind": each.kind, "currency": each.currency}
        for each in channels
    ]
    lines = [f"{each.code:<18} {each.name}" for each in channels]
    emit(told, as_json=as_json, text="\n".join(lines))


def _told(row: ImportRow, looks: tuple[Inspection, ...]) -> dict[str, Any]:
    return {
        **({"looks": [look_told(look) for look in looks]} if looks else {}),
        "id": row.id,
        "state": row.state.value,
        "channel": row.channel,
        "file": row.file_name,
        "place": row.place_code,
        "company": row.company_code,
        "dry_run": row.is_dry_run,
        "error_code": row.error_code,
        "error": row.error,
        **asdict(row.counts),
    }


def _text(row: ImportRow) -> str:
    counts = row.counts
    lines = [
        f"{row.id}  {row.state.value}{'  (dry run, nothing written)' if row.is_dry_run else ''}",
        f"rows: {counts.rows_read:,} read, {counts.rows_accepted:,} accepted, "
        f"{counts.rows_rejected:,} rejected",
    ]
    for name, title in _SUMS.items():
        for currency, minor in counts.entities.get(name, {}).items():
            lines.append(f"{title}: {Decimal(minor).scaleb(-exponent(currency)):,f} {currency}")
    for entity, outcomes in counts.entities.items():
        if entity in _SUMS:
            continue
        told = ", ".join(f"{count:,} {name}" for name, count in outcomes.items())
        lines.append(f"{entity}: {told}")
    ranked = sorted(counts.reasons.items(), key=lambda each: -each[1])[:_SHOWN_REASONS]
    lines += [f"rejected, {reason}: {count:,}" for reason, count in ranked]
    if counts.rows_rejected:
        folder = facade.rejects_file(actor=SYSTEM, import_id=row.id).parent
        lines.append(f"rejected rows with their reasons: {folder}")
    if row.error:
        lines.append(f"stopped: {row.error}")
    return "\n".join(lines)
