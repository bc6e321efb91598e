"""The personal data of sell.replenishment: who of staff set and decided, by id alone."""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "replenishment_policy",
    "key company_key place_key variant_key method minimum maximum service_rate review_days "
    "cover_days supplier_id is_transfer_first most_cover_days set_by set_at",
)
declare_plain(
    "replenishment_forecast",
    "key place_key variant_key starts_on days quantity standard_error source made_at",
)
declare_plain(
    "replenishment_proposal",
    "key id company_key place_key variant_key state kind supplier_id from_place_key quantity asked "
    "shortage figures made_at updated_at settled_at settled_by reason quiet_until document_id",
)
declare_plain("replenishment_run", "company_key at policies proposed unsourced unforecast")
declare_plain(
    "replenishment_alert",
    "key id company_key place_key variant_key kind free daily cover_days limit_days opened_at "
    "updated_at closed_at",
)
declare_plain(
    "replenishment_promise",
    "key request_id line_no owner company_key place_key variant_key units promised_on first_on "
    "made_at updated_at",
)
