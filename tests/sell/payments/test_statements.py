"""What the files of providers and banks are read as."""

import gzip
import io
from dataclasses import astuple

import pytest

from quanqu.sell.payments.contracts import (
    BankColumns,
    RejectedRow,
    StatementDraft,
    StatementFieldError,
    StatementFormat,
    StatementUnreadableError,
)
from quanqu.sell.payments.rules.statements import Tally, read_statement
from quanqu.sell.payments.rules.statements.reading import check_draft

F = StatementFormat
TRADES = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,"
    "商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
PAID = (
    "`2026-11-02 10:20:30,`wx1,`19,`0,`,`4200001,`0199,`oX,`JSAPI,`SUCCESS,`CFT,`CNY,`95.00,`5.00,"
    "`0,`0,`0.00,`0.00,`,`,`杯子,`,`0.57000,`0.60%,`100.00,`0.00,`"
)
BACK = (
    "`2026-11-02 23:59:59,`wx1,`19,`0,`,`4200001,`0199,`oX,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,"
    "`5030001,`R1,`38.00,`0.00,`ORIGINAL,`SUCCESS,`杯子,`,`-0.23000,`0.60%,`0.00,`40.00,`"
)
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
    "`2,`95.00,`38.00,`0.00,`0.34000,`100.00,`40.00"
)
FUNDS = """记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号
`2026-11-02 10:20:31,`4200001,`1001,`交易,`交易,`收入,`100.00,`100.00,`system,`,`0199
`2026-11-02 10:20:31,`4200001,`1002,`交易,`扣除交易手续费,`支出,`0.60,`99.40,`system,`,`0199
`2026-11-02 13:54:01,`5030001,`4200001,`退款,`退款,`支出,`39.76,`59.64,`19API,`退款总金额40.00元;含手续费0.24元,`R1
`2026-11-02 18:00:00,`8800001,`1003,`提现,`提现,`支出,`59.64,`0.00,`me,`,`W20261102
资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额
`4,`1,`100.00,`3,`100.00
"""  # noqa: E501
ALIPAY = """#支付宝账务明细查询
#账号：[20889999]
#起始日期：[2026年11月02日 00:00:00]   终止日期：[2026年11月03日 00:00:00]
#-----------------------------------------账务明细列表----------------------------------------
账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
301\t,2026110222\t,0199\t,杯子\t,2026-11-02 11:00:00,买家(a***@x.cn)\t,100.00,0.00,100.00,支付宝,在线支付,\t
302\t,2026110222\t,0199\t,杯子\t,2026-11-02 11:00:01,\t,0.00,-0.60,99.40,支付宝,收费,\t
303\t,2026110222\t,0199\t,杯子\t,2026-11-02 12:00:00,\t,0.00,-40.00,59.40,支付宝,交易退款,\t
304\t,2026110222\t,0199\t,杯子\t,2026-11-02 12:00:01,\t,0.24,0.00,59.64,支付宝,退费,\t
305\t,2026110299\t,\t,\t,2026-11-02 20:00:00,\t,0.00,-59.64,0.00,支付宝,提现,\t
#-----------------------------------------账务明细列表结束------------------------------------
#支出合计：3笔，共-100.24元
#收入合计：2笔，共100.24元
#导出时间：[2026年11月03日 09:00:00]
"""  # noqa: E501
STRIPE = """balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,description,customer_facing_amount,customer_facing_currency,charge_id,payment_intent_id,payout_id
txn_1,2026-11-02 09:00:00,eur,100.00,1.75,98.25,charge,ch_1,,,,ch_1,pi_1,
txn_2,2026-11-02 09:00:01,eur,-40.00,0.00,-40.00,partial_capture_reversal,ch_1,,,,ch_1,pi_1,
txn_3,2026-11-02 10:00:00,eur,-9.20,0.00,-9.20,refund,re_1,,-10.00,usd,ch_1,pi_1,
txn_4,2026-11-03 00:00:00,eur,-49.05,0.00,-49.05,payout,po_12345678,,,,,,po_12345678
txn_5,2026-11-03 00:00:00,eur,0.00,2.00,-2.00,fee,,Billing,,,,,
txn_6,2026-11-03 00:00:00,jpy,1000,0,1000,charge,ch_2,,,,ch_2,pi_2,
txn_7,2026-11-03 00:00:00,eur,10.00,1.00,10.00,charge,ch_3,,,,ch_3,pi_3,
"""  # noqa: E501
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>S1</Id>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">49.05</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-04</Dt></BookgDt><ValDt><Dt>2026-11-05</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>PO12345678</EndToEndId></Refs><Amt Ccy="EUR">49.05</Amt>
<RmtInf><Ustrd>STRIPE &amp; CO</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><DtTm>2026-11-04T23:00:00+01:00</DtTm></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
<Ntry><Amt Ccy="EUR">0.001</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-11-04</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""  # noqa: E501
BANK = """Buchungstag;Betrag;Zweck;Nr
02.11.2026;1.234,50;STRIPE po_1;1
03.11.2026;-5,00;Miete;2
31.02.2026;5,00;x;3
04.11.2026;abc;x;4
04.11.2026;0,00;x;5
"""
GERMAN = BankColumns(
    day="Buchungstag", reference="Zweck", amount="Betrag", currency="EUR", identity="Nr",
    day_form="DD.MM.YYYY", decimal=",",
)  # fmt: skip


def read(form, content, **changes):
    """Return the lines, the rejected rows and the tally of a file."""
    data = content if isinstance(content, bytes) else content.encode()
    draft = StatementDraft(1, form, "file", **changes)
    tally = Tally()
    items = list(read_statement(draft, io.BytesIO(data), tally))
    lines = [one for one in items if not isinstance(one, RejectedRow)]
    return lines, [one for one in items if isinstance(one, RejectedRow)], tally


def short(lines):
    return [(str(one.kind), one.amount_minor, one.fee_minor, one.paid_minor) for one in lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_bill_of_trades(encoding, end):
    content = f"{TRADES}\n{PAID}\n{BACK}\n{SUMS}\n".replace("\n", end).encode(encoding)

    lines, rejects, tally = read(F.WECHAT_TRADES, content)

    assert short(lines) == [("capture", 9500, 57, 10000), ("refund", 3800, -23, 4000)]
    assert [one.ref for one in lines] == ["capture:4200001", "refund:5030001"]
    assert [(one.payment_ref, one.own_ref) for one in lines] == [
        ("4200001", "0199"), ("4200001", "R1")
    ]  # fmt: skip
    assert lines[0].at.isoformat() == "2026-11-02T02:20:30+00:00"
    assert [str(one.on) for one in lines] == ["2026-11-02"] * 2
    assert not rejects
    assert astuple(tally) == (2, 0, 0, "")


def test_a_bill_says_where_it_disagrees_with_its_sums():
    whole = f"{TRADES}\n{PAID}\n{BACK}\n{SUMS}\n"
    for content, problem in (
        (whole.replace(f"{BACK}\n", ""), "summary_differs"),
        (whole.replace("`38.00,`0.00,`0.34000", "`38.01,`0.00,`0.34000"), "summary_differs"),
        (whole.replace(SUMS, ""), "summary_missing"),
        (whole.replace("`100.00,`0.00,`", "`-1.00,`0.00,`"), ""),
    ):
        assert read(F.WECHAT_TRADES, content)[2].problem == problem

    failed = whole.replace("`ORIGINAL,`SUCCESS", "`ORIGINAL,`FAIL")
    lines, _, tally = read(F.WECHAT_TRADES, failed)
    assert (len(lines), tally.skipped, tally.problem) == (1, 1, "")


def test_the_same_number_twice_is_two_lines():
    lines, _, _ = read(F.WECHAT_TRADES, f"{TRADES}\n{PAID}\n{PAID}\n")

    assert [one.ref for one in lines] == ["capture:4200001", "capture:4200001#2"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (PAID.replace("2026-11-02 10:20:30", "yesterday"), "time"),
        (PAID.replace("2026-11-02 10:20:30", "0001-01-01 00:00:00"), "time"),
        (PAID.replace("`100.00", "`100.001"), "amount"),
        (PAID.replace("`100.00", "`NaN"), "amount"),
        (PAID.replace("`100.00", "`1e30"), "amount"),
        (PAID.replace("`4200001", "`0"), "reference"),
        (PAID.replace("`4200001", "`" + "4" * 300), "reference"),
        (PAID.replace("SUCCESS", "MAYBE"), "kind"),
        (PAID.replace("CNY", "¥"), "currency"),
        (PAID.replace("杯子", "杯\x00"), "text"),
        ("`2026-11-02 10:20:30,`wx1", "columns"),
    ],
)
def test_a_row_that_cannot_be_taken_has_its_reason(row, reason):
    lines, rejects, tally = read(F.WECHAT_TRADES, f"{TRADES}\n{row}\n{BACK}\n")

    assert [(one.row, str(one.reason)) for one in rejects] == [(2, reason)]
    assert [one.row for one in lines] == [3]
    assert (tally.lines, tally.rejected) == (1, 1)


def test_a_bill_of_funds_nets_refunds_and_names_payouts():
    lines, rejects, tally = read(F.WECHAT_FUNDS, FUNDS)

    assert short(lines) == [
        ("capture", 10000, 0, 10000), ("fee", 60, 0, 0), ("refund", 4000, -24, 4000),
        ("payout", 5964, 0, 0),
    ]  # fmt: skip
    assert (lines[2].provider_id, lines[2].own_ref) == ("5030001", "R1")
    assert not rejects
    assert not tally.problem
    assert read(F.WECHAT_FUNDS, FUNDS.replace("`4,`1,", "`5,`1,"))[2].problem == "summary_differs"


def test_an_account_log_of_alipay_in_gbk():
    lines, rejects, tally = read(F.ALIPAY_FUNDS, ALIPAY.encode("gbk"))

    assert short(lines) == [
        ("capture", 10000, 0, 10000), ("fee", 60, 0, 0), ("refund", 4000, 0, 4000),
        ("fee", -24, 0, 0), ("payout", 5964, 0, 5964),
    ]  # fmt: skip
    assert {one.payment_ref for one in lines[:4]} == {"2026110222"}
    assert (lines[0].own_ref, lines[0].text) == ("0199", "在线支付")
    assert not rejects
    assert not tally.problem
    assert read(F.ALIPAY_FUNDS, ALIPAY.replace("共100.24元", "共100.25元"))[2].problem
    assert read(F.ALIPAY_FUNDS, ALIPAY.split("#支出合计")[0])[2].problem == "summary_missing"


def test_a_report_of_stripe():
    lines, rejects, _ = read(F.STRIPE_BALANCE, STRIPE)

    assert short(lines) == [
        ("capture", 10000, 175, 10000), ("reversal", 4000, 0, 4000), ("refund", 920, 0, 1000),
        ("payout", 4905, 0, 0), ("fee", 200, 0, 0), ("capture", 1000, 0, 1000),
    ]  # fmt: skip
    assert [one.paid_currency for one in lines[:3]] == ["EUR", "EUR", "USD"]
    assert [one.provider_id for one in lines[:4]] == ["ch_1", "ch_1", "re_1", "po_12345678"]
    assert [(one.row, str(one.reason)) for one in rejects] == [(8, "amount")]


def test_a_statement_of_a_bank_as_xml():
    lines, rejects, tally = read(F.CAMT053, CAMT)

    assert [(str(one.kind), one.amount_minor, str(one.on)) for one in lines] == [
        ("credit", 4905, "2026-11-04"), ("debit", 500, "2026-11-04")
    ]  # fmt: skip
    assert lines[0].ref == "DE89370400440532013000:B1"
    assert lines[0].text == "PO12345678 STRIPE & CO"
    assert [(one.row, str(one.reason)) for one in rejects] == [(4, "amount")]
    assert astuple(tally) == (2, 1, 1, "")
    assert short(read(F.CAMT053, gzip.compress(CAMT.encode()))[0]) == short(lines)


@pytest.mark.parametrize(
    "content",
    [
        CAMT.replace("?>", '?><!DOCTYPE d [<!ENTITY a "b">]>'),
        CAMT.replace("?>", '?><!DOCTYPE d SYSTEM "file:///etc/passwd">'),
        CAMT[:400],
        "no xml",
        "<Document><Other/></Document>",
        "<a>" * 100,
        CAMT.replace("STRIPE", "x" * 200_000),
    ],
)
def test_xml_that_no_bank_writes_is_refused(content):
    with pytest.raises(StatementUnreadableError):
        read(F.CAMT053, content)


def test_a_plain_csv_by_declared_columns():
    lines, rejects, _ = read(F.BANK_CSV, BANK, columns=GERMAN, bank_account="DE1")

    assert [(str(one.kind), one.amount_minor, one.ref) for one in lines] == [
        ("credit", 123450, "DE1:1"), ("debit", 500, "DE1:2")
    ]  # fmt: skip
    assert [str(one.reason) for one in rejects] == ["time", "amount", "amount"]

    two = BankColumns(day="d", reference="t", credit="in", debit="out", currency_column="c")
    content = "d,t,in,out,c\n2026-11-02,x,5.00,,EUR\n2026-11-02,x,5.00,,EUR\n2026-11-02,y,,7.5,usd"
    lines, _, _ = read(F.BANK_CSV, content, columns=two)
    assert short(lines) == [("credit", 500, 0, 500)] * 2 + [("debit", 750, 0, 750)]
    assert lines[1].ref == f"{lines[0].ref}#2"


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (F.WECHAT_TRADES, b""),
        (F.WECHAT_TRADES, FUNDS.encode()),
        (F.ALIPAY_FUNDS, b"#only notes\n"),
        (F.STRIPE_BALANCE, b"a,b\n1,2\n"),
        (F.STRIPE_BALANCE, STRIPE.replace("created_utc", "when").encode()),
        (F.STRIPE_BALANCE, b"\xff\xfe\xff" * 3 + b"\x81"),
        (F.STRIPE_BALANCE, gzip.compress(STRIPE.encode())[:-20]),
        (F.STRIPE_BALANCE, b"x" * 1_200_000),
    ],
)
def test_what_is_no_such_file_is_refused_whole(form, content):
    with pytest.raises(StatementUnreadableError):
        read(form, content)


@pytest.mark.parametrize(
    "columns",
    [
        None,
        BankColumns(day="d", reference="t"),
        BankColumns(day="d", reference="t", amount="a"),
        BankColumns(day="d", reference="t", amount="a", credit="c", debit="b", currency="EUR"),
        BankColumns(day="d", reference="t", amount="a", currency="EUR", day_form="MM-DD"),
        BankColumns(day="d", reference="t", amount="a", currency="EUR", decimal=":"),
    ],
)
def test_columns_are_declared_whole(columns):
    with pytest.raises(StatementFieldError):
        check_draft(StatementDraft(1, F.BANK_CSV, "file", columns=columns))
