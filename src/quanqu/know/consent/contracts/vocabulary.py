"""The words of consent: purposes, channels, legal bases, statuses, states and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "CHANNELS",
    "PURPOSES",
    "SIGNAL_PURPOSES",
    "Basis",
    "Channel",
    "Definition",
    "LinkKind",
    "Purpose",
    "PurposeDefinition",
    "Reason",
    "RestrictionKind",
    "SourceKind",
    "State",
    "Status",
    "pairs",
]


class Purpose(StrEnum):
    """What personal data is used for."""

    SERVICE = "service"
    MARKETING = "marketing"
    PERSONALISATION = "personalisation"
    ANALYTICS = "analytics"
    AD_SYNC = "ad_sync"
    MODEL_TRAINING = "model_training"
    PROFILING = "profiling"
    PARTNER_SHARING = "partner_sharing"
    CROSS_BORDER = "cross_border"


class Channel(StrEnum):
    """Through what it is used; `all` where a purpose knows no channels, or means all of them."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    PUSH = "push"
    WECHAT = "wechat"
    ADS = "ads"
    ALL = "all"


class Basis(StrEnum):
    """The legal basis. Source: GDPR Art. 6(1)(a)–(f); PIPL Art. 13(1)–(7)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_INTEREST = "public_interest"
    LEGITIMATE_INTERESTS = "legitimate_interests"
    LAWFULLY_DISCLOSED = "lawfully_disclosed"


class Status(StrEnum):
    """What a record of the ledger says; `pending` waits for the second step of an opt-in."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"


class State(StrEnum):
    """What follows from the ledger for one customer, purpose and channel."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    PENDING = "pending"
    NOT_ASKED = "not_asked"
    NOT_NEEDED = "not_needed"


class Reason(StrEnum):
    """Why the gate answers as it does; a state, or what stands above it."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    PENDING = "pending"
    NOT_ASKED = "not_asked"
    NOT_NEEDED = "not_needed"
    OPT_OUT_SIGNAL = "opt_out_signal"
    RESTRICTED = "restricted"


class SourceKind(StrEnum):
    """Where a statement came from; a `signal` is one that a browser or app sends by itself."""

    PLACE = "place"
    FORM = "form"
    EVENT = "event"
    SIGNAL = "signal"
    IMPORT = "import"
    PREFERENCES = "preferences"
    STAFF = "staff"


class LinkKind(StrEnum):
    """What a signed link leads to: a customer's preferences, or the confirmation of a consent."""

    PREFERENCES = "preferences"
    CONFIRMATION = "confirmation"


class RestrictionKind(StrEnum):
    """Why processing is restricted. Source: GDPR Art. 17, 18, 21, 22; PIPL Art. 24, 44, 47."""

    RESTRICTION = "restriction"
    OBJECTION = "objection"
    AUTOMATED_DECISIONS = "automated_decisions"
    ERASURE = "erasure"
    SUPPRESSION = "suppression"


@dataclass(frozen=True, slots=True)
class Definition:
    """A word with its name and meaning in both languages."""

    name_en: str
    name_zh: str
    text_en: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class PurposeDefinition:
    """A purpose: its meaning, its usual legal basis, and the channels it is asked for.

    One whose basis is contract or a legal obligation needs no consent, but can be restricted.
    """

    words: Definition
    basis: Basis
    channels: tuple[Channel, ...]

    @property
    def needs_consent(self) -> bool:
        """Tell whether the person must have agreed."""
        return self.basis not in (Basis.CONTRACT, Basis.LEGAL_OBLIGATION)


_WRITING: Final = (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.PUSH, Channel.WECHAT)
_WHOLE: Final = (Channel.ALL,)

PURPOSES: Final[Mapping[Purpose, PurposeDefinition]] = {
    Purpose.SERVICE: PurposeDefinition(
        Definition(
            "Service messages",
            "服务通知",
            "Messages an order, an account or a request of yours needs.",
            "订单、账户或您的请求所必需的通知。",
        ),
        Basis.CONTRACT,
        _WRITING,
    ),
    Purpose.MARKETING: PurposeDefinition(
        Definition(
            "Marketing",
            "营销信息",
            "News, offers and invitations.",
            "新品、优惠和活动邀请。",
        ),
        Basis.CONSENT,
        _WRITING,
    ),
    Purpose.PERSONALISATION: PurposeDefinition(
        Definition(
            "Personalisation",
            "个性化推荐",
            "Show goods and content that fit what you looked at and bought.",
            "根据您的浏览和购买记录展示合适的商品与内容。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
    Purpose.ANALYTICS: PurposeDefinition(
        Definition(
            "Analytics",
            "统计分析",
            "Measure how shops and channels are used.",
            "了解门店和各渠道的使用情况。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
    Purpose.AD_SYNC: PurposeDefinition(
        Definition(
            "Advertising on other platforms",
            "站外广告",
            "Hand protected contact data to advertising platforms to show or hide adverts.",
            "将经保护的联系信息提供给广告平台，用于投放或屏蔽广告。",
        ),
        Basis.CONSENT,
        (Channel.ADS,),
    ),
    Purpose.MODEL_TRAINING: PurposeDefinition(
        Definition(
            "Training of models",
            "模型训练",
            "Learn from your data how customers behave.",
            "利用您的数据训练预测模型。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
    Purpose.PROFILING: PurposeDefinition(
        Definition(
            "Automated decisions",
            "自动化决策",
            "Decide on offers and benefits by programs, without a person.",
            "由程序自动决定优惠和权益，无人工参与。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
    Purpose.PARTNER_SHARING: PurposeDefinition(
        Definition(
            "Sharing with partners",
            "与合作方共享",
            "Pass your data on to partners of ours.",
            "将您的数据提供给我们的合作方。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
    Purpose.CROSS_BORDER: PurposeDefinition(
        Definition(
            "Transfer abroad",
            "个人信息出境",
            "Store or use your data outside your country.",
            "在您所在国家或地区以外存储或使用您的数据。",
        ),
        Basis.CONSENT,
        _WHOLE,
    ),
}

CHANNELS: Final[Mapping[Channel, Definition]] = {
    Channel.EMAIL: Definition("E-mail", "电子邮件", "Messages by e-mail.", "通过电子邮件发送。"),
    Channel.SMS: Definition("SMS", "短信", "Text messages to your phone.", "发送到手机的短信。"),
    Channel.PHONE: Definition("Phone call", "电话", "Calls by a person.", "由人工拨打的电话。"),
    Channel.PUSH: Definition("App push", "应用推送", "Notes of the app.", "应用内的推送通知。"),
    Channel.WECHAT: Definition("WeChat", "微信", "Messages in WeChat.", "通过微信发送的消息。"),
    Channel.ADS: Definition("Adverts", "广告", "Adverts elsewhere.", "其他平台上的广告。"),
    Channel.ALL: Definition("All channels", "全部渠道", "Every channel.", "所有渠道。"),
}

SIGNAL_PURPOSES: Final = (Purpose.AD_SYNC, Purpose.PARTNER_SHARING)
"""What an opt-out signal refuses: sale, sharing and targeted advertising (Global Privacy Control
specification; CCPA regulations § 7025)."""


def pairs() -> tuple[tuple[Purpose, Channel], ...]:
    """Return every purpose with each channel it is asked for, in the order of the definitions."""
    return tuple(
        (purpose, channel) for purpose, found in PURPOSES.items() for channel in found.channels
    )
