"""Tags: of which kind each is, what it means, who looks after it, how far it reaches, and how
right it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.tag_words import KINDS, sentence_of_tag
from quanqu.doors.console.rules.numbers import grouped, rate_text
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.know.customers.contracts import TagDefinition, TagKind
from quanqu.know.customers.facade import define_tag, list_tag_definitions
from quanqu.know.tags.contracts import Accuracy, TagRow
from quanqu.know.tags.facade import list_accuracies, list_tags

__all__ = ["TagsPage"]


class TagsPage(ConsoleView):
    """The tags in scope, and a form that says what one put on by hand means."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the tags."""
        return self._draw({})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Define a tag; a mistake is said, and what was typed stays."""
        typed = {name: request.POST.get(name, "") for name in ("tag", "description", "owner")}
        try:
            changed = define_tag(actor=self.frame.person, now=self.frame.now, **typed)
        except (InvalidError, RefusedError) as error:
            return self._draw({"typed": typed, "mistake": said(error)}, status=400)
        if changed:
            messages.success(request, _("The tag %(tag)s is defined.") % {"tag": typed["tag"]})
        return redirect("console:tags")

    def _draw(self, more: dict[str, Any], status: int = 200) -> HttpResponse:
        person = self.frame.person
        sees_all = person.scope("customers.view").everything
        computed = {row.key: row for row in list_tags(actor=person)} if sees_all else {}
        archived = list_tags(actor=person, is_archived=True) if sees_all else ()
        rights = list_accuracies(actor=person) if computed else {}
        tags = list_tag_definitions(actor=self.frame.actor)
        context = {
            "tab": "tags",
            "rows": [self._row(tag, computed.get(tag.key), rights) for tag in tags],
            "archived": [
                {"name": row.name, "kind": KINDS[row.kind], "href": self._address(row)}
                for row in archived
            ],
            "sees_all": sees_all,
            "may_define": person.scope("customers.manage").everything,
            **more,
        }
        return self.page("console/customers/tags.html", context, status=status)

    def _row(
        self, tag: TagDefinition, computed: TagRow | None, rights: Mapping[UUID, Accuracy]
    ) -> dict[str, Any]:
        listed = f"{reverse('console:customers')}?{urlencode({'tag': tag.name})}"
        row = {
            "tag": tag,
            "kind": KINDS[tag.kind],
            "is_hand": tag.kind is TagKind.HAND,
            "href": listed,
            "listed": listed,
            "customers": grouped(tag.customers),
            "share": rate_text(tag.share),
            "at": tag.last_added_at,
        }
        if computed is None:
            return row
        last, right = computed.last_refresh, rights.get(computed.id)
        precision = right.precision if right else None
        return row | {
            "href": self._address(computed),
            "sentence": sentence_of_tag(computed.kind, computed.definition, self.frame),
            "at": last.started_at if last else None,
            "is_waiting": last is None and computed.failure is None,
            "has_failed": computed.failure is not None,
            "precision": rate_text(precision.value) if precision else "",
        }

    def _address(self, row: TagRow) -> str:
        return self.frame.link(reverse("console:tag", args=[ids.encode("tag", row.id)]))
