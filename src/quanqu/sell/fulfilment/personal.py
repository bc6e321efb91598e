"""The personal data of sell.fulfilment."""

from quanqu.infra.personal.facade import declare_plain

declare_plain(
    "fulfilment_carrier",
    "key id company_key code name carrier settings secret_enc is_active created_at changed_at",
)
declare_plain(
    "fulfilment_tariff",
    "key id carrier_key service name currency valid_from version body made_by made_at",
)
