"""The personal data of sell.payments: amounts stay for the books, who paid is elsewhere."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import Retained, declare, declare_plain, retain
from quanqu.sell.payments.actions.notices import count_kept_notices, drop_notice_bodies

_ACCOUNTS: Final = (
    "Amounts are kept for the books as tax law asks (eight to ten years in Germany, § 147 AO; "
    "thirty in China, 会计档案管理办法); they name nobody, and lead to an order that is anonymised."
)

declare_plain(
    "payments_account",
    "key id company_key code provider settings secret_names secrets_enc is_test is_enabled "
    "created_at changed_at",
)
declare(
    Holding(
        name="payments_payment",
        store=Store.TABLE,
        personal=dict.fromkeys(["reference", "token", "provider_ref"], DataClass.ORDER),
        plain="key id company_key place_key account_key tender capture currency amount_minor "
        "state authorised_minor captured_minor voided_minor refunded_minor capturing_minor "
        "voiding_minor refunding_minor description next_step reason problem created_at changed_at "
        "expires_at",
        treatment=Treatment.KEPT,
        found_by="the buyer of the order its reference names, until that is anonymised",
        reason=_ACCOUNTS,
    )
)
declare_plain(
    "payments_operation",
    "id payment_key kind amount_minor state actor note shown_enc provider_id reason tries asked_at "
    "due_at settled_at",
)
declare(
    Holding(
        name="payments_notice",
        store=Store.TABLE,
        personal={"body_enc": DataClass.ORDER},
        plain="key account_key event_id kind received_at outcome",
        treatment=Treatment.EXPIRES,
        found_by="nobody: the body is sealed and cannot be searched",
        reason="What a provider told is proof of payment for a while; then its body is dropped.",
    )
)
retain(
    Retained("payment_notices", DataClass.ORDER, 90, 7, 730, count_kept_notices, drop_notice_bodies)
)
declare_plain(
    "payments_entry",
    "key payment_key account_key operation_id kind amount_minor currency provider_id at actor "
    "reason",
)
