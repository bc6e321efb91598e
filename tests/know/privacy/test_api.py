"""Privacy by API: what the console does, a program can do."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from tests.builders.http import API, problem, program
from tests.builders.org import make_group, make_place
from tests.builders.privacy import NOW, make_customer

from quanqu.know.org.contracts import RoleCode
from quanqu.know.privacy import facade
from quanqu.know.privacy.models import Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake", "own_home")]
HOME = f"{API}/privacy"


def call(
    client: Client, path: str, body: dict[str, Any] | None = None, *, put: bool = False
) -> Any:
    send = client.put if put else client.post
    return send(f"{HOME}/{path}", body or {}, "application/json")


def test_a_request_goes_its_way() -> None:
    make_group()
    officer, mei = program(), make_customer()
    made = call(officer, "requests", {"kind": "access", "customer_ids": [mei]}).json()
    at = f"requests/{made['id']}"

    assert made["state"] == "received"
    assert (
        call(officer, f"{at}/verification", {"how": "passport shown"}).json()["state"] == "verified"
    )
    assert call(officer, f"{at}/extension", {"reason": "many rows"}).json()["is_extended"]
    assert call(officer, f"{at}/start").json()["state"] == "running"
    facade.carry_out(request_key=Request.objects.get().key, now=NOW)

    told = officer.get(f"{HOME}/{at}").json()
    assert told["state"] == "done"
    assert [one["act"] for one in told["trail"]][:3] == ["receive", "verify", "extend"]
    assert {one["place"] for one in told["steps"]} >= {"table:customers_identifier"}
    package = officer.get(f"{HOME}/{at}/package")
    assert package["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert b"mei@example.cn" in archive.read("data.json")
    listed = officer.get(f"{HOME}/requests", {"kind": "access", "is_open": "false"}).json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]


def test_an_erasure_is_reported_and_its_report_checked() -> None:
    make_group()
    officer, mei = program(), make_customer()
    made = call(officer, "requests", {"kind": "erasure", "customer_ids": [mei]}).json()
    call(officer, f"requests/{made['id']}/verification", {"how": "passport shown"})
    call(officer, f"requests/{made['id']}/start")
    facade.carry_out(request_key=Request.objects.get().key, now=NOW)

    report = officer.get(f"{HOME}/requests/{made['id']}").json()["report"]

    assert call(officer, "report-checks", {"report": report}).json() == {"is_genuine": True}
    changed = {**report, "people": 9}
    assert call(officer, "report-checks", {"report": changed}).json() == {"is_genuine": False}


def test_refusals_have_their_status() -> None:
    make_group()
    officer, mei = program(), make_customer()
    made = call(officer, "requests", {"kind": "restriction", "customer_ids": [mei]}).json()

    problem(call(officer, f"requests/{made['id']}/start"), 409, "privacy.not_ready")
    problem(call(officer, "requests/prq_x/start"), 404, "privacy.request_not_found")
    wrong = {"kind": "correction", "customer_ids": [mei], "corrections": {"x": "y"}}
    problem(call(officer, "requests", wrong), 422, "privacy.correction")
    problem(call(officer, "requests", {"kind": "nothing"}), 422, "http.invalid_request")
    problem(
        call(officer, "retention/rejects", {"days": 5000}, put=True), 422, "privacy.retention_days"
    )
    problem(call(officer, "retention/x", {"days": 5}, put=True), 404, "kernel.not_found")


@pytest.mark.parametrize("role", [RoleCode.MARKETER, RoleCode.VIEWER, RoleCode.STORE_MANAGER])
def test_other_roles_are_not_let_in(role: RoleCode) -> None:
    make_group()
    stranger = program(role=role)

    for path in ("requests", "inventory", "retention", "policy"):
        problem(stranger.get(f"{HOME}/{path}"), 403, "kernel.not_allowed")


def test_a_right_over_one_place_opens_nothing() -> None:
    place = make_place("shop")
    part = program(role=RoleCode.ADMINISTRATOR, unit_id=place.id)

    problem(part.get(f"{HOME}/requests"), 403, "kernel.not_allowed")


def test_the_policy_and_the_rules_are_changed() -> None:
    make_group()
    officer = program()
    policy = {"needs_second_person": True, "pipl_days": 15, "package_days": 7, "backup_days": 30}

    assert call(officer, "policy", policy, put=True).json() == policy
    assert officer.get(f"{HOME}/policy").json() == policy
    assert call(officer, "retention/failed_events", {"days": 30}, put=True).status_code == 204
    rules = {one["code"]: one["days"] for one in officer.get(f"{HOME}/retention").json()}
    assert rules["failed_events"] == 30
    places = {one["code"]: one for one in officer.get(f"{HOME}/inventory").json()}
    assert places["table:customers_profile"]["columns"]["email"] == "contact"
    lift = {"kind": "restriction", "customer_id": "cus_00000000000000000000000000"}
    assert call(officer, "restriction-lifts", lift).json() == {"was_restricted": False}
