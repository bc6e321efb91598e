"""The personal data of know.customers: who the customers are, erased after everything else."""

from typing import Final

from django.db import connection

from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake.facade import LakeRows, mark_dirty
from quanqu.infra.personal.contracts import DataClass, Holding, Store, Subjects
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain
from quanqu.know.customers.actions.reweigh import REWEIGH_JOB
from quanqu.know.customers.queries.told import open_first, open_told
from quanqu.know.customers.rules.partitions import buckets

_SUBJECTS: Final = "subject_key = ANY(%(subjects)s)"
_SEALED: Final = {field: f"profile:{field}" for field in ("name", "email", "phone", "street")}
_EVIDENCE: Final = "left_key = ANY(%(subjects)s) OR right_key = ANY(%(subjects)s)"
_CHANGE: Final = "kept_key = ANY(%(customers)s) OR other_key = ANY(%(customers)s)"
_BREACH: Final = "demoted_key = ANY(%(subjects)s) OR other_key = ANY(%(subjects)s)"
_WHO: Final = "the customer's identifiers"


def mark_people(people: Subjects) -> None:
    """Have the lake's dimensions written anew where these people stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_key FROM customers_identifier WHERE key = ANY(%s)",
            [list(people.subjects)],
        )
        customers = {row[0] for row in cursor.fetchall()} | set(people.customers)
    mark_dirty(publication="dim_identity", partitions=buckets(people.subjects))
    mark_dirty(publication="dim_customer", partitions=buckets(customers))
    mark_dirty(publication="dim_presence", partitions=buckets(customers))
    mark_dirty(publication="dim_score", partitions=buckets(customers))


def ask_neighbours_again(people: Subjects) -> None:
    """Have it decided again, once these people's evidence is gone, about others it had a say in:
    those shared by many, and those links of whom are refused."""
    mark_people(people)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT i.key FROM customers_evidence e JOIN customers_identifier i "
            "ON i.key IN (e.left_key, e.right_key) AND NOT i.key = ANY(%(subjects)s) "
            "JOIN customers_customer c ON c.key = i.customer_key "
            "WHERE (e.left_key = ANY(%(subjects)s) OR e.right_key = ANY(%(subjects)s)) "
            "AND (i.barred IS NOT NULL OR c.is_contested)",
            {"subjects": list(people.subjects)},
        )
        neighbours = [row[0] for row in cursor.fetchall()]
    if neighbours:
        defer(REWEIGH_JOB, subject_keys=neighbours)


def _of_class(personal: str, data_class: DataClass) -> dict[str, DataClass]:
    return dict.fromkeys(personal.split(), data_class)


declare(
    Holding(
        name="customers_profile",
        store=Store.TABLE,
        personal={
            **_of_class("name email phone street told first", DataClass.CONTACT),
            **_of_class(
                "city region postcode country language gender birth_on company_name "
                "member_since_on traits",
                DataClass.PROFILE,
            ),
            "subject_key": DataClass.IDENTIFIER,
        },
        plain="seen",
        found_by=_WHO,
        phase=80,
        work=SqlWork(
            "customers_profile",
            _SUBJECTS,
            sealed=_SEALED,
            opened={"told": open_told, "first": open_first},
            prepare=mark_people,
        ),
    )
)
for _name, _condition, _keys, _plain in (
    ("customers_presence", _SUBJECTS, "subject_key", "place_key"),
    (
        "customers_evidence",
        _EVIDENCE,
        "left_key right_key event_ref",
        "key source rule confidence observed_at withdrawn_at",
    ),
    ("customers_change", _CHANGE, "kept_key other_key", "key kind cause at"),
    (
        "customers_apart",
        _EVIDENCE,
        "left_key right_key reason",
        "key source at lifted_by lifted_at",
    ),
    ("customers_breach", _BREACH, "demoted_key other_key", "key reason type since"),
):
    declare(
        Holding(
            name=_name,
            store=Store.TABLE,
            personal=_of_class(_keys, DataClass.IDENTIFIER),
            plain=_plain,
            found_by=_WHO,
            phase=80,
            work=SqlWork(
                _name,
                _condition,
                prepare=ask_neighbours_again if _name == "customers_evidence" else mark_people,
            ),
        )
    )
for _name, _plain in (
    ("customers_tagging", "added_by added_at"),
    ("customers_tag_past", "key from_at until_at"),
):
    declare(
        Holding(
            name=_name,
            store=Store.TABLE,
            personal={
                "subject_key": DataClass.IDENTIFIER,
                **_of_class("tag_key value_text value_number", DataClass.PROFILE),
            },
            plain=_plain,
            found_by=_WHO,
            phase=80,
            work=SqlWork(_name, _SUBJECTS, prepare=mark_people),
        )
    )
declare(
    Holding(
        name="customers_scored",
        store=Store.TABLE,
        personal={"subject_key": DataClass.IDENTIFIER, "value": DataClass.PROFILE},
        plain="score_key version at",
        found_by=_WHO,
        phase=80,
        work=SqlWork("customers_scored", _SUBJECTS, prepare=mark_people),
    )
)
declare(
    Holding(
        name="customers_identifier",
        store=Store.TABLE,
        personal=_of_class("value_enc value_hash part_hash hint", DataClass.IDENTIFIER),
        plain="key id type namespace customer_key anchor_key first_seen_at barred barred_at",
        found_by=_WHO,
        phase=90,
        work=SqlWork(
            "customers_identifier",
            "key = ANY(%(subjects)s)",
            sealed={"value_enc": "identifier"},
            hidden=frozenset({"value_hash", "part_hash"}),
            prepare=mark_people,
        ),
    )
)
declare(
    Holding(
        name="customers_customer",
        store=Store.TABLE,
        personal={"country": DataClass.PROFILE, "id": DataClass.IDENTIFIER},
        plain="key first_seen_at merged_into_key is_contested",
        found_by="its key, with those of the customers merged into it",
        phase=95,
        work=SqlWork("customers_customer", "key = ANY(%(customers)s)", prepare=mark_people),
    )
)
declare_plain("customers_tag", "key name kind description owner created_at archived_at")
declare_plain("customers_score", "key name meaning owner low high version scored_at created_at")
declare_plain("customers_source_rank", "version field source rank")
declare_plain(
    "customers_ruleset",
    "key version status content note changed_by changed_at activated_by activated_at effect",
)

declare(
    Holding(
        name="dim_identity",
        store=Store.LAKE,
        personal=_of_class("subject_key customer_key", DataClass.IDENTIFIER),
        plain="identifier_type bucket",
        found_by="subject_key",
        phase=97,
        work=LakeRows("dim_identity", "subject_key"),
        is_transactional=False,
    )
)
declare(
    Holding(
        name="dim_customer",
        store=Store.LAKE,
        personal={
            **_of_class("customer_key customer_id", DataClass.IDENTIFIER),
            **_of_class(
                "country region city postcode_area latitude longitude located_by catchments "
                "nearest_store nearest_store_km language gender birth_year birth_day "
                "member_since_on traits tags tag_values identifier_types first_seen_at",
                DataClass.PROFILE,
            ),
        },
        plain="bucket",
        found_by="customer_key",
        phase=97,
        work=LakeRows("dim_customer", "customer_key"),
        is_transactional=False,
    )
)
declare(
    Holding(
        name="dim_presence",
        store=Store.LAKE,
        personal={"customer_key": DataClass.IDENTIFIER, "place_key": DataClass.BEHAVIOUR},
        plain="bucket",
        found_by="customer_key",
        phase=97,
        work=LakeRows("dim_presence", "customer_key"),
        is_transactional=False,
    )
)
declare(
    Holding(
        name="dim_score",
        store=Store.LAKE,
        personal={
            "customer_key": DataClass.IDENTIFIER,
            **_of_class("score value version scored_at", DataClass.PROFILE),
        },
        plain="bucket",
        found_by="customer_key",
        phase=97,
        work=LakeRows("dim_score", "customer_key"),
        is_transactional=False,
    )
)
