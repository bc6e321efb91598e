"""The phrases profiles are said with, English and Chinese beside each other."""

from typing import Final

from quanqu.know.org.contracts import ChannelCode, PlaceType
from quanqu.sell.sourcing.contracts import Criterion, Method, Unfillable

__all__ = ["CHANNELS", "CRITERIA", "ENDINGS", "KINDS", "METHODS", "PHRASES", "UNITS"]

Both = tuple[str, str]

PHRASES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "rule": "Orders {when} go by “{strategy}”.",
        "default": "All others go by “{strategy}”.",
        "only": "Every order goes by “{strategy}”.",
        "strategy": "“{code}”: {parts}.",
        "between": "; ",
        "comma": ", ",
        "or": " or ",
        "then": ", then ",
        "every_place": "every place that ships",
        "units": "only {words}",
        "tags": "tagged {words}",
        "without_tags": "not tagged {words}",
        "countries": "in {words}",
        "max_km": "within {km} km",
        "is_open": "open now",
        "has_capacity": "with capacity left today",
        "one_parcel": "one parcel",
        "parcels": "at most {parcels} parcels",
        "parcels_from": "at most {parcels} parcels from {worth} on, else one",
        "band": "{name} in bands of {band}",
        "fallback": "if that ships not everything, by “{strategy}”",
        "any_order": "of every kind",
        "channels": "from {words}",
        "tiers": "of tier {words}",
        "methods": "for {words}",
        "value_from": "worth at least {number}",
        "value_to": "worth at most {number}",
        "weight_from": "of at least {number}",
        "weight_to": "of at most {number}",
        "hours": "placed between {begins} and {ends} ({zone})",
    },
    "zh": {
        "rule": "{when}的订单使用策略“{strategy}”。",
        "default": "其余订单使用策略“{strategy}”。",
        "only": "所有订单使用策略“{strategy}”。",
        "strategy": "“{code}”：{parts}。",
        "between": "；",
        "comma": "，",
        "or": "或",
        "then": "，其次",
        "every_place": "所有可发货的地点",
        "units": "仅限 {words}",
        "tags": "带有标签 {words}",
        "without_tags": "不带标签 {words}",
        "countries": "位于 {words}",
        "max_km": "{km} 公里以内",
        "is_open": "当前营业",
        "has_capacity": "今日仍有产能",
        "one_parcel": "不拆单",
        "parcels": "最多 {parcels} 个包裹",
        "parcels_from": "满 {worth} 最多 {parcels} 个包裹，否则不拆单",
        "band": "{name}（每 {band}为一档）",
        "fallback": "无法整单发出时改用“{strategy}”",
        "any_order": "任意类型",
        "channels": "来自{words}",
        "tiers": "会员等级为 {words}",
        "methods": "{words}",
        "value_from": "金额不低于 {number}",
        "value_to": "金额不高于 {number}",
        "weight_from": "重量不低于 {number}",
        "weight_to": "重量不高于 {number}",
        "hours": "在 {begins} 至 {ends}（{zone}）下单",
    },
}
CRITERIA: Final[dict[Criterion, Both]] = {
    Criterion.PARCELS: ("the fewest parcels", "包裹最少"),
    Criterion.DISTANCE: ("the least distance", "距离最近"),
    Criterion.COST: ("the lowest cost", "成本最低"),
    Criterion.CAPACITY: ("the most capacity left", "剩余产能最多"),
    Criterion.DEPTH: ("the deepest stock", "库存最深"),
    Criterion.STOCK_OUT: ("the fewest stock-outs", "缺货风险最小"),
    Criterion.AGE: ("the oldest stock", "库龄最长"),
    Criterion.PROMISE: ("the soonest arrival", "送达最快"),
    Criterion.PICKUP: ("places that also offer pickup", "优先支持自提的地点"),
    Criterion.KIND: ("the kind of place, in order", "按地点类型顺序"),
}
UNITS: Final[dict[Criterion, Both]] = {
    Criterion.PARCELS: ("parcels", "个包裹"),
    Criterion.DISTANCE: ("km", "公里"),
    Criterion.COST: ("", ""),
    Criterion.CAPACITY: ("‰", "‰"),
    Criterion.DEPTH: ("‰", "‰"),
    Criterion.STOCK_OUT: ("lines", "行"),
    Criterion.AGE: ("days", "天"),
    Criterion.PROMISE: ("hours", "小时"),
    Criterion.PICKUP: ("places", "个地点"),
    Criterion.KIND: ("kinds", "类"),
}
ENDINGS: Final[dict[Unfillable, Both]] = {
    Unfillable.BACKORDER: ("what nobody can ship waits for stock", "无法发出的明细行等待补货"),
    Unfillable.CANCEL_LINE: ("what nobody can ship is cancelled", "无法发出的明细行取消"),
    Unfillable.CANCEL_ORDER: (
        "an order that cannot be shipped whole is cancelled",
        "无法整单发出的订单取消",
    ),
    Unfillable.HOLD: (
        "an order that cannot be shipped whole waits for a person",
        "无法整单发出的订单等待人工处理",
    ),
}
METHODS: Final[dict[Method, Both]] = {
    Method.DELIVERY: ("delivery", "配送"),
    Method.PICKUP: ("pickup", "自提"),
}
KINDS: Final[dict[str, Both]] = {
    PlaceType.WEB_SHOP: ("web shops", "网店"),
    PlaceType.APP: ("apps", "App"),
    PlaceType.MINI_PROGRAM: ("mini-programs", "小程序"),
    PlaceType.STORE: ("stores", "门店"),
    PlaceType.WAREHOUSE: ("warehouses", "仓库"),
    PlaceType.MARKETPLACE: ("marketplaces", "电商平台"),
    PlaceType.SOCIAL: ("social accounts", "社交账号"),
    PlaceType.MESSAGING: ("messaging accounts", "消息账号"),
    PlaceType.CALL_CENTRE: ("call centres", "呼叫中心"),
}
CHANNELS: Final[dict[str, Both]] = {
    ChannelCode.WEB: ("the web", "网站"),
    ChannelCode.APP: ("the app", "App"),
    ChannelCode.MINI_PROGRAM: ("the mini-program", "小程序"),
    ChannelCode.STORE: ("stores", "门店"),
    ChannelCode.MARKETPLACE: ("marketplaces", "电商平台"),
    ChannelCode.SOCIAL: ("social channels", "社交渠道"),
    ChannelCode.LIVE: ("live sessions", "直播"),
    ChannelCode.EMAIL: ("e-mail", "邮件"),
    ChannelCode.SMS: ("text messages", "短信"),
    ChannelCode.PUSH: ("push messages", "推送"),
    ChannelCode.CHAT: ("chat", "聊天"),
    ChannelCode.PHONE: ("the phone", "电话"),
    ChannelCode.VOICE: ("voice assistants", "语音助手"),
}
