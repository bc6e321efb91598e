"""The database, its tables, the worker and the lake: with a server that answers."""

from datetime import datetime
from typing import Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import Home
from quanqu.infra.jobs.facade import count_failed
from quanqu.infra.lake.facade import registered, run, table
from quanqu.infra.outbox.facade import count_stuck_events
from quanqu.infra.supervisor.facade import running
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import format_time
from quanqu.know.timeline.facade import inbox_state
from quanqu.project.doctor.findings import Finding, State, fail, ok, warn

_HEARTBEAT_S: Final = 30
_LATE_S: Final = 60
_NO_ROOM: Final = "No space left on device"


def look_at_data(home: Home, now: datetime) -> list[Finding]:
    """Look at everything that needs the database; Django must be set up."""
    found = [server(), tables()]
    if all(finding.state is State.OK for finding in found):
        found += [worker(home, now), settler(home, now), jobs(), lake()]
    return found


def server() -> Finding:
    """Name the database server; whether it will do was asked before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), "
            "pg_size_pretty(pg_database_size(current_database()))"
        )
        version, size = cursor.fetchone()
    text = f"PostgreSQL {version} answers; {size}"
    return ok("server", text)


def tables() -> Finding:
    """Look whether migrations are pending."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return warn("tables", f"{len(pending)} migrations are pending", "Apply them: quanqu up")
    return ok("tables", "up to date")


def worker(home: Home, now: datetime) -> Finding:
    """Look at the last sign of life of the job worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (beat,) = cursor.fetchone()
    if beat is not None and (now - beat).total_seconds() <= _HEARTBEAT_S:
        return ok("worker", f"seen {(now - beat).total_seconds():.0f} s ago")
    if running(home) is None:
        return warn("worker", "not running", "Start it: quanqu up")
    seen = f"last seen {format_time(beat)}" if beat else "not seen yet"
    return fail("worker", seen, f"See {home.logs / 'worker.log'}")


def settler(home: Home, now: datetime) -> Finding:
    """Look how long accepted events have waited for the lake."""
    state = inbox_state(actor=SYSTEM, now=now)
    text = f"{state.events:,} events wait, the oldest for {state.oldest_s:.0f} s"
    if state.oldest_s <= _LATE_S:
        return ok("settler", text)
    if running(home) is None:
        return warn("settler", f"not running; {text}", "Start it: quanqu up")
    return fail("settler", text, f"See {home.logs / 'settler.log'}")


def jobs() -> Finding:
    """Look for jobs that failed for good and events whose handlers fail."""
    failed, stuck = count_failed(), count_stuck_events()
    if not failed and not stuck:
        return ok("jobs", "none has failed")
    advice = "See them: quanqu jobs list. Repeat them: quanqu jobs retry --all"
    return warn("jobs", f"{failed} jobs have failed, {stuck} events are stuck", advice)


def lake() -> Finding:
    """Read a row of every table of the lake."""
    broken: list[str] = []
    is_full = False
    for publication in registered():
        try:
            run(table(publication.name).limit(1))
        except (QuanquError, OSError) as error:
            is_full = is_full or _NO_ROOM in str(error)
            broken.append(f"{publication.name}: {str(error).strip().partition(chr(10))[0]}")
    if broken:
        mended = "Restore a backup, or publish the tables anew."
        return fail("lake", "; ".join(broken), "Make room on the disk." if is_full else mended)
    return ok("lake", f"{len(registered())} tables can be read")
