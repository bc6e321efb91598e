"""Reads of the table of channels: what is shipped until it is changed here."""

from functools import cache
from importlib.resources import files

import yaml

from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import ChannelRule, ChannelTable, VisitSettings
from quanqu.know.timeline.models import ChannelTableVersion
from quanqu.know.timeline.rules.channels import rules_of


def get_channel_table(*, actor: Actor) -> ChannelTable:
    """Return the rules in force."""
    actor.require("timeline.view")
    return table_in_force()


def list_channel_tables(*, actor: Actor, limit: int = 20) -> tuple[ChannelTable, ...]:
    """Return the versions made here, the newest first."""
    actor.require("timeline.view")
    return tuple(_table(row) for row in ChannelTableVersion.objects.order_by("-version")[:limit])


def table_in_force() -> ChannelTable:
    """Return the newest version, or the table that is shipped."""
    row = ChannelTableVersion.objects.order_by("-version").first()
    return ChannelTable(0, shipped_channels()) if row is None else _table(row)


@cache
def shipped_channels() -> tuple[ChannelRule, ...]:
    """Return the rules that come with the product."""
    text = files("quanqu.know.timeline").joinpath("channels.yaml").read_text("utf-8")
    return rules_of(yaml.safe_load(text)["rules"])


def _table(row: ChannelTableVersion) -> ChannelTable:
    return ChannelTable(
        row.version, rules_of(row.rules), VisitSettings(**row.settings), row.made_at
    )
