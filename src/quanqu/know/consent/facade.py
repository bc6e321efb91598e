"""What know.consent offers."""

from quanqu.know.consent.actions.importing import import_consents
from quanqu.know.consent.actions.ledger import record_statements, touch_customers
from quanqu.know.consent.actions.links import (
    confirmation_token,
    make_preference_link,
    revoke_preference_links,
)
from quanqu.know.consent.actions.preferences import (
    confirm,
    open_confirmation,
    open_preferences,
    request_confirmation,
    save_preferences,
    withdraw_everything,
)
from quanqu.know.consent.actions.record import record_consents
from quanqu.know.consent.actions.restrict import lift_restrictions, restrict_subjects
from quanqu.know.consent.actions.signals import record_signals
from quanqu.know.consent.actions.texts import publish_text
from quanqu.know.consent.queries.coverage import count_coverage, count_trend, list_by_state
from quanqu.know.consent.queries.customer import get_consents, list_records
from quanqu.know.consent.queries.gate import decide, decide_ids
from quanqu.know.consent.queries.texts import list_texts

__all__ = [
    "confirm",
    "confirmation_token",
    "count_coverage",
    "count_trend",
    "decide",
    "decide_ids",
    "get_consents",
    "import_consents",
    "lift_restrictions",
    "list_by_state",
    "list_records",
    "list_texts",
    "make_preference_link",
    "open_confirmation",
    "open_preferences",
    "publish_text",
    "record_consents",
    "record_signals",
    "record_statements",
    "request_confirmation",
    "restrict_subjects",
    "revoke_preference_links",
    "save_preferences",
    "touch_customers",
    "withdraw_everything",
]
