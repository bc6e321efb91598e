"""Tells checkout whose goods orders may have: those a rule between companies prices."""

from typing import Final

from quanqu.sell.checkout.facade import register_source_guard
from quanqu.sell.intercompany.queries.rules import RuledSources

GUARD: Final = RuledSources()

register_source_guard(guard=GUARD)
