"""`quanqu down`: stops what `up` started."""

import click

from quanqu.infra.home.facade import open_home
from quanqu.infra.supervisor.facade import stop_running
from quanqu.project.cli.frame import emit, json_option


@click.command()
@json_option
def down(as_json: bool) -> None:
    """Stop what `up` started."""
    stopped = stop_running(open_home(), timeout_s=90)
    text = "Stopped." if stopped else "Nothing was running."
    emit({"stopped": stopped}, as_json=as_json, text=text)
