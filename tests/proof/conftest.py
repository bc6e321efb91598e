"""Three real retailers in one group, imported once for all proofs."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from quanqu.doors.connectors.contracts import ImportRequest, ImportRow
from quanqu.doors.connectors.facade import run_import
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import forget_handles
from quanqu.know.org.facade import ensure_group, places_by_key

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data"))
SOURCES = {
    "online_retail": DATA / "online_retail_2009_2010" / "online_retail_2009_2010.parquet",
    "complete_journey": DATA / "complete_journey",
    "olist": DATA / "olist",
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Retailers:
    """The imported group: the run of each channel and the places of each company."""

    runs: dict[str, ImportRow]
    places: dict[str, frozenset[int]]


@pytest.fixture(scope="session")
def raw() -> dict[str, Path]:
    """Return where the raw files are; the proofs are skipped without them."""
    missing = [str(path.name) for path in SOURCES.values() if not path.exists()]
    if missing:
        pytest.skip(f"the real data sets are not here: {', '.join(missing)}")
    return SOURCES


@pytest.fixture(scope="module")
def retailers(
    raw: dict[str, Path],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Retailers]:
    """Import the three whole retailers into one group of three companies; empty it afterwards."""
    patch = pytest.MonkeyPatch()
    patch.setenv("QUANQU_LAKE", str(tmp_path_factory.mktemp("proof") / "lake"))
    with django_db_blocker.unblock():
        ensure_group(actor=SYSTEM, name="Proof", currency="USD", now=NOW)
        runs = {
            channel: run_import(actor=SYSTEM, request=ImportRequest(channel, path), now=NOW)
            for channel, path in raw.items()
        }
        places: dict[str, frozenset[int]] = {}
        for place in places_by_key().values():
            channel = place.company_code.replace("-", "_")
            places[channel] = places.get(channel, frozenset()) | {place.key}
    yield Retailers(runs, places)
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
    patch.undo()
    forget_handles()
