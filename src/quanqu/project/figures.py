"""The folder where the web processes share their counters."""

from pathlib import Path


def open_figures(folder: Path) -> None:
    """Make the folder and forget the counters of processes that are gone.

    They begin again at zero, as Prometheus expects of a restart.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)
