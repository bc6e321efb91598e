"""The rules this room offers itself: code, condition, words in both languages, where it leads.

Source: docs/rules/next-action.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from quanqu.engage.care.contracts import Area, Facts, Offer, Stage, Text
from quanqu.engage.care.rules import conditions
from quanqu.engage.care.rules.conditions import Condition
from quanqu.engage.care.rules.wording import filled
from quanqu.know.consent.contracts import Purpose

HIDDEN: Final = Text(
    "You may not see this part, so it was not looked at.", "您无权查看这部分，因此未纳入判断。"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `cases` are words that take the place of `met` or `unmet` in a case of its own;
    `area` is what the reader has to see for it; `contact` the purpose they would be spoken to for.
    """

    code: str
    stage: Stage
    condition: Condition
    title: Text
    met: Text
    unmet: Text
    cases: Mapping[str, Text] = field(default_factory=dict)
    area: Area | None = None
    contact: Purpose | None = None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "privacy_overdue",
        Stage.DUTY,
        conditions.privacy_overdue,
        Text("Answer the overdue privacy request", "答复已逾期的隐私请求"),
        Text("It was due on {due}, {late} ago.", "应于{due}前答复，已逾期 {late}。"),
        Text("No privacy request is overdue.", "没有逾期的隐私请求。"),
        {"today": Text("It was due on {due}: its time is over.", "应于{due}前答复，期限已过。")},
        Area.PRIVACY,
    ),
    Rule(
        "privacy_due_soon",
        Stage.DUTY,
        conditions.privacy_due_soon,
        Text("Answer the privacy request", "答复隐私请求"),
        Text("It is due on {due}: {left} left.", "须于{due}前答复，还剩 {left}。"),
        Text("No privacy request is due within 7 days.", "没有 7 天内到期的隐私请求。"),
        {
            "later": Text(
                "The next privacy request is due on {due}, in {left}.",
                "最近的隐私请求于{due}到期，还有 {left}。",
            )
        },
        Area.PRIVACY,
    ),
    Rule(
        "duplicate",
        Stage.SERVICE,
        conditions.duplicate_waits,
        Text("Decide whether this is one person", "判断是否为同一人"),
        Text(
            "Pairs that wait for an answer: {count}. The surest is one person with a chance of "
            "{rate}%.",
            "有 {count} 个客户对待判断；最可能的一对有 {rate}% 的概率是同一人。",
        ),
        Text("No pair with this customer waits for an answer.", "没有涉及该客户的待判断客户对。"),
        area=Area.MATCHING,
    ),
    Rule(
        "consent_conflict",
        Stage.SERVICE,
        conditions.consent_torn,
        Text("Clear up which consent holds", "核实以哪次授权为准"),
        Text(
            "Answers contradict one another for: {purposes}. Until settled the answer is no.",
            "以下用途的授权有冲突：{purposes}。核实之前一律按不同意处理。",
        ),
        Text("No answers contradict one another.", "没有冲突的授权。"),
        area=Area.CONSENT,
    ),
    Rule(
        "refund_owed",
        Stage.SERVICE,
        conditions.refund_owed,
        Text("Give the money back", "退还款项"),
        Text(
            "Order {number} is cancelled and {amount} is not given back, {days} after it was "
            "placed.",
            "订单 {number} 已取消，仍有 {amount} 未退，距下单 {days}。",
        ),
        Text("No money of a cancelled order is held.", "没有已取消订单的款项未退。"),
        area=Area.ORDERS,
    ),
    Rule(
        "order_unsent",
        Stage.SERVICE,
        conditions.order_unsent,
        Text("See to the order that was not sent", "跟进未发货的订单"),
        Text(
            "Order {number} over {amount} has waited for {days}.",
            "订单 {number}（{amount}）已等待 {days}。",
        ),
        Text("No order waits for its goods for 3 days.", "没有等待发货满 3 天的订单。"),
        area=Area.ORDERS,
    ),
    Rule(
        "order_unpaid",
        Stage.SERVICE,
        conditions.order_unpaid,
        Text("Ask whether the order is still wanted", "询问是否仍需要该订单"),
        Text(
            "{amount} of order {number} is unpaid for {days}.",
            "订单 {number} 尚有 {amount} 未付，已 {days}。",
        ),
        Text("No order is unpaid for 1 to 14 days.", "没有下单 1 至 14 天仍未付款的订单。"),
        area=Area.ORDERS,
        contact=Purpose.SERVICE,
    ),
    Rule(
        "birthday",
        Stage.RELATE,
        conditions.birthday_near,
        Text("Wish a happy birthday", "送上生日祝福"),
        Text("The birthday is on {day}, in {left}.", "生日是{day}，还有 {left}。"),
        Text("The next birthday is in {left}.", "距下次生日还有 {left}。"),
        {
            "today": Text("The birthday is today, {day}.", "今天（{day}）是生日。"),
            "unknown": Text("The birthday is not known.", "生日未知。"),
        },
        contact=Purpose.MARKETING,
    ),
    Rule(
        "lapsing",
        Stage.RELATE,
        conditions.lapsing,
        Text("Win them back before they are gone", "在流失前挽回"),
        Text(
            "They used to buy every {gap}; the last order was {since} ago, {times}× as long.",
            "平均每 {gap}购买一次；距上次下单已 {since}，是平时的 {times} 倍。",
        ),
        Text(
            "They buy every {gap} and ordered {since} ago, {times}× that: not yet twice.",
            "平均每 {gap}购买一次，距上次下单 {since}，为平时的 {times} 倍，未到 2 倍。",
        ),
        {
            "gone": Text(
                "They used to buy every {gap}; the last order, on {last}, is {times}× as long ago: "
                "gone rather than lapsing.",
                "曾每 {gap}购买一次，最后一次下单在{last}，间隔已是平时的 {times} 倍，属于已流失。",
            ),
            "few": Text(
                "They ordered on {known}; a rhythm is read from {least} on.",
                "仅在 {known}内有过订单；至少 {least} 天才能看出购买规律。",
            ),
        },
        Area.ORDERS,
        Purpose.MARKETING,
    ),
    Rule(
        "top_score",
        Stage.RELATE,
        conditions.top_tenth,
        Text("Make an offer that fits their score", "按评分给出合适的优惠"),
        Text(
            "{score} is {value}, in the highest tenth ({meaning}; version {version}).",
            "{score} 为 {value}，位于最高的十分之一（{meaning}；版本 {version}）。",
        ),
        Text(
            "No score is in the highest tenth; the best is {score}, in tenth {tenth}.",
            "没有评分位于最高的十分之一；最高的是 {score}，位于第 {tenth} 个十分位。",
        ),
        {"none": Text("No model has a number for them.", "没有模型给出该客户的评分。")},
        contact=Purpose.MARKETING,
    ),
    Rule(
        "consent_ending",
        Stage.RELATE,
        conditions.marketing_consent_ending,
        Text("Ask to renew their consent", "请客户续期授权"),
        Text(
            "The consent to marketing through {channels} ends on {until}.",
            "经由{channels}的营销授权将于{until}到期。",
        ),
        Text("No consent to marketing ends within 30 days.", "没有 30 天内到期的营销授权。"),
        area=Area.CONSENT,
        contact=Purpose.MARKETING,
    ),
    Rule(
        "ask_for_a_way",
        Stage.REACH,
        conditions.no_way_to_reach,
        Text("Ask for a way to reach them", "询问联系方式与授权"),
        Text(
            "Ask when they next visit or get in touch. Marketing now: {channels}.",
            "请在客户下次到店或联系时询问。目前的营销授权：{channels}。",
        ),
        Text("They can be reached through: {channels}.", "可通过以下渠道触达：{channels}。"),
        {
            "refused": Text(
                "They said no and are not asked again. Marketing now: {channels}.",
                "客户已表示不同意，不再询问。目前的营销授权：{channels}。",
            )
        },
        area=Area.CONSENT,
    ),
    Rule(
        "nothing",
        Stage.REST,
        conditions.always,
        Text("Nothing needs doing", "暂无待办"),
        Text("None of the rules holds now.", "目前没有规则成立。"),
        Text("", ""),
    ),
)


def offers_of(facts: Facts) -> tuple[Offer, ...]:
    """Return what each rule says of these facts, in the order of the table."""
    return tuple(_offer(rule, place, facts) for place, rule in enumerate(RULES))


def _offer(rule: Rule, place: int, facts: Facts) -> Offer:
    if rule.area in facts.matters.hidden:
        return Offer(rule.code, rule.stage, place, False, rule.title, HIDDEN)
    found = rule.condition(facts)
    words = rule.met if found.holds else rule.unmet
    if found.case and (not found.holds or found.case == "today"):
        words = rule.cases[found.case]
    return Offer(
        rule.code,
        rule.stage,
        place,
        found.holds,
        rule.title,
        filled(words, found.figures),
        found.lead,
        rule.contact,
        found.channels,
    )
