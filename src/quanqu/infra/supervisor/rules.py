"""How long to wait before a part is started again."""

from typing import Final

FIRST_DELAY_S: Final = 0.2
LONGEST_DELAY_S: Final = 15.0
HEALTHY_AFTER_S: Final = 30.0
TROUBLED_AFTER: Final = 3  # ends in a row
HOPELESS_AFTER: Final = 6  # of a web server that has never answered: some six seconds


def restart_delay_s(failures: int) -> float:
    """Return the wait before the next start: 0.2 s, doubled with each failure in a row, ≤ 15 s.

    Units: `failures` in a row, at least 1.
    """
    return float(min(FIRST_DELAY_S * 2 ** min(failures - 1, 16), LONGEST_DELAY_S))


def failures_after(run_s: float, failures: int) -> int:
    """Return the failures in a row after a part that ran `run_s` seconds has ended unasked."""
    return 1 if run_s >= HEALTHY_AFTER_S else failures + 1
