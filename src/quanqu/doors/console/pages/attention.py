"""What needs attention: things with an action, each leading to its rows."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.audiences.facade import count_waiting_exports
from quanqu.know.timeline.contracts import FailedFilters
from quanqu.know.timeline.facade import count_failed_events
from quanqu.sell.catalog.contracts import FindingState, Severity
from quanqu.sell.catalog.facade import tally_findings
from quanqu.sell.replenishment.contracts import AlertFilters, AlertKind
from quanqu.sell.replenishment.facade import count_alerts

__all__ = ["Matter", "attention"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to look at."""

    icon: str
    tone: str
    title: str
    note: str
    action: str
    href: str


def attention(frame: Frame) -> list[Matter]:
    """Return what is open in the part of the group shown, the gravest first."""
    return [*_exports(frame), *_stock(frame), *_findings(frame), *_failed(frame)]


def _exports(frame: Frame) -> list[Matter]:
    person = frame.person
    if not (person.can("customers.export") and person.can("customers.reveal")):
        return []
    count = count_waiting_exports(actor=frame.actor, now=frame.now)
    if not count:
        return []
    title = ngettext("%(n)s export waits for your word", "%(n)s exports wait for your word", count)
    return [
        Matter(
            "shield-check",
            "warn",
            title % {"n": grouped(count)},
            _("Somebody wants to hand out many people's contacts."),
            _("Decide"),
            frame.link(reverse("console:audience_exports")),
        )
    ]


def _stock(frame: Frame) -> list[Matter]:
    if not frame.person.can("supply.view"):
        return []
    places = frozenset(place.key for place in frame.visible_places)
    kinds = (AlertKind.OUT, AlertKind.RUNNING_OUT)
    out, running = (
        count_alerts(actor=frame.actor, filters=AlertFilters(places, kinds=frozenset({kind})))
        for kind in kinds
    )
    if not out + running:
        return []
    title = ngettext(
        "%(n)s item is out of stock or runs out",
        "%(n)s items are out of stock or run out",
        out + running,
    )
    return [
        Matter(
            "package",
            "bad" if out else "warn",
            title % {"n": grouped(out + running)},
            _("Counted for each place where a rule keeps the item."),
            _("See the alerts"),
            frame.link(reverse("console:stock_alerts")),
        )
    ]


def _findings(frame: Frame) -> list[Matter]:
    if not frame.person.can("catalog.view"):
        return []
    tally = [row for row in tally_findings(actor=frame.actor) if row.state is FindingState.OPEN]
    count = sum(row.count for row in tally)
    high = sum(row.count for row in tally if row.severity is Severity.HIGH)
    if not count:
        return []
    title = ngettext(
        "%(n)s difference between channels is open",
        "%(n)s differences between channels are open",
        count,
    )
    note = ngettext("%(n)s of high severity", "%(n)s of high severity", high) if high else ""
    return [
        Matter(
            "scale",
            "bad" if high else "warn",
            title % {"n": grouped(count)},
            note % {"n": grouped(high)} if note else "",
            _("Open the audit"),
            frame.link(reverse("console:findings")),
        )
    ]


def _failed(frame: Frame) -> list[Matter]:
    if not frame.person.can("timeline.view"):
        return []
    count = count_failed_events(actor=frame.actor, filters=FailedFilters())
    if not count:
        return []
    title = ngettext("%(n)s event could not be taken", "%(n)s events could not be taken", count)
    return [
        Matter(
            "circle-x",
            "warn",
            title % {"n": grouped(count)},
            _("They are kept with their reasons and can be handed in again."),
            _("See why"),
            frame.link(reverse("console:failed_events")),
        )
    ]
