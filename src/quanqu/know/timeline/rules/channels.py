"""Which channel a visit came by. Source: docs/rules/channels.md; the table is channels.yaml."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from quanqu.know.timeline.contracts import (
    ChannelInputError,
    ChannelMatch,
    ChannelRule,
    VisitSettings,
)

DIRECT: Final = "direct"
ANY: Final = "*"
MOST_RULES: Final = 200
MOST_VALUES: Final = 500
MAX_IDLE_MIN: Final = 1_440
MAX_OFFSET_MIN: Final = 840
_LISTS: Final = ("mediums", "sources", "click_ids", "hosts")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:\.\*)?")


def rules_of(told: Sequence[Mapping[str, Any]]) -> tuple[ChannelRule, ...]:
    """Return stored rules as contracts."""
    return tuple(
        ChannelRule(
            str(rule["channel"]),
            *(tuple(str(value) for value in rule.get(name, ())) for name in _LISTS),
        )
        for rule in told
    )


def stored_rules(rules: Sequence[ChannelRule]) -> list[dict[str, Any]]:
    """Return rules as they are stored: without empty lists."""
    return [
        {"channel": rule.channel}
        | {name: list(getattr(rule, name)) for name in _LISTS if getattr(rule, name)}
        for rule in rules
    ]


def check_rules(rules: Sequence[ChannelRule]) -> tuple[ChannelRule, ...]:
    """Return rules as they may be stored. Raises: ChannelInputError."""
    if not 0 < len(rules) <= MOST_RULES:
        raise ChannelInputError(field="rules", reason=f"there are 1 to {MOST_RULES} of them")
    return tuple(_checked(rule, at) for at, rule in enumerate(rules, 1))


def check_settings(settings: VisitSettings) -> VisitSettings:
    """Return settings as they may be stored. Raises: ChannelInputError."""
    if not 1 <= settings.idle_min <= MAX_IDLE_MIN:
        raise ChannelInputError(field="idle_min", reason=f"it is 1 to {MAX_IDLE_MIN}")
    offset = settings.midnight_offset_min
    if offset is not None and not -MAX_OFFSET_MIN <= offset <= MAX_OFFSET_MIN:
        reason = f"it is -{MAX_OFFSET_MIN} to {MAX_OFFSET_MIN}"
        raise ChannelInputError(field="midnight_offset_min", reason=reason)
    return settings


def compiled(rules: Sequence[ChannelRule]) -> tuple[ChannelMatch, ...]:
    """Return rules ready to be compared."""
    return tuple(
        ChannelMatch(
            rule.channel,
            tuple(value.lower() for value in rule.mediums),
            tuple(value.lower() for value in rule.sources),
            tuple(value.lower() for value in rule.click_ids),
            host_pattern(rule.hosts),
        )
        for rule in rules
    )


def host_pattern(hosts: Sequence[str]) -> str:
    """Return one regular expression for hosts and what lies below them; empty for no hosts."""
    if not hosts:
        return ""
    if ANY in hosts:
        return "."
    ways = [
        re.escape(host[:-2]) + r"\.[a-z]{2,3}(\.[a-z]{2})?"
        if host.endswith(".*")
        else re.escape(host)
        for host in hosts
    ]
    return f"(^|\\.)({'|'.join(ways)})$"


def channel_of(
    matches: Sequence[ChannelMatch], *, medium: str, source: str, click_id: str, host: str
) -> str:
    """Return the channel of a visit: that of the first rule that matches, else direct."""
    told = (medium.lower(), source.lower(), click_id.lower())
    for match in matches:
        lists = (match.mediums, match.sources, match.click_ids)
        if not all(_is_in(value, wanted) for value, wanted in zip(told, lists, strict=True)):
            continue
        if not match.host_pattern or re.search(match.host_pattern, host.lower()):
            return match.channel
    return DIRECT


def _is_in(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or (bool(value) and (ANY in wanted or value in wanted))


def _checked(rule: ChannelRule, at: int) -> ChannelRule:
    field = f"rule {at}"
    if not _CODE.fullmatch(rule.channel):
        reason = "a channel has 1 to 40 small letters, digits or underscores, a letter first"
        raise ChannelInputError(field=field, reason=reason)
    lists = {name: tuple(dict.fromkeys(filter(None, getattr(rule, name)))) for name in _LISTS}
    if not any(lists.values()):
        raise ChannelInputError(field=field, reason="it has no condition")
    for name, values in lists.items():
        if len(values) > MOST_VALUES or any(len(value) > 100 for value in values):
            reason = f"{name} holds {MOST_VALUES} values of 100 characters at most"
            raise ChannelInputError(field=field, reason=reason)
    bad = [host for host in lists["hosts"] if host != ANY and not _HOST.fullmatch(host)]
    if bad:
        raise ChannelInputError(field=field, reason=f"{bad[0]!r} is not a host")
    return ChannelRule(rule.channel, *lists.values())
