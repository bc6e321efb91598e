"""`quanqu login-link`: lets a person in once, without a password."""

import os

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.supervisor.facade import running
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org import facade
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.cli.person import find

_MINUTES = 15


@click.command("login-link")
@click.argument("person")
@click.option("--minutes", type=click.IntRange(1, 1440), default=_MINUTES, show_default=True)
@json_option
def login_link(person: str, minutes: int, as_json: bool) -> None:
    """Print a link that signs PERSON (an e-mail address or id) in once."""
    issued = facade.create_login_link(
        actor=SYSTEM, person_id=find(person).id, lasts_s=minutes * 60, now=utc_now()
    )
    url = f"{address()}/account/link/{issued.token}"
    data = {"url": url, "person_id": issued.person_id, "expires_at": issued.expires_at}
    until = format_time(issued.expires_at)
    emit(data, as_json=as_json, text=url)
    note(f"It works once, until {until}.")
    if not os.environ.get("QUANQU_URL") and running(open_home()) is None:
        note("Nothing answers there yet: start it with `quanqu up`.")


def address() -> str:
    """Return the address people type: QUANQU_URL, the running server's, or the usual one."""
    given = os.environ.get("QUANQU_URL")
    if given:
        return given.rstrip("/")
    state = running(open_home())
    return state.address if state is not None else "http://127.0.0.1:8000"
