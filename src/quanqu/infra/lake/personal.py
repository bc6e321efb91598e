"""The lake's own tables: none of them holds personal data."""

from quanqu.infra.personal.facade import declare_plain

declare_plain("lake_dirty", "key publication partition marked_at")
declare_plain("lake_state", "name version row_count published_at")
