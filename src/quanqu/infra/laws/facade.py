"""What rooms and commands may use of the laws."""

from quanqu.infra.laws.contracts import Check, HouseLaw, Law, Verdict
from quanqu.infra.laws.registry import law, laws, run_laws

__all__ = ["Check", "HouseLaw", "Law", "Verdict", "law", "laws", "run_laws"]
