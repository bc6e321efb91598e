"""Makes .venv hold exactly what a lock names. Standard library only: it runs before anything is.

A killed run leaves a mark, and the next one starts afresh; two runs at once wait for each other.
"""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
MARK = VENV / ".installing"


def main(lock_name: str) -> int:
    """Install the lock unless it is installed; 0 when the environment is ready."""
    lock = ROOT / lock_name
    with lock.open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_installed(lock):
            return 0
        if (
            importlib.util.find_spec("ensurepip") is None
            or importlib.util.find_spec("venv") is None
        ):
            say("This Python cannot make environments. On Debian or Ubuntu:")
            say("    apt-get install -y python3-venv")
            return 1
        if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
            say(f"{VENV} cannot be written by you, and needs to be. Use a clone of your own.")
            return 1
        started = time.monotonic()
        prepare()
        if not install(lock):
            return 1
        for name in covered(lock_name):
            shutil.copyfile(ROOT / name, stamp(ROOT / name))
        MARK.unlink()
        say(f"The environment is ready ({time.monotonic() - started:.0f} s).")
    return 0


def covered(lock_name: str) -> list[str]:
    """Return the locks that hold once this one is installed: the development lock has it all."""
    return ["requirements.lock", lock_name] if "-dev" in lock_name else [lock_name]


def stamp(lock: Path) -> Path:
    """Return where the installed copy of a lock is kept."""
    return VENV / f".installed-{lock.name}"


def is_installed(lock: Path) -> bool:
    """Tell whether the environment was made from this very lock, to the end."""
    copy = stamp(lock)
    if MARK.exists() or not is_usable() or not copy.exists():
        return False
    return copy.read_bytes() == lock.read_bytes()


def is_usable() -> bool:
    """Tell whether the environment has a Python that we may run."""
    return os.access(VENV / "bin" / "python", os.X_OK)


def prepare() -> None:
    """Make an empty environment, unless there is a whole one to bring up to date."""
    if MARK.exists() or not is_usable():
        say("Making the environment in .venv (once).")
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        MARK.touch()
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)  # noqa: S603 - our own interpreter
    MARK.touch()


def install(lock: Path) -> bool:
    """Install every package of the lock, hashes checked, with a count on stderr."""
    total = len(re.findall(r"^[A-Za-z0-9][^ ]*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar=off", "--require-hashes", "-r", str(lock)]
    pip = subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines, seen = [], 0
    for line in pip.stdout or ():
        lines.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            seen += 1
            show(f"Fetching packages: {min(seen, total)} of {total}")
        elif line.startswith("Installing collected packages"):
            show("Installing packages …                ")
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    if pip.wait() != 0:
        sys.stderr.write("".join(lines[-20:]))
        say("The packages could not be installed; run the command again to start afresh.")
    return pip.returncode == 0


def say(text: str) -> None:
    """Write one line for the person who waits."""
    sys.stderr.write(f"{text}\n")


def show(text: str) -> None:
    """Write over the last line on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
