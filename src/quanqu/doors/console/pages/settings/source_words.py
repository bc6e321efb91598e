"""Kinds of sources and what their settings do, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.know.timeline.contracts import BotRule, EffectKind, OutOfTimeRule, SourceKind

__all__ = ["BOT_RULES", "EFFECTS", "KINDS", "TIME_RULES"]

KINDS: Final[dict[SourceKind, Promise]] = {
    SourceKind.BROWSER: _("Web pages"),
    SourceKind.SERVER: _("Server"),
    SourceKind.APP: _("App or mini-program"),
    SourceKind.POS: _("Till"),
    SourceKind.LOG: _("Log files"),
    SourceKind.WAREHOUSE: _("Data warehouse"),
}
BOT_RULES: Final[dict[BotRule, Promise]] = {
    BotRule.KEEP: _("Take them like any other"),
    BotRule.MARK: _("Take and mark them"),
    BotRule.DROP: _("Leave them out"),
}
TIME_RULES: Final[dict[OutOfTimeRule, Promise]] = {
    OutOfTimeRule.ACCEPT: _("Take and flag the event"),
    OutOfTimeRule.REFUSE: _("Put it among the failed events"),
}
EFFECTS: Final[dict[EffectKind, Promise]] = {
    EffectKind.SAMPLED_OUT: _("Sampled out"),
    EffectKind.BOT_DROPPED: _("Robots left out"),
    EffectKind.BOT_MARKED: _("Robots marked"),
    EffectKind.LATE: _("Flagged as late"),
    EffectKind.AHEAD: _("Flagged as ahead of time"),
    EffectKind.OUT_OF_TIME: _("Failed: beyond the limits of time"),
}
