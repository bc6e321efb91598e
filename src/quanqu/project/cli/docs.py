"""`quanqu docs`: writes the reference pages from the program."""

import click

from quanqu.project.cli import COMMANDS
from quanqu.project.cli.frame import REFUSED, emit, json_option
from quanqu.project.cli.toolbox import source_tree
from quanqu.project.reference.pages import pages


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a page is out of date.")
@json_option
def docs(check: bool, as_json: bool) -> None:
    """Write docs/reference from the program itself."""
    folder = source_tree() / "docs" / "reference"
    stale = []
    for name, text in pages(COMMANDS).items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                page.write_text(text, encoding="utf-8")
    verb = "out of date" if check else "written"
    emit(
        {"pages": stale, "written": not check}, as_json=as_json, text=f"{len(stale)} pages {verb}."
    )
    if stale and check:
        raise click.exceptions.Exit(REFUSED)
