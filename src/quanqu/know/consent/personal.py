"""The personal data of know.consent: proofs that stay, notes that go."""

from typing import Final

from quanqu.infra.lake.facade import LakeRows, mark_dirty
from quanqu.infra.personal.contracts import DataClass, Holding, Store, Subjects, Treatment
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.know.consent.rules.partitions import buckets

_SUBJECTS: Final = "subject_key = ANY(%(subjects)s)"
_WHO: Final = "the customer's identifiers"
_PROOF: Final = (
    "Proof of what was allowed and refused (GDPR Art. 7(1) and 17(3)(e), PIPL Art. 47): keys only, "
    "which lead to nobody once the identifiers are erased."
)


def mark_people(people: Subjects) -> None:
    """Have the lake's consents written anew where these people stand."""
    mark_dirty(publication="dim_consent", partitions=buckets(people.customers))


declare(
    Holding(
        name="consent_record",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "via_key": DataClass.IDENTIFIER,
            "status": DataClass.CONSENT,
            "recorded_by": DataClass.STAFF,
            "reference": DataClass.CONSENT,
        },
        plain="key id purpose channel basis text_version language source_kind source observed_at "
        "valid_until recorded_at note_hash proof",
        treatment=Treatment.KEPT,
        found_by=_WHO,
        reason=_PROOF,
        work=SqlWork("consent_record", _SUBJECTS, hidden=frozenset({"note_hash"})),
    )
)
declare(
    Holding(
        name="consent_standing",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "via_key": DataClass.IDENTIFIER,
            "status": DataClass.CONSENT,
        },
        plain="purpose channel record_key observed_at valid_until is_signal",
        treatment=Treatment.KEPT,
        found_by=_WHO,
        reason=_PROOF,
        work=SqlWork("consent_standing", _SUBJECTS),
    )
)
declare(
    Holding(
        name="consent_restriction",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "kind": DataClass.CONSENT},
        plain="key purpose reference since lifted_at",
        treatment=Treatment.KEPT,
        found_by=_WHO,
        reason=_PROOF,
        work=SqlWork("consent_restriction", _SUBJECTS),
    )
)
declare(
    Holding(
        name="consent_note",
        store=Store.TABLE,
        personal={"note": DataClass.DOCUMENT},
        plain="record_key",
        found_by="the record's subject",
        phase=40,
        work=SqlWork(
            "consent_note",
            "record_key IN (SELECT key FROM consent_record WHERE subject_key = ANY(%(subjects)s))",
            sealed={"note": "consent:note"},
            prepare=mark_people,
        ),
    )
)
declare(
    Holding(
        name="consent_link",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "created_by": DataClass.STAFF},
        plain="id kind asked created_at expires_at used_at revoked_at",
        found_by=_WHO,
        phase=40,
        work=SqlWork("consent_link", _SUBJECTS),
    )
)
declare_plain("consent_head", "key records proof")
declare_plain(
    "consent_text", "key purpose version language text text_hash published_at published_by"
)
declare(
    Holding(
        name="dim_consent",
        store=Store.LAKE,
        personal={"customer_key": DataClass.IDENTIFIER, "status": DataClass.CONSENT},
        plain="purpose channel is_allowed reason valid_until observed_at bucket",
        found_by="customer_key",
        phase=97,
        work=LakeRows("dim_consent", "customer_key"),
        is_transactional=False,
    )
)
