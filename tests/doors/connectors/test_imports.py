"""Import runs on a real database: idempotent, rehearsed, resumable, sparing, allowed."""

import csv
import gzip
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.builders.connectors import ORDER_LINES, write_orders
from tests.builders.org import NOW, actor_of_person, make_company, make_person, make_place

from quanqu.doors.connectors.actions import working
from quanqu.doors.connectors.contracts import (
    BadMappingError,
    Hints,
    ImportRequest,
    ImportRow,
    Progress,
    RunFinishedError,
    RunState,
    UnknownChannelError,
    UnmappedColumnsError,
    UnreadableFileError,
    UnsupportedFileError,
)
from quanqu.doors.connectors.facade import (
    cancel_import,
    drop_old_uploads,
    get_import,
    inspect,
    keep_upload,
    list_imports,
    list_mappings,
    list_rejects,
    preview,
    queue_import,
    rejects_file,
    run_import,
    save_mapping,
    uploaded_path,
    work_on,
)
from quanqu.doors.connectors.models import ImportRun
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import run, table
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.customers.models import Customer
from quanqu.know.org.contracts import RoleCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.models import Listing, Product
from quanqu.sell.orders.models import Order, OrderLine, Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_lake")]


def bring(path: Path, **changes: Any) -> ImportRow:
    """Import a generic file as the system."""
    request = ImportRequest(**{"channel": "generic", "path": path, "place_code": "web", **changes})
    return run_import(actor=SYSTEM, request=request, now=NOW)


def small_steps(monkeypatch: pytest.MonkeyPatch, rows: int = 4) -> None:
    """Cut imports into steps of a few rows."""
    monkeypatch.setattr(working, "steps_of", partial(working.steps_of, chunk_rows=rows))


def test_an_import_reaches_the_rooms_and_the_lake(tmp_path: Path) -> None:
    row = bring(write_orders(tmp_path / "o.csv", count=3))

    assert row.state is RunState.DONE
    assert row.counts.entities["orders"] == {"created": 3}
    assert sum(Order.objects.values_list("total_minor", flat=True)) == 3 * 2498
    assert run(table("fact_order").total_minor.sum().as_table()).to_pylist()[0].popitem()[1] == 7494
    assert Customer.objects.count() == 3
    assert [place.code for place in places_by_key().values()] == ["web"]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write_orders(tmp_path / "o.csv")
    bring(path)
    before = list(Order.objects.order_by("key").values_list("key", "updated_at"))

    again = bring(path)

    assert again.counts.entities["orders"] == {"unchanged": 5}
    assert list(Order.objects.order_by("key").values_list("key", "updated_at")) == before
    assert OrderLine.objects.count() == 10


def test_credit_notes_and_adjustments_are_of_the_country_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom\n"
        "C2,85048,LIGHTS,-2,2009-12-01 09:00:00,6.95,12471,Germany\n"
        "C3,85048,LIGHTS,-1,2009-12-01 09:00:00,6.95,14936,Channel Islands\n"
        "C4,BANK CHARGES,Bank Charges,-1,2009-12-01 09:10:00,15.00,,EIRE\n"
    )

    bring(path, channel="online_retail")

    refunds = Refund.objects.order_by("external_id")
    told = refunds.values_list("external_id", "kind", "country", "region", "amount_minor")
    assert list(told) == [
        ("C2", "return", "DE", "", 1390),
        ("C3", "return", "", "Channel Islands", 695),
        ("adjustment/C4", "adjustment", "IE", "", 1500),
    ]
    facts = run(table("fact_refund").select("country", "region", "amount_minor")).to_pylist()
    assert {(row["country"], row["region"]): row["amount_minor"] for row in facts} == {
        ("DE", None): 1390,
        (None, "Channel Islands"): 695,
        ("IE", None): 1500,
    }


def test_a_rehearsal_counts_the_same_and_writes_nothing(tmp_path: Path) -> None:
    path = write_orders(tmp_path / "o.csv", bad={3: "0,2024-03-01 10:00,CUP,Cup,x,5.00,"})

    rehearsed = bring(path, dry_run=True)

    assert (Order.objects.count(), Customer.objects.count(), places_by_key()) == (0, 0, {})
    real = bring(path)
    assert rehearsed.state is real.state is RunState.DONE
    assert rehearsed.is_dry_run
    assert rehearsed.counts == real.counts
    assert rehearsed.counts.reasons == {"not_a_number": 1}


def test_rejected_rows_are_filed_with_reason_and_values_and_disarmed(tmp_path: Path) -> None:
    formula = '=HYPERLINK(""http://x"")'
    bad = {
        2: f'0,2024-03-01 10:00,SKU-0,"{formula}",two,9.99,p0@x.io',
        5: "1,2024-03-02 10:00,CUP,Cup,1,-5,p1@x.io",
        6: "2,when?,SKU-2,Tea,2,9.99,p2@x.io",
        7: "2,only,four",
    }
    row = bring(write_orders(tmp_path / "o.csv", count=3, bad=bad))

    assert row.counts.rows_read == 6 == row.counts.rows_accepted + row.counts.rows_rejected
    assert row.counts.reasons == {
        "negative_price": 1, "not_a_number": 1, "not_a_time": 1, "wrong_column_count": 1,
    }  # fmt: skip
    lines = rejects_file(actor=SYSTEM, import_id=row.id, form="ndjson").read_text().splitlines()
    filed = [json.loads(line) for line in lines]
    assert {(each["row"], each["reason"], each["field"]) for each in filed} == {
        (2, "not_a_number", "quantity"), (5, "negative_price", "unit_price_e4"),
        (6, "not_a_time", "placed_at"), (7, "wrong_column_count", ""),
    }  # fmt: skip
    assert all(each["message_en"] and each["message_zh"] for each in filed)
    assert next(e for e in filed if e["row"] == 2)["values"]["product_name"].startswith("=HYP")
    with rejects_file(actor=SYSTEM, import_id=row.id).open(encoding="utf-8-sig") as sheet:
        cells = [cell for line in csv.reader(sheet) for cell in line]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    page = list_rejects(actor=SYSTEM, import_id=row.id, limit=3)
    rest = list_rejects(actor=SYSTEM, import_id=row.id, cursor=page.next_cursor, limit=3)
    assert (len(page.items), len(rest.items), rest.next_cursor) == (3, 1, None)


def test_a_killed_import_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_orders(tmp_path / "o.csv", count=9, bad={3: "0,2024-03-01,CUP,Cup,x,5,"})
    small_steps(monkeypatch)
    done: list[int] = []

    def dies(*args: Any, **kwargs: Any) -> Any:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return whole(*args, **kwargs)

    whole = working.run_step
    monkeypatch.setattr(working, "run_step", dies)
    with pytest.raises(KeyboardInterrupt):
        bring(path)
    stopped = ImportRun.objects.get()
    kept = Order.objects.count()
    assert (stopped.state, stopped.cursor["step"]) == ("running", 3)
    assert 0 < kept < 9

    done.clear()
    monkeypatch.setattr(working, "run_step", lambda *a, **k: done.append(1) or whole(*a, **k))
    row = bring(path)

    assert ImportRun.objects.count() == 1
    assert len(done) == 5 - 3 + 1
    assert row.state is RunState.DONE
    assert row.counts.entities["orders"] == {"created": 9}
    assert (row.counts.rows_accepted, row.counts.rows_rejected) == (17, 1)
    assert len(list_rejects(actor=SYSTEM, import_id=row.id).items) == 1


def test_cancelling_keeps_what_is_there_and_can_be_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_orders(tmp_path / "o.csv", count=9)
    small_steps(monkeypatch)

    def stop(progress: Progress) -> None:
        if 0 < progress.done < 9:
            cancel_import(actor=SYSTEM, import_id=list_imports(actor=SYSTEM).items[0].id, now=NOW)

    request = ImportRequest("generic", path, place_code="web")
    cancelled = run_import(actor=SYSTEM, request=request, now=NOW, progress=stop)
    kept = Order.objects.count()

    assert cancelled.state is RunState.CANCELLED
    assert 0 < kept < 9
    with pytest.raises(RunFinishedError):
        cancel_import(actor=SYSTEM, import_id=cancelled.id, now=NOW)
    assert bring(path).state is RunState.DONE
    assert Order.objects.count() == 9


def test_half_a_file_is_imported_but_for_its_last_order(tmp_path: Path) -> None:
    whole = write_orders(tmp_path / "o.csv", count=4_000).read_bytes()
    half = tmp_path / "o.csv.gz"
    packed = gzip.compress(whole, compresslevel=1)
    half.write_bytes(packed[: len(packed) * 2 // 3])

    row = bring(half)

    assert row.state is RunState.FAILED
    assert row.error_code == "connectors.truncated_file"
    assert row.counts.reasons["incomplete_group"] in (1, 2)
    assert 0 < Order.objects.count() == row.counts.rows_accepted // 2
    assert set(Order.objects.values_list("line_count", flat=True)) == {2}
    half.write_bytes(packed)
    assert bring(half).counts.rows_accepted == 8_000
    assert Order.objects.count() == 4_000


def test_refused_inputs_have_named_errors_and_leave_a_trace(tmp_path: Path) -> None:
    lacking = tmp_path / "a.csv"
    lacking.write_text("order_id,sku,quantity\n1,S,2\n")
    picture = tmp_path / "a.png"
    picture.write_bytes(b"png")

    with pytest.raises(UnknownChannelError):
        bring(lacking, channel="nowhere")
    with pytest.raises(UnsupportedFileError):
        bring(picture)
    with pytest.raises(UnmappedColumnsError) as caught:
        bring(lacking)
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.raises(UnreadableFileError):
        bring(tmp_path / "b.csv")

    assert caught.value.fields["missing"] == "date and amount"
    assert caught.value.fields["columns"] == "order_id, sku, quantity"
    states = {(row.state, row.error_code) for row in list_imports(actor=SYSTEM).items}
    assert states == {
        (RunState.FAILED, "connectors.unsupported_file"),
        (RunState.FAILED, "connectors.unmapped_columns"),
        (RunState.FAILED, "connectors.empty_file"),
    }


def test_nobody_imports_where_they_may_not(tmp_path: Path) -> None:
    company = make_company()
    mine, other = make_place("mine", company=company), make_place("other", company=company)
    keeper = actor_of_person(make_person("Lin", role=RoleCode.STORE_MANAGER, unit_id=mine.id))
    integrator = actor_of_person(make_person("Wu", role=RoleCode.INTEGRATOR, unit_id=mine.id))
    path = write_orders(tmp_path / "o.csv", count=1)
    elsewhere = tmp_path / "e.csv"
    elsewhere.write_text(
        "order_id,order_date,sku,quantity,price,store\n7,2024-01-01,S,1,2.00,other\n"
    )

    def ask(actor: Any, file: Path, place: str) -> ImportRow:
        request = ImportRequest("generic", file, place_code=place, company_code=company.code)
        return run_import(actor=actor, request=request, now=NOW)

    with pytest.raises(NotAllowedError):
        ask(keeper, path, "mine")
    with pytest.raises(NotAllowedError):
        ask(integrator, path, other.code)
    with pytest.raises(NotAllowedError):
        ask(integrator, elsewhere, "mine")
    assert Order.objects.count() == 0

    done = ask(integrator, path, "mine")

    assert done.state is RunState.DONE
    assert get_import(actor=integrator, import_id=done.id).place_code == "mine"
    stranger = actor_of_person(make_person("Zhao", role=RoleCode.INTEGRATOR, unit_id=other.id))
    with pytest.raises(NotFoundError):
        get_import(actor=stranger, import_id=done.id)
    assert list_imports(actor=stranger).items == ()


def test_an_uploaded_import_waits_for_the_worker(tmp_path: Path) -> None:
    content = write_orders(tmp_path / "o.csv", count=2).read_bytes()
    upload = keep_upload(actor=SYSTEM, file_name="../../etc/o rders.csv", blocks=[content])
    path = uploaded_path(token=upload.token)

    request = ImportRequest("generic", path, place_code="web")
    waiting = queue_import(actor=SYSTEM, request=request, now=NOW)
    done = work_on(run_key=ImportRun.objects.get().key, now=NOW)

    assert (waiting.state, done.state, done.file_name) == (
        RunState.WAITING, RunState.DONE, "o rders.csv",
    )  # fmt: skip
    assert work_on(run_key=ImportRun.objects.get().key, now=NOW) == done
    with pytest.raises(NotFoundError):
        uploaded_path(token="../" + upload.token)
    assert drop_old_uploads(now=NOW) == 0 or not path.exists()


def test_a_mapping_of_ones_own_is_kept_in_versions_and_used(tmp_path: Path) -> None:
    company = make_company()
    make_place("web", company=company)
    path = tmp_path / "own.tsv"
    path.write_text("order\tat\tsku\tquantity\tprice\temail\nA\t2024-01-02\tS1\t3\t0.335\ta@x.io\n")
    for version in (1, 2):
        saved = save_mapping(actor=SYSTEM, company_key=company.key, content=ORDER_LINES, now=NOW)
        assert saved.version == version

    row = bring(path, mapping_name="own", company_code=company.code)

    assert (row.mapping, row.mapping_version, row.state) == ("own", 2, RunState.DONE)
    assert Order.objects.get().total_minor == 101
    assert [m.version for m in list_mappings(actor=SYSTEM, company_key=company.key)] == [2]
    with pytest.raises(BadMappingError):
        save_mapping(actor=SYSTEM, company_key=company.key, content={"name": "x"}, now=NOW)
    with pytest.raises(NotFoundError):
        bring(path, mapping_name="other", company_code=company.code)


def test_the_wizard_goes_from_an_unseen_file_to_orders(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_bytes(
        "订单编号,下单时间,货号,品名,件数,单价,手机,省份\n"
        "T1,2024/03/05 10:15:00,TEA-01,龙井茶,2,12.50,13800000001,浙江\n"
        "T1,2024/03/05 10:15:00,CUP-07,杯子,1,39.00,13800000001,浙江\n"
        "T2,2024/03/06 09:00:00,TEA-01,龙井茶,x,12.50,13800000002,上海\n".encode("gb18030")
    )

    seen = inspect(path=path)
    proposed = dict(seen.mapping)
    shown = preview(path=path, mapping=proposed, currency="CNY", zone="Asia/Shanghai")

    assert (seen.encoding, seen.shape, seen.missing) == ("gb18030", "order_lines", ())
    assert {column.name: column.guess for column in seen.columns} == {
        "订单编号": "order_id", "下单时间": "date", "货号": "sku", "品名": "product_name",
        "件数": "quantity", "单价": "price", "手机": "phone", "省份": "region",
    }  # fmt: skip
    assert [row["amount_minor"] for row in shown.entities["lines"]] == [2500, 3900]
    assert [(reject.row, reject.reason) for reject in shown.rejects] == [(4, "not_a_number")]
    assert Order.objects.count() == 0

    company = make_company()
    make_place("web", company=company)
    save_mapping(actor=SYSTEM, company_key=company.key, content=proposed, now=NOW)
    row = bring(path, mapping_name=seen.mapping["name"], company_code=company.code)
    assert row.counts.entities["orders"] == {"created": 1}


def test_rows_without_a_number_come_once_also_from_a_longer_export(tmp_path: Path) -> None:
    first, longer = tmp_path / "june.csv", tmp_path / "july.csv"
    rows = "2024-06-01,A,3.00\n2024-06-01,A,3.00\n2024-06-02,B,4.00\n"
    first.write_text("sold at,product,amount\n" + rows)
    longer.write_text("sold at,product,amount\n2024-07-01,B,5.00\n" + rows)

    bring(first)
    row = bring(longer)

    assert row.counts.entities["orders"] == {"created": 1, "unchanged": 3}
    assert sum(Order.objects.values_list("total_minor", flat=True)) == 1500


def test_a_folder_of_strange_files_is_read_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "orders.csv").write_text("Order;Date;Client no;Amount\n1;2024-01-02;C1;9,50\n")
    (folder / "it's people.csv").write_text("Client no,Full name,E-mail\nC1,Ann Lee,a@x.io\n")
    (folder / "notes.md").write_text("nothing")

    row = bring(folder)

    assert row.counts.entities["orders"] == {"created": 1}
    assert row.counts.entities["files_not_read"] == {"unknown_file": 1}
    assert Customer.objects.count() == 1
    assert Order.objects.get().total_minor == 950


def test_orders_whose_state_says_so_are_sales_given_back(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "order,date,amount,status\n1,2024-01-02,5.00,Refunded\n2,2024-01-02,6.00,Paid\n"
    )

    row = bring(path)

    assert row.counts.entities["order_totals_minor"] == {"CNY": 1100}
    assert row.counts.entities["refund_totals_minor"] == {"CNY": 500}
    assert list(Refund.objects.values_list("order__external_id", "kind")) == [("1", "refund")]


def test_products_that_no_row_names_are_called_by_their_sku(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "1,85048,nan,12,2009-12-01 07:45:00,6.95,13085,United Kingdom\n"
        "1,85049,nan,1,2009-12-01 07:45:00,1.00,13085,United Kingdom\n"
        "2,85049,LIGHTS,1,2009-12-02 07:45:00,1.00,13085,United Kingdom\n"
    )

    bring(path, channel="online_retail")

    assert dict(Product.objects.values_list("external_id", "name")) == {
        "85048": "85048", "85049": "LIGHTS",
    }  # fmt: skip
    assert set(OrderLine.objects.values_list("name", flat=True)) == {"", "LIGHTS"}


def test_another_mapping_of_the_same_name_does_not_take_up_an_old_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_orders(tmp_path / "o.csv", count=3)
    with monkeypatch.context() as patched:
        patched.setattr(working, "run_step", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(path)

    bring(path, hints=Hints(left_out=frozenset({"email"})))

    assert ImportRun.objects.count() == 2
    assert Customer.objects.count() == 0


def test_the_listing_of_a_product_that_comes_twice_is_that_of_its_last_row(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("sku,name,price\nA,Tea,1.00\nA,Tea,2.00\nB,Pot,3.00\n")

    row = bring(path)

    assert row.counts.reasons == {"catalog.duplicate_in_batch": 1}
    assert row.counts.entities["listings"] == {"created": 2}
    assert set(Listing.objects.values_list("external_id", "price_minor")) == {
        ("A", 200),
        ("B", 300),
    }
