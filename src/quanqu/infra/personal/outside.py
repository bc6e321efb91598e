"""The tables of the parts we stand on, and of infra parts that lie below the register."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.registry import declare, declare_plain

_STAFF: Final = "People who work here sign in with it; it leads to no customer."


def _staff(name: str, personal: str, plain: str) -> None:
    declare(
        Holding(
            name=name,
            store=Store.TABLE,
            personal=dict.fromkeys(personal.split(), DataClass.STAFF),
            plain=plain,
            treatment=Treatment.KEPT,
            found_by="the person of staff",
            reason=_STAFF,
        )
    )


_staff(
    "django_admin_log",
    "user_id object_repr change_message",
    "id action_time content_type_id object_id action_flag",
)
_staff("django_session", "session_data", "session_key expire_date")
_staff("account_emailaddress", "email user_id", "id verified primary")
_staff("mfa_authenticator", "user_id data", "id type created_at last_used_at")
_staff(
    "usersessions_usersession",
    "user_id ip user_agent data",
    "id created_at last_seen_at session_key",
)
declare_plain("account_emailconfirmation", "id email_address_id created sent key")
declare_plain("auth_permission", "id name content_type_id codename")
declare_plain("auth_group_permissions", "id group_id permission_id")
declare_plain("auth_group", "id name")
declare_plain("django_content_type", "id app_label model")

# tables that Django makes without a model; the cache holds counters of tries, by hash
declare_plain("django_migrations", "id app name applied")
declare_plain("http_cache", "cache_key value expires")
# jobs are given keys of rows and nothing else; tests/architecture/test_personal.py holds them to it
declare_plain(
    "procrastinate_jobs",
    "id queue_name task_name priority lock args status scheduled_at attempts queueing_lock "
    "abort_requested worker_id",
)
declare_plain("procrastinate_workers", "id last_heartbeat")
declare_plain("procrastinate_events", "id job_id type at")
declare_plain("procrastinate_periodic_defers", "id task_name defer_timestamp job_id periodic_id")
declare_plain("jobs_failure", "job_id error failed_at")

for _folder, _holds in (
    ("logs", "parts counts codes"),  # never a value: tests/doors/test_personal_data.py
    ("keys", "secrets"),
    ("postgres", "the_database"),
):
    declare_plain(_folder, _holds, store=Store.FILES)

declare(
    Holding(
        name="personal_suppressed",
        store=Store.TABLE,
        personal={"value_hash": DataClass.IDENTIFIER},
        plain="kind suppressed_at met_count last_met_at",
        treatment=Treatment.KEPT,
        found_by="the keyed hash of an identifier",
        reason="So that a later import does not bring back whom it erased (GDPR Art. 17 with "
        "Art. 5(2)): HMAC-SHA256 under the installation's key, from which nothing is read back.",
    )
)
