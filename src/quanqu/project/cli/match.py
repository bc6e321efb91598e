"""`quanqu match FILE`: who is who in any table of people."""

from pathlib import Path

import click
import numpy as np

from quanqu.know.matching.facade import match_file
from quanqu.project.cli.frame import emit, json_option
from quanqu.project.cli.progress import phases

_WORDS = ("Reading", "Learning", "Comparing", "Comparing what is linked", "Grouping", "Writing")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--role", "roles", multiple=True, metavar="COLUMN=ROLE", help="Say what a column is.")
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder to write to; the one of FILE unless given.",
)
@json_option
def match(file: Path, roles: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Find the rows of FILE (CSV or Parquet) that are one person; write people and pairs beside it.

    What columns mean is guessed from their names. ROLE is one of given_name, surname, full_name,
    date_of_birth, email, phone, national_id, postcode, street_number, street, street_2, address,
    locality, region, gender, attribute.
    """
    with phases() as report:
        result, people, pairs = match_file(
            path=file,
            folder=out or file.parent,
            roles=_given(roles),
            progress=lambda done, total: report(_WORDS[done], done, total),
        )
    rows = len(result.groups)
    found = len(np.unique(result.groups))
    data = {
        "rows": rows,
        "people": found,
        "roles": result.roles,
        "threshold": round(result.threshold, 6),
        "share_of_pairs_that_match": result.prior,
        "expected_precision": round(result.expected_precision, 6),
        "expected_recall": round(result.expected_recall, 6),
        "people_file": str(people),
        "pairs_file": str(pairs),
    }
    text = (
        f"{rows} rows are {found} people. The model expects {result.expected_precision:.1%} of the "
        f"links to be right and to have found {result.expected_recall:.1%} of them.\n"
        f"{people}\n{pairs}"
    )
    emit(data, as_json=as_json, text=text)


def _given(roles: tuple[str, ...]) -> dict[str, str] | None:
    if not roles:
        return None
    split = [text.partition("=") for text in roles]
    if any(not sign for _, sign, _ in split):
        raise click.UsageError("A role is given as COLUMN=ROLE.")
    return {column.strip(): role.strip() for column, _, role in split}
