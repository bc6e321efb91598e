"""How fast the inbox is settled into the lake, and how soon an accepted event can be queried.

Prints one JSON object a line.  Peer: the same bodies unpacked by PostgreSQL itself into one row per
event with a unique message id, without identity, tracking plan, scrubbing or lake.
"""

import argparse
import logging
import os
import tempfile
from importlib import import_module
from pathlib import Path

import django
from bench._traffic import BATCH

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease


def main() -> None:
    """Run the benchmark in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--events", type=int, default=500_000)
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
            import_module("bench._settling").run(options.events // BATCH)


if __name__ == "__main__":
    main()
