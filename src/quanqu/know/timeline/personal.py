"""The personal data of know.timeline: events in the lake, in the inbox, and those that failed."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import DocumentWork, Retained, declare, declare_plain, retain
from quanqu.know.timeline.actions.draining import InboxWork
from quanqu.know.timeline.actions.expiring import (
    count_failed_before,
    count_settled_before,
    drop_failed_before,
    drop_settled_before,
)
from quanqu.know.timeline.actions.removing import EventRows
from quanqu.know.timeline.rules.protect import PURPOSE

declare(
    Holding(
        name="timeline_inbox",
        store=Store.TABLE,
        personal={"body": DataClass.MESSAGE},
        plain="key id source_key kind is_internal is_clean event_count received_at",
        treatment=Treatment.EXPIRES,
        found_by="settling: a suppressed identifier settles to nobody",
        reason="Bodies are gone as soon as they are settled; an erasure settles all that wait.",
        phase=55,
        work=InboxWork(),
        is_transactional=False,
    )
)
declare(
    Holding(
        name="timeline_failed_event",
        store=Store.TABLE,
        personal={"payload": DataClass.MESSAGE, "message_id": DataClass.IDENTIFIER},
        plain="key id fingerprint source_key event code reason received_at sent_at is_internal "
        "replayed_at",
        found_by="the person's values in the payload",
        phase=56,
        work=DocumentWork("timeline_failed_event", "key", "payload", PURPOSE),
    )
)
declare(
    Holding(
        name="fact_event",
        store=Store.LAKE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "message_id": DataClass.IDENTIFIER,
            **dict.fromkeys(
                (
                    "event", "occurred_at", "received_at", "day", "order_ref", "product_ref",
                    "category", "campaign", "utm_source", "utm_medium", "page_path",
                    "referrer_host", "click_id", "properties", "context",
                ),
                DataClass.BEHAVIOUR,
            ),
        },
        plain="event_key type place_key source channel revenue_minor currency quantity simulated "
        "part flags",
        found_by="subject_key",
        phase=60,
        work=EventRows(),
        is_transactional=False,
    )
)  # fmt: skip
declare_plain(
    "timeline_settlement",
    "number inbox_keys event_count duplicate_count failed_count started_at is_done",
)
declare_plain("timeline_seen", "fingerprint settlement")
declare_plain(
    "timeline_plan_event",
    "key name description owner properties on_violation is_removed changed_at",
)
declare_plain("timeline_plan_settings", "key on_unplanned")
declare_plain("timeline_violation", "source_key event property kind day count last_seen_at samples")
declare_plain(
    "timeline_source",
    "key id code name place_key allowed_origins rate_limit is_enabled is_simulated created_at kind "
    "sampling_rate bots late_days on_late ahead_s on_ahead",
)
declare_plain("timeline_write_key", "key source_key key_hash hint created_at expires_at")
declare_plain("timeline_rate_bucket", "source_key tokens filled_at")
retain(
    Retained(
        "failed_events", DataClass.MESSAGE, 90, 7, 730, count_failed_before, drop_failed_before
    )
)
# without limit unless chosen: histories that were imported are older than any usual term
retain(
    Retained(
        "behaviour", DataClass.BEHAVIOUR, None, 30, 7300, count_settled_before, drop_settled_before
    )
)
declare_plain("timeline_source_effect", "source_key kind day count")
declare_plain("timeline_channel_table", "version rules settings made_at")
declare_plain("timeline_log_file", "source_key head offset tail lines events read_at")
declare_plain("timeline_retention_rule", "source event days")
declare_plain("timeline_retention_run", "key source event days before expected removed ran_at")
declare_plain("timeline_warehouse", "source_key url address read place rows read_at fault")
declare_plain("timeline_removal", "key cause token expected removed at")
