"""One tag that is worked out: definition, coverage, refreshes, versions, accuracy."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series
from quanqu.doors.console.kit.undo import offer_undo, read_undo
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.tag_words import (
    EVERY,
    KINDS,
    accuracy_words,
    sentence_of_tag,
    value_text,
)
from quanqu.doors.console.rules.numbers import decimal_text, grouped, rate_text
from quanqu.doors.console.rules.times import day_text
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import FieldOrigin
from quanqu.know.audiences.facade import list_found_values
from quanqu.know.tags.contracts import StatisticMeasure, TagRefreshRow, TagRow, ValueSort
from quanqu.know.tags.facade import (
    archive_tag,
    get_accuracy,
    get_tag,
    list_refreshes,
    list_versions,
    refresh_tag,
    restore_tag,
    value_sorts,
)

__all__ = ["TagArchive", "TagPage", "TagRefresh", "TagRestoration", "TagRestored"]

_REFRESHES_SHOWN = 10
_VALUES_SHOWN = 10
_ASKING = "audiences.view"
_SCATTERED = (StatisticMeasure.SUM, StatisticMeasure.AVERAGE)  # hardly two have the same


class TagPage(ConsoleView):
    """One tag: what it says, how far it reaches, its past, and how right it is."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Show the tag."""
        actor, identity = self.frame.person, ids.decode("tag", tag_id)
        tag = get_tag(actor=actor, tag_id=identity)
        refreshes = list_refreshes(actor=actor, tag_id=identity)
        versions = list_versions(actor=actor, tag_id=identity)
        last = tag.last_refresh
        context = {
            "tab": "tags",
            "tag": tag,
            "tag_id": tag_id,
            "kind": KINDS[tag.kind],
            "every": EVERY[tag.every],
            "sentence": sentence_of_tag(tag.kind, tag.definition, self.frame),
            "listed": f"{reverse('console:customers')}?{urlencode({'tag': tag.name})}",
            "share": rate_text(last.share) if last else "–",
            "duration": decimal_text(last.duration_ms / 1000, 2) if last else "",
            "is_waiting": not tag.archived_at
            and tag.failure is None
            and (last is None or last.version != tag.version),
            "values": self._values(tag),
            "chart": self._chart(refreshes),
            "refreshes": refreshes[:_REFRESHES_SHOWN],
            "versions": [
                (one, sentence_of_tag(tag.kind, one.definition, self.frame)) for one in versions
            ],
            "accuracy": accuracy_words(get_accuracy(actor=actor, tag_id=identity)),
            "may_manage": actor.scope("customers.manage").everything,
        }
        is_poll = request.headers.get("HX-Target") == "tag"
        template = "console/tags/body.html" if is_poll else "console/tags/detail.html"
        return self.page(template, context)

    def _values(self, tag: TagRow) -> list[tuple[str, str]]:
        """Return the values that most customers have, with how many have each."""
        sort = value_sorts().get(tag.name)
        if sort is None or sort.measure in _SCATTERED or not self.frame.person.can(_ASKING):
            return []
        found = list_found_values(
            actor=self.frame.person,
            origin=FieldOrigin.PROFILE,
            field=f"tag_values.{tag.name}",
            limit=_VALUES_SHOWN,
        )
        return [(_read(one.value, sort), grouped(one.count)) for one in found]

    def _chart(self, refreshes: Sequence[TagRefreshRow]) -> Chart:
        good = [one for one in reversed(refreshes) if not one.error]
        return Chart(
            "tag_history",
            _("How many customers wear it?"),
            _("After each time it was worked out, the last 100."),
            "lines",
            _("Worked out"),
            [day_text(one.started_at.date(), self.frame.language, with_year=False) for one in good],
            [Series(_("Customers"), [float(one.customers) for one in good])],
        )


def _read(value: str, sort: ValueSort) -> str:
    """Write a value of the lake as a person does: there it is text, also where it is a number."""
    try:
        number = float(value) if _is_number(sort) else None
    except ValueError:
        number = None
    return value_text(value, number, sort)


def _is_number(sort: ValueSort) -> bool:
    counts = (StatisticMeasure.COUNT, StatisticMeasure.DISTINCT)
    return bool(sort.currency) or sort.measure in counts


class TagRefresh(ConsoleView):
    """Work the tag out now."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Do it and say what moved."""
        frame = self.frame
        done = refresh_tag(actor=frame.person, tag_id=ids.decode("tag", tag_id), now=frame.now)
        if done is None:
            messages.info(request, _("Somebody else works this tag out just now."))
        elif done.error:
            said = _("The tag could not be worked out: %(why)s")
            messages.error(request, said % {"why": done.error})
        else:
            said = _(
                "%(customers)s customers wear it: %(entered)s came, %(left)s left, "
                "%(changed)s changed."
            )
            names = ("customers", "entered", "left", "changed")
            figures = {name: grouped(getattr(done, name)) for name in names}
            messages.success(request, said % figures)
        return redirect(frame.link(reverse("console:tag", args=[tag_id])))


class TagArchive(ConsoleView):
    """Put a tag away."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Take it off everybody and offer the way back."""
        frame = self.frame
        tag = archive_tag(actor=frame.person, tag_id=ids.decode("tag", tag_id), now=frame.now)
        text = _("The tag %(tag)s is archived and came off everybody.") % {"tag": tag.name}
        offer_undo(request, text, reverse("console:tag_restored"), {"tag": tag_id})
        return redirect(frame.link(reverse("console:tags")))


class TagRestoration(ConsoleView):
    """Take a tag back from the archive."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Restore it; it is worked out anew."""
        frame = self.frame
        restore_tag(actor=frame.person, tag_id=ids.decode("tag", tag_id), now=frame.now)
        messages.success(request, _("The tag is back; it is being worked out."))
        return redirect(frame.link(reverse("console:tag", args=[tag_id])))


class TagRestored(ConsoleView):
    """Undo of putting a tag away."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Restore the tag of the note."""
        frame, noted = self.frame, read_undo(request)
        if noted is None:
            messages.error(request, _("This can no longer be undone."))
            return redirect("console:tags")
        restore_tag(actor=frame.person, tag_id=ids.decode("tag", noted["tag"]), now=frame.now)
        messages.success(request, _("The tag is back; it is being worked out."))
        return redirect(frame.link(reverse("console:tag", args=[noted["tag"]])))
