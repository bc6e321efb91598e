"""The REST calls of imports, and the command."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from ninja.testing import TestClient
from tests.builders.connectors import ORDER_LINES, write_orders
from tests.builders.org import NOW, make_company, make_place

from quanqu.doors.connectors.api import router
from quanqu.doors.connectors.contracts import BadMappingError, UnmappedColumnsError
from quanqu.doors.connectors.facade import work_on
from quanqu.doors.connectors.models import ImportRun
from quanqu.infra.auth.contracts import NOWHERE, SYSTEM, Actor, ActorKind
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.org.facade import places_by_key
from quanqu.project.cli.import_ import import_

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_lake")]

NOBODY = Actor(ActorKind.PERSON, "per_x", "Nobody")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


def test_a_file_is_imported_by_api_and_looked_at(client: TestClient, tmp_path: Path) -> None:
    make_place("web", company=make_company())
    content = write_orders(
        tmp_path / "o.csv", count=2, bad={3: "0,2024-03-01,CUP,Cup,x,5,"}
    ).read_bytes()
    file = SimpleUploadedFile("o.csv", content)

    started = client.post(
        "/imports",
        data={"channel": "generic", "place": "web"},
        FILES={"file": file},
        quanqu_actor=SYSTEM,
    )
    assert started.status_code == 202, started.content
    identity = started.json()["id"]
    assert started.json()["state"] == "waiting"
    work_on(run_key=ImportRun.objects.get().key, now=NOW)

    found = client.get(f"/imports/{identity}", quanqu_actor=SYSTEM).json()
    rejects = client.get(f"/imports/{identity}/rejects", quanqu_actor=SYSTEM).json()
    listed = client.get("/imports", quanqu_actor=SYSTEM).json()

    assert (found["state"], found["rows_read"], found["rows_rejected"]) == ("done", 4, 1)
    assert found["entities"]["orders"] == {"created": 2}
    assert [(row["row"], row["reason"]) for row in rejects["items"]] == [(3, "not_a_number")]
    assert [row["id"] for row in listed["items"]] == [identity]


def test_channels_and_the_schema_are_listed(client: TestClient) -> None:
    channels = client.get("/channels", quanqu_actor=SYSTEM).json()
    schema = client.get("/mapping-schema", quanqu_actor=SYSTEM).json()

    assert {"generic", "olist", "shopify", "taobao"} <= {each["code"] for each in channels}
    assert schema["title"]


def test_a_shop_is_connected_without_showing_its_secret(client: TestClient) -> None:
    make_place("web", company=make_company())
    wanted = {"channel": "shopify", "code": "main", "place": "web", "secret": "12345678"}

    made = client.put("/connections", json=wanted, quanqu_actor=SYSTEM)

    assert made.status_code == 200, made.content
    assert made.json()["address"] == "/hooks/shopify/main"
    assert "12345678" not in made.content.decode()


@pytest.mark.parametrize("path", ["/imports", "/imports/imp_00000000000000000000000000"])
def test_who_has_no_right_sees_nothing(client: TestClient, path: str) -> None:
    assert NOBODY.scope("imports.view") == NOWHERE
    with pytest.raises(NotAllowedError):
        client.get(path, quanqu_actor=NOBODY)


def test_the_command_imports_and_says_what_came_of_it(tmp_path: Path) -> None:
    path = write_orders(tmp_path / "o.csv", count=2, bad={3: "0,2024-03-01,CUP,Cup,x,5,"})
    runner = CliRunner()

    rehearsed = runner.invoke(
        import_, ["generic", str(path), "--place", "web", "--dry-run", "--json"]
    )
    done = runner.invoke(import_, ["generic", str(path), "--place", "web"])
    listed = runner.invoke(import_, ["--list", "--json"])
    wrong = runner.invoke(import_, ["generic"])

    told = json.loads(rehearsed.stdout)
    assert (told["dry_run"], told["rows_read"], told["reasons"]) == (True, 4, {"not_a_number": 1})
    assert "4 read, 3 accepted, 1 rejected" in done.stdout
    assert "rejected, not_a_number: 1" in done.stdout
    assert {each["code"] for each in json.loads(listed.stdout)} >= {"generic", "olist"}
    assert (rehearsed.exit_code, done.exit_code, wrong.exit_code) == (0, 0, 2)


def strange(folder: Path, amount: str = "Betrag") -> Path:
    """Write a file under names of its own."""
    path = folder / "fremd.csv"
    path.write_text(
        f"Beleg;Datum;Artikel;Menge;{amount};Notiz\n1;31.01.2024;A;2;19,98 €;x\n"
        "1;31.01.2024;B;1;5,00 €;\n2;01.02.2024;A;1;9,99 €;\n",
        encoding="utf-8",
    )
    return path


def test_a_strange_file_is_looked_at_and_corrected_by_api(
    client: TestClient, tmp_path: Path
) -> None:
    make_place("web", company=make_company())
    content = strange(tmp_path, "Wieviel").read_bytes()

    def send(address: str, **data: str) -> Any:
        file = SimpleUploadedFile("fremd.csv", content)
        return client.post(address, data=data, FILES={"file": file}, quanqu_actor=SYSTEM)

    (look,) = send("/import-looks", place="web").json()
    refused = pytest.raises(UnmappedColumnsError)
    with refused as caught:
        send("/imports", channel="generic", place="web")
    told = json.dumps({"amount": "Wieviel", "note": []})
    started = send("/imports", channel="generic", place="web", fields=told, skip='["Notiz"]')
    with pytest.raises(BadMappingError):
        send("/imports", channel="generic", place="web", fields="[1]")
    work_on(run_key=ImportRun.objects.get(state="waiting").key, now=NOW)
    identity = started.json()["id"]
    found = client.get(f"/imports/{identity}", quanqu_actor=SYSTEM).json()
    read = client.get(f"/imports/{identity}/mapping", quanqu_actor=SYSTEM).json()

    assert look["missing"] == ["amount"]
    assert {c["name"]: c["guess"] for c in look["columns"]}["Beleg"] == "order_id"
    assert caught.value.fields["missing"] == "amount"
    assert found["entities"]["order_totals_minor"] == {"EUR": 3497}
    assert {"column": "Wieviel", "targets": ["lines.amount_minor"]} in read["taken"]
    assert ImportRun.objects.filter(state="failed").get().error_code == caught.value.code


def test_mappings_are_kept_and_named_by_api(client: TestClient) -> None:
    make_company("tea")
    body = {"company": "tea", "mapping": {**ORDER_LINES, "name": "own"}}

    made = [client.post("/mappings", json=body, quanqu_actor=SYSTEM) for _ in range(2)]
    listed = client.get("/mappings?company=tea", quanqu_actor=SYSTEM).json()

    assert [answer.json()["version"] for answer in made] == [1, 2]
    assert [(one["name"], one["version"]) for one in listed] == [("own", 2)]
    with pytest.raises(NotFoundError):
        client.get("/mappings?company=other", quanqu_actor=SYSTEM)
    with pytest.raises(NotAllowedError):
        client.get("/mappings?company=tea", quanqu_actor=NOBODY)


def test_the_command_shows_what_it_took_columns_for(tmp_path: Path) -> None:
    path, draft = strange(tmp_path), tmp_path / "draft.yaml"
    runner = CliRunner()
    place = ["--place", "web", "--company", "tea"]

    shown = runner.invoke(import_, ["generic", str(path), *place, "--dry-run"])
    told = runner.invoke(import_, ["generic", str(path), *place, "--dry-run", "--json"])
    written = runner.invoke(import_, ["generic", str(path), "--write-mapping", str(draft)])
    done = runner.invoke(import_, ["generic", str(path), *place, "--mapping", str(draft), "--json"])

    assert "Betrag   amount" in shown.stdout
    assert "sum of the orders: 34.97 EUR" in shown.stdout
    (look,) = json.loads(told.stdout)["looks"]
    assert {c["name"]: c["guess"] for c in look["columns"]}["Menge"] == "quantity"
    assert written.exit_code == 0
    assert json.loads(done.stdout)["entities"]["order_totals_minor"] == {"EUR": 3497}
    assert {place.currency for place in places_by_key().values()} == {"EUR"}


def test_the_command_says_what_is_missing_and_how_to_go_on(tmp_path: Path) -> None:
    path = strange(tmp_path, "Wieviel")
    runner = CliRunner()

    refused = runner.invoke(import_, ["generic", str(path), "--dry-run"])
    mended = runner.invoke(
        import_, ["generic", str(path), "--map", "amount=Wieviel", "--skip", "Notiz", "--json"]
    )
    draft = runner.invoke(
        import_, ["generic", str(path), "--write-mapping", str(tmp_path / "d.yaml")]
    )
    wrong = [
        runner.invoke(import_, ["generic", str(path), "--map", "amount"]),
        runner.invoke(import_, ["generic", str(path), "--currency", "Euro"]),
        runner.invoke(import_, ["shopify", str(path), "--map", "amount=Wieviel"]),
    ]

    assert isinstance(refused.exception, UnmappedColumnsError)
    assert "--map amount='Wieviel'" in refused.stderr
    assert "--write-mapping" in refused.stderr
    assert json.loads(mended.stdout)["entities"]["order_totals_minor"] == {"EUR": 3497}
    assert "fill in what was not found: amount" in draft.stdout
    assert [one.exit_code for one in wrong] == [2, 2, 2]
