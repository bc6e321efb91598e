"""The webhooks of an audience: add one, see its secret once, hold it, look at its calls."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.reason_words import said_reason
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_frame import AudienceView
from quanqu.doors.console.pages.consent_words import REASONS, pair_options, pair_title
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError
from quanqu.know.audiences.contracts import (
    AudienceRow,
    ContactUse,
    DeliveryRow,
    WebhookContents,
    WebhookRow,
    WebhookState,
)
from quanqu.know.audiences.facade import (
    approve_webhook,
    create_webhook,
    list_deliveries,
    list_webhooks,
    pause_webhook,
    resume_webhook,
)

__all__ = ["AudienceWebhookStep", "AudienceWebhooks"]

CONTENTS: Final[dict[WebhookContents, Promise]] = {
    WebhookContents.IDS: gettext_lazy("Customer ids only"),
    WebhookContents.HASHED: gettext_lazy("Ids and SHA-256 hashes of e-mail and phone"),
    WebhookContents.CLEAR: gettext_lazy("Ids, e-mail and phone in clear"),
}
STATES: Final[dict[WebhookState, tuple[Promise, str, str]]] = {
    WebhookState.WAITING: (gettext_lazy("Waits for a second person"), "info", "loader-circle"),
    WebhookState.ACTIVE: (gettext_lazy("On"), "good", "circle-check"),
    WebhookState.PAUSED: (gettext_lazy("Held"), "hollow", "minus"),
    WebhookState.STOPPED: (gettext_lazy("Stopped"), "bad", "circle-x"),
}
_STEPS: Final = {"approve": approve_webhook, "pause": pause_webhook, "resume": resume_webhook}
_SHOWN: Final = 20


class AudienceWebhooks(AudienceView):
    """What tells the audience's people to other systems."""

    permission = "customers.export"
    tab = "webhooks"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the webhooks, and the calls of one."""
        return self._draw(self.audience(audience_id))

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Add one and show its secret, this once."""
        frame = self.frame
        audience = self.audience(audience_id)
        purpose, _dot, channel = request.POST.get("use", "").partition(".")
        contents = request.POST.get("contents", "")
        known = contents in {one.value for one in WebhookContents}
        try:
            made = create_webhook(
                actor=frame.actor,
                audience_id=audience.id,
                url=request.POST.get("url", "").strip(),
                contents=WebhookContents(contents) if known else WebhookContents.IDS,
                use=ContactUse(purpose, channel) if channel else None,
                now=frame.now,
            )
        except (InvalidError, RefusedError, NotAllowedError) as error:
            return self._draw(audience, problem=said(error))
        return self._draw(audience, secret=made.secret)

    def _draw(self, audience: AudienceRow, *, problem: str = "", secret: str = "") -> HttpResponse:
        frame = self.frame
        found = list_webhooks(actor=frame.actor, audience_id=audience.id)
        post = self.request.POST if problem else {}
        context = {
            **self.top(audience, _("Tells its people to other systems, signed, as they change.")),
            "rows": [self._row(one, audience) for one in found],
            "contents": [(one.value, title) for one, title in CONTENTS.items()],
            "uses": pair_options(),
            "may_reveal": frame.person.can("customers.reveal"),
            "url": post.get("url", ""),
            "chosen": post.get("contents", "ids"),
            "use": post.get("use", "marketing.email"),
            "problem": problem,
            "secret": secret,
            **self._calls(),
        }
        status = 422 if problem else 200
        answer = self.page("console/audiences/webhooks.html", context, status=status)
        if secret:
            answer["Cache-Control"] = "no-store"
        return answer

    def _row(self, one: WebhookRow, audience: AudienceRow) -> dict[str, Any]:
        title, tone, icon = STATES[one.state]
        identity = ids.encode("awh", one.id)
        page = reverse("console:audience_webhooks", args=[ids.encode("aud", audience.id)])
        person = self.frame.person
        may = one.contents is WebhookContents.IDS or person.can("customers.reveal")
        return {
            "row": one,
            "id": identity,
            "contents": CONTENTS[one.contents],
            "message": said_reason(one.message),
            "use": pair_title(one.purpose, one.channel) if one.channel else "",
            "state": title,
            "tone": tone,
            "icon": icon,
            "calls_href": self.frame.link(page, calls=identity),
            "may_approve": may and one.state is WebhookState.WAITING and not one.is_mine,
            "may_pause": may and one.state is WebhookState.ACTIVE,
            "may_resume": may and one.state in (WebhookState.PAUSED, WebhookState.STOPPED),
        }

    def _calls(self) -> dict[str, Any]:
        wanted = self.request.GET.get("calls", "")
        if not wanted:
            return {}
        found = list_deliveries(
            actor=self.frame.actor, webhook_id=ids.decode("awh", wanted), limit=_SHOWN
        )
        return {"calls": [_call(one) for one in found], "calls_of": wanted}


class AudienceWebhookStep(ConsoleView):
    """Approve a webhook, hold it, let it go on."""

    page_code = "audiences"
    permission = "customers.export"

    def post(self, request: HttpRequest, audience_id: str, webhook_id: str) -> HttpResponse:
        """Do what the button says."""
        frame = self.frame
        step = _STEPS.get(request.POST.get("step", ""))
        if step is None:
            raise NotFoundError(kind="Webhook", ref=webhook_id)
        try:
            step(actor=frame.actor, webhook_id=ids.decode("awh", webhook_id), now=frame.now)
        except RefusedError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("Done."))
        return redirect(frame.link(reverse("console:audience_webhooks", args=[audience_id])))


def _call(one: DeliveryRow) -> dict[str, Any]:
    said = _("%(name)s: %(value)s")
    left_out = ", ".join(
        said % {"name": REASONS[reason], "value": grouped(count)}
        for reason, count in one.left_out.items()
    )
    return {"row": one, "left_out": left_out, "error": said_reason(one.error)}
