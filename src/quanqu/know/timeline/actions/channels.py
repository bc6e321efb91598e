"""Change the table of channels: always a new version."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import (
    ChannelRule,
    ChannelsChangedError,
    ChannelTable,
    VisitSettings,
)
from quanqu.know.timeline.models import ChannelTableVersion
from quanqu.know.timeline.queries.channels import shipped_channels, table_in_force
from quanqu.know.timeline.queries.rights import require_whole_group
from quanqu.know.timeline.rules.channels import check_rules, check_settings, stored_rules


@transaction.atomic
def put_channel_table(
    *,
    actor: Actor,
    rules: tuple[ChannelRule, ...],
    settings: VisitSettings,
    version: int,
    now: datetime,
) -> ChannelTable:
    """Put a table in force in place of the version that was seen.

    Raises: ChannelInputError, ChannelsChangedError, NotAllowedError.
    """
    require_whole_group(actor)
    checked, visits = check_rules(rules), check_settings(settings)
    before = table_in_force()
    if before.version != version:
        raise ChannelsChangedError(version=before.version)
    row = ChannelTableVersion(
        version=version + 1,
        rules=stored_rules(checked),
        settings=asdict(visits),
        made_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ChannelsChangedError(version=table_in_force().version) from None
    audit.record(
        actor=actor,
        action="timeline.put_channel_table",
        subject="timeline",
        now=now,
        before={"version": version},
        after={"version": row.version, "rules": len(checked), **asdict(visits)},
    )
    return table_in_force()


def restore_shipped_channels(*, actor: Actor, version: int, now: datetime) -> ChannelTable:
    """Put the shipped rules and settings in force again, as a new version."""
    return put_channel_table(
        actor=actor,
        rules=shipped_channels(),
        settings=VisitSettings(),
        version=version,
        now=now,
    )
