"""The personal data of sell.subscriptions: who gets what; it ends with the buyer's erasure."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.sell.subscriptions.actions.keeping import PURPOSE

_BUYER: Final = "subject_key = ANY(%(subjects)s)"

declare(
    Holding(
        name="subscriptions_plan",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "sealed": DataClass.CONTACT,
            "reason": DataClass.ORDER,
        },
        plain="key id place_key company_key currency state every unit start_on next_on try_on no "
        "attempt tries claimed_until delivery pickup_place_key tender shipping_minor on_short "
        "fingerprint made_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason="What was delivered stays countable; the subscription ends, and nobody is named.",
        work=SqlWork(
            "subscriptions_plan",
            _BUYER,
            setting="subject_key = NULL, sealed = NULL, reason = '', state = 'ended'",
            sealed={"sealed": PURPOSE},
        ),
    )
)
declare_plain("subscriptions_item", "plan_key variant_key quantity")
declare_plain("subscriptions_delivery", "plan_key no due_on state order_id detail")
declare_plain("subscriptions_step", "key plan_key at actor act detail")
