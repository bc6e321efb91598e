"""A request is received, verified, approved, carried out; and only by who may."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders import customers
from tests.builders.privacy import (
    NOW,
    RIGHTS,
    ask,
    carried_out,
    make_customer,
    make_person,
    officer,
    settle,
    started,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.kernel.errors import NotAllowedError, NotFoundError, QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.know.consent.models import Restriction
from quanqu.know.customers.facade import get_customer, list_customer_scores
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import (
    CorrectionError,
    DeadlineError,
    FourEyesError,
    LegalBasis,
    NewRequest,
    NotReadyError,
    PackageGoneError,
    PrivacyNoteError,
    PrivacyPolicy,
    RequestFilters,
    RequestKind,
    RequestNotFoundError,
    RequestPeopleError,
    RequestState,
    RetentionDaysError,
)
from quanqu.know.privacy.models import Request, RetentionRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake", "own_home")]

SIMPLE = RequestKind.RESTRICTION


def test_it_goes_its_way_with_a_trail() -> None:
    row = ask(SIMPLE, make_customer())
    assert (row.state, row.due_at) == (RequestState.RECEIVED, NOW.replace(month=12))

    facade.verify_request(actor=officer(), request_id=row.id, how="answered a mail", now=NOW)
    facade.start_request(actor=officer(), request_id=row.id, now=NOW)
    facade.carry_out(request_key=Request.objects.get().key, now=NOW)

    detail = facade.get_request(actor=officer(), request_id=row.id, now=NOW)
    assert detail.row.state is RequestState.DONE
    assert [act.act for act in detail.trail] == ["receive", "verify", "start", "restrict"]
    assert [act.actor for act in detail.trail] == ["Ada", "Ada", "Ada", "Quanqu"]
    assert detail.trail[1].note == "answered a mail"


def test_nobody_is_carried_out_whom_nobody_identified() -> None:
    row = ask(SIMPLE, make_customer())

    with pytest.raises(NotReadyError):
        facade.start_request(actor=officer(), request_id=row.id, now=NOW)


def test_an_erasure_may_need_a_second_person() -> None:
    policy = PrivacyPolicy(True, 30, 14, 35)
    facade.set_policy(actor=officer(), policy=policy, now=NOW)
    row = ask(RequestKind.ERASURE, make_customer())
    facade.verify_request(actor=officer("Ada"), request_id=row.id, how="passport", now=NOW)

    with pytest.raises(NotReadyError):
        facade.start_request(actor=officer("Ada"), request_id=row.id, now=NOW)
    with pytest.raises(FourEyesError):
        facade.approve_request(actor=officer("Ada"), request_id=row.id, now=NOW)
    facade.approve_request(actor=officer("Bo"), request_id=row.id, now=NOW)
    started = facade.start_request(actor=officer("Ada"), request_id=row.id, now=NOW)

    assert started.state is RequestState.RUNNING


def test_its_time_is_extended_once_and_before_it_is_over() -> None:
    row = ask(SIMPLE, make_customer())
    late = NOW + timedelta(days=40)

    with pytest.raises(DeadlineError):
        facade.extend_request(actor=officer(), request_id=row.id, reason="many rows", now=late)
    extended = facade.extend_request(
        actor=officer(), request_id=row.id, reason="many rows", now=NOW
    )
    with pytest.raises(DeadlineError):
        facade.extend_request(actor=officer(), request_id=row.id, reason="again", now=NOW)

    assert extended.due_at == NOW.replace(year=2027, month=2)
    assert (
        facade.list_requests(
            actor=officer(), filters=RequestFilters(), now=NOW + timedelta(days=100)
        )
        .items[0]
        .is_overdue
    )


def test_pipl_knows_no_extension() -> None:
    row = ask(SIMPLE, make_customer(), basis=LegalBasis.PIPL)

    with pytest.raises(DeadlineError):
        facade.extend_request(actor=officer(), request_id=row.id, reason="many rows", now=NOW)


def test_it_is_cancelled_or_refused_only_until_it_runs() -> None:
    mei = make_customer()
    cancelled, refused = ask(SIMPLE, mei), ask(SIMPLE, mei)
    facade.cancel_request(actor=officer(), request_id=cancelled.id, reason="taken back", now=NOW)
    told = facade.refuse_request(
        actor=officer(), request_id=refused.id, reason="not identified", now=NOW
    )
    running = started(SIMPLE, mei)
    assert running

    assert told.closed_reason == "not identified"
    for request_id in (cancelled.id, refused.id, _last_id()):
        with pytest.raises(NotReadyError):
            facade.cancel_request(actor=officer(), request_id=request_id, reason="late", now=NOW)


def _last_id() -> str:
    return facade.list_requests(actor=officer(), filters=RequestFilters(), now=NOW).items[0].id


def test_lists_are_narrowed_and_paged() -> None:
    mei = make_customer()
    made = [ask(kind, mei) for kind in (SIMPLE, RequestKind.ACCESS, RequestKind.AUTOMATED_OPT_OUT)]
    facade.cancel_request(actor=officer(), request_id=made[0].id, reason="taken back", now=NOW)

    def ids(filters: RequestFilters, cursor: str | None = None, limit: int = 9) -> list[str]:
        page = facade.list_requests(
            actor=officer(), filters=filters, now=NOW, cursor=cursor, limit=limit
        )
        more = ids(filters, page.next_cursor, limit) if page.next_cursor else []
        return [row.id for row in page.items] + more

    everything = [row.id for row in reversed(made)]
    assert ids(RequestFilters()) == ids(RequestFilters(), limit=1) == everything
    assert ids(RequestFilters(is_open=True)) == everything[:2]
    assert ids(RequestFilters(is_open=False)) == everything[2:]
    assert ids(RequestFilters(kind=RequestKind.ACCESS)) == [made[1].id]
    assert ids(RequestFilters(state=RequestState.CANCELLED)) == [made[0].id]
    assert facade.count_open_requests(actor=officer(), now=NOW + timedelta(days=99)) == (2, 2)
    assert [
        row.id
        for row in facade.list_requests_of(actor=officer(), customer_id=decode("cus", mei), now=NOW)
    ] == everything


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_a_right_over_a_part_of_the_group_opens_nothing(right: str) -> None:
    mei = make_customer()
    there = ask(SIMPLE, mei)
    part = officer(everything=False)
    without = officer(rights=RIGHTS - {right})
    policy = PrivacyPolicy(False, 30, 14, 35)
    acts = {
        "privacy.view": lambda who: facade.get_request(actor=who, request_id=there.id, now=NOW),
        "privacy.manage": lambda who: ask(SIMPLE, mei, actor=who),
        "privacy.erase": lambda who: facade.set_policy(actor=who, policy=policy, now=NOW),
    }

    for who in (part, without):
        with pytest.raises(NotAllowedError, match=right):
            acts[right](who)


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewRequest(SIMPLE, ()), RequestPeopleError),
        (NewRequest(SIMPLE, ("MEI", "TOM")), RequestPeopleError),
        (NewRequest(RequestKind.ERASURE, tuple(["MEI"] * 1001)), None),
        (NewRequest(SIMPLE, ("cus_00000000000000000000000000",)), NotFoundError),
        (NewRequest(SIMPLE, ("nobody",)), QuanquError),
        (NewRequest(SIMPLE, ("MEI",), corrections={"city": "Leeds"}), CorrectionError),
        (NewRequest(RequestKind.CORRECTION, ("MEI",)), CorrectionError),
        (NewRequest(RequestKind.CORRECTION, ("MEI",), corrections={"x": "1"}), CorrectionError),
        (NewRequest(RequestKind.CORRECTION, ("MEI",), corrections={"city": " "}), CorrectionError),
        (
            NewRequest(RequestKind.CORRECTION, ("MEI",), corrections={"birth_on": "1.1.90"}),
            CorrectionError,
        ),
    ],
)
def test_what_is_asked_wrongly_is_refused(new: NewRequest, error: type[Exception] | None) -> None:
    known = {"MEI": make_customer(), "TOM": make_customer("tom@example.cn")}
    wanted = tuple(known.get(one, one) for one in new.customer_ids)
    asked = NewRequest(new.kind, wanted, corrections=new.corrections)

    if error is None:  # the same customer a thousand times is one customer
        assert facade.create_request(actor=officer(), new=asked, now=NOW).people == 1
        return
    with pytest.raises(error):
        facade.create_request(actor=officer(), new=asked, now=NOW)
    assert not Request.objects.exists()


@pytest.mark.parametrize("note", ["", "  x ", "y" * 501, "bell \a rings"])
def test_a_note_says_something(note: str) -> None:
    row = ask(SIMPLE, make_customer())

    with pytest.raises(PrivacyNoteError):
        facade.verify_request(actor=officer(), request_id=row.id, how=note, now=NOW)


@pytest.mark.parametrize("request_id", ["", "prq_x", "cus_00000000000000000000000000", "x" * 500])
def test_an_unknown_request_is_not_found(request_id: str) -> None:
    with pytest.raises(RequestNotFoundError):
        facade.get_request(actor=officer(), request_id=request_id, now=NOW)


def test_a_correction_outlives_what_was_known() -> None:
    mei = make_customer()

    carried_out(RequestKind.CORRECTION, mei, corrections={"city": "York", "birth_on": "1990-05-31"})

    everything = customers.make_actor()
    profile = get_customer(actor=everything, customer_id=decode("cus", mei)).profile
    assert {one.field: one.value for one in profile} == {"city": "York", "birth_on": "1990-05-31"}
    assert {one.source for one in profile} == {"privacy.correction"}
    assert Request.objects.get().sealed is None


def test_who_is_restricted_stands_on_the_list_until_it_is_lifted() -> None:
    mei = make_customer()
    inside = decode("cus", mei)
    carried_out(RequestKind.RESTRICTION, mei)

    assert facade.restricted_customers(kind=RequestKind.RESTRICTION) == {inside}
    assert facade.restricted_customers(kind=RequestKind.RESTRICTION, customer_ids=[]) == set()
    assert facade.restricted_customers(kind=RequestKind.AUTOMATED_OPT_OUT) == set()

    assert Restriction.objects.get().lifted_at is None  # the gate of consent knows it
    lift = {"actor": officer(), "customer_id": mei, "kind": RequestKind.RESTRICTION, "now": NOW}
    assert facade.lift_restriction(**lift)
    assert not facade.lift_restriction(**lift)
    assert Restriction.objects.get().lifted_at == NOW
    assert facade.restricted_customers(kind=RequestKind.RESTRICTION) == set()


@pytest.mark.parametrize("kind", [RequestKind.RESTRICTION, RequestKind.AUTOMATED_OPT_OUT])
def test_whoever_is_no_longer_to_be_judged_by_programs_has_no_scores(kind: RequestKind) -> None:
    mei, ann = make_person(), make_person("ann")

    carried_out(kind, mei.customer_id)

    assert list_customer_scores(actor=SYSTEM, customer_id=decode("cus", mei.customer_id)) == ()
    (left,) = list_customer_scores(actor=SYSTEM, customer_id=decode("cus", ann.customer_id))
    assert (left.name, left.value) == ("churn", 0.5)


def test_everything_of_a_person_is_exported_encrypted_and_for_a_while() -> None:
    mei = make_person()
    settle(mei)
    request_id = carried_out(RequestKind.ACCESS, mei.customer_id)

    content = facade.download_package(actor=officer(), request_id=request_id, now=NOW)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read("data.json"))["places"]
        names = archive.namelist()
    assert told["table:customers_profile"][0]["email"] == mei.email
    assert {row["value_enc"] for row in told["table:customers_identifier"]} >= {
        mei.email,
        mei.phone,
    }
    assert "value_hash" not in told["table:customers_identifier"][0]
    assert len(told["lake:fact_event"]) == 6
    assert told["table:orders_orderaddress"][0]["sealed"].count(mei.phone) == 1
    assert "other@example.com" not in content.decode("latin-1")
    assert told["files:rejects"][0]["values"] == {"email": mei.email}
    assert "csv/table_customers_profile.csv" in names
    (sealed,) = (open_home().privacy / "packages").iterdir()
    assert mei.email.encode() not in sealed.read_bytes()
    trail = facade.get_request(actor=officer(), request_id=request_id, now=NOW).trail
    assert [act.act for act in trail][-2:] == ["export", "download"]

    late = NOW + timedelta(days=15)
    with pytest.raises(PackageGoneError):
        facade.download_package(actor=officer(), request_id=request_id, now=late)
    assert facade.drop_expired_packages(now=late) == 1
    assert not sealed.exists()


def test_days_are_within_their_limits() -> None:
    for days in (0, 91):
        policy = PrivacyPolicy(False, days, 14, 35)
        with pytest.raises(RetentionDaysError):
            facade.set_policy(actor=officer(), policy=policy, now=NOW)
    for days in (6, 731, -1):
        with pytest.raises(RetentionDaysError):
            facade.set_retention(actor=officer(), code="failed_events", days=days, now=NOW)
    with pytest.raises(NotFoundError):
        facade.set_retention(actor=officer(), code="nothing", days=9, now=NOW)


def test_what_is_too_old_is_counted_then_dropped_by_itself() -> None:
    mei = make_person()
    settle(mei)
    later = NOW + timedelta(days=100)

    rules = {row.code: row for row in facade.list_retention(actor=officer(), now=later)}
    assert (rules["failed_events"].waiting, rules["behaviour"].waiting) == (1, 0)
    facade.set_retention(actor=officer(), code="behaviour", days=60, now=NOW)
    rules = {row.code: row for row in facade.list_retention(actor=officer(), now=later)}
    assert rules["behaviour"].waiting == 6
    assert rules["failed_events"].last_run_at is None

    facade.drop_expired(now=later)

    rules = {row.code: row for row in facade.list_retention(actor=officer(), now=later)}
    assert {code: row.waiting for code, row in rules.items()} == dict.fromkeys(rules, 0)
    assert (rules["behaviour"].last_deleted, rules["failed_events"].last_deleted) == (6, 1)
    assert RetentionRun.objects.filter(code="behaviour").get().deleted == 6
    facade.set_retention(actor=officer(), code="behaviour", days=None, now=NOW)
    assert {r.code: r.days for r in facade.list_retention(actor=officer(), now=later)}[
        "behaviour"
    ] is None


def test_the_inventory_is_what_rooms_declared() -> None:
    found = {row.code: row for row in facade.list_holdings(actor=officer())}

    assert dict(found["table:customers_profile"].columns)["email"] == "contact"
    assert found["table:audit_record"].reason
    assert facade.count_suppressed(actor=officer()) == (0, 0)


def test_the_open_requests_of_one_person_stand_by_their_deadline() -> None:
    mei, other = make_customer(), make_customer("bo@example.cn")
    late = ask(RequestKind.ACCESS, mei)
    soon = ask(SIMPLE, mei, received_at=NOW - timedelta(days=20))
    closed = ask(SIMPLE, mei)
    facade.cancel_request(actor=officer(), request_id=closed.id, reason="by mistake", now=NOW)
    ask(SIMPLE, other)
    ids = [decode("cus", mei)]

    found = facade.list_open_requests_of(actor=officer(), customer_ids=ids, now=NOW)

    assert [row.id for row in found] == [soon.id, late.id]
    by_two = facade.list_open_requests_of(
        actor=officer(), customer_ids=[*ids, decode("cus", other)], now=NOW
    )
    assert len(by_two) == 3
    assert facade.list_open_requests_of(actor=officer(), customer_ids=[], now=NOW) == ()


def test_who_sees_a_part_of_the_group_sees_no_request_of_anybody() -> None:
    ids = [decode("cus", make_customer())]
    ask(SIMPLE, encode("cus", ids[0]))

    for actor in (officer(everything=False), officer(rights=frozenset({"customers.view"}))):
        with pytest.raises(NotAllowedError):
            facade.list_open_requests_of(actor=actor, customer_ids=ids, now=NOW)


def test_the_open_requests_of_a_person_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM privacy_request WHERE customer_ids && %s::uuid[] "
            "AND state IN ('received', 'verified', 'approved', 'running')",
            [[decode("cus", make_customer())]],
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "privacy_request_open_of" in plan
