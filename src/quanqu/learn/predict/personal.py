"""learn.predict holds nobody's data: scores are the customers', cards are sums."""

from quanqu.infra.personal.facade import declare_plain

declare_plain("predict_lookalike", "key id audience_id places score version created_at")
declare_plain(
    "predict_training",
    "key id lookalike_key state basis step audience_version as_of queued_by queued_at "
    "finished_at version counts card error details",
)
