"""What a policy says of a return: may it come back, what goes back, who has to decide."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from quanqu.kernel.money import allocate
from quanqu.sell.returns.contracts import (
    Fault,
    LineVerdict,
    Policy,
    PolicyTrial,
    Reason,
    ReasonRule,
    ReturnAsk,
    ReturnLineError,
    Sale,
    SaleLine,
    ShippingRule,
    Signal,
    Verdict,
)
from quanqu.sell.returns.rules.worth import worth_of_units

__all__ = ["Asked", "judge", "last_day", "reason_of", "try_out"]

_PARTS: Final = 10_000
Asked = Sequence[tuple[SaleLine, ReturnAsk]]


def reason_of(policy: Policy, code: str, *, line: int) -> ReasonRule:
    """Return a reason the policy knows. Raises: ReturnLineError."""
    for one in policy.reasons:
        if one.code == code:
            return one
    raise ReturnLineError(line=line, problem=f"the policy knows no reason {code!r}")


def last_day(policy: Policy, sale: Sale, line: SaleLine, reason: str) -> date:
    """Return the last day a line may come back: its most special window, or a holiday's end.

    A window's speciality: reason before category before channel; of equals the longer one.
    """
    fitting = [
        ((bool(one.reason), bool(one.category), bool(one.channel), one.days), one.days)
        for one in policy.windows
        if one.reason in ("", reason)
        and one.channel in ("", sale.channel)
        and _is_in(line.category, one.category)
    ]
    days = max(fitting)[1] if fitting else policy.window_days
    last = (date.max - sale.bought_on).days
    ends = [sale.bought_on + timedelta(days=min(days, last))]
    ends += [
        one.until for one in policy.holidays if one.bought_from <= sale.bought_on <= one.bought_to
    ]
    return max(ends)


def judge(
    policy: Policy,
    sale: Sale,
    asked: Asked,
    *,
    today: date,
    by_parcel: bool = False,
    signals: Collection[Signal] = (),
    number: int = 0,
) -> Verdict:
    """Say what a policy says of units of an order; nothing is changed.

    Shapes: each line of the order at most once.
    Amounts of a policy in another currency than the order's cannot be compared: the fee, the limit
    of worth and the label are left out, and a second word is needed.
    Raises: ReturnLineError for a reason the policy does not know.
    """
    reasons = {ask.line_no: reason_of(policy, ask.reason, line=ask.line_no) for _, ask in asked}
    is_comparable = policy.currency == sale.currency
    lines = []
    for line, ask in asked:
        rule = reasons[ask.line_no]
        goods = worth_of_units(
            line.worth_minor, line.bought, before=line.settled, count=ask.quantity
        )
        until = last_day(policy, sale, line, ask.reason)
        fee = _kept(goods, policy.restocking_rate) if rule.fault is Fault.BUYER else 0
        problems = _problems(policy, line, rule, until, today)
        lines.append(LineVerdict(ask.line_no, ask.quantity, goods, fee, until, problems))
    goods, fees = sum(one.goods_minor for one in lines), sum(one.fee_minor for one in lines)
    keeps = all(rule.is_claim for rule in reasons.values()) or (
        is_comparable and goods < policy.keep_under_minor
    )
    is_own = any(rule.fault is Fault.BUYER for rule in reasons.values())
    label = policy.label_fee_minor if by_parcel and is_own and is_comparable and not keeps else 0
    label = min(label, goods - fees)
    shipping = _shipping(policy, sale, asked)
    wanted = goods - fees - label + shipping
    refund = min(wanted, sale.left_minor)
    refused = [Reason("signal", one) for one in sorted(signals) if one in policy.refuse]
    if refused:
        lines = [_with(one, refused) for one in lines]
    return Verdict(
        lines=tuple(lines),
        goods_minor=goods,
        fee_minor=fees,
        label_minor=label,
        shipping_minor=shipping,
        refund_minor=refund,
        is_capped=refund < wanted,
        keeps_goods=keeps,
        doubts=_doubts(policy, sale, refund, signals, list(reasons.values())),
        signals=tuple(sorted(signals)),
        policy_number=number,
    )


def try_out(policy: Policy, trial: PolicyTrial, *, today: date) -> Verdict:
    """Say what a policy would say of a made-up purchase. Raises: ReturnLineError."""
    line = SaleLine(
        1, None, "", "", trial.category, 1, 0, 0, 0, trial.worth_minor, trial.shipping_minor
    )
    paid = trial.worth_minor + trial.shipping_minor
    sale = Sale(
        order_id=UUID(int=0), number="", place_key=0, company_key=0, channel=trial.channel,
        currency=policy.currency, bought_on=trial.bought_on, subject_key=None, is_live=False,
        paid_minor=paid, refunded_minor=0, total_minor=paid, shipping_minor=trial.shipping_minor,
        shipping_refunded_minor=0, lines=(line,), tenders=(),
    )  # fmt: skip
    asked = [(line, ReturnAsk(1, 1, trial.reason))]
    return judge(policy, sale, asked, today=today, by_parcel=trial.by_parcel)


def _problems(
    policy: Policy, line: SaleLine, rule: ReasonRule, until: date, today: date
) -> tuple[Reason, ...]:
    found = []
    if today > until:
        found.append(Reason("window", until.isoformat()))
    is_final = any(_is_in(line.category, one) for one in policy.final_sale)
    if is_final and rule.fault is Fault.BUYER:
        found.append(Reason("final_sale", line.category))
    return tuple(found)


def _doubts(
    policy: Policy,
    sale: Sale,
    refund: int,
    signals: Collection[Signal],
    reasons: Sequence[ReasonRule],
) -> tuple[Reason, ...]:
    found = [Reason("photo", rule.code) for rule in reasons if rule.needs_photo]
    limit = policy.approval_above_minor
    if policy.currency != sale.currency:
        found.append(Reason("currency", policy.currency))
    elif limit is not None and refund > limit:
        found.append(Reason("value", str(limit)))
    found += [Reason("signal", one) for one in sorted(signals) if one in policy.review]
    return tuple(found)


def _shipping(policy: Policy, sale: Sale, asked: Asked) -> int:
    left = max(sale.shipping_minor - sale.shipping_refunded_minor, 0)
    if policy.shipping is ShippingRule.NEVER or not left or not asked:
        return 0
    more: Mapping[int, int] = {ask.line_no: ask.quantity for _, ask in asked}
    if policy.shipping is ShippingRule.WHOLE:
        is_last = all(
            line.settled + line.elsewhere + more.get(line.line_no, 0) >= line.bought
            for line in sale.lines
        )
        return left if is_last else 0
    by_line = {line.line_no: line for line, _ in asked}
    shares = (
        worth_of_units(
            by_line[number].shipping_minor, by_line[number].bought,
            before=by_line[number].settled, count=count,
        )
        for number, count in more.items()
    )  # fmt: skip
    return min(sum(shares), left)


def _kept(goods: int, rate: Decimal) -> int:
    kept = int(rate * _PARTS)
    return allocate(goods, [kept, _PARTS - kept])[0] if kept else 0


def _is_in(category: str, wanted: str) -> bool:
    return not wanted or category == wanted or category.startswith(f"{wanted} > ")


def _with(line: LineVerdict, more: Sequence[Reason]) -> LineVerdict:
    return LineVerdict(
        line.line_no, line.quantity, line.goods_minor, line.fee_minor, line.until,
        (*line.problems, *more),
    )  # fmt: skip
