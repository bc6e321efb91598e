"""Visits out of events, and their figures: tables in, tables out.

Source: docs/rules/channels.md#visits.
"""

from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.know.timeline.contracts import ChannelMatch, VisitDimension, VisitSettings

__all__ = [
    "OTHER",
    "PASSIVE",
    "figures",
    "total",
    "visit_table",
    "with_channels",
    "with_nearest_stores",
]

PASSIVE: Final = ("Web Vitals Measured", "User Identified", "Group Joined", "User Aliased")
"""Events that tell nothing of what a visitor did: they neither begin a visit nor end a bounce."""

OTHER: Final = "other"
"""The nearest store of visitors whose nearest store the reader may not see."""

_VIEWS: Final = ("page", "screen")
_ORDER: Final = "Order Completed"
_MINUTE_US: Final = 60_000_000
_DAY_US: Final = 86_400_000_000
_KEYS: Final = {
    VisitDimension.CHANNEL: "channel",
    VisitDimension.UTM_SOURCE: "utm_source",
    VisitDimension.CAMPAIGN: "campaign",
    VisitDimension.LANDING_PAGE: "landing_page",
    VisitDimension.REFERRER: "referrer_host",
    VisitDimension.SOURCE: "source",
    VisitDimension.NEAREST_STORE: "nearest_store",
}


def visit_table(
    events: ir.Table, identities: ir.Table, settings: VisitSettings, own_hosts: Sequence[str]
) -> ir.Table:
    """Return one row per visit of the events of people (no robots, nobody's left out).

    A visit is of one customer (one unresolved visitor) at one source.  It ends before a silence
    longer than `idle_min`, before another campaign, and at midnight where that is asked for.
    """
    told = _told(events, identities, own_hosts)
    turns = _turns(told) if settings.ends_on_campaign else None
    if turns is not None:
        told = told.left_join(turns, "event_key").drop("event_key_right")
    order = [told.at_us, told.event_key]
    own = ibis.window(group_by=[told.visitor, told.source], order_by=order)
    before = told.at_us.lag().over(own)
    begins = before.isnull() | (told.at_us - before > settings.idle_min * _MINUTE_US)
    if turns is not None:
        begins = begins | told.is_turn.fill_null(False)
    if settings.midnight_offset_min is not None:
        shift = settings.midnight_offset_min * _MINUTE_US
        day, day_before = (told.at_us + shift) // _DAY_US, (before + shift) // _DAY_US
        begins = begins | (day != day_before).fill_null(False)
    marked = told.mutate(begins=begins.cast("int64"))
    running = ibis.window(
        group_by=[marked.visitor, marked.source],
        order_by=[marked.at_us, marked.event_key],
        preceding=None,
        following=0,
    )
    numbered = marked.mutate(number=marked.begins.sum().over(running))
    return _visits(numbered)


def with_channels(visits: ir.Table, matches: Sequence[ChannelMatch]) -> ir.Table:
    """Return visits with the channel of the first rule that matches, else direct."""
    branches = [(_matches(visits, match), ibis.literal(match.channel)) for match in matches]
    return visits.mutate(channel=ibis.cases(*branches, else_="direct"))


def with_nearest_stores(
    visits: ir.Table, customers: ir.Table, stores: Sequence[str] | None
) -> ir.Table:
    """Return visits with the id of the store nearest to where the visitor lives.

    Empty where that is not known, as of visitors who are nobody yet; OTHER for stores that are not
    among `stores` (None: all may be named).
    """
    homes = customers.select(lives="customer_key", near="nearest_store")
    joined = visits.left_join(homes, visits.visitor == homes.lives)
    near = joined.near.fill_null("")
    if stores is not None:
        near = ibis.ifelse((near == "") | near.isin(list(stores)), near, OTHER)
    return joined.mutate(nearest_store=near).drop("lives", "near")


def figures(visits: ir.Table, by: VisitDimension) -> ir.Table:
    """Return the figures by a dimension: key, visits, visitors, bounces, pages, dwell_s, orders."""
    key = visits.started_on.cast("string") if by is VisitDimension.DAY else visits[_KEYS[by]]
    return visits.group_by(key=key).aggregate(**_sums(visits))


def total(visits: ir.Table) -> ir.Table:
    """Return the figures of all visits."""
    return visits.aggregate(**_sums(visits))


def _told(events: ir.Table, identities: ir.Table, own_hosts: Sequence[str]) -> ir.Table:
    people = events.filter(
        events.subject_key.notnull(),
        ~events.flags.fill_null("").contains("bot"),
        ~events.event.isin(["User Aliased", "Group Joined"]),
    )
    owners = identities.select(owner_subject=identities.subject_key, owner="customer_key")
    joined = people.left_join(owners, people.subject_key == owners.owner_subject)
    host = joined.referrer_host.fill_null("")
    is_own = host.isin(list(own_hosts)) if own_hosts else ibis.literal(False)
    return joined.select(
        "event_key",
        "source",
        "type",
        "event",
        "page_path",
        "utm_source",
        "utm_medium",
        "campaign",
        visitor=ibis.coalesce(joined.owner, -joined.subject_key),
        at_us=joined.occurred_at.epoch_seconds().cast("int64") * 1_000_000
        + joined.occurred_at.microsecond().cast("int64"),
        click_id=joined.click_id.fill_null(""),
        referrer_host=ibis.ifelse(is_own, "", host),
        is_view=joined.type.isin(_VIEWS),
        is_passive=joined.event.isin(PASSIVE),
        day=joined.day,
    )


def _turns(told: ir.Table) -> ir.Table:
    """Return the events that bring another campaign than the visitor's event before them did."""
    name = told.utm_source + "|" + told.utm_medium + "|" + told.campaign + "|" + told.click_id
    tagged = told.mutate(tag=name).filter(lambda t: t.tag != "|||")
    own = ibis.window(
        group_by=[tagged.visitor, tagged.source], order_by=[tagged.at_us, tagged.event_key]
    )
    turned = tagged.mutate(tag_before=tagged.tag.lag().over(own))
    return turned.filter(turned.tag_before.isnull() | (turned.tag != turned.tag_before)).select(
        "event_key", is_turn=ibis.literal(True)
    )


def _visits(events: ir.Table) -> ir.Table:
    rank = ibis.row_number().over(
        ibis.window(
            group_by=[events.visitor, events.source, events.number],
            order_by=[events.at_us, events.event_key],
        )
    )
    ranked = events.mutate(rank=rank)
    first = {
        name: ranked[name].max(where=ranked["rank"] == 0)
        for name in ("utm_source", "utm_medium", "campaign", "click_id", "referrer_host", "day")
    }
    first_view = ibis.ifelse(ranked.is_view, ranked["rank"], None).min()
    grouped = ranked.group_by("visitor", "source", "number").aggregate(
        **first,
        first_view=first_view,
        began_us=ranked.at_us.min(),
        ended_us=ranked.at_us.max(),
        pages=ranked.is_view.cast("int64").sum(),
        acts=(~ranked.is_passive).cast("int64").sum(),
        ordered=(ranked.event == _ORDER).cast("int64").max(),
    )
    views = ranked.select(
        "visitor", "source", "number", landing_page="page_path", first_view=ranked["rank"]
    )
    landed = grouped.left_join(views, ["visitor", "source", "number", "first_view"])
    return landed.select(
        "visitor",
        "source",
        "utm_source",
        "utm_medium",
        "campaign",
        "click_id",
        "referrer_host",
        "pages",
        "ordered",
        started_on=landed.day,
        landing_page=landed.landing_page.fill_null(""),
        dwell_s=(landed.ended_us - landed.began_us) // 1_000_000,
        is_bounce=landed.acts <= 1,
        acts=landed.acts,
    ).filter(lambda visits: visits.acts > 0)


def _sums(visits: ir.Table) -> dict[str, ir.Value]:
    return {
        "visits": visits.count(),
        "visitors": visits.visitor.nunique(),
        "bounces": visits.is_bounce.cast("int64").sum(),
        "pages": visits.pages.sum(),
        "dwell_s": visits.dwell_s.sum(),
        "orders": visits.ordered.sum(),
    }


def _matches(visits: ir.Table, match: ChannelMatch) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(True)
    lists = (("utm_medium", match.mediums), ("utm_source", match.sources))
    for name, wanted in (*lists, ("click_id", match.click_ids)):
        if wanted:
            value = visits[name].lower()
            found = found & ((value != "") if "*" in wanted else value.isin(list(wanted)))
    if match.host_pattern:
        found = found & visits.referrer_host.lower().re_search(match.host_pattern)
    return found
