"""`quanqu doctor`: what is wrong with this installation, and what to do."""

import os
from collections.abc import Iterator
from importlib import import_module

import click
import psycopg
from django.db import DatabaseError

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import Lease, require_server
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.project.cli.frame import REFUSED, emit, json_option
from quanqu.project.doctor import machine
from quanqu.project.doctor.findings import Finding, State, fail


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look at the installation; exit 1 when something does not work."""
    findings = list(_findings(open_home()))
    failed = [finding.name for finding in findings if finding.state is State.FAIL]
    data = {
        "findings": [
            {"name": f.name, "state": f.state, "detail": f.detail, "advice": f.advice}
            for f in findings
        ],
        "failed": failed,
    }
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, findings)))
    if failed:
        raise click.exceptions.Exit(REFUSED)


def _findings(home: Home) -> Iterator[Finding]:
    yield machine.versions()
    yield machine.programs()
    yield (settings := machine.settings(home))
    yield machine.home_folder(home)
    yield machine.disk(home)
    yield machine.service(home)
    yield machine.forsaken()
    yield machine.log_size(home.logs)
    if settings.state is State.FAIL:
        return
    try:
        yield from _data(home)
    except (QuanquError, psycopg.Error, DatabaseError) as error:
        advice = f"See {home.logs / 'postgres.log'}"
        if os.environ.get("DATABASE_URL"):
            advice = "Look at DATABASE_URL and at that server."
        yield fail("server", " ".join(str(error).split()), advice)


def _data(home: Home) -> list[Finding]:
    given = os.environ.get("DATABASE_URL")
    if given:
        require_server(given)
        return _look(home)
    with Lease(home) as url:
        os.environ["DATABASE_URL"] = url
        try:
            return _look(home)
        finally:
            del os.environ["DATABASE_URL"]


def _look(home: Home) -> list[Finding]:
    # the rooms can be loaded only now that there is a database to set them up over
    import_module("quanqu.project.cli.database").set_up()
    found: list[Finding] = import_module("quanqu.project.doctor.data").look_at_data(home, utc_now())
    return found


def _line(finding: Finding) -> str:
    mark = {State.OK: "ok  ", State.WARN: "warn", State.FAIL: "FAIL"}[finding.state]
    text = f"{mark} {finding.name:<10} {finding.detail}"
    return f"{text}\n     → {finding.advice}" if finding.advice else text
