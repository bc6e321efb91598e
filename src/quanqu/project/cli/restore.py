"""`quanqu restore`: a backup back into a home."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from quanqu.infra.backup.facade import StillRunningError, restore_backup
from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import Lease, require_server
from quanqu.infra.supervisor.facade import running
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.environment import require_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace what the home holds.")
@json_option
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Bring a backup back into an empty home."""
    require_settings()
    home = open_home()
    if running(home) is not None:
        raise StillRunningError(home=home.root)
    with _server(home) as url:
        manifest = restore_backup(
            home=home,
            url=url,
            archive=file,
            force=force,
            progress=lambda what: note(f"Restoring: {what} …"),
        )
    data = {"made_at": manifest.made_at, "quanqu": manifest.quanqu, "files": len(manifest.files)}
    emit(data, as_json=as_json, text=f"Restored the backup of {manifest.made_at}.")
    if manifest.lake_elsewhere and os.environ.get("QUANQU_LAKE") != manifest.lake_elsewhere:
        note(f"Its lake is in {manifest.lake_elsewhere}: set QUANQU_LAKE to that before you start.")


@contextmanager
def _server(home: Home) -> Iterator[str]:
    given = os.environ.get("DATABASE_URL")
    if given:
        require_server(given)
        yield given
    else:
        with Lease(home) as url:
            yield url
