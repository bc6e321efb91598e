"""`quanqu backup`: everything of an installation in one file."""

import os
from pathlib import Path

import click

from quanqu.infra.backup.facade import make_backup
from quanqu.infra.home.facade import open_home
from quanqu.kernel.time import utc_now
from quanqu.project.cli.frame import emit, json_option, note


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@json_option
def backup(file: Path | None, as_json: bool) -> None:
    """Write database, lake and keys of one instant into FILE (a new .tar.gz).

    Without FILE it is quanqu-DATE-TIME.tar.gz in the present folder.  It holds the keys that open
    personal data: keep it as safe as the home itself.
    """
    now = utc_now()
    target = (file or Path(f"quanqu-{now:%Y%m%d-%H%M%S}.tar.gz")).absolute()
    manifest = make_backup(
        home=open_home(),
        url=os.environ["DATABASE_URL"],
        target=target,
        now=now,
        progress=lambda what: note(f"Taking {what} …"),
    )
    size = target.stat().st_size
    data = {"file": str(target), "bytes": size, "files": len(manifest.files), "lake": manifest.lake}
    emit(data, as_json=as_json, text=f"{target}: {size / 1e6:.1f} MB, {len(manifest.files)} files.")
    if manifest.lake_elsewhere:
        note(f"The lake is in {manifest.lake_elsewhere} and is not in the file.")
