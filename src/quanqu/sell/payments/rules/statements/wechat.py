"""WeChat Pay's bills of trades and of funds.

Every field of a row begins with a backtick; after the rows come a header and a row of sums.
Source: pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html and
format-fundflow.html.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from quanqu.sell.payments.contracts.settlement import (
    Book,
    LineKind,
    RejectedRow,
    StatementReason,
)
from quanqu.sell.payments.rules.statements.columns import Columns, bare, read_rows
from quanqu.sell.payments.rules.statements.lines import (
    BEIJING,
    RowError,
    StatementLine,
    Tally,
    read_moment,
    read_money,
)

__all__ = ["read_funds", "read_trades"]

_TRADES: Final = ("交易时间", "微信订单号", "商户订单号", "交易状态", "货币种类", "手续费")
_FUNDS: Final = ("记账时间", "微信支付业务单号", "资金流水单号", "业务类型", "收支类型")
_PAID, _BACK, _REVOKED = "SUCCESS", "REFUND", "REVOKED"
_WHOLE: Final = re.compile(r"退款总金额([\d.]+)元;含手续费([\d.]+)元")
_AMOUNT: Final = "收支金额(元)"


def read_trades(file: BinaryIO, tally: Tally) -> Iterator[StatementLine | RejectedRow]:
    """Yield the payments and refunds of a bill of trades. Raises: StatementUnreadableError."""
    sums, end = dict.fromkeys(("capture", "refund", "fee"), 0), _End("总交易单数")

    def read(columns: Columns, number: int, row: list[str]) -> StatementLine | None:
        line = _trade(columns, number, row)
        if line is not None:
            sums[line.kind.value] += line.amount_minor
            sums["fee"] += line.fee_minor
        return line

    yield from read_rows(file, _TRADES, read, tally, is_note=end.takes)
    told: dict[tuple[str, ...], int] = {
        ("应结订单总金额", "总交易额"): sums["capture"],
        ("退款总金额", "总退款金额"): sums["refund"],
        ("手续费总金额",): sums["fee"],
    }
    tally.problem = end.problem(tally, told)


def read_funds(file: BinaryIO, tally: Tally) -> Iterator[StatementLine | RejectedRow]:
    """Yield what moved the merchant's balance. Raises: StatementUnreadableError."""
    sums, end = {"收入": 0, "支出": 0}, _End("资金流水总笔数")

    def read(columns: Columns, number: int, row: list[str]) -> StatementLine | None:
        line, way, minor = _fund(columns, number, row)
        sums[way] += minor
        return line

    yield from read_rows(file, _FUNDS, read, tally, is_note=end.takes)
    tally.problem = end.problem(tally, {("收入金额",): sums["收入"], ("支出金额",): sums["支出"]})


class _End:
    """The sums that end a file: a row of their names, and a row of them."""

    def __init__(self, first: str) -> None:
        self.first = first
        self.names: Columns | None = None
        self.values: list[str] = []

    def takes(self, row: list[str]) -> bool:
        """Tell whether a row is of the end, and remember it."""
        if self.names is not None:
            self.values = self.values or row
        elif bare(row[0]) == self.first:
            self.names = Columns(row)
        return self.names is not None

    def problem(self, tally: Tally, sums: Mapping[tuple[str, ...], int]) -> str:
        """Hold what was read against the sums; rows that were not taken are in the count alone."""
        if self.names is None or not self.values:
            return "summary_missing"
        names, values = self.names, self.values
        rows = tally.lines + tally.rejected + tally.skipped
        if names.cell(values, self.first) != str(rows):
            return "summary_differs"
        if tally.rejected or tally.skipped:
            return ""
        told = [(minor, names.cell(values, *which)) for which, minor in sums.items()]
        is_same = all(not text or _minor(text) == minor for minor, text in told)
        return "" if is_same else "summary_differs"


def _minor(text: str) -> int | None:
    try:
        return read_money(text, "CNY")
    except RowError:
        return None


def _trade(columns: Columns, number: int, row: list[str]) -> StatementLine | None:
    def cell(*names: str) -> str:
        return columns.cell(row, *names)

    state, currency = cell("交易状态"), cell("货币种类")
    if len(currency) != 3 or not currency.isalpha():
        raise RowError(StatementReason.CURRENCY, currency)
    if state not in (_PAID, _BACK, _REVOKED):
        raise RowError(StatementReason.KIND, state)
    at, on = read_moment(cell("交易时间"), BEIJING)
    trade, fee = cell("微信订单号"), read_money(cell("手续费"), currency)
    if not trade or trade == "0":
        raise RowError(StatementReason.REFERENCE, "微信订单号")
    if state == _PAID:
        settled = read_money(cell("应结订单金额", "总金额"), currency)
        paid = read_money(cell("订单金额", "应结订单金额", "总金额"), currency)
        if paid <= 0:
            raise RowError(StatementReason.AMOUNT, cell("订单金额", "应结订单金额", "总金额"))
        return StatementLine(
            number, Book.TRADES, f"capture:{trade}", LineKind.CAPTURE, at, on, settled, currency,
            fee, paid, currency, trade, trade, cell("商户订单号"), "",
        )  # fmt: skip
    refund = cell("微信退款单号")
    settled = read_money(cell("退款金额"), currency)
    paid = read_money(cell("申请退款金额"), currency) or settled
    if cell("退款状态") in ("FAIL", "CHANGE") or (state == _REVOKED and not paid):
        return None
    if refund in ("", "0"):
        refund = f"{state}:{trade}"
    if paid <= 0:
        raise RowError(StatementReason.AMOUNT, cell("申请退款金额", "退款金额"))
    number_of_ours = cell("商户退款单号")
    return StatementLine(
        number, Book.TRADES, f"refund:{refund}", LineKind.REFUND, at, on, settled, currency, fee,
        paid, currency, refund, trade, "" if number_of_ours == "0" else number_of_ours, "",
    )  # fmt: skip


def _fund(columns: Columns, number: int, row: list[str]) -> tuple[StatementLine, str, int]:
    def cell(*names: str) -> str:
        return columns.cell(row, *names)

    kind_told, way, note = cell("业务类型"), cell("收支类型"), cell("备注")
    if way not in ("收入", "支出"):
        raise RowError(StatementReason.KIND, way)
    at, on = read_moment(cell("记账时间"), BEIJING)
    minor = read_money(cell(_AMOUNT), "CNY")
    name, flow = cell("微信支付业务单号"), cell("资金流水单号")
    if not flow:
        raise RowError(StatementReason.REFERENCE, "资金流水单号")
    line = StatementLine(
        number, Book.FUNDS, f"{kind_told}:{name}:{flow}", LineKind.OTHER, at, on,
        minor if way == "收入" else -minor, "CNY", 0, 0, "CNY", name, "", cell("业务凭证号"),
        f"{cell('业务名称')} {kind_told}".strip(),
    )  # fmt: skip
    if kind_told == "交易" and way == "收入":
        line.kind, line.payment_ref, line.paid_minor = LineKind.CAPTURE, name, minor
    elif kind_told == "退款" and way == "支出":
        whole = _WHOLE.search(note)
        paid = read_money(whole[1], "CNY") if whole else minor
        line.kind, line.amount_minor, line.paid_minor = LineKind.REFUND, paid, paid
        line.fee_minor = minor - paid  # what comes back of the fee is less than nothing
    elif "手续费" in kind_told:
        line.kind, line.amount_minor = LineKind.FEE, minor if way == "支出" else -minor
        line.payment_ref = name
    elif kind_told == "提现" and way == "支出":
        line.kind, line.amount_minor = LineKind.PAYOUT, minor
    return line, way, minor
