"""Law 7: erasing a customer reaches every place, is proven, and lasts."""

import json
import threading
import traceback
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from tests.builders import customers, timeline
from tests.builders.privacy import (
    NOW,
    Held,
    carried_out,
    make_person,
    officer,
    settle,
    started,
    touch,
)

from quanqu.infra.home.facade import open_home
from quanqu.infra.lake import facade as lake
from quanqu.infra.lake.location import lake_root
from quanqu.infra.personal.contracts import Store, Treatment
from quanqu.infra.personal.facade import personal_holdings, suppression_figures
from quanqu.know.customers.facade import gather_people
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.privacy import facade
from quanqu.know.privacy.actions import erasing, people
from quanqu.know.privacy.contracts import NotErasedError, RequestKind, RequestState
from quanqu.know.privacy.models import Request, RequestStep
from quanqu.sell.orders.models import Order

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake", "own_home"),
]


class Crash(BaseException):
    """The process ends here."""


def known_by(person: Held) -> people.Subjects:
    found = Customer.objects.filter(key=person.customer_key).values_list("id", flat=True)
    return gather_people(customer_ids=list(found))


def counts(of: people.Subjects) -> dict[str, int]:
    return {one.code: one.work.count(of) for one in personal_holdings() if one.work is not None}


def must_be_empty() -> set[str]:
    gone = {Treatment.DELETED, Treatment.ANONYMISED}
    return {one.code for one in personal_holdings() if one.treatment in gone and one.work}


def all_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def text_of_the_lake() -> str:
    """Return every row of every Parquet file there is, and every other byte of the lake."""
    parts = []
    for path in all_files(Path(lake_root())):
        parts.append(path.read_bytes().decode("latin-1"))
        if path.suffix == ".parquet" and "_delta_log" not in path.parts:
            parts.append(
                json.dumps(pq.read_table(path, partitioning=None).to_pylist(), default=str)
            )
    return "\n".join(parts)


def text_of_the_database() -> str:
    parts = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            parts.append(str(cursor.fetchone()[0]))
    return "\n".join(parts)


def test_the_person_is_in_every_place_before_and_in_none_after() -> None:
    mei = make_person()
    settle(mei)
    other = make_person("tom")
    settle(other)
    of_mei, of_other = known_by(mei), known_by(other)
    before, others = counts(of_mei), counts(of_other)
    held = {code.partition(":")[2] for code, count in before.items() if count}
    assert held >= {
        "audiences_member", "connectors_delivery", "console_savedview", "customers_customer",
        "customers_evidence", "customers_identifier", "customers_presence", "customers_profile",
        "customers_scored", "customers_tagging", "dim_customer", "dim_identity", "dim_presence",
        "dim_score", "fact_event",
        "fact_order", "fact_order_line", "orders_order", "orders_orderaddress", "rejects",
        "timeline_failed_event",
    }  # fmt: skip

    carried_out(RequestKind.ERASURE, mei.customer_id)

    after = counts(of_mei)
    assert {code: after[code] for code in must_be_empty() if after[code]} == {}
    assert counts(of_other) == others


def test_no_byte_of_the_lake_tells_of_the_person() -> None:
    mei = make_person()
    settle(mei)
    settle(make_person("tom"))
    subjects = known_by(mei).subjects
    all_rows = timeline.settled_rows()
    ids = [row["message_id"] for row in all_rows if row["subject_key"] in subjects]
    assert len(ids) == 6  # five that were seen, and the order
    assert mei.customer_id in text_of_the_lake()

    carried_out(RequestKind.ERASURE, mei.customer_id)

    told = text_of_the_lake()
    for needle in (mei.customer_id, *(f'"subject_key": {key},' for key in subjects), *ids):
        assert needle not in told
    assert len(timeline.settled_rows()) == len(all_rows) - len(ids)


def test_no_value_of_the_person_is_left_in_the_database_or_the_home() -> None:
    mei = make_person()
    settle(mei)

    carried_out(RequestKind.ERASURE, mei.customer_id)

    database = text_of_the_database()
    home = b"".join(path.read_bytes() for path in all_files(open_home().root))
    for value in (mei.email, mei.phone, mei.member, "Name mei"):
        assert value not in database
        assert value.encode() not in home


def test_money_stays_and_leads_to_nobody() -> None:
    mei = make_person()
    settle(mei)

    carried_out(RequestKind.ERASURE, mei.customer_id)

    order = Order.objects.get(external_id="o-mei")
    assert (order.subject_key, order.note, order.total_minor) == (None, "", 2500)
    (row,) = lake.run(lake.table("fact_order")).to_pylist()
    assert (row["subject_key"], row["is_guest"], row["total_minor"]) == (None, True, 2500)


def test_the_report_proves_it_and_names_nobody() -> None:
    mei = make_person()
    settle(mei)
    before = counts(known_by(mei))

    request_id = carried_out(RequestKind.ERASURE, mei.customer_id)

    detail = facade.get_request(actor=officer(), request_id=request_id, now=NOW)
    report = dict(detail.report or {})
    places = {one["place"]: one for one in report["places"]}
    assert places.keys() == before.keys()
    assert {code: one["rows_before"] for code, one in places.items()} == before
    assert places["lake:fact_event"]["rows_before"] == 6
    assert (report["is_complete"], report["rows_left"], report["people"]) == (True, 0, 1)
    assert report["suppressed_identifiers"] == 8
    assert facade.is_genuine(report=report)
    text = json.dumps(report)
    for needle in (mei.email, mei.phone, mei.member, mei.customer_id, "Name mei"):
        assert needle not in text
    assert detail.row.state is RequestState.DONE
    assert detail.row.customer_ids == ()
    assert Request.objects.get().sealed is None


def test_a_report_that_was_changed_is_not_genuine() -> None:
    request_id = carried_out(RequestKind.ERASURE, make_person().customer_id)
    report = dict(facade.get_request(actor=officer(), request_id=request_id, now=NOW).report or {})

    assert not facade.is_genuine(report={**report, "people": 2})
    assert not facade.is_genuine(report={**report, "signature": "00"})


def test_an_erased_identifier_leads_to_nobody_again() -> None:
    mei = make_person()
    settle(mei)
    carried_out(RequestKind.ERASURE, mei.customer_id)

    keys = customers.resolve(
        {"email": mei.email, "cookie": "new-cookie"},
        {"email": "new@example.cn"},
        {"phone": mei.phone},
    )

    assert keys[0] is None
    assert keys[1] is not None
    assert keys[2] is None
    assert not Identifier.objects.filter(type="cookie").exists()  # it would carry the profile
    assert suppression_figures() == (8, 2)
    issued = timeline.make_source("later", place="later")
    timeline.accept(issued, [touch(mei, messageId="late")])
    timeline.facade.settle_everything(now=NOW)
    (late,) = [row for row in timeline.settled_rows() if row["message_id"] == "late"]
    assert late["subject_key"] is None


def test_who_was_merged_into_the_person_is_erased_with_them() -> None:
    mei = make_person()
    customers.resolve({"phone": "+8613700000001"}, {"email": "second@example.cn"})
    customers.resolve({"email": mei.email, "phone": "+8613700000001"})
    assert Customer.objects.exclude(merged_into_key=None).count() == 1

    carried_out(RequestKind.ERASURE, mei.customer_id)

    assert Identifier.objects.count() == 1  # second@example.cn, who is somebody else
    assert Customer.objects.count() == 1


def test_many_are_erased_in_one_go() -> None:
    found = [make_person(name) for name in ("ana", "bea", "cai")]
    settle(found[0])
    kept = make_person("dan")
    settle(kept)

    request_id = carried_out(RequestKind.ERASURE, *[one.customer_id for one in found])

    report = facade.get_request(actor=officer(), request_id=request_id, now=NOW).report
    assert report is not None
    assert report["people"] == 3
    assert Customer.objects.get().key == kept.customer_key


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "place",
    [
        "table:timeline_inbox",
        "lake:fact_event",
        "table:customers_identifier",
        "lake:dim_customer",
        "files:rejects",
    ],
)
def test_an_erasure_that_was_killed_goes_on_where_it_was(
    place: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = make_person()
    settle(mei)
    of_mei = known_by(mei)
    before = counts(of_mei)
    key = started(RequestKind.ERASURE, mei.customer_id)
    real = erasing._erase

    def dying(step: RequestStep, *rest: object) -> None:
        if step.place == place and when == "before":
            raise Crash
        real(step, *rest)
        if step.place == place:
            raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_erase", dying)
        with pytest.raises(Crash):
            facade.carry_out(request_key=key, now=NOW)
    assert Request.objects.get().state == RequestState.RUNNING.value

    assert facade.take_up_requests(now=NOW) == 1
    facade.carry_out(request_key=key, now=NOW)

    after = counts(of_mei)
    assert {code: after[code] for code in must_be_empty() if after[code]} == {}
    report = Request.objects.get().report
    assert {one["place"]: one["rows_before"] for one in report["places"]} == before
    assert report["is_complete"]


def test_events_that_come_while_it_runs_are_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    mei = make_person()
    settle(mei)
    issued = timeline.make_source("busy", place="busy")
    key = started(RequestKind.ERASURE, mei.customer_id)
    real, sent = erasing._erase, []

    def while_they_come(step: RequestStep, *rest: object) -> None:
        timeline.accept(
            issued,
            [touch(mei, messageId=f"x-{len(sent)}")],
        )
        sent.append(step.place)
        if len(sent) % 3 == 0:
            timeline.facade.settle_round(now=NOW)
        real(step, *rest)

    monkeypatch.setattr(erasing, "_erase", while_they_come)
    facade.carry_out(request_key=key, now=NOW)
    timeline.facade.settle_everything(now=NOW)

    late = [row for row in timeline.settled_rows() if row["message_id"].startswith("x-")]
    assert len(late) == len(sent) > 20  # none is lost
    assert {row["subject_key"] for row in late} == {None}
    assert not Customer.objects.filter(key=mei.customer_key).exists()


def test_a_settler_at_work_meanwhile_brings_nobody_back() -> None:
    mei = make_person()
    settle(mei)
    issued = timeline.make_source("busy", place="busy")
    of_mei = known_by(mei)
    stop, failed = threading.Event(), []

    def settling() -> None:
        try:
            number = 0
            while not stop.is_set() or number < 5:
                number += 1
                event = touch(mei)
                timeline.accept(issued, [event])
                timeline.facade.settle_round(now=NOW)
        except Exception:  # noqa: BLE001 - told by the test
            failed.append(traceback.format_exc())
        finally:
            connection.close()

    settler = threading.Thread(target=settling)
    settler.start()
    try:
        carried_out(RequestKind.ERASURE, mei.customer_id)
    finally:
        stop.set()
        settler.join()

    assert not failed, "".join(failed)
    after = counts(of_mei)
    assert {code: after[code] for code in must_be_empty() if after[code]} == {}


def test_what_cannot_be_erased_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mei = make_person()
    key = started(RequestKind.ERASURE, mei.customer_id)
    monkeypatch.setattr(erasing, "_erase", lambda *_: None)

    with pytest.raises(NotErasedError, match="customers_customer"):
        facade.carry_out(request_key=key, now=NOW)

    assert Request.objects.get().state == RequestState.RUNNING.value


def test_whom_a_restore_brings_back_is_erased_again() -> None:
    mei = make_person()
    carried_out(RequestKind.ERASURE, mei.customer_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM personal_suppressed")  # as a dump from before would leave it
    (subject,) = customers.resolve({"email": mei.email, "member_id": mei.member})
    assert subject is not None

    assert facade.erase_again(now=NOW) == 1
    assert facade.erase_again(now=NOW) == 0  # it is under way

    facade.carry_out(request_key=Request.objects.latest("key").key, now=NOW)
    assert not Identifier.objects.exists()
    assert suppression_figures()[0] == 3
    assert facade.erase_again(now=NOW) == 0


def test_two_workers_do_not_carry_out_the_same_request(monkeypatch: pytest.MonkeyPatch) -> None:
    mei = make_person()
    key = started(RequestKind.ERASURE, mei.customer_id)
    told: list[str] = []
    real = erasing._plan

    def from_another_connection() -> None:
        told.append(facade.carry_out(request_key=key, now=NOW))
        connection.close()

    def planning(*given: object) -> None:
        other = threading.Thread(target=from_another_connection)
        other.start()
        other.join()
        real(*given)

    monkeypatch.setattr(erasing, "_plan", planning)
    facade.carry_out(request_key=key, now=NOW)

    assert told == [""]
    assert facade.carry_out(request_key=key, now=NOW) == ""


def test_every_file_and_table_of_the_lake_with_people_is_walked() -> None:
    lakes = {one.name for one in personal_holdings() if one.store is Store.LAKE}

    assert {"fact_event", "dim_customer", "dim_identity", "dim_presence", "fact_order"} <= lakes
