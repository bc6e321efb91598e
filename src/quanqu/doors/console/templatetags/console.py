"""Tags and filters: icons, links that keep scope and period, figures and times in words."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.words import channel_titles, moment_text
from quanqu.doors.console.rules import numbers, times
from quanqu.doors.console.rules.devices import device_names
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.shell.frame import Frame
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.money import Money

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of the sprite; it never carries meaning alone."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        static("console/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def carry(context: template.Context, url_name: str, *args: Any, **extra: str) -> str:
    """Return an address that keeps the scope and period of this page."""
    path = reverse(url_name, args=args)
    frame: Frame | None = context["shell"].frame
    return frame.link(path, **extra) if frame else path


@register.filter
def at_scope(frame: Frame, scope_id: str) -> str:
    """Return this page's address for another part of the group."""
    return frame.at_scope(scope_id)


@register.filter
def without(frame: Frame, name: str) -> str:
    """Return this page's address without a parameter."""
    return frame.with_query(**{name: None})


@register.filter
def grouped(value: int | None) -> str:
    """Write a whole number."""
    return "–" if value is None else numbers.grouped(value)


@register.filter
def compact(value: float | None) -> str:
    """Write a number in short."""
    return "–" if value is None else numbers.compact(value, get_language() or "en")


@register.filter
def rate(value: float | None) -> str:
    """Write a rate as a percentage."""
    return "–" if value is None else numbers.rate_text(value)


@register.filter
def money(value: Money | None) -> str:
    """Write an amount in full."""
    return "–" if value is None else numbers.money_text(value.minor, value.currency)


@register.filter
def device(user_agent: str) -> str:
    """Name a browser and its system; empty when it names neither."""
    return device_names(user_agent)


@register.filter
def day(value: date | None) -> str:
    """Write a calendar day."""
    return "–" if value is None else times.day_text(value, get_language() or "en")


@register.simple_tag(takes_context=True)
def when(context: template.Context, moment: datetime | None, zone: str = "") -> SafeString | str:
    """Write a time: relative under a day, absolute after; hover gives the exact form."""
    if moment is None:
        return "–"
    frame: Frame = context["shell"].frame
    shown_zone = zone or frame.zone
    exact = times.absolute(moment, shown_zone, frame.language)
    shown = moment_text(moment, now=frame.now, zone=shown_zone, language=frame.language)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        f"{exact} ({shown_zone})",
        shown,
    )


@register.filter
def slot(channel: str) -> int:
    """Return the palette slot of a channel."""
    return channel_slot(channel)


@register.filter
def channel(code: str) -> str:
    """Return the name of a channel."""
    return channel_titles().get(code, code)


@register.filter
def moved_by(change: numbers.Change) -> str:
    """Write the size of a change without its sign: percent, or points for a rate."""
    if change.points is not None:
        return _("%(n)s points") % {"n": numbers.decimal_text(abs(change.points), 1)}
    return numbers.rate_text(abs(change.rate or 0.0))


@register.filter
def unlocalize_plain(value: float) -> str:
    """Write a number for a file: no grouping, a point for decimals."""
    return f"{value:.15g}"


@register.filter
def page_href(frame: Frame, query: str = "") -> str:
    """Return this page's address with only the scope, the period and the given query."""
    joint = "&" if "?" in frame.link(frame.path) else "?"
    return f"{frame.link(frame.path)}{joint}{query}" if query else frame.link(frame.path)


@register.filter
def export_href(frame: Frame, kind: str) -> str:
    """Return this page's address as a file."""
    joint = "&" if "?" in frame.with_query() else "?"
    return f"{frame.with_query()}{joint}export={kind}"


@register.filter
def at_channel(frame: Frame, code: str) -> str:
    """Return this page's address narrowed to a channel."""
    return frame.with_query(channel=code)


@register.filter
def styled(field: BoundField) -> SafeString:
    """Draw a form field in the console's look, pointing to its hint and errors."""
    is_select = field.widget_type == "select"
    described = [f"{field.id_for_label}_helptext"] if field.help_text else []
    described += [f"{field.id_for_label}_error"] if field.errors else []
    attrs: dict[str, str | bool] = {
        "class": "select" if is_select else "input",
        "placeholder": "",
    }
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def at_currency(frame: Frame, code: str) -> str:
    """Return this page's address with charts in a currency."""
    return frame.with_query(currency=code)


@register.filter
def at_cursor(frame: Frame, cursor: str) -> str:
    """Return this page's address at the next page of its list."""
    joint = "&" if "?" in frame.with_query() else "?"
    return f"{frame.with_query()}{joint}{urlencode({'cursor': cursor})}"


@register.filter
def undo(message: Message) -> list[str]:
    """Return the address and the note of a message that can be undone; empty for any other."""
    found = (message.extra_tags or "").split(" ")
    return found if len(found) == 2 else []


@register.filter
def may(actor: Actor, permission: str) -> bool:
    """Tell whether the reader has a permission anywhere."""
    return actor.can(permission)
