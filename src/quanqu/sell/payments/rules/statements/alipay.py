"""Alipay's account log (账务明细): GBK, notes that begin with # before and after the rows.

A payment, its fee and its refund are rows of their own; a refund has no number of its own there.
Source: opendocs.alipay.com, alipay.data.dataservice.bill.downloadurl.query (bill_type
signcustomer), the columns of the account log.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from quanqu.sell.payments.contracts.settlement import (
    Book,
    LineKind,
    RejectedRow,
    StatementReason,
)
from quanqu.sell.payments.rules.statements.columns import Columns, read_rows
from quanqu.sell.payments.rules.statements.lines import (
    BEIJING,
    RowError,
    StatementLine,
    Tally,
    read_moment,
    read_money,
)

__all__ = ["read_funds"]

_IN, _OUT = "收入金额(+元)", "支出金额(-元)"
_NEEDED: Final = ("账务流水号", "业务流水号", "商户订单号", "发生时间", _IN, _OUT, "业务类型")
_SUM: Final = re.compile(r"(收入|支出)合计[：:]\s*(\d+)笔[，,]\s*共([-+]?[\d.]+)元")
_PAID: Final = frozenset({"交易付款", "在线支付", "交易"})
_BACK: Final = frozenset({"交易退款", "退款", "退款(交易退款)"})
_FEE: Final = frozenset({"收费", "服务费", "退费", "退款(收费)"})


def read_funds(file: BinaryIO, tally: Tally) -> Iterator[StatementLine | RejectedRow]:
    """Yield what moved the merchant's balance. Raises: StatementUnreadableError."""
    counted = {"收入": [0, 0], "支出": [0, 0]}
    told: dict[str, list[int]] = {}

    def is_note(row: list[str]) -> bool:
        if not row[0].lstrip().startswith("#"):
            return False
        told.update({w: [int(n[:12]), _sum(s)] for w, n, s in _SUM.findall(",".join(row))})
        return True

    def read(columns: Columns, number: int, row: list[str]) -> StatementLine:
        line, way, minor = _line(columns, number, row)
        counted[way][0] += 1
        counted[way][1] += minor
        return line

    yield from read_rows(file, _NEEDED, read, tally, is_note=is_note)
    if not told:
        tally.problem = "summary_missing"
    elif not tally.rejected and any(counted[way] != sums for way, sums in told.items()):
        tally.problem = "summary_differs"


def _line(columns: Columns, number: int, row: list[str]) -> tuple[StatementLine, str, int]:
    def cell(name: str) -> str:
        return columns.cell(row, name)

    came, went = read_money(cell(_IN), "CNY"), abs(read_money(cell(_OUT), "CNY"))
    if (came > 0) == (went > 0) or came < 0:
        raise RowError(StatementReason.AMOUNT, f"{cell(_IN)} {cell(_OUT)}".strip())
    at, on = read_moment(cell("发生时间"), BEIJING)
    ref, trade, told = cell("账务流水号"), cell("业务流水号"), cell("业务类型")
    if not ref:
        raise RowError(StatementReason.REFERENCE, "账务流水号")
    line = StatementLine(
        number, Book.FUNDS, ref, LineKind.OTHER, at, on, came - went, "CNY", 0, came or went,
        "CNY", "", trade, cell("商户订单号"), told,
    )  # fmt: skip
    kind = told.replace("（", "(").replace("）", ")")
    if kind in _PAID and came:
        line.kind, line.amount_minor, line.provider_id = LineKind.CAPTURE, came, trade
    elif kind in _BACK and went:
        line.kind, line.amount_minor = LineKind.REFUND, went
    elif kind in _FEE:
        line.kind, line.amount_minor, line.paid_minor = LineKind.FEE, went - came, 0
    elif kind == "提现" and went:
        line.kind, line.amount_minor, line.provider_id = LineKind.PAYOUT, went, trade
    return line, "收入" if came else "支出", came or went


def _sum(text: str) -> int:
    try:
        return abs(read_money(text, "CNY"))
    except RowError:
        return -1
