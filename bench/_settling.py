"""The measuring of bench.settle, imported once Django is set up."""

import json
import threading
import time
from typing import Any

from bench._traffic import BATCH, make_batches
from django.core.management import call_command
from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade as org
from quanqu.know.org.contracts import PlaceDetails, PlaceDraft, PlaceType
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import BodyKind, SourceDraft
from quanqu.project.settler import settle_until

SAMPLES = 15
WARM_BATCHES = 1_200


def run(batches: int) -> None:
    """Fill the inbox, settle it, then measure visibility while the settler runs."""

    call_command("migrate", verbosity=0)
    source = make_source()
    made = make_batches(batches, seed=7, prefix="b")
    with facade.ReadAhead() as ahead:  # as the settler keeps it
        fill(source, make_batches(WARM_BATCHES, seed=8, prefix="w"))
        settle(ahead)
        fill(source, made)
        started = time.perf_counter()
        events = settle(ahead)
        ours = events / (time.perf_counter() - started)
    assert events == batches * BATCH, (events, batches * BATCH)
    theirs = peer(made)
    show("settle.events_per_s", ours, "1/s", theirs)
    show("settle.visible_s", visible(source), "s")
    connection.close()


def make_source() -> Any:
    """Make a group, a shop and a source, and return what the tracking API knows of it."""

    now = utc_now()
    org.ensure_group(actor=SYSTEM, name="Bench", currency="CNY", now=now)
    company = org.ensure_company(actor=SYSTEM, code="c", name="C", currency="CNY", now=now)
    details = PlaceDetails(PlaceType.WEB_SHOP, "CNY", "Asia/Shanghai")
    draft = PlaceDraft("web", "Web", details)
    place = org.ensure_place(actor=SYSTEM, company_key=company.key, place=draft, now=now)
    issued = facade.create_source(
        actor=SYSTEM, draft=SourceDraft("Web", place_key=place.key), now=now
    )
    return facade.find_tracking_source(write_key=issued.write_key, now=now)


def fill(source: Any, made: list[tuple[list[str], bytes]]) -> None:
    """Accept batches."""
    for _, body in made:
        take(source, body)


def settle(ahead: facade.ReadAhead) -> int:
    """Settle until the inbox is empty and return how many events that were."""
    events = 0
    while (settlement := facade.settle_round(now=utc_now(), ahead=ahead)) is not None:
        events += settlement.events
    return events


def take(source: Any, body: bytes) -> None:
    """Accept one batch as the tracking API does."""

    facade.accept_body(source=source, kind=BodyKind.BATCH, body=body, now=utc_now())


def peer(made: list[tuple[list[str], bytes]]) -> float:
    """Return the events a second that PostgreSQL unpacks from the same bodies into rows."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_inbox (body jsonb)")
        cursor.execute(
            "CREATE TABLE bench_event (message_id text PRIMARY KEY, event jsonb NOT NULL)"
        )
        for _, body in made:
            cursor.execute("INSERT INTO bench_inbox VALUES (%s)", [body.decode()])
        started = time.perf_counter()
        for _ in range(len(made) * BATCH // 50_000 + 1):
            with transaction.atomic():
                cursor.execute(
                    "WITH taken AS (DELETE FROM bench_inbox WHERE ctid = ANY(ARRAY("
                    "SELECT ctid FROM bench_inbox LIMIT 500)) RETURNING body)"
                    " INSERT INTO bench_event SELECT e->>'messageId', e FROM taken,"
                    " jsonb_array_elements(body->'batch') e ON CONFLICT DO NOTHING"
                )
        seconds = time.perf_counter() - started
        cursor.execute("SELECT count(*) FROM bench_event")
        (count,) = cursor.fetchone()
    assert count == len(made) * BATCH, count
    return float(count / seconds)


def visible(source: Any) -> float:
    """Return the longest time from acceptance until a lake query sees the event."""

    stopping = threading.Event()
    settler = threading.Thread(target=settle_until, args=(stopping,))
    settler.start()
    longest = 0.0
    for number in range(SAMPLES):
        ((ids, body),) = make_batches(1, seed=number, prefix=f"v{number}")
        take(source, body)
        started = time.perf_counter()
        events = lake.table("fact_event")
        query = events.filter(events.message_id == ids[-1]).count()
        while not lake.run(query)[0][0].as_py():
            time.sleep(0.02)
        longest = max(longest, time.perf_counter() - started)
        time.sleep(0.37)
    stopping.set()
    settler.join()
    return longest


def show(name: str, value: float, unit: str, peer_value: float | None = None) -> None:
    """Print one figure."""
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    if peer_value is not None:
        line |= {
            "peer": "rows unpacked by PostgreSQL, nothing else done",
            "peer_value": round(peer_value, 3),
            "ratio": round(value / peer_value, 3),
        }
    print(json.dumps(line), flush=True)
