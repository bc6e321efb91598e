"""What know.consent offers."""

from quanqu.know.consent.actions.ledger import record_statements, touch_customers
from quanqu.know.consent.actions.record import record_consents
from quanqu.know.consent.actions.restrict import lift_restrictions, restrict_subjects
from quanqu.know.consent.actions.texts import publish_text
from quanqu.know.consent.queries.customer import get_consents, list_records
from quanqu.know.consent.queries.gate import decide
from quanqu.know.consent.queries.texts import list_texts

__all__ = [
    "decide",
    "get_consents",
    "lift_restrictions",
    "list_records",
    "list_texts",
    "publish_text",
    "record_consents",
    "record_statements",
    "restrict_subjects",
    "touch_customers",
]
