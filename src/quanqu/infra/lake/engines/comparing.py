"""Make Ibis expressions comparable from several threads at once.

Ibis 12 keeps every answer of `==` in one table for the whole process, keyed by memory addresses,
and tidies it when an expression is freed. With two threads the tidying can miss entries; an address
that is used again then gets the answer of the expression that was there before, and the SQL that
comes out joins the wrong things. Here an answer is remembered only while one comparison lasts.
"""

import threading
from typing import Any, Final

from ibis.common.bases import Comparable

_here: Final = threading.local()


def compare_within_threads() -> None:
    """Replace the shared table of comparisons by one for each comparison; repeating it is free."""
    Comparable.__eq__ = _equal
    if "__del__" in vars(Comparable):
        del Comparable.__del__


def _equal(this: Any, other: Any) -> bool:
    """Compare as Ibis does: the same type, then the same parts, each pair of parts once."""
    if this is other:
        return True
    if type(this) is not type(other):
        return False
    known: dict[tuple[int, int], tuple[bool, Any, Any]] | None = getattr(_here, "known", None)
    if known is not None:
        return _remembered(known, this, other)
    _here.known = {}
    try:
        return bool(this.__equals__(other))
    finally:
        _here.known = None


def _remembered(known: dict[tuple[int, int], tuple[bool, Any, Any]], this: Any, other: Any) -> bool:
    pair = (id(this), id(other))
    if pair not in known:
        # the parts are kept with the answer, so that no address is used again meanwhile
        known[pair] = (bool(this.__equals__(other)), this, other)
    return known[pair][0]
