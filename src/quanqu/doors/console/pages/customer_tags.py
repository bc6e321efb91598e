"""Tags put on customers and taken off, ticked in the list or one on its own page."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.undo import offer_undo, read_undo
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel import ids
from quanqu.know.customers.contracts import ComputedTagError, TagNameError
from quanqu.know.customers.facade import assign_tag, remove_tag, wearers

__all__ = ["CustomerTags", "CustomerTagsUndo"]


class CustomerTags(ConsoleView):
    """Put a tag on customers, or take it off."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tag the customers that are ticked, or the one of a detail page."""
        action = request.POST.get("action", "tag")
        tag = (request.POST.get(f"{action}_text") or request.POST.get("tag", "")).strip()
        chosen = [ids.decode("cus", found) for found in request.POST.getlist("id")]
        try:
            self._change(request, action, tag, chosen)
        except (TagNameError, ComputedTagError) as error:
            messages.error(request, said(error))
        return redirect(next_address(request, "console:customers"))

    def _change(self, request: HttpRequest, action: str, tag: str, chosen: Sequence[UUID]) -> None:
        actor = self.frame.actor
        worn = wearers(actor=actor, tag=tag, customer_ids=chosen)
        if action == "untag":
            changed = remove_tag(actor=actor, tag=tag, customer_ids=chosen, now=self.frame.now)
            said = ngettext(
                "The tag %(tag)s was taken off %(n)s customer.",
                "The tag %(tag)s was taken off %(n)s customers.",
                changed,
            )
            others, back = worn, "tag"
        else:
            changed = assign_tag(actor=actor, tag=tag, customer_ids=chosen, now=self.frame.now)
            said = ngettext(
                "%(n)s customer was tagged %(tag)s.",
                "%(n)s customers were tagged %(tag)s.",
                changed,
            )
            others, back = frozenset(chosen) - worn, "untag"
        text = said % {"tag": tag, "n": changed}
        if not changed:
            messages.info(request, text)
            return
        noted = {"tag": tag, "action": back, "ids": sorted(str(one) for one in others)}
        offer_undo(request, text, reverse("console:customer_tags_undo"), noted)


class CustomerTagsUndo(ConsoleView):
    """Give the tag back to those who lost it, or take it off those who got it."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do as the note says."""
        noted = read_undo(request)
        if noted is None:
            messages.error(request, _("This can no longer be undone."))
            return redirect(next_address(request, "console:customers"))
        change = assign_tag if noted["action"] == "tag" else remove_tag
        chosen = [UUID(one) for one in noted["ids"]]
        change(actor=self.frame.actor, tag=noted["tag"], customer_ids=chosen, now=self.frame.now)
        messages.success(request, _("Undone."))
        return redirect(next_address(request, "console:customers"))
