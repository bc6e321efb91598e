"""`quanqu consent-import`: a CSV file of consents into the ledger."""

from pathlib import Path

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.consent import facade
from quanqu.project.cli.frame import emit, json_option, note


@click.command("consent-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the file comes from, up to 120 characters.")
@json_option
def consent_import(file: Path, source: str, as_json: bool) -> None:
    """Record the consents of FILE (CSV); lines that are wrong are told and left out."""
    done = facade.import_consents(
        actor=SYSTEM, content=file.read_bytes(), source=source, now=utc_now()
    )
    for one in done.rejected[:20]:
        note(f"Line {one.line}: {one.reason}")
    rejected = [{"line": one.line, "reason": one.reason} for one in done.rejected]
    data = {"made": done.made, "known": done.known, "rejected": rejected}
    text = f"{done.made} recorded, {done.known} known, {len(rejected)} rejected."
    emit(data, as_json=as_json, text=text)
