"""A warehouse's table as a source: every row once, read only, secrets kept."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from tests.builders.timeline import NOW, make_source, reader, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions import warehouse
from quanqu.know.timeline.contracts import (
    SourceKind,
    WarehouseDraft,
    WarehouseInputError,
    WarehouseNotFoundError,
    WarehouseRead,
    WarehouseReadError,
)
from quanqu.know.timeline.models import Warehouse
from quanqu.know.timeline.rules.warehouse import check_read, check_url, event_of, is_reachable

READ = WarehouseRead(
    query="SELECT * FROM visits_of_stores WHERE store LIKE 'sh%';",
    id_column="id",
    cursor_column="changed_at",
    time_column="seen_at",
    event="Store Visited",
    user_column="member",
)
MAKE = (
    "CREATE TABLE visits_of_stores (id bigint, changed_at timestamptz, seen_at timestamptz,"
    " member text, store text, amount numeric(8,2), note bytea)"
)
ADD = (
    "INSERT INTO visits_of_stores SELECT n, '2026-11-20'::timestamptz + (n / 3) * interval '1 min',"
    " '2026-11-20'::timestamptz + n * interval '1 min', 'm' || n %% 5, 'shop', n + 0.5, 'x'"
    " FROM generate_series(%s::int, %s::int) n"
)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"query": "DELETE FROM a"}, "query"),
        ({"query": ""}, "query"),
        ({"id_column": 'id"; DROP'}, "id_column"),
        ({"cursor_column": ""}, "cursor_column"),
        ({"event": ""}, "event"),
        ({"event_column": "name"}, "event"),
        ({"user_column": ""}, "user_column"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(change: dict[str, str], field: str) -> None:
    with pytest.raises(WarehouseInputError) as refused:
        check_read(replace(READ, **change))
    assert refused.value.fields["field"] == field


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@h/db", "postgresql:///db", "postgresql://%2Ftmp/db", "nothing",
        "postgresql://u:p@h/db?host=/tmp", "postgresql://h:port/db",
    ],
)  # fmt: skip
def test_a_connection_string_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(WarehouseInputError):
        check_url(url)


def test_the_address_is_shown_without_user_and_password() -> None:
    assert check_url("postgresql://u:secret@wh.example/db") == ("wh.example", "wh.example:5432/db")


@pytest.mark.parametrize(
    ("address", "allowed", "is_open"),
    [
        ("10.0.0.7", frozenset(), True),
        ("169.254.169.254", frozenset(), False),
        ("fe80::1", frozenset(), False),
        ("::", frozenset(), False),
        ("10.0.0.7", frozenset({"wh.example"}), True),
        ("10.0.0.7", frozenset({"other.example"}), False),
    ],
)
def test_addresses_that_answer_with_secrets_are_not_connected_to(
    address: str, allowed: frozenset[str], is_open: bool
) -> None:
    assert is_reachable("wh.example", address, allowed) is is_open


def test_a_row_becomes_an_event_with_what_is_left_as_properties() -> None:
    row = {"id": 7, "changed_at": 1, "seen_at": NOW, "member": "m", "store": "s", "note": b"x"}
    event = event_of(row, READ)

    assert (event["event"], event["userId"], event["timestamp"]) == (
        "Store Visited",
        "m",
        NOW.isoformat(),
    )
    assert event["properties"] == {"store": "s", "note": None}
    assert event["messageId"] == event_of(row | {"store": "t"}, READ)["messageId"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("timeline_lake")
class TestRead:
    """Rows of the suite's own PostgreSQL, in a table that other connections see."""

    @pytest.fixture
    def url(self) -> Iterator[str]:
        told = connection.settings_dict
        user, password = quote(str(told["USER"])), quote(str(told["PASSWORD"]))
        host, port = told["HOST"] or "127.0.0.1", told["PORT"] or 5432
        if str(host).startswith("/"):
            pytest.skip("the tests' database is reached by a socket only")
        address = f"postgresql://{user}:{password}@{host}:{port}/{told['NAME']}"
        with psycopg.connect(address, autocommit=True) as own:
            own.execute("DROP TABLE IF EXISTS visits_of_stores")
            own.execute(MAKE)
            own.execute(ADD, [1, 25])
            try:
                yield address
            finally:
                own.execute("DROP TABLE visits_of_stores")

    @pytest.fixture
    def source_id(self, url: str, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr(warehouse, "STEP_ROWS", 10)
        source = make_source("stores", kind=SourceKind.WAREHOUSE).source
        draft = WarehouseDraft(url, READ)
        facade.put_warehouse(actor=SYSTEM, source_id=source.id, draft=draft, now=NOW)
        return source.id

    def pull(self, source_id: str) -> int:
        return facade.pull_warehouse(actor=SYSTEM, source_id=source_id, now=NOW).rows

    def test_every_row_counts_once_and_new_rows_are_read_from_there(
        self, url: str, source_id: str
    ) -> None:
        first = self.pull(source_id)
        with psycopg.connect(url, autocommit=True) as own:
            own.execute(ADD, [26, 31])
        second, third = self.pull(source_id), self.pull(source_id)
        facade.settle_everything(now=NOW)

        assert (first, second, third) == (25, 6, 0)
        assert len(settled_ids()) == len(set(settled_ids())) == 31
        row = settled_rows()[0]
        assert (row["event"], row["source"]) == ("Store Visited", "stores")
        told = facade.find_warehouse(actor=SYSTEM, source_id=source_id)
        assert told is not None
        assert (told.rows, told.fault) == (31, "")

    def test_a_reading_that_is_killed_goes_on_and_doubles_nothing(
        self, source_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep, calls = warehouse._keep, iter(range(9))

        def stop(*told: Any) -> None:
            if next(calls) == 1:
                raise KeyboardInterrupt
            keep(*told)

        monkeypatch.setattr(warehouse, "_keep", stop)
        with pytest.raises(KeyboardInterrupt):
            self.pull(source_id)
        monkeypatch.setattr(warehouse, "_keep", keep)

        assert self.pull(source_id) == 15
        facade.settle_everything(now=NOW)
        assert len(settled_ids()) == 25

    def test_nothing_can_be_written_and_the_fault_is_kept_without_secrets(
        self, url: str, source_id: str
    ) -> None:
        for query in (
            "WITH gone AS (DELETE FROM visits_of_stores RETURNING *) SELECT * FROM gone",
            "SELECT 1) SELECT 1; DELETE FROM visits_of_stores; --",
            "SELECT nowhere FROM visits_of_stores",
        ):
            draft = WarehouseDraft(url, replace(READ, query=query))
            facade.put_warehouse(actor=SYSTEM, source_id=source_id, draft=draft, now=NOW)
            with pytest.raises(WarehouseReadError):
                self.pull(source_id)
            told = facade.find_warehouse(actor=SYSTEM, source_id=source_id)
            assert told is not None
            assert told.fault
            assert "password" not in told.fault.lower()
        with psycopg.connect(url) as own:
            count = own.execute("SELECT count(*) FROM visits_of_stores").fetchone()
        assert count == (25,)
        assert facade.pull_every_warehouse(now=NOW) == 0

    def test_the_secret_rests_encrypted_and_only_the_group_may_connect(
        self, source_id: str
    ) -> None:
        row = Warehouse.objects.get()
        password = str(connection.settings_dict["PASSWORD"])
        assert password.encode() not in bytes(row.url) or not password
        draft = WarehouseDraft("postgresql://u:p@h/db", READ)
        stranger = reader(places=[1], can=("view", "manage"))
        with pytest.raises(NotAllowedError):
            facade.put_warehouse(actor=stranger, source_id=source_id, draft=draft, now=NOW)
        with pytest.raises(NotAllowedError):
            facade.pull_warehouse(actor=stranger, source_id=source_id, now=NOW)
        other = make_source("bare").source.id
        with pytest.raises(WarehouseNotFoundError):
            self.pull(other)
