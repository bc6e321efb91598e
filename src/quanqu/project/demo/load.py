"""Load the demo group through the same roads a retailer's own data takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec
import pandas as pd
from django.db import transaction

from quanqu.doors.connectors import facade as connectors
from quanqu.doors.connectors.contracts import ImportRequest, Progress
from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries, record
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import Home
from quanqu.infra.lake.facade import publish_dirty
from quanqu.infra.process.facade import scratch_folder
from quanqu.kernel.errors import RefusedError
from quanqu.know.org import facade as org
from quanqu.know.timeline import facade as timeline
from quanqu.project.demo.behaviour import Behaviour, read_behaviour
from quanqu.project.demo.group import (
    APP,
    COMPANY,
    DESK,
    GROUP,
    MAIL,
    SHOP,
    STORE,
    DemoGroup,
    ensure_group,
    source_code,
)
from quanqu.project.demo.listings import shop_listings, store_listings
from quanqu.project.demo.live import VERSION as LIVE
from quanqu.project.demo.live import load_live
from quanqu.project.demo.simulate_app import simulate_app
from quanqu.project.demo.simulate_messages import simulate_messages
from quanqu.project.demo.simulate_store import simulate_store
from quanqu.project.demo.stock import VERSION as STOCK
from quanqu.project.demo.stock import load_stock, shop_sales, till_sales
from quanqu.project.demo.tags import ensure_tags
from quanqu.sell.catalog import facade as catalog

FOLDER: Final = Path(__file__).parent
DATA: Final = FOLDER / "data" / "online_retail_ii_2009_2010.parquet"
SEED: Final = 20091201
MARK: Final = "demo.load"

_EVENTS_AT_ONCE: Final = 20_000

Report = Callable[[str, int, int], None]
Clock = Callable[[], datetime]


class NotADemoError(RefusedError):
    """The installation holds a group of somebody's, into which no demo is loaded."""

    code: ClassVar[str] = "project.not_a_demo"
    template: ClassVar[str] = (
        "This installation holds the group {name}. Give the demo a home of its own: "
        "QUANQU_HOME=DIRECTORY quanqu demo"
    )


def is_loaded() -> bool:
    """Tell whether this very demo (data, seed, mapping) was loaded to its end.

    Raises: NotADemoError.
    """
    for root in org.get_tree(actor=SYSTEM):
        if root.unit.name != GROUP:
            raise NotADemoError(name=root.unit.name)
    marks = list_entries(actor=SYSTEM, filters=AuditFilters(action=MARK), limit=1).items
    return bool(marks) and (marks[0].after or {}).get("version") == _version()


def load_demo(*, home: Home, clock: Clock, report: Report) -> dict[str, float]:
    """Load what is missing and return the seconds of each phase.

    `report` hears (phase, done, total).  Killed half-way, the next call takes up where it stopped;
    everything is recorded under the ids of its channel, so nothing is there twice.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "organisation"):
        group = ensure_group(now=clock())
    with _timed(seconds, "web_shop"):
        _import(DATA, SHOP, "online_retail", None, clock, report)
    with _timed(seconds, "simulation"):
        behaviour = read_behaviour(DATA)
        till = simulate_store(behaviour, seed=SEED)
    with _timed(seconds, "store"), scratch_folder(home.run, purpose="demo") as folder:
        _load_store(folder, behaviour, till, clock, report)
    with _timed(seconds, "stock"):
        for place, sales in ((SHOP, shop_sales(DATA)), (STORE, till_sales(till))):
            load_stock(group.places[place], sales, now=clock(), report=report)
    with _timed(seconds, "live_orders"):
        load_live(
            desk=group.places[DESK], shop=group.places[SHOP], store=group.places[STORE], path=DATA,
            now=clock(), report=report,
        )  # fmt: skip
    with _timed(seconds, "app_and_messages"):
        _load_events(group, behaviour, clock, report)
    with _timed(seconds, "publish"):
        timeline.settle_everything(now=clock())
        catalog.audit_listings(
            actor=SYSTEM, company_key=group.places[SHOP].company_key, now=clock()
        )
        publish_dirty(now=clock())
    with _timed(seconds, "tags"):
        ensure_tags(now=clock())
    record(actor=SYSTEM, action=MARK, subject="demo", after={"version": _version()}, now=clock())
    return seconds


def _import(
    path: Path, place: str, channel: str, mapping: Path | None, clock: Clock, report: Report
) -> None:
    def hear(progress: Progress) -> None:
        report(f"{place}: {progress.phase}", progress.done, progress.total)

    request = ImportRequest(
        channel=channel,
        path=path,
        place_code=place,
        company_code=COMPANY,
        mapping_path=mapping,
        file_name=path.name,
    )
    connectors.run_import(actor=SYSTEM, request=request, now=clock(), progress=hear, clock=clock)


def _load_store(
    folder: Path, behaviour: Behaviour, till: pd.DataFrame, clock: Clock, report: Report
) -> None:
    till.to_parquet(folder / "till.parquet")
    _import(folder / "till.parquet", STORE, "generic", FOLDER / "till.yaml", clock, report)
    shown = {SHOP: shop_listings(behaviour), STORE: store_listings(behaviour, till)}
    for place, listings in shown.items():
        path = folder / f"{place}-listings.csv"
        listings.to_csv(path, index=False)
        _import(path, place, "generic", None, clock, report)


def _load_events(group: DemoGroup, behaviour: Behaviour, clock: Clock, report: Report) -> None:
    calls = {
        APP: simulate_app(behaviour, seed=SEED),
        MAIL: simulate_messages(behaviour, seed=SEED),
    }
    for place, events in calls.items():
        done = 0
        for chunk in _chunks(events):
            body = b"\n".join(map(msgspec.json.encode, chunk))
            with transaction.atomic():
                timeline.accept_events(
                    source_code=source_code(group.places[place].code), events=body, now=clock()
                )
            done += len(chunk)
            report(f"{place}: events", done, 0)


def _chunks(events: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(events, _EVENTS_AT_ONCE)):
        yield chunk


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[phase] = round(time.perf_counter() - started, 3)


def _version() -> str:
    parts = [
        DATA.read_bytes(),
        (FOLDER / "till.yaml").read_bytes(),
        str(SEED).encode(),
        STOCK,
        LIVE,
    ]
    return sha256(b"\0".join(parts)).hexdigest()
