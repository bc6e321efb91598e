"""How many events a second the tracking API stores for good, how soon, and what kill -9 costs.

The whole product runs (`quanqu up`: database, web, worker, settler) on the same cores as the load
generator.  Prints one JSON object a line.  Peer: the same batches under the same web server, as
one row of jsonb per event, without validation, settling or anything else running.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psutil
import psycopg
from bench._load import Insisting, Target, flood, pace
from bench._traffic import BATCH

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease, free_port

TARGET_PER_S = 40_000
FLOOD_BATCHES = 5_000
FLOOD_LINES = 8
PACE_S = 12
PACE_LINES = 32
KILLS = 20
PARTS = ("quanqu.project.web", "quanqu.project.worker", "quanqu.project.settler", "postgres")
_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the benchmark in homes of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--batches", type=int, default=FLOOD_BATCHES)
    parser.add_argument("--kills", type=int, default=KILLS)
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        os.environ["QUANQU_HOME"] = folder
        peer = measure_peer(options.batches)
        with running() as (up, port):
            target = Target(port, "/v1/batch", make_source())
            measure_speed(target, options.batches, peer)
            wait_settled()
        with running() as (up, port):
            target = Target(port, "/v1/batch", target.write_key)
            measure_kills(up, target, options.kills)


def measure_speed(target: Target, batches: int, peer: float) -> None:
    """Flood, then send at half the target rate."""
    flood(target, batches=200, lines=FLOOD_LINES)
    sent = flood(target, batches=batches, lines=FLOOD_LINES)
    assert sent.refused == 0, sent.refused
    show("ingest.events_per_s", len(sent.acknowledged) / sent.seconds, "1/s", peer)
    wait_settled()
    per_s = TARGET_PER_S / 2 / BATCH
    paced = pace(target, batches=int(per_s * PACE_S), per_s=per_s, lines=PACE_LINES)
    assert paced.refused == 0, paced.refused
    latencies = sorted(paced.latencies_ms)
    show("ingest.p50_ms", latencies[len(latencies) // 2], "ms")
    show("ingest.p99_ms", latencies[int(len(latencies) * 0.99)], "ms")


def measure_kills(up: psutil.Process, target: Target, kills: int) -> None:
    """Kill one process after the other while senders insist, then look for what they were told."""
    senders = Insisting(target, lines=8, per_s=60, batches=60 * kills * 6)
    chance, done = random.Random(11), Counter[str]()
    for number in range(kills):
        part = PARTS[number % len(PARTS)]
        time.sleep(chance.uniform(0.2, 1.2))
        done[part] += kill_one(up, part, chance)
        wait_answering(target.port)
    sent = senders.finish()
    wait_settled()
    found = Counter(lake_ids())
    show("ingest.kills", sum(done.values()), "processes")
    show("ingest.acknowledged", len(sent.acknowledged), "events")
    show("ingest.refused", sent.refused, "attempts")
    show("ingest.lost", sum(1 for each in sent.acknowledged if not found[each]), "events")
    show("ingest.doubled", sum(count - 1 for count in found.values()), "events")


def kill_one(up: psutil.Process, part: str, chance: random.Random) -> int:
    """Send SIGKILL to one process of a part, as soon as there is one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = [process for process in family(up) if belongs(process, part)]
        if found:
            try:
                chance.choice(found).kill()
            except psutil.NoSuchProcess:
                continue
            return 1
        time.sleep(0.05)
    raise RuntimeError(f"no process of {part} came back")


def family(up: psutil.Process) -> list[psutil.Process]:
    """Return the supervisor's descendants, and the database's, which has a keeper of its own."""
    home = os.environ["QUANQU_HOME"]
    keepers = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "quanqu.infra.postgres.keeper" in (process.info["cmdline"] or [])
        and home in (process.info["cmdline"] or [])
    ]
    found = []
    for parent in [up, *keepers]:
        with suppress(psutil.NoSuchProcess):  # it ends while we look
            found += parent.children(recursive=True)
    return found


def belongs(process: psutil.Process, part: str) -> bool:
    """Tell whether a process belongs to a part: by its module, or for PostgreSQL by its program."""
    try:
        command = process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    if part == "postgres":
        return bool(command) and Path(command[0]).name.startswith("postgres")
    return part in command


@contextmanager
def running() -> Iterator[tuple[psutil.Process, int]]:
    """Run `quanqu up` and stop it in the end."""
    port = free_port()
    command = [sys.executable, "-m", "quanqu.project.cli", "up", "--port", str(port), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT / "src")}
    log = (Path(os.environ["QUANQU_HOME"]) / "bench-up.log").open("ab")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        try:
            wait_answering(port)
        except RuntimeError as error:
            error.add_note(Path(log.name).read_text(errors="replace")[-3_000:])
            raise
        yield psutil.Process(process.pid), port
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def make_source() -> str:
    """Make a source by the command and return its write key."""
    command = [sys.executable, "-m", "quanqu.project.cli", "source", "create", "Bench", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT / "src")}
    made = subprocess.run(command, env=environment, capture_output=True, check=True)
    key: str = json.loads(made.stdout.splitlines()[-1])["write_key"]
    return key


def wait_answering(port: int) -> None:
    """Wait until the web server answers and the database with it."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def wait_settled() -> None:
    """Wait until the inbox is empty."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with Lease(open_home()) as url, psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM timeline_inbox").fetchone()
        if row == (0,):
            return
        time.sleep(0.5)
    raise RuntimeError("the inbox was not settled")


def lake_ids() -> list[str]:
    """Return every message id in the lake, as often as it is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    django.setup()
    lake: Any = import_module("quanqu.infra.lake.facade")
    events = lake.table("fact_event")
    ids: list[str] = lake.run(events.select("message_id"))["message_id"].to_pylist()
    return [each for each in ids if each.startswith("k-")]


def measure_peer(batches: int) -> float:
    """Return the events a second of the peer under the same web server and database."""
    port = free_port()
    with Lease(open_home()) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS bench_event"
                " (key bigserial PRIMARY KEY, event jsonb NOT NULL)"
            )
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
            "bench._peer_inserts:application",
        ]  # fmt: skip
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(_ROOT)}
        server = subprocess.Popen(command, env=environment)
        try:
            time.sleep(2)
            target = Target(port, "/", "none")
            flood(target, batches=200, lines=FLOOD_LINES)
            sent = flood(target, batches=batches, lines=FLOOD_LINES)
        finally:
            server.terminate()
            server.wait(30)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP TABLE bench_event")
    return len(sent.acknowledged) / sent.seconds


def show(name: str, value: float, unit: str, peer_value: float | None = None) -> None:
    """Print one figure."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    if peer_value is not None:
        line |= {
            "peer": "INSERT of one jsonb row per event, same web server",
            "peer_value": round(peer_value, 3),
            "ratio": round(value / peer_value, 3),
        }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
