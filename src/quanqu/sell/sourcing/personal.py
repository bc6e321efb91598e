"""sell.sourcing decides where goods ship from: of who gets them it keeps an owner's id and no
more; where a customer is goes into the digest of a question and is not kept."""

from quanqu.infra.personal.contracts import DataClass
from quanqu.infra.personal.facade import Retained, declare_plain, retain
from quanqu.sell.sourcing.actions.expiring import count_decided_before, drop_decided_before

declare_plain("sourcing_version", "key id company_key channel number body note made_by made_at")
declare_plain("sourcing_in_force", "company_key channel active_id shadow_id former_id")
declare_plain(
    "sourcing_offer",
    "place_key is_shipping is_pickup daily_parcels opens cut_off lead_minutes pickup_lead_minutes "
    "parcel_minor kg_km_minor tags channels",
)
declare_plain("sourcing_load", "place_key day parcels")
declare_plain(
    "sourcing_request",
    "key request_id company_key channel owner digest revision is_filled asked_at",
)
declare_plain(
    "sourcing_decision",
    "key request_id revision move_id version_id strategy question answer criteria score bound gap "
    "tries cause reasons decided_at",
)
declare_plain(
    "sourcing_shadow",
    "key decision_id version_id strategy parcels is_filled is_same cost_minor km acted_is_filled "
    "acted_parcels acted_cost_minor acted_km",
)
retain(
    Retained(
        "sourcing_decisions",
        DataClass.PROFILE,
        180,
        30,
        3_650,
        count_decided_before,
        drop_decided_before,
    )
)
