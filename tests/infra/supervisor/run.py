"""One supervisor over the small parts; `python -m tests.infra.supervisor.run HOME PORT`."""

import os
import sys
from pathlib import Path

from quanqu.infra.home.facade import open_home
from quanqu.infra.supervisor.facade import Part, Plan, Supervisor
from quanqu.kernel.errors import QuanquError

PARTS = (
    Part("web", "tests.infra.supervisor.part_web", stop_s=2),
    Part("polite", "tests.infra.supervisor.part_polite", stop_s=5),
    Part("stubborn", "tests.infra.supervisor.part_stubborn", stop_s=0.5),
)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    home, port = open_home(Path(sys.argv[1])), sys.argv[2]
    os.environ.update(PORT=port, NOTES=str(home.root / "notes"))
    plan = Plan(
        home=home,
        parts=PARTS,
        address=f"http://127.0.0.1:{port}",
        database_url="postgresql://nobody.asks",
        is_prepared=lambda: False,
        prepare=lambda url: say(f"prepared {url}"),
        announce=lambda: say("announced"),
    )
    try:
        Supervisor(plan).run()
    except QuanquError as error:
        say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
