"""Tags: what each means, who looks after it, and how far it reaches."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.rules.numbers import grouped, rate_text
from quanqu.kernel.errors import InvalidError
from quanqu.know.customers.contracts import TagDefinition
from quanqu.know.customers.facade import define_tag, list_tag_definitions

__all__ = ["TagsPage"]


class TagsPage(ConsoleView):
    """The tags in scope, and a form that says what one means."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the tags."""
        return self._draw({})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Define a tag; a mistake is said, and what was typed stays."""
        typed = {name: request.POST.get(name, "") for name in ("tag", "description", "owner")}
        try:
            changed = define_tag(actor=self.frame.actor, now=self.frame.now, **typed)
        except InvalidError as error:
            return self._draw({"typed": typed, "mistake": said(error)}, status=400)
        if changed:
            messages.success(request, _("The tag %(tag)s is defined.") % {"tag": typed["tag"]})
        return redirect("console:tags")

    def _draw(self, more: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = self.frame
        context = {
            "tab": "tags",
            "rows": [_row(tag) for tag in list_tag_definitions(actor=frame.actor)],
            "may_define": frame.actor.scope("customers.manage").everything,
            **more,
        }
        return self.page("console/customers/tags.html", context, status=status)


def _row(tag: TagDefinition) -> dict[str, Any]:
    return {
        "tag": tag,
        "href": f"{reverse('console:customers')}?{urlencode({'tag': tag.name})}",
        "customers": grouped(tag.customers),
        "share": rate_text(tag.share),
    }
