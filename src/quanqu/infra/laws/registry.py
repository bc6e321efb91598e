"""The registered laws, and running them."""

import time
from collections.abc import Iterator

from quanqu.infra.laws.contracts import Check, Law, Verdict

_LAWS: dict[str, Law] = {}


def law(code: str, text: str, check: Check) -> None:
    """Register a law from a room's `ready()`.

    `code` is unique, such as "L2.order_totals"; `text` is one sentence in English; `check` returns
    a sentence per breach, at most a few dozen. Raises: ValueError when the code is taken.
    """
    if code in _LAWS and _LAWS[code].check is not check:
        raise ValueError(f"law {code!r} is registered twice")
    _LAWS[code] = Law(code, text, check)


def laws() -> tuple[Law, ...]:
    """Return every registered law by code."""
    return tuple(_LAWS[code] for code in sorted(_LAWS))


def run_laws() -> Iterator[Verdict]:
    """Check every law over the live data, one after the other, yielding each verdict."""
    for one in laws():
        started = time.perf_counter()
        breaches = tuple(one.check())
        yield Verdict(one, breaches, time.perf_counter() - started)
