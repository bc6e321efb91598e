"""The contacts of an audience in clear: what for, who allows it, and why others do not."""

from django.http import HttpRequest, HttpResponse

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.consent_words import REASONS, TONES, pair_options
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import ContactUse
from quanqu.know.audiences.facade import check_export, get_audience, most_alone

__all__ = ["AudienceContacts"]

_USUAL = "marketing.email"


class AudienceContacts(ConsoleView):
    """Choose a use and see who may be contacted for it before the file is made."""

    page_code = "audiences"
    permission = "customers.reveal"
    is_detail = True

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show how many members allow the use, how many do not and why."""
        self.frame.person.require("customers.export")
        identity = ids.decode("aud", audience_id)
        options = pair_options()
        chosen = request.GET.get("use", _USUAL)
        if chosen not in dict(options):
            chosen = _USUAL
        purpose, _, channel = chosen.partition(".")
        actor, now = self.frame.actor, self.frame.now
        found = check_export(
            actor=actor, audience_id=identity, use=ContactUse(purpose, channel), now=now
        )
        left_out = [
            (REASONS[reason], *TONES.get(reason, ("", "minus")), count)
            for reason, count in found.left_out.items()
        ]
        context = {
            "audience": get_audience(actor=actor, audience_id=identity),
            "audience_id": audience_id,
            "options": options,
            "chosen": chosen,
            "allowed": found.allowed,
            "most": most_alone(),
            "left_out": left_out,
            "left_out_total": sum(found.left_out.values()),
        }
        return self.page("console/audiences/contacts.html", context)
