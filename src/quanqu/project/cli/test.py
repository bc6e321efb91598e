"""`quanqu test`: makes everything the tests need and runs them."""

import os
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import click

from quanqu.kernel.errors import RefusedError
from quanqu.project.cli.frame import REFUSED, note
from quanqu.project.cli.toolbox import run_module, source_tree

CHROMIUM = Path("/usr/bin/chromium")
_MOST_WORKERS = 4
_CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")
_DRIVER_PACKAGES = ("libatomic1",)  # the program that drives the browser is linked against it
_APT = "apt-get install -y --no-install-recommends"


class NoChromiumError(RefusedError):
    """The browser tests have no browser or no driver, and we may not install them."""

    code = "cli.no_chromium"
    template = "The browser tests need Chromium. Install it, then run the tests again:\n    {line}"


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--thorough", is_flag=True, help="Also what takes long, and all examples: an hour.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(thorough: bool, arguments: tuple[str, ...]) -> None:
    """Run the tests, the browser's too; arguments go to pytest instead of the selection."""
    root = source_tree()
    if not arguments:
        ensure_chromium()
    selection = arguments or ("-m", "browser or not browser", *_workers())
    extent = "usual" if not arguments and not thorough else "thorough"
    code = run_module(
        "pytest", ["-q", *selection], root=root, QUANQU_CHROMIUM=str(CHROMIUM), QUANQU_TESTS=extent
    )
    if code:
        raise click.exceptions.Exit(REFUSED)


def _workers() -> tuple[str, ...]:
    """One worker more than there are processors: some of the tests wait for programs they start."""
    count = min((os.cpu_count() or 1) + 1, _MOST_WORKERS)
    return ("-n", str(count), "--dist", "worksteal")


def ensure_chromium() -> None:
    """Install Debian's Chromium and what drives it when missing. Raises: NoChromiumError."""
    packages = (
        *(() if CHROMIUM.exists() else _CHROMIUM_PACKAGES),
        *(() if _driver_runs() else _DRIVER_PACKAGES),
    )
    if not packages:
        return
    line = " ".join((_APT, *packages))
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise NoChromiumError(line=f"sudo {line}" if apt else "https://www.chromium.org")
    note("Installing Chromium for the browser tests (once).")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (f"{apt} update", line.replace("apt-get", apt)):
        done = subprocess.run(  # noqa: S603 - a fixed command
            command.split(), env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode != 0:
            raise NoChromiumError(line=line)


def _driver_runs() -> bool:
    """Tell whether the program that Playwright drives the browser with starts on this machine."""
    driver = import_module("playwright._impl._driver").compute_driver_executable()[0]
    done = subprocess.run([driver, "--version"], capture_output=True, check=False)  # noqa: S603 - of a package of ours
    return done.returncode == 0
