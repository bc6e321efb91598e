"""How long counts of audiences take over 1 M customers and 10 M events: ten published rules, and
one of three nested conditions beside a peer.

Prints one JSON object a line.  Peer: the same question by hand-written SQL over indexed tables
of the embedded PostgreSQL, vacuumed and warm.  The data is made once per size and kept in the
temporary folder; `--fresh` makes it anew.
"""

import argparse
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

LAYOUT = 3


def main() -> None:
    """Run the benchmark in a home kept for its size."""
    in_home(__doc__ or "", 10_000_000, lambda: import_module("bench._audience_measuring").run)


def in_home(
    told: str, events: int, measuring: Callable[[], Callable[[int, int, int], None]]
) -> None:
    """Open the home kept for the size that the command names, and measure in it."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=events)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--fresh", action="store_true", help="make the data anew")
    options = parser.parse_args()
    size = f"{options.customers}-{options.events}"
    home = Path(tempfile.gettempdir()) / f"quanqu-bench-audience-{LAYOUT}-{size}"
    if options.fresh:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, exist_ok=True)
    os.environ["QUANQU_HOME"] = str(home)
    os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
    with Lease(open_home()) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        logging.disable(logging.INFO)
        measuring()(options.customers, options.events, options.rounds)


if __name__ == "__main__":
    main()
