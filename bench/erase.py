"""How long it takes to erase 1,000 customers from 50 M events, with their report.

Prints one JSON object a line.  Peer: the rows of the same keys deleted from a copy of the event
table by Delta's own `delete`, which leaves older files and the log in place; what is left is equal.
The data is made once per size and kept in the temporary folder; a run erases other customers than
the one before; `--fresh` makes it anew.
"""

import argparse
import logging
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

import django

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

LAYOUT = 2


def main() -> None:
    """Run the benchmark in a home kept for its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=50_000_000)
    parser.add_argument("--erased", type=int, default=1_000)
    parser.add_argument("--fresh", action="store_true", help="make the data anew")
    options = parser.parse_args()
    size = f"{options.customers}-{options.events}"
    home = Path(tempfile.gettempdir()) / f"quanqu-bench-erase-{LAYOUT}-{size}"
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
        measuring = import_module("bench._erase_measuring")
        measuring.run(options.customers, options.events, options.erased)


if __name__ == "__main__":
    main()
