"""One ID: how right matching is on public sets, beside plain Splink and a plain rule.

Prints one JSON object a line.  The sets are read from the folder of shared data
(QUANQU_SHARED_DATA); without it there is nothing to measure and the program says so.
"""

import argparse
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data"))


def main() -> None:
    """Run the parts, each in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--sets", nargs="*", help="only these sets")
    options = parser.parse_args()
    os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
    folder = DATA / "record_linkage"
    if not folder.is_dir():
        sys.exit(f"There are no sets at {folder}; set QUANQU_SHARED_DATA.")
    django.setup()
    warnings.simplefilter("ignore")
    sets = import_module("bench._identity_sets")
    sets.run(folder, tuple(options.sets) if options.sets else sets.SETS)


if __name__ == "__main__":
    main()
