"""Fill the words of rules with figures, in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from quanqu.engage.care.contracts import Text
from quanqu.kernel.money import Money
from quanqu.know.consent.contracts import CHANNELS, Channel, Reason

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days."""

    count: float


Figure = Text | Days | Money | date | float | int | str

NO_ADDRESS: Final = Text("no contact data", "没有联系方式")
REASONS: Final[Mapping[Reason, Text]] = {
    Reason.GRANTED: Text("granted", "已同意"),
    Reason.DENIED: Text("refused", "已拒绝"),
    Reason.WITHDRAWN: Text("withdrawn", "已撤回"),
    Reason.EXPIRED: Text("expired", "已过期"),
    Reason.CONFLICT: Text("in conflict", "有冲突"),
    Reason.PENDING: Text("not confirmed yet", "待确认"),
    Reason.NOT_ASKED: Text("not asked", "未询问"),
    Reason.NOT_NEEDED: Text("no consent needed", "无需同意"),
    Reason.OPT_OUT_SIGNAL: Text("opted out by the browser", "浏览器已声明退出"),
    Reason.RESTRICTED: Text("restricted", "已限制处理"),
}


def filled(text: Text, figures: Mapping[str, Figure]) -> Text:
    """Return a text with its figures written into it."""
    return Text(
        text.en.format_map({name: _en(value) for name, value in figures.items()}),
        text.zh.format_map({name: _zh(value) for name, value in figures.items()}),
    )


def channel_text(channel: Channel) -> Text:
    """Return the name of a channel."""
    words = CHANNELS[channel]
    return Text(words.name_en, words.name_zh)


def joined(texts: Iterable[Text], *, between: Text | None = None) -> Text:
    """Return texts one after the other."""
    gap = between or Text(", ", "、")
    found = list(texts)
    return Text(gap.en.join(one.en for one in found), gap.zh.join(one.zh for one in found))


def _en(value: Figure) -> str:
    if isinstance(value, Days):
        return f"{_plain(value.count)} day{'' if value.count == 1 else 's'}"
    if isinstance(value, date):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return value.en if isinstance(value, Text) else _plain(value)


def _zh(value: Figure) -> str:
    if isinstance(value, Days):
        return f"{_plain(value.count)} 天"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return value.zh if isinstance(value, Text) else _plain(value)


def _plain(value: float | str | Money) -> str:
    if isinstance(value, Money):
        return f"{value.currency} {value.amount}"
    if isinstance(value, str):
        return value
    return f"{value:,.1f}".removesuffix(".0")
