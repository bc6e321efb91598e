"""Words of privacy: what is asked, where it is, what is done, what data is."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Tone
from quanqu.infra.personal.contracts import DataClass, Store, Treatment
from quanqu.know.privacy.contracts import LegalBasis, RequestKind, RequestState

__all__ = ["ACTS", "BASES", "CLASSES", "KINDS", "SORTS", "STATES", "STORES", "TREATMENTS"]

KINDS: Final[dict[RequestKind, Promise]] = {
    RequestKind.ACCESS: _("Access to the data"),
    RequestKind.CORRECTION: _("Correction"),
    RequestKind.ERASURE: _("Erasure"),
    RequestKind.RESTRICTION: _("Restriction of use"),
    RequestKind.AUTOMATED_OPT_OUT: _("No automated decisions"),
}
STATES: Final[dict[RequestState, tuple[Promise, Tone, str]]] = {
    RequestState.RECEIVED: (_("To be verified"), "warn", "fingerprint"),
    RequestState.VERIFIED: (_("Verified"), "info", "shield-check"),
    RequestState.APPROVED: (_("Approved"), "info", "check"),
    RequestState.RUNNING: (_("Being carried out"), "info", "loader-circle"),
    RequestState.DONE: (_("Done"), "good", "check"),
    RequestState.REFUSED: (_("Refused"), "hollow", "ban"),
    RequestState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
BASES: Final[dict[LegalBasis, Promise]] = {
    LegalBasis.GDPR: _("GDPR: one month, two more if needed"),
    LegalBasis.PIPL: _("PIPL: the days of the policy"),
}
ACTS: Final[dict[str, Promise]] = {
    "receive": _("Taken in"),
    "verify": _("Person identified"),
    "approve": pgettext_lazy("privacy request", "Approved"),
    "extend": _("Deadline extended"),
    "refuse": pgettext_lazy("privacy request", "Refused"),
    "cancel": pgettext_lazy("privacy request", "Cancelled"),
    "start": _("Set going"),
    "erase": _("Erased and reported"),
    "export": _("Export made"),
    "download": _("Export downloaded"),
    "correct": _("Values corrected"),
    "restrict": _("Use restricted"),
    "restore": _("Found again after a restore"),
}
CLASSES: Final[dict[str, Promise]] = {
    DataClass.CONTACT: _("Contact data"),
    DataClass.IDENTIFIER: _("Identifiers"),
    DataClass.PROFILE: _("Profile"),
    DataClass.BEHAVIOUR: _("Behaviour"),
    DataClass.ORDER: _("Orders"),
    DataClass.MESSAGE: _("Messages received"),
    DataClass.CONSENT: _("Consents"),
    DataClass.DOCUMENT: _("Documents"),
    DataClass.STAFF: _("Staff"),
}
STORES: Final[dict[str, Promise]] = {
    Store.TABLE: _("Database"),
    Store.LAKE: _("Lake"),
    Store.FILES: _("Files"),
}
TREATMENTS: Final[dict[str, tuple[Promise, Tone, str]]] = {
    Treatment.DELETED: (_("deleted"), "good", "trash-2"),
    Treatment.ANONYMISED: (_("made anonymous"), "good", "eye-off"),
    Treatment.KEPT: (_("kept, for a reason"), "warn", "archive"),
    Treatment.EXPIRES: (_("goes by itself"), "info", "hourglass"),
}
SORTS: Final[dict[str, tuple[Promise, Promise]]] = {
    "behaviour": (_("Behaviour"), _("Events in the lake: views, visits, messages opened.")),
    "delivered_events": (_("Delivered notices"), _("What rooms told each other, keys only.")),
    "failed_events": (_("Failed events"), _("Events that were refused, with their content.")),
    "packages": (_("Exports for people"), _("The files that access requests asked for.")),
    "parcel_labels": (
        _("Labels of parcels"),
        _("Addresses on labels and signatures of parcels that left; that they left stays known."),
    ),
    "payment_notices": (
        _("Notices of payment"),
        _("What providers of payments told, word for word; that they did stays known."),
    ),
    "payment_rejects": (
        _("Rejected rows of statements"),
        _("Rows of providers' and banks' statements that were not taken; that they were stays."),
    ),
    "rejects": (_("Rejected rows"), _("Rows that imports did not take, with their values.")),
    "sourcing_decisions": (
        _("Decisions of sourcing"),
        _("From where orders were shipped and why; where the goods are is kept with the stock."),
    ),
    "webhook_calls": (
        _("Calls of webhooks"),
        _("What receivers took of audiences: when, how many, not who."),
    ),
}
