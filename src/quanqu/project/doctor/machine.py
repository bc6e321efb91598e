"""The machine and the home: what can be seen without a database."""

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Final

import quanqu
from quanqu.infra.backup.facade import require_whole
from quanqu.infra.home.facade import Home
from quanqu.infra.postgres.facade import bin_dir, forsaken_folders
from quanqu.infra.supervisor.facade import answers, running
from quanqu.kernel.errors import QuanquError
from quanqu.project.doctor.findings import Finding, fail, ok, warn
from quanqu.project.environment import CHECKS, require_settings

_GIB: Final = 1024**3
_LOW, _TOO_LOW = 5 * _GIB, 1 * _GIB


def versions() -> Finding:
    """Name the versions at work; `./quanqu` has made sure that Python is new enough."""
    where = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return ok(
        "versions", f"Quanqu {quanqu.__version__}, Django {metadata.version('django')}, {where}"
    )


def programs() -> Finding:
    """Look at PostgreSQL's programs."""
    if os.environ.get("DATABASE_URL"):
        return ok("programs", "not needed: DATABASE_URL is set")
    command = [str(bin_dir() / "postgres"), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        advice = "Delete .venv and run ./quanqu again, or set DATABASE_URL."
        return fail("programs", done.stderr.strip(), advice)
    return ok("programs", done.stdout.strip())


def home_folder(home: Home) -> Finding:
    """Look at the home's folders and who may read the secrets."""
    loose = [p for p in [home.keys, *home.keys.glob("*")] if p.stat().st_mode & 0o077]
    if loose:
        advice = f"chmod -R go= {home.keys}"
        return fail("home", f"{len(loose)} secrets can be read by other users", advice)
    if not os.access(home.root, os.W_OK):
        return fail("home", f"{home.root} is not writable", "Set QUANQU_HOME to a folder of yours.")
    return ok("home", str(home.root))


def settings(home: Home) -> Finding:
    """Look at the environment's settings, and whether a restore was left half-way."""
    try:
        require_settings()
        require_whole(home)
    except QuanquError as error:
        return fail("settings", str(error), "Mend it; nothing starts before.")
    given = sorted(name for name in os.environ if name in CHECKS and os.environ[name])
    return ok("settings", ", ".join(given) if given else "none are set")


def disk(home: Home) -> Finding:
    """Look at the space left."""
    free = shutil.disk_usage(home.root).free
    text = f"{free / _GIB:.1f} GiB free below {home.root}"
    if free < _TOO_LOW:
        return fail("disk", text, "Make room: the database stops when the disk is full.")
    if free < _LOW:
        return warn("disk", text, "Make room soon.")
    return ok("disk", text)


def service(home: Home) -> Finding:
    """Look whether the installation is up and in good health."""
    state = running(home)
    if state is None:
        return warn("service", "not running", "Start it: quanqu up")
    for part, trouble in state.troubles.items():
        return fail("service", f"{part} {trouble}", f"See {home.logs / f'{part}.log'}")
    if not answers(state.address):
        advice = f"See {home.logs / 'web.log'}"
        return fail("service", f"{state.address} does not answer in good health", advice)
    return ok("service", f"answers on {state.address} (process {state.pid})")


def forsaken() -> Finding:
    """Look for database folders outside any home whose home is gone."""
    folders = forsaken_folders()
    if not folders:
        return ok("leftovers", "none")
    names = " ".join(str(folder) for folder in folders)
    advice = f"If their homes are not merely unmounted, delete them: rm -r {names}"
    return warn("leftovers", f"{len(folders)} database folders belong to no home", advice)


def log_size(folder: Path) -> Finding:
    """Look at the room logs take."""
    used = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
    return ok("logs", f"{used / 1e6:.1f} MB in {folder}")
