"""How long the gate takes to decide for 1 M customers, and one.

Prints one JSON object a line.  Peer: one hand-written SQL statement over the indexed ledger of the
same PostgreSQL; both must allow the same customers.  Everything is in a home that goes afterwards.
"""

import argparse
import logging
import os
import tempfile
from importlib import import_module
from pathlib import Path

import django

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease


def main() -> None:
    """Run the benchmark in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--customers", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-consent-") as folder:
        Path(folder).chmod(0o700)
        os.environ["QUANQU_HOME"] = folder
        os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            django.setup()
            logging.disable(logging.INFO)
            import_module("bench._consent_measuring").run(options.customers)


if __name__ == "__main__":
    main()
