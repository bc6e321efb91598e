"""Reckon what goes back for what came and was accepted, by the policy it was opened under."""

from collections.abc import Mapping, Sequence

from quanqu.sell.returns.contracts import ReturnAsk, Sale
from quanqu.sell.returns.models import Return, ReturnLine
from quanqu.sell.returns.queries.policies import policy_numbered
from quanqu.sell.returns.rules.policy import judge

__all__ = ["reprice"]


def reprice(row: Return, sale: Sale, lines: Sequence[ReturnLine], units: Mapping[int, int]) -> None:
    """Put what goes back for so many units of each line on a locked return; lines are saved.

    The caller saves the return.  Whether it may come back was decided before and is not asked.
    """
    known = {line.line_no: line for line in sale.lines}
    counted = [line for line in lines if units[line.line_no]]
    asked = [
        (known[one.line_no], ReturnAsk(one.line_no, units[one.line_no], one.reason))
        for one in counted
    ]
    policy = policy_numbered(row.company_key, row.policy_number)
    verdict = judge(policy, sale, asked, today=row.business_date, by_parcel=row.by_parcel)
    label = row.label_minor if row.by_parcel else 0
    goods, fees = verdict.goods_minor, verdict.fee_minor
    label = min(label, goods - fees)
    wanted = goods - fees - label + verdict.shipping_minor
    row.goods_minor, row.fee_minor, row.label_minor = goods, fees, label
    row.shipping_minor = verdict.shipping_minor
    row.refund_minor = min(wanted, sale.left_minor)
    told = {one.line_no: one for one in verdict.lines}
    for line in lines:
        one = told.get(line.line_no)
        line.goods_minor = one.goods_minor if one else 0
        line.fee_minor = one.fee_minor if one else 0
        ReturnLine.objects.filter(return_key=row.key, line_no=line.line_no).update(
            goods_minor=line.goods_minor, fee_minor=line.fee_minor
        )
