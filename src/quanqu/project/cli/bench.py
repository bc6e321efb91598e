"""`quanqu bench NAME`: one benchmark, one JSON object a line."""

import click

from quanqu.kernel.errors import NotFoundError
from quanqu.project.cli.frame import REFUSED
from quanqu.project.cli.toolbox import run_module, source_tree


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, arguments: tuple[str, ...]) -> None:
    """Run a benchmark of bench/ beside its peer; --json is always on."""
    root = source_tree()
    found = {path.stem.rstrip("_"): path.stem for path in (root / "bench").glob("[a-z]*.py")}
    if name not in found:
        raise NotFoundError(
            kind="benchmark", ref=f"{name!r} (there are: {', '.join(sorted(found))})"
        )
    if run_module(f"bench.{found[name]}", arguments, root=root):
        raise click.exceptions.Exit(REFUSED)
