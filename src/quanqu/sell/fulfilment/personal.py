"""The personal data of sell.fulfilment: labels, signatures and who collects are taken out; what
was sent, when and at what cost stays with the books."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import Retained, SqlWork, declare, declare_plain, retain
from quanqu.sell.fulfilment.actions.expiring import count_labels_before, drop_labels_before
from quanqu.sell.fulfilment.queries.parcels import PROOF
from quanqu.sell.fulfilment.queries.pickups import CONTACT

_BUYER: Final = "subject_key = ANY(%(subjects)s)"
_BOOKS: Final = "What was sent, when and for what price is kept with the books; it names nobody."

declare_plain(
    "fulfilment_carrier",
    "key id company_key code name carrier settings secret_enc is_active created_at changed_at",
)
declare_plain(
    "fulfilment_tariff",
    "key id carrier_key service name currency valid_from version body made_by made_at",
)
declare_plain("fulfilment_place_rule", "place_key keep_days")
declare_plain("fulfilment_bin", "place_key variant_key zone bin")
declare_plain(
    "fulfilment_pick_line",
    "key list_key order_id part_no line_no number variant_key sku name zone bin quantity picked "
    "state settled_at",
)
declare_plain("fulfilment_parcel_line", "parcel_key line_no variant_key sku name quantity")
declare(
    Holding(
        name="fulfilment_pick_list",
        store=Store.TABLE,
        personal={"picker_name": DataClass.STAFF},
        plain="key id place_key company_key zone state picker made_by made_at claimed_at done_at",
        treatment=Treatment.KEPT,
        found_by="the person of staff",
        reason="Who picked is kept with the work.",
    )
)
declare(
    Holding(
        name="fulfilment_parcel_event",
        store=Store.TABLE,
        personal={"location": DataClass.ORDER, "detail": DataClass.ORDER},
        plain="key parcel_key event_id state at received_at told_by",
        treatment=Treatment.ANONYMISED,
        found_by="the buyer of the parcel's order",
        reason=_BOOKS,
        phase=40,
        work=SqlWork(
            "fulfilment_parcel_event",
            f"parcel_key IN (SELECT key FROM fulfilment_parcel WHERE {_BUYER})",  # noqa: S608 - fragments of our own code
            setting="location = '', detail = ''",
        ),
    )
)
declare(
    Holding(
        name="fulfilment_parcel",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "label_enc": DataClass.CONTACT,
            "proof_enc": DataClass.CONTACT,
            "proof_photo": DataClass.CONTACT,
        },
        plain="key id work_key order_id place_key company_key number state weight_g length_mm "
        "width_mm height_mm carrier_key carrier_told service cost_minor currency tracking_no "
        "packed_at packed_by labelled_at left_at expected_on delivered_at",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_BOOKS,
        work=SqlWork(
            "fulfilment_parcel",
            _BUYER,
            setting="subject_key = NULL, label_enc = NULL, proof_enc = NULL, proof_photo = ''",
            sealed={"proof_enc": PROOF},
            hidden=frozenset({"label_enc"}),
        ),
    )
)
declare(
    Holding(
        name="fulfilment_work",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "contact_enc": DataClass.CONTACT},
        plain="key order_id part_no place_key company_key number delivery placed_at promised_at "
        "started_at picked_at ready_at gone_at cancelled_at is_no_show shelf id_check",
        treatment=Treatment.ANONYMISED,
        found_by="subject_key, the buyer",
        reason=_BOOKS,
        work=SqlWork(
            "fulfilment_work",
            _BUYER,
            setting="subject_key = NULL, contact_enc = NULL",
            sealed={"contact_enc": CONTACT},
        ),
    )
)
retain(
    Retained(
        "parcel_labels", DataClass.CONTACT, 180, 7, 3_650, count_labels_before, drop_labels_before
    )
)
