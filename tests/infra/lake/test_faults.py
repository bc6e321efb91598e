"""Writers killed half-way, a full disk, a table dropped by hand: nothing lost, nothing doubled."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.builders.lake import make_sales, sales_publication

from quanqu.infra.lake import registry
from quanqu.infra.lake.contracts import WHOLE, LakeWriteError
from quanqu.infra.lake.facade import (
    append,
    committed_version,
    compact,
    mark_dirty,
    mark_drifted,
    mend_tables,
    publish_dirty,
    register,
    run,
    table,
)
from quanqu.infra.lake.models import LakeDirty

ROOT = Path(__file__).resolve().parents[3]
NAME = "fact_sale"
APP = "till.settle"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

# Appends one number after the other and joins files meanwhile; says which are committed.
WRITER = """
import sys, threading
from tests.builders.lake import make_sales, sales_publication
from quanqu.infra.lake.registry import register
from quanqu.infra.lake.tables import append
from quanqu.infra.lake.upkeep import compact
register(sales_publication())
def join():
    while True:
        compact("fact_sale")
threading.Thread(target=join, daemon=True).start()
for number in range(int(sys.argv[1]), 100_000):
    rows = make_sales([{"key": number, "part": f"p{number % 3}"}])
    append(name="fact_sale", table=rows, app_id="till.settle", app_version=number)
    print(number, flush=True)
"""
# Tries to append more than it may write, and says how that was refused.
SQUEEZED = """
import os, resource, signal
from tests.builders.lake import make_sales, sales_publication
from quanqu.infra.lake.contracts import LakeWriteError
from quanqu.infra.lake.registry import register
from quanqu.infra.lake.tables import append
register(sales_publication())
rows = make_sales([{"key": n, "place": os.urandom(20).hex(), "part": "a"} for n in range(5000)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    append(name="fact_sale", table=rows, app_id="till.settle", app_version=2)
except LakeWriteError as error:
    print(error.code, error)
"""


@pytest.fixture(autouse=True)
def sales(own_lake: Path) -> None:
    registry._publications.clear()
    register(sales_publication())


def start(program: str, *arguments: str) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )


def keys() -> list[int]:
    return sorted(run(table(NAME))["key"].to_pylist())


def test_writers_killed_while_they_append_and_join_lose_and_double_nothing() -> None:
    dice = random.Random(7)
    told = -1
    for _ in range(3):
        with start(WRITER, str(told + 1)) as writer:
            assert writer.stdout is not None
            told = int(writer.stdout.readline())
            time.sleep(dice.random() / 2)
            writer.send_signal(signal.SIGKILL)
            told = max([told, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        mend_tables()
        committed = committed_version(NAME, APP)
        assert committed is not None
        assert committed in (told, told + 1)  # one may have been committed and not yet told
        assert keys() == list(range(committed + 1))
    compact(NAME)
    assert keys() == list(range(committed + 1))


def test_a_full_disk_commits_nothing_and_says_so() -> None:
    append(name=NAME, table=make_sales([{"key": 1, "part": "a"}]), app_id=APP, app_version=1)
    with start(SQUEEZED) as writer:
        said, _ = writer.communicate()

    assert said.startswith(f"lake.write_failed Nothing was written to {NAME} in the lake: ")
    assert keys() == [1]
    append(name=NAME, table=make_sales([{"key": 2, "part": "a"}]), app_id=APP, app_version=2)
    assert keys() == [1, 2]


class Till:
    """Stands for a room that publishes its rows."""

    def __init__(self, *keys: int) -> None:
        self.rows = [{"key": key, "part": f"p{key % 2}"} for key in keys]
        register(sales_publication(read=self.read))

    def read(self, partitions: Sequence[str] | None) -> pa.Table:
        wanted = [r for r in self.rows if partitions is None or r["part"] in partitions]
        return make_sales(wanted)


@pytest.mark.django_db
def test_a_store_that_fails_keeps_the_marks(
    own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Till(1, 2)
    mark_dirty(publication=NAME, partitions=[WHOLE])
    publish_dirty(now=NOW)
    Till(1, 2, 3)
    mark_dirty(publication=NAME, partitions=["p1"])

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("quanqu.infra.lake.stream.write_deltalake", fail)
        with pytest.raises(LakeWriteError, match="No space left on device"):
            publish_dirty(now=NOW)
    assert keys() == [1, 2]
    assert LakeDirty.objects.filter(partition="p1").exists()

    publish_dirty(now=NOW)
    assert keys() == [1, 2, 3]


@pytest.mark.django_db
def test_a_table_dropped_by_hand_is_written_whole_at_the_next_change(own_lake: Path) -> None:
    Till(1, 2, 3, 4)
    mark_dirty(publication=NAME, partitions=[WHOLE])
    publish_dirty(now=NOW)
    assert keys() == [1, 2, 3, 4]

    shutil.rmtree(own_lake / NAME)
    assert keys() == []
    mark_dirty(publication=NAME, partitions=["p1"])
    (published,) = publish_dirty(now=NOW)

    assert published.partitions == (WHOLE,)
    assert keys() == [1, 2, 3, 4]


@pytest.mark.django_db
def test_a_table_dropped_by_hand_is_found_without_a_change(own_lake: Path) -> None:
    Till(1, 2)
    assert mark_drifted() == ()
    mark_dirty(publication=NAME, partitions=[WHOLE])
    publish_dirty(now=NOW)
    assert mark_drifted() == ()

    shutil.rmtree(own_lake / NAME)

    assert mark_drifted() == (NAME,)
    publish_dirty(now=NOW)
    assert keys() == [1, 2]
    assert mark_drifted() == ()
