"""The command `quanqu`: parse, call a facade, print.

Exit codes: 0 done, 1 refused, 2 usage. Data goes to stdout, progress and notes to stderr.
"""

import sys
from io import TextIOWrapper
from typing import Final

from quanqu.infra.process.facade import end_in_silence, unwind_on_signals
from quanqu.project.cli.frame import Command, run

# in the order of `quanqu --help`; a command's module is loaded when it is called
COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "up", "quanqu.project.cli.up:up", "Start the database, the web server and the workers."
    ),
    Command("demo", "quanqu.project.cli.demo:demo", "Load a working group on real data; serve it."),
    Command("down", "quanqu.project.cli.down:down", "Stop what `up` started."),
    Command("doctor", "quanqu.project.cli.doctor:doctor", "Say what is wrong and what to do."),
    Command("backup", "quanqu.project.cli.backup:backup", "Write everything to one file.", True),
    Command("restore", "quanqu.project.cli.restore:restore", "Bring a backup back."),
    Command("org", "quanqu.project.cli.org:org", "Build the group's tree, set rates.", True),
    Command("person", "quanqu.project.cli.person:person", "Add people, see who there is.", True),
    Command(
        "login-link",
        "quanqu.project.cli.login_link:login_link",
        "Let a person in once, without a password.",
        True,
    ),
    Command(
        "consent-import",
        "quanqu.project.cli.consent_import:consent_import",
        "Record a CSV file of consents.",
        True,
    ),
    Command(
        "consent-link",
        "quanqu.project.cli.consent_link:consent_link",
        "Make a customer's link to their preferences.",
        True,
    ),
    Command("token", "quanqu.project.cli.token:token", "Make, rotate, revoke API keys.", True),
    Command(
        "source",
        "quanqu.project.cli.source:source",
        "Make sources of events; renew write keys.",
        True,
    ),
    Command("import", "quanqu.project.cli.import_:import_", "Bring a channel's files in.", True),
    Command("match", "quanqu.project.cli.match:match", "Find who is who in a table.", rooms=True),
    Command("jobs", "quanqu.project.cli.jobs:jobs", "See, repeat and drop what failed.", True),
    Command("laws", "quanqu.project.cli.laws:laws", "Check every law over the live data.", True),
    Command(
        "rebuild-stock",
        "quanqu.project.cli.rebuild_stock:rebuild_stock",
        "Set balances of stock to what their ledger says.",
        True,
    ),
    Command("test", "quanqu.project.cli.test:test", "Make what the tests need and run them."),
    Command("check", "quanqu.project.cli.check:check", "Check format, lint, types and imports."),
    Command("docs", "quanqu.project.cli.docs:docs", "Write docs/reference.", rooms=True),
    Command("bench", "quanqu.project.cli.bench:bench", "Run a benchmark beside its peer."),
)


def main() -> None:
    """Run the command line and exit with its code."""
    end_in_silence()
    unwind_on_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of few letters gets escapes, no fault
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(COMMANDS, sys.argv[1:]))
