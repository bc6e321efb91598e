"""PostgreSQL's own programs for taking a database and bringing it back."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from quanqu.infra.backup.contracts import DumpError
from quanqu.infra.postgres.facade import bin_dir

# pg_restore writes it for servers from 17 on; the one before does not know it
_HEAD_BYTES: Final = 64 * 1024
_UNKNOWN_TO_16: Final = b"SET transaction_timeout = 0;\n"

# extensions stay: the server's administrator may have made them, and then they are not ours to drop
_EMPTY: Final = """
DO $$
DECLARE one text; statements text[];
BEGIN
    -- all are written before the first runs: what CASCADE took along has no name any more
    SELECT array_agg(statement) INTO statements FROM (
        SELECT format('DROP %s IF EXISTS %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW'
               WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE'
               ELSE 'TABLE' END,
               oid::regclass) AS statement
        FROM pg_class c WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p', 'v', 'm', 'S', 'c')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid IN (c.oid, c.reltype)
                        AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i')))
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
        FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
        UNION ALL
        SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype)
        FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e')
    ) AS ours;
    FOREACH one IN ARRAY coalesce(statements, '{}')
    LOOP
        EXECUTE one;
    END LOOP;
END $$
"""


def dump(url: str, *, snapshot: str, target: Path) -> None:
    """Write the database as of an exported snapshot, in PostgreSQL's custom format."""
    address, environment = _address(url)
    options = ["-Fc", "--compress=1", f"--snapshot={snapshot}", f"--file={target}"]
    done = subprocess.run(  # noqa: S603 - a program of the wheel
        [str(bin_dir() / "pg_dump"), f"--dbname={address}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    _require_success("pg_dump", done.returncode, done.stderr)


def load(url: str, *, source: Path) -> None:
    """Put a dump in the place of what the database holds: all of it or nothing."""
    address, environment = _address(url)
    options = ["--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    with (
        subprocess.Popen(  # noqa: S603 - a program of the wheel
            [str(bin_dir() / "pg_restore"), *options, str(source)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as script,
        subprocess.Popen(  # noqa: S603 - too
            [str(bin_dir() / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", f"--dbname={address}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as client,
    ):
        _play(script, client)
        _, told = client.communicate()
        _require_success("psql", client.returncode, told.decode(errors="replace"))


def _play(script: "subprocess.Popen[bytes]", client: "subprocess.Popen[bytes]") -> None:
    """Feed the script in one transaction, which commits only when the script is known whole."""
    source, target = script.stdout, client.stdin
    if source is None or target is None:
        raise DumpError(program="pg_restore", reason="it has no output")
    try:
        target.write(f"SET client_min_messages = error;\nBEGIN;\n{_EMPTY};\n".encode())
        target.write(source.read(_HEAD_BYTES).replace(_UNKNOWN_TO_16, b"", 1))
        shutil.copyfileobj(source, target)
        _, told = script.communicate()
        _require_success("pg_restore", script.returncode, told.decode(errors="replace"))
        target.write(b"\nCOMMIT;\n")
        target.flush()
    except BrokenPipeError:
        script.kill()  # psql has ended, and says why


def _require_success(program: str, code: int, told: str) -> None:
    if code != 0:
        lines = [line for line in told.strip().splitlines() if line]
        wrong = [line for line in lines if "ERROR:" in line or "FATAL:" in line or "error:" in line]
        reason = (wrong or lines or [f"exit {code}"])[0]
        raise DumpError(program=program, reason=reason.partition("ERROR:  ")[2] or reason)


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without the password, for arguments are public, and the environment."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = parts.pop("password", None)
    return make_conninfo("", **parts), os.environ | ({"PGPASSWORD": password} if password else {})
