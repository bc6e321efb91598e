"""How fast whole real data sets come in, and how much memory that takes.

Prints one JSON object a line: `import.lines_per_s` per data set (rows of its files over the wall
time of the whole import: reading, checking, identities, database, lake), `import.peak_rss_mb`
(the importing process), and the peer: pandas and one COPY per table, see bench._import_peer.
Every data set is imported by a process of its own into one fresh home.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from quanqu.infra.home.facade import open_home
from quanqu.infra.postgres.facade import Lease

DATA = Path(os.environ.get("QUANQU_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
SETS = {
    "online_retail": DATA / "online_retail_2009_2010" / "online_retail_2009_2010.parquet",
    "complete_journey": DATA / "complete_journey",
    "olist": DATA / "olist",
}


def main() -> None:
    """Import every data set that is there and let the peer load the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="always on")
    parser.add_argument("--set", choices=sorted(SETS), action="append", dest="sets")
    options = parser.parse_args()
    missing = [name for name in options.sets or SETS if not SETS[name].exists()]
    if missing:
        raise SystemExit(f"not here: {', '.join(missing)}; set QUANQU_SHARED_DATA")
    with tempfile.TemporaryDirectory(prefix="quanqu-bench-") as folder:
        Path(folder).chmod(0o711)  # started by root, the database runs as another user
        home = Path(folder) / "home"
        home.mkdir(mode=0o711)
        os.environ["QUANQU_HOME"] = str(home)
        os.environ.setdefault("QUANQU_SECRET_KEY", "bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "quanqu.project.settings"
        with Lease(open_home()) as url:
            os.environ["DATABASE_URL"] = url
            for name in options.sets or SETS:
                command = [sys.executable, "-m", "bench._import_measuring", name, str(SETS[name])]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
