"""The audit trail in words: what was done, to what, and how it changed."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.infra.audit.contracts import AuditEntry

__all__ = ["ACTIONS", "action_title", "change_text", "subject_href", "subject_title"]

ACTIONS: Final[dict[str, Promise]] = {
    "org.sign_in": _("Signed in"),
    "org.redeem_login_link": _("Signed in by a link"),
    "org.end_sessions": _("Signed out everywhere else"),
    "org.create_login_link": _("Made a sign-in link"),
    "org.create_person": _("Added a person"),
    "org.change_person": _("Changed a person"),
    "org.grant_role": _("Gave a role"),
    "org.revoke_role": _("Took a role away"),
    "org.create_api_key": _("Made an API key"),
    "org.rotate_api_key": _("Rotated an API key"),
    "org.revoke_api_key": _("Revoked an API key"),
    "org.add_unit": _("Added a unit"),
    "org.add_places": _("Added places"),
    "org.change_unit": _("Changed a unit"),
    "org.change_place": _("Changed a place"),
    "org.move_unit": _("Moved a unit"),
    "org.record_rates": _("Recorded exchange rates"),
    "customers.reveal": _("Looked at contact data"),
    "customers.merge": _("Joined customers"),
    "customers.unmerge": _("Parted customers"),
    "customers.assign_tag": _("Gave tags"),
    "customers.remove_tag": _("Took tags away"),
    "customers.define_tag": _("Defined a tag"),
    "tags.save": _("Made a computed tag"),
    "tags.change": _("Changed a computed tag"),
    "tags.archive": _("Archived a computed tag"),
    "tags.restore": _("Took a computed tag back"),
    "tags.answer": _("Answered about a sample of a tag"),
    "customers.export": _("Exported customers"),
    "audiences.save": _("Saved an audience"),
    "audiences.change_definition": _("Changed an audience's rules"),
    "audiences.rename": _("Renamed an audience"),
    "audiences.archive": _("Archived an audience"),
    "audiences.restore": _("Took an audience back"),
    "audiences.export": _("Exported an audience"),
    "audiences.ask_export": _("Asked for a large export"),
    "audiences.approve_export": _("Approved a large export"),
    "audiences.refuse_export": _("Refused a large export"),
    "audiences.withdraw_export": _("Took a request for an export back"),
    "audiences.set_export_policy": _("Changed how many people one person may hand out"),
    "audiences.create_webhook": _("Added a webhook"),
    "audiences.approve_webhook": _("Approved a webhook"),
    "audiences.pause_webhook": _("Held a webhook"),
    "audiences.resume_webhook": _("Let a webhook go on"),
    "audiences.save_list": _("Saved a list of customers"),
    "timeline.create_source": _("Added an event source"),
    "timeline.change_source": _("Changed an event source"),
    "timeline.rotate_write_key": _("Gave a new write key"),
    "timeline.change_plan": _("Changed the tracking plan"),
    "timeline.set_unplanned_rule": _("Changed the rule for unplanned events"),
    "timeline.replay_failed_events": _("Handed failed events in again"),
    "timeline.reveal_failed_event": _("Looked at a failed event in full"),
    "timeline.repair_failed_event": _("Mended a failed event"),
    "timeline.export": _("Exported events"),
    "catalog.audit_listings": _("Ran the consistency audit"),
    "catalog.decide_findings": _("Decided findings"),
    "catalog.define_attribute": _("Defined an attribute"),
    "catalog.set_policy": _("Changed the audit's limits"),
    "products.export": _("Exported products"),
    "stock.export": _("Exported stock"),
    "orders.export": _("Exported orders"),
    "orders.reveal_address": _("Looked at an address"),
    "purchases.export": _("Exported purchase orders"),
    "suppliers.export": _("Exported suppliers"),
    "supply.create_supplier": _("Added a supplier"),
    "supply.change_supplier": _("Changed a supplier"),
    "supply.reveal_contact": _("Looked at a supplier's contact"),
    "supply.set_rules": _("Set the rules of buying"),
    "supply.record_costs": _("Recorded a supplier's costs"),
    "supply.record_charge": _("Shared a cost out over a receipt"),
    "supply.record_credit": _("Noted a supplier's credit"),
    "payments.export": _("Exported payments"),
    "settlement.export": _("Exported differences"),
    "payments.account_saved": _("Saved a payment account"),
    "payments.terms_saved": _("Saved what is agreed with a provider"),
    "payments.statement_imported": _("Imported a statement"),
    "payments.difference_noted": _("Noted something of a difference"),
    "payments.difference_closed": _("Closed a difference"),
    "payments.difference_reopened": _("Reopened a difference"),
    "connectors.import": _("Imported a file"),
    "connectors.cancel_import": _("Stopped an import"),
    "connectors.save_mapping": _("Saved a mapping"),
    "connectors.connect": _("Connected a channel"),
    "settings.export": _("Exported the audit trail"),
    "demo.load": _("Loaded the demo group"),
}
_THINGS: Final[dict[str, tuple[Promise, str]]] = {
    "aud": (_("Audience"), "audience"),
    "cus": (_("Customer"), "customer"),
    "tag": (_("Tag"), "tag"),
    "ord": (_("Order"), "order"),
    "prd": (_("Product"), "product"),
    "pur": (_("Purchase order"), "purchase"),
    "rcp": (_("Receipt"), ""),
    "srt": (_("Return to a supplier"), ""),
    "sup": (_("Supplier"), "supplier"),
    "pac": (_("Payment account"), "payment_account"),
    "stm": (_("Statement"), "statement"),
    "dif": (_("Difference"), "difference"),
    "imp": (_("Import"), "import"),
    "per": (_("Person"), "person"),
    "src": (_("Source"), "source"),
    "key": (_("API key"), ""),
    "evt": (_("Failed event"), ""),
    "grp": (pgettext_lazy("organisation", "Group"), "unit"),
    "brd": (_("Brand"), "unit"),
    "cmp": (_("Company"), "unit"),
    "plc": (_("Place"), "unit"),
}
_FIELDS: Final[dict[str, Promise]] = {
    "name": _("Name"),
    "code": _("Code"),
    "kind": _("Kind"),
    "currency": _("Currency"),
    "role": _("Role"),
    "unit": _("Unit"),
    "email": _("E-mail address"),
    "expires_at": _("Until"),
    "version": _("Version"),
    "file": _("File"),
    "channel": _("Channel"),
    "format": _("Format"),
    "rows": _("Rows"),
    "clear": _("In clear"),
    "count": _("Count"),
    "codes": _("Codes"),
    "is_active": _("May sign in"),
    "time_zone": _("Time zone"),
    "place_type": _("Kind"),
}
_LONGEST: Final = 48


def action_title(action: str) -> str:
    """Name an action in the reader's language; an unknown one keeps its code."""
    return str(ACTIONS.get(action, action))


def subject_title(subject: str) -> str:
    """Return what kind of thing was changed; what has no id of its own is named as it is."""
    prefix, _joint, rest = subject.partition("_")
    return str(_THINGS[prefix][0]) if rest and prefix in _THINGS else subject


def subject_href(subject: str) -> str:
    """Return the address of the thing changed; empty when it has no page."""
    prefix, _joint, rest = subject.partition("_")
    page = _THINGS[prefix][1] if rest and prefix in _THINGS else ""
    return reverse(f"console:{page}", args=[subject]) if page else ""


def change_text(entry: AuditEntry) -> str:
    """Write what changed, field by field: "name: Shop → Web shop"."""
    before, after = entry.before or {}, entry.after or {}
    names = [*before, *(name for name in after if name not in before)]
    told = [_field(name, before, after) for name in names if before.get(name) != after.get(name)]
    return " · ".join(told)


def _field(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = _shown(before.get(name)), _shown(after.get(name))
    title = str(_FIELDS.get(name, name))
    return f"{title}: {new}" if name not in before else f"{title}: {old} → {new}"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
