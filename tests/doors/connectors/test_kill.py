"""kill -9 in the middle of an import: the next one goes on, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from tests.builders.connectors import write_orders
from tests.builders.org import NOW

from quanqu.doors.connectors.contracts import ImportRequest, RunState
from quanqu.doors.connectors.facade import run_import
from quanqu.doors.connectors.models import ImportRun
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.orders.models import Order, OrderLine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_lake"),
]

ORDERS = 60_000
PROGRAM = """
import sys, django
django.setup()
from datetime import datetime
from pathlib import Path
from quanqu.doors.connectors.contracts import ImportRequest
from quanqu.doors.connectors.facade import run_import
from quanqu.infra.auth.contracts import SYSTEM
request = ImportRequest("generic", Path(sys.argv[1]), place_code="web")
run_import(actor=SYSTEM, request=request, now=datetime.fromisoformat(sys.argv[2]))
"""


def test_kill_nine_loses_and_doubles_nothing(tmp_path: Path) -> None:
    path = write_orders(tmp_path / "o.csv", count=ORDERS)
    victim = start(path)

    deadline = time.monotonic() + 120
    while not ImportRun.objects.filter(rows_accepted__gt=0).exists():
        assert victim.poll() is None, victim.stderr.read().decode() if victim.stderr else ""
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    kept = ImportRun.objects.get()
    partial = Order.objects.count()

    row = run_import(actor=SYSTEM, request=request(path), now=NOW)

    assert kept.state == RunState.RUNNING.value
    assert 0 < partial < ORDERS
    assert partial == kept.rows_accepted // 2
    assert row.state is RunState.DONE
    assert ImportRun.objects.count() == 1
    assert row.counts.entities["orders"] == {"created": ORDERS}
    assert (Order.objects.count(), OrderLine.objects.count()) == (ORDERS, 2 * ORDERS)


def request(path: Path) -> ImportRequest:
    """Return the request both processes make."""
    return ImportRequest("generic", path, place_code="web")


def start(path: Path) -> subprocess.Popen[bytes]:
    """Start the import in a process of its own, on the database of the tests."""
    settings = connection.settings_dict
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {
        **os.environ,
        "DATABASE_URL": f"{server}/{settings['NAME']}",
        "DJANGO_SETTINGS_MODULE": "quanqu.project.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", PROGRAM, str(path), NOW.isoformat()]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
