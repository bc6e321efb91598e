"""The books between companies name companies, orders and items, and nobody."""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "intercompany_rule",
    "key from_company_key to_company_key version kind currency rate amounts valid_from made_by "
    "made_at",
)
declare_plain(
    "intercompany_movement",
    "key id kind source_id line_no from_company_key to_company_key order_id order_line_no "
    "variant_key sku quantity sales_minor currency amount_minor unpriced rule_version note on at "
    "actor",
)
declare_plain(
    "intercompany_entry", "key movement_key company_key other_key currency amount_minor on"
)
