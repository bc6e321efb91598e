"""kill -9 in the middle of an erasure, again and again: the next one goes on and proves it."""

import base64
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from tests.builders.privacy import NOW, make_person, settle, started

from quanqu.infra.crypto import keyring
from quanqu.infra.lake.location import lake_root
from quanqu.infra.personal.contracts import Subjects, Treatment
from quanqu.infra.personal.facade import personal_holdings
from quanqu.know.customers.facade import gather_people
from quanqu.know.customers.models import Customer
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import RequestKind, RequestState
from quanqu.know.privacy.models import Request, RequestStep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake", "own_home"),
]

# The first kill falls into the planning, the others where so many places are done.
KILLS = (0, 1, 6, 14)
PROGRAM = """
import sys, django
django.setup()
from datetime import datetime
from quanqu.know.privacy import facade
facade.carry_out(request_key=int(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.thorough
def test_kill_nine_leaves_nobody_half_erased() -> None:
    mei, tom = make_person(), make_person("tom")
    settle(mei)
    settle(tom)
    of_mei, of_tom = known_by(mei.customer_key), known_by(tom.customer_key)
    before, others = counts(of_mei), counts(of_tom)
    key = started(RequestKind.ERASURE, mei.customer_id)

    chance, fallen = random.Random(7), 0
    for places in KILLS:
        fallen += kill_at(places, start(key), chance)
    killed_in = RequestStep.objects.exclude(finished_at=None).count()
    facade.carry_out(request_key=key, now=NOW)

    assert fallen >= 2  # a quick machine may have ended before the last ones
    assert killed_in > 0
    after = counts(of_mei)
    assert {code: after[code] for code in must_be_empty() if after[code]} == {}
    assert counts(of_tom) == others
    request = Request.objects.get()
    assert request.state == RequestState.DONE.value
    assert {one["place"]: one["rows_before"] for one in request.report["places"]} == before
    assert request.report["is_complete"]
    assert facade.is_genuine(report=request.report)
    assert mei.customer_id not in lake_text()
    assert tom.customer_id in lake_text()


def start(key: int) -> "subprocess.Popen[bytes]":
    """Carry the request out in a process of its own, on the database and the keys of the test."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {
        **os.environ,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "quanqu.project.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "QUANQU_DATA_KEY": base64.b64encode(keyring._root_key()).decode(),
    }
    command = [sys.executable, "-c", PROGRAM, str(key), NOW.isoformat()]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def kill_at(places: int, victim: "subprocess.Popen[bytes]", chance: random.Random) -> bool:
    """Kill it once so many places are done; tell whether it was still at work."""
    deadline = time.monotonic() + 120
    while done() < places or (not places and not RequestStep.objects.exists()):
        assert time.monotonic() < deadline
        if victim.poll() is not None:
            break
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.02))
    was_at_work = victim.poll() is None
    if was_at_work:
        os.kill(victim.pid, signal.SIGKILL)
    _, told = victim.communicate()
    assert was_at_work or victim.returncode == 0, told.decode()
    return was_at_work


def done() -> int:
    """Return how many places are erased."""
    return RequestStep.objects.exclude(finished_at=None).count()


def known_by(customer_key: int) -> Subjects:
    """Return everything a person is known by."""
    found = Customer.objects.filter(key=customer_key).values_list("id", flat=True)
    return gather_people(customer_ids=list(found))


def counts(of: Subjects) -> dict[str, int]:
    """Count the rows of people in every place."""
    return {one.code: one.work.count(of) for one in personal_holdings() if one.work is not None}


def must_be_empty() -> set[str]:
    """Return the places of which nothing may be left."""
    gone = {Treatment.DELETED, Treatment.ANONYMISED}
    return {one.code for one in personal_holdings() if one.treatment in gone and one.work}


def lake_text() -> str:
    """Return every row of every Parquet file there is, old versions among them."""
    found = sorted(Path(lake_root()).rglob("*.parquet"))
    data = [path for path in found if "_delta_log" not in path.parts]
    return "\n".join(str(pq.read_table(path, partitioning=None).to_pylist()) for path in data)
