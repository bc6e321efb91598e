"""How fast a merge and its undoing commit, and how soon an audience and the 360° view show them.

Prints one JSON object a line.  Peer: the same customer's events moved by rewriting their rows in
PostgreSQL, as tools do that keep the customer's key in each event.
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
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        os.environ["QUANQU_HOME"] = folder
        os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            django.setup()
            logging.disable(logging.INFO)
            import_module("bench._merging").run(options)


if __name__ == "__main__":
    main()
