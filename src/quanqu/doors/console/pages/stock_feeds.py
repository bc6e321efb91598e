"""Feeds: channels that follow what they can be promised."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, channel_cell, chip, count_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.pools import places_field, read_places
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import Feed, FeedDraft

__all__ = ["FeedForm", "FeedsPage"]


def _state(row: Feed, frame: Frame) -> Cell:
    if not row.draft.url:
        return chip(_("Read by the channel"), "hollow", "")
    if row.failing_since:
        return chip(_("Not taken: %(why)s") % {"why": row.message}, "bad", "circle-alert")
    if row.sent < row.last:
        return chip(_("Being sent"), "info", "")
    return chip(_("All sent"), "good", "check")


class FeedsPage(StockRulesList):
    """The feeds that are wholly in scope."""

    tab = "feeds"
    title = gettext_lazy("Feeds to channels")
    lede = gettext_lazy("What each channel can be promised, told change by change.")
    new_url, new_title = "console:stock_feed_new", gettext_lazy("New feed")
    search_label = gettext_lazy("Name")
    empty = Empty(
        "activity",
        gettext_lazy("No feeds yet"),
        gettext_lazy(
            "A feed keeps a marketplace or an app up to date: it reads the changes, streams them, "
            "or is called with them. It sees what its rules let it have, and nothing else."
        ),
        gettext_lazy("New feed"),
        "console:stock_feed_new",
        "stock.manage",
    )
    columns: Sequence[Column] = (
        Column("name", gettext_lazy("Name"),
               lambda row, frame: text_cell(row.draft.name, sub=encode("sfd", row.id)),
               is_title=True),
        Column("channel", gettext_lazy("Channel"),
               lambda row, frame: channel_cell(row.draft.channel)),
        Column("company", gettext_lazy("Company"),
               lambda row, frame: text_cell(frame.company_name(row.draft.company_key))),
        Column("state", gettext_lazy("State"), _state),
        Column("last", gettext_lazy("Last change"), lambda row, frame: count_cell(row.last),
               is_number=True),
    )  # fmt: skip

    def prepare(self, rows: Sequence[Any]) -> None:
        """Nothing is named by item here."""

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all that match."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(len(self._found(asked)))

    def href(self, row: Feed) -> str:
        """Return the address of a feed."""
        return reverse("console:stock_feed", args=[row.key])

    def _found(self, asked: Asked) -> tuple[Feed, ...]:
        seen = {place.company_key for place in self.frame.visible_places}
        text = asked.text.lower()
        return tuple(
            one
            for one in facade.list_feeds(actor=self.frame.actor)
            if text in one.draft.name.lower() and one.draft.company_key in seen
        )


class FeedFields(StyledForm):
    """Who follows what, and where changes are sent; of one that is there, from where again."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    places = places_field(
        label=gettext_lazy("Only these places"),
        required=False,
        help_text=gettext_lazy("One code a line; left empty, all of the company."),
    )
    url = forms.CharField(
        label=gettext_lazy("Send changes to"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("An https address; left empty, the channel reads them."),
    )
    after = forms.IntegerField(
        label=gettext_lazy("Send again after change"), min_value=0, max_value=2**62, initial=0
    )


class FeedForm(StockRuleView):
    """Make a feed, send its changes again, or end it."""

    fields_of = FeedFields
    subject = ("company", "channel", "name", "places", "url")
    list_url, list_title = "console:stock_feeds", gettext_lazy("Feeds to channels")
    new_title = gettext_lazy("New feed")
    end_title = gettext_lazy("End the feed")
    end_hint = gettext_lazy("The channel hears nothing any more.")

    def post(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Keep what was told; the key of a new feed is shown this once."""
        self.secret = ""
        answer = super().post(request, key)
        if not self.secret:
            return answer
        context = {"secret": self.secret, "feed": self.made, "view": self}
        shown = self.page("console/stock/feed_secret.html", context)
        shown["Cache-Control"] = "no-store"
        return shown

    def offer(self, form: StyledForm) -> None:
        """Offer companies and channels."""
        del form.fields["after"]
        choices = [(one.value, one.title) for one in company_options(self.frame)]
        form.fields["company"].choices = choices  # type: ignore[attr-defined] # it is a choice
        form.fields["channel"].choices = list(channel_titles().items())  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return after which change it would send again."""
        return {"after": self._row().sent}

    def facts(self) -> list[tuple[str, str]]:
        """Return who follows what, and how far it is."""
        row = self._row()
        return [
            (_("Channel"), channel_titles().get(row.draft.channel, row.draft.channel)),
            (_("Company"), self.frame.company_name(row.draft.company_key)),
            (_("Address of its changes"), f"/api/v1/stock/feeds/{encode('sfd', row.id)}/changes"),
            (_("Sent to"), row.draft.url or "–"),
            (_("Last change"), str(row.last)),
            (_("Taken up to"), str(row.sent) if row.draft.url else "–"),
        ]

    def keep(self, form: StyledForm) -> str:
        """Make the feed, or send again."""
        told = form.cleaned_data
        if self.key is not None:
            facade.replay_feed(actor=self.frame.person, feed_id=self._row().id, after=told["after"])
            return _("The changes are sent again.")
        company = self.company_key(told["company"])
        places = read_places(form, self.frame, company, told["places"])
        if form.errors:
            return ""
        draft = FeedDraft(
            company, told["channel"], told["name"].strip(), places, told["url"].strip()
        )
        made = facade.make_feed(actor=self.frame.person, draft=draft, now=self.frame.now)
        self.secret, self.made = made.secret if draft.url else "", made.feed
        return _("The feed is made.")

    def end(self) -> str:
        """End the feed."""
        facade.end_feed(actor=self.frame.person, feed_id=self._row().id)
        return _("The feed is ended.")

    def _row(self) -> Feed:
        seen = {place.company_key for place in self.frame.visible_places}
        for one in facade.list_feeds(actor=self.frame.person):
            if one.key == self.key and one.draft.company_key in seen:
                return one
        raise UnitNotFoundError(ref=self.key)
