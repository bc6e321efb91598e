"""`quanqu demo`: a working group on real data, from nothing, in one command."""

import os
import sys
import time
from decimal import Decimal
from importlib import import_module
from typing import Any

import click

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.process.facade import python_command, python_environment
from quanqu.infra.supervisor.facade import running
from quanqu.kernel.time import utc_now
from quanqu.project.cli.database import database
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.cli.port import hold_port
from quanqu.project.cli.progress import phases
from quanqu.project.environment import require_settings

_LINK_S = 24 * 3600


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Where to answer; 8000 if it is free.")
@click.option("--no-serve", is_flag=True, help="Load and exit.")
@json_option
def demo(port: int | None, no_serve: bool, as_json: bool) -> None:
    """Load the demo group (once) and serve it.

    The web shop is real (Online Retail II, UCI, CC BY 4.0); the store, the app and the newsletter
    around it are simulated from the same customers' real behaviour and labelled so.
    """
    started = time.perf_counter()
    require_settings()
    home = open_home()
    live = running(home)
    hold = hold_port(port, is_running=live is not None or no_serve)
    address = live.address if live else f"http://127.0.0.1:{hold.port}"
    with database():
        opened = time.perf_counter()
        summary = _load(home)
        summary["seconds"] = {"database": round(opened - started, 3), **summary["seconds"]}
        summary["seconds"]["total"] = round(time.perf_counter() - started, 3)
        if not no_serve:
            summary |= {"address": address, "sign_in": _sign_in(address)}
        emit(summary, as_json=as_json, text=lambda: _text(summary))
        sys.stdout.flush()
    if no_serve or live:
        hold.release()
        return
    if as_json:  # one object is what was promised: the address is in it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    command = python_command("quanqu.project.cli", "up", "--quiet", *hold.hand_over())
    os.execve(command[0], command, python_environment())  # noqa: S606 - our own program


def _load(home: Home) -> dict[str, Any]:
    """Load what is missing under a progress bar; the rooms are imported once Django stands."""
    load = import_module("quanqu.project.demo.load")
    summary = import_module("quanqu.project.demo.summary")
    seconds: dict[str, float] = {}
    if not load.is_loaded():
        note("Loading the demo group. This happens once.")
        with phases() as report:
            seconds = load.load_demo(home=home, clock=utc_now, report=report)
    told: dict[str, Any] = summary.summarise(now=utc_now())
    return {**told, "seconds": seconds}


def _sign_in(address: str) -> str:
    org = import_module("quanqu.know.org.facade")
    group = import_module("quanqu.project.demo.group")
    actors = import_module("quanqu.infra.auth.contracts")
    now = utc_now()
    owner = org.find_person_by_email(email=group.OWNER_EMAIL, now=now)
    issued = org.create_login_link(
        actor=actors.SYSTEM, person_id=owner.id, lasts_s=_LINK_S, now=now
    )
    return f"{address}/account/link/{issued.token}"


def _text(summary: dict[str, Any]) -> str:
    sales = [
        f"  {channel:<14}{Decimal(money['amount']):>16,} {money['currency']}"
        for channel, amounts in sorted(summary["revenue"].items())
        for money in amounts
    ]
    counts = " · ".join(
        f"{summary[name]:,} {name}" for name in ("customers", "products", "orders", "events")
    )
    lines = [
        f"The demo group: {counts}.",
        "Net sales by channel (the web shop is real, the other places are simulated):",
        *sales,
    ]
    if "address" in summary:
        lines += [
            "",
            f"Sign in once with this link, a day long, as soon as {summary['address']} answers:",
            f"  {summary['sign_in']}",
            "Look at: Overview (which channels grew), a customer who bought in the shop and the",
            "store (one person, one timeline), Products → Consistency, Audiences → New.",
            "Ctrl-C stops it; `quanqu up` starts it again.",
        ]
    return "\n".join(lines)
