"""Make levels that are not there yet; they follow the rules from their first moment."""

from collections.abc import Collection

from quanqu.sell.inventory.actions.closing import close_new
from quanqu.sell.inventory.actions.kits import kits_refused
from quanqu.sell.inventory.actions.limiting import limit_at
from quanqu.sell.inventory.actions.locking import make_levels
from quanqu.sell.inventory.actions.ruling import follow_rules_at
from quanqu.sell.inventory.actions.tracking import track_new
from quanqu.sell.inventory.rules.admission import At


def open_levels(ats: Collection[At]) -> list[At]:
    """Make the rows of levels that are not there yet, in the caller's transaction; return which."""
    made = make_levels(ats)
    if made:
        kits_refused(made)
        follow_rules_at(made)
        limit_at(made)
        close_new(made)
        track_new(made)
    return made
