"""The personal data of know.audiences: who was in which audience, and when."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import Retained, SqlWork, declare, declare_plain, retain
from quanqu.know.audiences.actions.expiring import count_delivered_before, drop_delivered_before

declare(
    Holding(
        name="audiences_member",
        store=Store.TABLE,
        personal={
            "customer_key": DataClass.IDENTIFIER,
            "audience_key": DataClass.PROFILE,
            "entered_at": DataClass.PROFILE,
            "left_at": DataClass.PROFILE,
        },
        plain="key",
        found_by="customer_key",
        work=SqlWork("audiences_member", "customer_key = ANY(%(customers)s)"),
    )
)
declare(
    Holding(
        name="audiences_change",
        store=Store.TABLE,
        personal={
            "customer_key": DataClass.IDENTIFIER,
            "audience_key": DataClass.PROFILE,
            "has_entered": DataClass.PROFILE,
            "changed_at": DataClass.PROFILE,
            "reasons": DataClass.PROFILE,
        },
        plain="key version",
        found_by="customer_key",
        work=SqlWork("audiences_change", "customer_key = ANY(%(customers)s)"),
    )
)
declare(
    Holding(
        name="audiences_listed",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "list_key": DataClass.PROFILE},
        found_by="the customer's identifiers",
        work=SqlWork("audiences_listed", "subject_key = ANY(%(subjects)s)"),
    )
)
declare_plain(
    "audiences_list",
    "key id kind places audience_key source_key source_version taken_on read columns left_out "
    "made_by made_at",
)
declare_plain(
    "audiences_audience",
    "key id name description places version created_at updated_at archived_at",
)
declare_plain("audiences_version", "key audience_key number definition saved_by saved_at")
declare_plain(
    "audiences_refresh", "key audience_key version as_of refreshed_at members entered left"
)
declare_plain("audiences_past_size", "key audience_key version as_of members worked_out_at")
declare_plain("audiences_export_policy", "key most_alone")
declare_plain(
    "audiences_export",
    "key id audience_key format purpose channel people reason asked_by asked_name asked_at state "
    "decided_by decided_name decided_at note until fetched_at",
)
declare_plain(
    "audiences_webhook",
    "key id audience_key url secret_enc contents purpose channel state message made_by made_name "
    "made_at whole_after feed_after failing_since next_at",
)
declare_plain(
    "audiences_delivery",
    "key id webhook_key is_whole after_key last_key people left_out attempts status error made_at "
    "tried_at delivered_at next_at",
)
retain(
    Retained(
        "webhook_calls",
        DataClass.MESSAGE,
        90,
        7,
        730,
        count_delivered_before,
        drop_delivered_before,
    )
)
