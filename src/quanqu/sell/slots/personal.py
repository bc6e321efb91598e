"""The personal data of sell.slots: none; an order's time says nothing without its order."""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "slots_rule",
    "key id place_key kind weekday starts ends capacity cut_off postcodes ended_at",
)
declare_plain("slots_closed", "place_key day")
declare_plain("slots_day", "rule_key day capacity reserved")
declare_plain(
    "slots_reservation", "order_id rule_key day starts_at ends_at reserved_at released_at"
)
