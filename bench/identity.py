"""One ID: how long a million profiles take from nothing, and how right matching is on public sets.

Prints one JSON object a line.  Peer of the resolution: the same records in PostgreSQL, joined by
label propagation in SQL, in clear, without evidence, limits, scope or lake.  The sets are read from
the folder of shared data (QUANQU_SHARED_DATA), beside plain Splink and a plain rule; without the
folder the program says so.
"""

import argparse
import logging
import os
import sys
import tempfile
import warnings
from importlib import import_module
from pathlib import Path

import django

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data"))


def main() -> None:
    """Run the parts, each in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--part", choices=["resolving", "sets", "model"], help="only this part")
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--sets", nargs="*", help="only these sets")
    options = parser.parse_args()
    os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
    if options.part in (None, "resolving") and not options.sets:
        resolve(options.profiles)
    if options.part in (None, "sets"):
        match(options.sets)
    if options.part in (None, "model") and not options.sets:
        django.setup()
        warnings.simplefilter("ignore")
        import_module("bench._identity_splink").run(options.profiles)


def resolve(profiles: int) -> None:
    """Resolve profiles in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        os.environ["QUANQU_HOME"] = folder
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            django.setup()
            logging.disable(logging.INFO)
            import_module("bench._identity_resolving").run(profiles)


def match(names: list[str] | None) -> None:
    """Match the public sets."""
    folder = DATA / "record_linkage"
    if not folder.is_dir():
        sys.exit(f"There are no sets at {folder}; set QUANQU_SHARED_DATA.")
    django.setup()
    warnings.simplefilter("ignore")
    sets = import_module("bench._identity_sets")
    sets.run(folder, tuple(names) if names else sets.SETS)


if __name__ == "__main__":
    main()
