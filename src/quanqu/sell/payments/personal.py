"""The personal data of sell.payments: amounts stay for the books, who paid is elsewhere."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import Retained, declare, declare_plain, retain
from quanqu.sell.payments.actions.importing import count_kept_rejects, drop_reject_texts
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
        "voiding_minor refunding_minor wallet takes_parts description next_step reason "
        "problem created_at changed_at expires_at",
        treatment=Treatment.KEPT,
        found_by="the buyer of the order its reference names, until that is anonymised",
        reason=_ACCOUNTS,
    )
)
declare_plain(
    "payments_operation",
    "id payment_key kind amount_minor state actor note is_last shown_enc provider_id reason tries "
    "asked_at due_at settled_at",
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
declare_plain(
    "payments_terms",
    "key account_key wait_days payout_days fee_rate fee_fixed_minor returns_fee since_on "
    "reconciled_at",
)
declare_plain(
    "payments_statement",
    "key id company_key account_key form file_name sha256 lines known rejected skipped problem "
    "first_on last_on imported_at imported_by",
)
declare(
    Holding(
        name="payments_line",
        store=Store.TABLE,
        personal=dict.fromkeys(
            ["provider_id", "payment_ref", "own_ref", "own_id", "text"], DataClass.ORDER
        ),
        plain="key statement_key company_key account_key book ref row kind at on amount_minor "
        "currency fee_minor paid_minor paid_currency payment_key entry_key is_extra payout_key",
        treatment=Treatment.KEPT,
        found_by="the buyer of the order its payment names, until that is anonymised",
        reason=_ACCOUNTS,
    )
)
declare(
    Holding(
        name="payments_reject",
        store=Store.TABLE,
        personal=dict.fromkeys(["detail", "text"], DataClass.DOCUMENT),
        plain="key statement_key row reason",
        treatment=Treatment.EXPIRES,
        found_by="nobody: a row that could not be read names nobody we know",
        reason="A rejected row is kept to be mended for a while; then its text is dropped.",
    )
)
retain(
    Retained(
        "payment_rejects", DataClass.DOCUMENT, 90, 7, 730, count_kept_rejects, drop_reject_texts
    )
)
declare_plain(
    "payments_difference",
    "key id company_key account_key kind entry_key line_key state on expected_minor found_minor "
    "currency reference opened_at changed_at closed_by",
)
declare_plain("payments_difference_note", "key difference_key act note actor actor_name at")
declare_plain(
    "payments_refund_decision",
    "operation_id payment_key way tender other_id follow_id amount_minor reason at actor",
)
