"""Ask people about a fair sample: is the tag right about this customer?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.pages.tag_words import accuracy_words, sentence_of_tag, value_text
from quanqu.kernel import ids
from quanqu.know.tags.contracts import Answer, SampleRow, ValueSort
from quanqu.know.tags.facade import (
    answer_sample,
    draw_sample,
    get_accuracy,
    get_tag,
    value_sorts,
)

__all__ = ["TagSample"]


class TagSample(ConsoleView):
    """Ten customers, half of them with the tag, and an answer for each."""

    page_code = "customers"
    permission = "customers.manage"

    def get(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Show whom to answer for next."""
        actor, identity = self.frame.person, ids.decode("tag", tag_id)
        tag = get_tag(actor=actor, tag_id=identity)
        sort = value_sorts().get(tag.name)
        sample = draw_sample(actor=actor, tag_id=identity)
        context = {
            "tag": tag,
            "tag_id": tag_id,
            "sentence": sentence_of_tag(tag.kind, tag.definition, self.frame),
            "rows": [self._row(one, sort) for one in sample],
            "accuracy": accuracy_words(get_accuracy(actor=actor, tag_id=identity)),
            "is_sampling": True,
        }
        return self.page("console/tags/sample.html", context)

    def post(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Keep the answers that were given; a customer left open is asked about again."""
        answers = [
            Answer(ids.decode("cus", name), value == "right")
            for name, value in request.POST.items()
            if name.startswith("cus_") and value in ("right", "wrong")
        ]
        if answers:
            done = answer_sample(
                actor=self.frame.person,
                tag_id=ids.decode("tag", tag_id),
                answers=answers,
                now=self.frame.now,
            )
            said = ngettext("%(n)s answer is kept.", "%(n)s answers are kept.", done.made)
            messages.success(request, said % {"n": done.made})
        else:
            messages.info(request, _("No answer was given."))
        return redirect(self.frame.link(reverse("console:tag_sample", args=[tag_id])))

    def _row(self, one: SampleRow, sort: ValueSort | None) -> dict[str, Any]:
        row = one.customer
        identity = ids.encode("cus", row.id)
        country = country_name(row.country, self.frame.language) if row.country else ""
        return {
            "id": identity,
            "title": title_of(row),
            "href": self.frame.link(reverse("console:customer", args=[identity])),
            "lives": ", ".join(part for part in (row.city, country) if part),
            "is_worn": one.is_worn,
            "value": value_text(one.value_text, one.value_number, sort),
        }
